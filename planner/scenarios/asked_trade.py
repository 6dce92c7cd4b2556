"""A trade that is asked about, made ready: the account, the day, the lots it would sell, the plan that is under way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from planner.analysis.trade_answer import TradeAction
from planner.domain.case import Case
from planner.domain.errors import InputError, Problem
from planner.domain.portfolio import Holding
from planner.domain.sellable import lot_obstacle
from planner.domain.trading_days import can_trade, next_trading_day
from planner.loader.saved_plan import plan_document_of
from planner.loader.tables.cells import BadCell, check_symbol, nearest, parse_symbol
from planner.optimizer import Order, Question
from rules.assets import classify
from rules.substantially_identical import spelling
from rules.terms import ZERO, AccountKind, AssetClass, ReplacementPurchase

AFTER_THE_YEAR = timedelta(days=30)  # a purchase so long after it can still wash a loss of its last day


@dataclass(frozen=True, slots=True)
class AskedTrade:
    """`quantity` None: any quantity of a purchase, all of a holding. `plan` is the document of a saved plan; `note`
    what had to be supposed."""

    action: TradeAction
    symbol: str
    quantity: Decimal | None
    account: str
    day: date
    plan: Mapping[str, Any] | None = None
    note: str = ""


def asked_trade(
    case: Case,
    action: TradeAction,
    symbol: str,
    quantity: Decimal | None = None,
    *,
    account: str | None = None,
    on: date | None = None,
    plan: Path | None = None,
) -> AskedTrade:
    """The trade as it can be answered. Raises InputError where it names what there is not."""
    symbol = _symbol(symbol)
    name = _account(case, action, symbol, account)
    asset_class = _asset_class(case, name, symbol)
    day = on or next_trading_day(case.as_of, asset_class)
    year_end = date(case.household.taxpayer.tax_year, 12, 31)
    last = year_end if action is TradeAction.SELL else year_end + AFTER_THE_YEAR
    if not case.as_of <= day <= last:
        raise InputError([Problem("--on", f"{day} is not between {case.as_of} and {last}", "give a day in that range")])
    note = "" if can_trade(asset_class, day) else f"its market is closed on {day}"
    if on is None and day != case.as_of:
        note = f"its market is closed on {case.as_of}: the day given is {day}"
    document = plan_document_of(plan) if plan is not None else None
    return AskedTrade(action, symbol, quantity, name, day, document, note)


def _symbol(text: str) -> str:
    symbol = parse_symbol(text)
    try:
        check_symbol(symbol)
    except BadCell as why:
        raise InputError([Problem("SYMBOL", why.what, why.remedy)]) from None
    if not symbol:
        raise InputError([Problem("SYMBOL", "is empty", "name the security that is bought or sold")])
    return symbol


def _account(case: Case, action: TradeAction, symbol: str, named: str | None) -> str:
    accounts = [account.name for account in case.household.accounts]
    if named is not None:
        if named not in accounts:
            what = f"there is no account `{named}`{nearest(named, accounts)}"
            raise InputError([Problem("--account", what, f"write one of: {', '.join(accounts) or 'none'}")])
        return named
    if action is TradeAction.BUY:
        own = [account.name for account in case.household.accounts if account.kind is AccountKind.TAXABLE]
        alike = [h.lot.account for h in case.holdings if h.lot.asset_class is _asset_class(case, "", symbol)]
        holding = [h.lot.account for h in _held(case.holdings, symbol)]
        return next((name for name in [*holding, *alike, *own] if name in own), next(iter(accounts), ""))
    holding = list(dict.fromkeys(h.lot.account for h in _held(case.holdings, symbol)))
    taxable = [a.name for a in case.household.accounts if a.kind is AccountKind.TAXABLE and a.name in holding]
    holding = taxable or holding
    if len(holding) > 1:
        what = f"{symbol} is held in {', '.join(holding)}"
        raise InputError([Problem("--account", what, "name the account that sells: --account NAME")])
    if not holding:
        symbols = {h.lot.symbol for h in case.holdings}
        what = f"no account holds {symbol}{nearest(symbol, symbols)}"
        raise InputError([Problem("SYMBOL", what, "give a symbol that is held: `harvest check` lists them")])
    return holding[0]


def _held(holdings: Sequence[Holding], symbol: str, account: str | None = None) -> list[Holding]:
    return [
        holding
        for holding in holdings
        if spelling(holding.lot.symbol) == spelling(symbol) and account in (None, holding.lot.account)
    ]


def _asset_class(case: Case, account: str, symbol: str) -> AssetClass:
    held = _held(case.holdings, symbol, account) or _held(case.holdings, symbol)
    return held[0].lot.asset_class if held else classify(symbol) or AssetClass.STOCK


def orders_of_plan(question: Question, document: Mapping[str, Any] | None) -> list[Order]:
    """The sales of a saved plan that are still to be made: of lots held, on days to come."""
    held = {holding.lot.lot_id: holding for holding in question.case.holdings}
    orders = []
    for row in (document or {}).get("sales", ()):
        holding, day = held.get(row["lot_id"]), date.fromisoformat(row["date"])
        if holding is not None and day >= question.case.as_of and lot_obstacle(holding) is None:
            orders.append(Order(holding, min(Decimal(row["quantity"]), holding.lot.quantity), day))
    return orders


def purchases_kept(question: Question, document: Mapping[str, Any] | None) -> list[ReplacementPurchase]:
    """Purchases made and planned, without those that a saved plan cancels."""
    cancelled = {
        (row["date"], row["account"], spelling(row["symbol"])) for row in (document or {}).get("cancellations", ())
    }
    kept = [
        purchase
        for wish, purchase in question.purchases.cancelable
        if (wish.date.isoformat(), wish.account, spelling(wish.symbol)) not in cancelled
    ]
    return [*question.purchases.fixed, *kept]


def orders_of_sale(question: Question, trade: AskedTrade) -> list[Order]:
    """The lots that the trade sells: the account's oldest, as a broker takes them where no lot is named (Reg.
    § 1.1012-1(c)(1)(i))."""
    held = _held(question.case.holdings, trade.symbol, trade.account)
    if not held:
        what = f"{trade.account} holds no {trade.symbol}"
        raise InputError([Problem("SYMBOL", what, "give a symbol that is held: `harvest check` lists them")])
    if unknown := next((obstacle for h in held if (obstacle := lot_obstacle(h)) is not None), None):
        what = f"the sale of {trade.symbol} cannot be valued: {unknown.words}"
        raise InputError([Problem("SYMBOL", what, f"correct its `{unknown.key}` first")])
    held.sort(key=lambda holding: (holding.lot.acquired or date.min, holding.lot.lot_id))
    there_are = sum((holding.lot.quantity for holding in held), ZERO)
    left = there_are if trade.quantity is None else trade.quantity
    if left > there_are:
        what = f"{trade.account} holds {there_are.normalize():f} of {trade.symbol}"
        raise InputError([Problem("QUANTITY", what, "ask about that quantity or less")])
    orders = []
    for holding in held:
        quantity = min(left, holding.lot.quantity)
        if quantity > 0:
            orders.append(Order(holding, quantity, trade.day))
            left -= quantity
    return orders


def orders_left(planned: Sequence[Order], asked: Sequence[Order]) -> list[Order]:
    """The planned sales less what the trade takes of their lots: a lot is not sold twice."""
    taken = {order.holding.lot.lot_id: order.quantity for order in asked}
    left = []
    for order in planned:
        lot = order.holding.lot
        still_there = lot.quantity - taken.get(lot.lot_id, ZERO)
        if order.quantity <= still_there:
            left.append(order)
        elif still_there > 0:
            left.append(Order(order.holding, still_there, order.sold))
    return left
