"""Which purchases of the household may wash a sale: shares bought and still held, and shares still to be bought.

Shares bought inside the window and sold again before the loss sale do not count (interpretation I-01, C1), so what
matters is what is held: lots acquired in the window, in every account, and purchases that a transactions file shows
and no lots file explains (an IRA for which only a history is given).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from planner.case import Case
from planner.household import Account, PlannedPurchase
from planner.portfolio import Transaction
from rules.assets import classify
from rules.digital_assets import reached_by_1091
from rules.terms import ZERO, AccountKind, AssetClass, ReplacementPurchase

ACQUISITIONS = frozenset(
    {"buy", "reinvest", "vest", "exercise"}
)  # § 1091(a) "acquired": by purchase or taxable exchange
REMOVALS = frozenset({"sell", "transfer_out", "gift_out"})

Held = tuple[str, str, date]  # account, symbol, day bought


@dataclass(frozen=True, slots=True)
class HouseholdPurchases:
    """Purchases that may wash a sale. `cancelable` are planned ones the user may still call off."""

    fixed: tuple[ReplacementPurchase, ...]
    cancelable: tuple[tuple[PlannedPurchase, ReplacementPurchase], ...]


def purchases_between(case: Case, first: date, last: date) -> HouseholdPurchases:
    """Every purchase from `first` to `last`, both included, whose shares are, or will be, held.

    Only of what § 1091 reaches: coins held directly replace nothing (unless `[wash_sale] crypto` supposes so).
    """
    reached = _Reach(case)
    accounts = {account.name: account for account in case.household.accounts}
    held = [p for p in _held_lots(case, accounts, first, last) if reached(p.account, p.symbol)]
    unexplained = [p for p in _history_without_lots(case, accounts, first, last, held) if reached(p.account, p.symbol)]
    fixed: list[ReplacementPurchase] = [*held, *unexplained]
    cancelable: list[tuple[PlannedPurchase, ReplacementPurchase]] = []
    for n, planned in enumerate(case.household.planned_purchases):
        if not first <= planned.date <= last or planned.date < case.as_of:
            continue
        if not reached(planned.account, planned.symbol):
            continue
        purchase = ReplacementPurchase(
            purchase_id=f"planned:{n + 1}",
            account=planned.account,
            account_kind=_kind(accounts, planned.account),
            symbol=planned.symbol,
            acquired=planned.date,
            quantity=planned.quantity,
        )
        if planned.cancelable:
            cancelable.append((planned, purchase))
        else:
            fixed.append(purchase)
    return HouseholdPurchases(tuple(fixed), tuple(cancelable))


class _Reach:
    """Whether § 1091 reaches a symbol bought in an account: by the class the files give it there, else by its name."""

    def __init__(self, case: Case) -> None:
        self._crypto = case.household.wash_sale.crypto
        self._class: dict[tuple[str, str], AssetClass] = {}
        for transaction in case.transactions:
            if transaction.asset_class is not None:
                self._class[transaction.account, transaction.symbol] = transaction.asset_class
        for holding in case.holdings:
            self._class[holding.lot.account, holding.lot.symbol] = holding.lot.asset_class

    def __call__(self, account: str, symbol: str) -> bool:
        asset_class = self._class.get((account, symbol)) or classify(symbol) or AssetClass.STOCK
        return reached_by_1091(symbol, asset_class, crypto_covered=self._crypto)


def _held_lots(case: Case, accounts: dict[str, Account], first: date, last: date) -> Iterable[ReplacementPurchase]:
    for holding in case.holdings:
        bought, lot = holding.bought, holding.lot
        if bought is None or lot.inherited or not first <= bought <= last:
            continue
        yield ReplacementPurchase(
            purchase_id=lot.lot_id,
            account=lot.account,
            account_kind=_kind(accounts, lot.account),
            symbol=lot.symbol,
            acquired=bought,
            quantity=lot.quantity,
            lot_id=lot.lot_id,
        )


def _history_without_lots(
    case: Case, accounts: dict[str, Account], first: date, last: date, held: Iterable[ReplacementPurchase]
) -> Iterable[ReplacementPurchase]:
    """Shares that a history says were bought in the window and that no lot accounts for, less what was sold since."""
    explained: dict[Held, Decimal] = defaultdict(lambda: ZERO)
    for purchase in held:
        explained[purchase.account, purchase.symbol, purchase.acquired] += purchase.quantity
    bought: dict[Held, Decimal] = defaultdict(lambda: ZERO)
    for transaction in _still_held(case.transactions, first, last):
        bought[transaction.account, transaction.symbol, transaction.date] += transaction.quantity
    for (account, symbol, day), quantity in sorted(bought.items()):
        missing = quantity - explained[account, symbol, day]
        if account in accounts and accounts[account].lots:
            missing -= _sold_since(case.transactions, account, symbol, day)
        if missing > 0:
            yield ReplacementPurchase(
                purchase_id=f"{account}:{symbol}:{day}",
                account=account,
                account_kind=_kind(accounts, account),
                symbol=symbol,
                acquired=day,
                quantity=missing,
            )


def _still_held(transactions: Iterable[Transaction], first: date, last: date) -> Iterable[Transaction]:
    """Purchases inside the window, each reduced by the sales of its own lot.

    Only a sale that names its lot can be told to have sold these shares; the others are first in, first out within
    the account (Reg. § 1.1012-1(c)(1)) and so come from older shares.
    """
    sold_from: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    for transaction in transactions:
        if transaction.action in REMOVALS and transaction.lot_id is not None:
            sold_from[transaction.account, transaction.lot_id] += transaction.quantity
    for transaction in transactions:
        if transaction.action not in ACQUISITIONS or not first <= transaction.date <= last:
            continue
        gone = sold_from[transaction.account, transaction.lot_id] if transaction.lot_id is not None else ZERO
        left = transaction.quantity - gone
        if left > 0:
            yield replace(transaction, quantity=left)


def _sold_since(transactions: Iterable[Transaction], account: str, symbol: str, day: date) -> Decimal:
    """Shares sold without a named lot since that day: where lots are listed and lack the purchase, these explain it."""
    return sum(
        (
            t.quantity
            for t in transactions
            if t.account == account and t.symbol == symbol and t.date >= day
            if t.action in REMOVALS and t.lot_id is None
        ),
        ZERO,
    )


def _kind(accounts: dict[str, Account], name: str) -> AccountKind:
    account = accounts.get(name)
    return account.kind if account is not None else AccountKind.TAXABLE
