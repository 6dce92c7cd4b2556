"""What a plan asks its household to watch: days on which no one buys, what is scheduled then, what to hold instead."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from planner.analysis.replacements import replacements_for, why_none
from planner.domain.case import Case
from planner.domain.plan import DoubleUp, Scheduled, Window
from planner.domain.swaps import Replacements
from planner.domain.trading_days import last_trading_day, previous_trading_day
from planner.ledger.open_windows import one_name, windows_of
from planner.ledger.replacement_purchases import called_off_as, planned_purchase
from planner.optimizer.verify.evaluate import Evaluation, judge, totals
from planner.optimizer.verify.sale_figures import SaleFigures
from planner.optimizer.verify.setting import Setting, with_purchases
from planner.optimizer.verify.wash_matching import ChainedSale, after_wash_sales, replaced
from rules.liability import Liability
from rules.substantially_identical import IdenticalGroups, spelling
from rules.terms import ZERO, ReplacementPurchase
from rules.wash_sale import last_day_to_double_up, wash_window


def losses(setting: Setting, sales: Iterable[SaleFigures]) -> list[SaleFigures]:
    """The sales at a loss that § 1091 reaches: a purchase could wash them."""
    return [sale for sale in sales if sale.gain < 0 and setting.identity(sale.order.holding) is not None]


def windows(
    case: Case,
    setting: Setting,
    evaluation: Evaluation,
    to_sell: Sequence[SaleFigures],
    baseline: Liability,
    already_open: Iterable[Window],
) -> tuple[Window, ...]:
    """For each security sold at a loss, by the plan (`to_sell`, as `losses` has them) or already, the days on which a
    purchase anywhere would wash it."""
    planned: dict[str, list[SaleFigures]] = defaultdict(list)
    so_far = [window for window in already_open if window.identical_to is None]
    names = one_name([*(sale.order.holding.lot.symbol for sale in to_sell), *(window.symbol for window in so_far)])
    for sale in to_sell:
        planned[names[sale.order.holding.lot.symbol]].append(sale)
    sold = {symbol: ({sale.order.sold for sale in sales}, _because(sales)) for symbol, sales in planned.items()}
    for earlier in so_far:
        symbol = names[earlier.symbol]
        days, because = sold.get(symbol, (set(), ""))
        because = f"{because}; {earlier.because}" if because else earlier.because
        sold[symbol] = (days.union(earlier.sold), because)
    opened = windows_of(sold, case)
    scheduled = _scheduled(case, setting, evaluation, to_sell, baseline) if opened else {}
    return tuple(
        replace(w, scheduled=tuple(s for s in scheduled.get(spelling(w.symbol), ()) if w.first <= s.date <= w.last))
        for w in opened
    )


def _groups(case: Case) -> IdenticalGroups:
    return IdenticalGroups.of(case.household.wash_sale.identical, case.household.wash_sale.different)


def _because(sales: Sequence[SaleFigures]) -> str:
    loss = -sum((sale.gain for sale in sales), ZERO)
    lots = "1 lot" if len(sales) == 1 else f"{len(sales)} lots"
    first, last = min(sale.order.sold for sale in sales), max(sale.order.sold for sale in sales)
    when = f"on {last}" if first == last else f"from {first} to {last}"
    return f"{lots} sold {when} at a loss of ${loss:,.2f}"


# --- planned purchases that stay ---


def _scheduled(
    case: Case, setting: Setting, evaluation: Evaluation, to_sell: Sequence[SaleFigures], baseline: Liability
) -> dict[str, list[Scheduled]]:
    """The planned purchases that the plan leaves as they are, by the symbol that each stands for."""
    found: dict[str, list[Scheduled]] = defaultdict(list)
    if not case.household.planned_purchases:
        return found
    washes = _washing(setting, to_sell)
    for purchase in setting.made:
        wish = planned_purchase(case.household, purchase)
        if wish is not None:
            costs = _costs(case, setting, evaluation, to_sell, baseline, purchase) if washes(purchase) else ZERO
            found[spelling(purchase.symbol)].append(
                Scheduled(wish.date, wish.account, wish.symbol, wish.quantity, costs, wish.cancelable)
            )
    for planned in found.values():
        planned.sort(key=lambda s: (s.date, s.account, s.symbol))
    return found


def _washing(setting: Setting, to_sell: Sequence[SaleFigures]) -> Callable[[ReplacementPurchase], bool]:
    """Whether a purchase replaces anything that is sold: without any other the plan would be worth the same."""
    left = {purchase.purchase_id: purchase.quantity for purchase in setting.purchases}
    washing = {called_off_as(made) for made in setting.made if left.get(made.purchase_id) != made.quantity}
    try:
        matches = list(replaced(setting, [sale.before_wash_sales for sale in to_sell]))
    except ChainedSale:
        return lambda purchase: True
    by_id = {purchase.purchase_id: called_off_as(purchase) for purchase in setting.purchases}
    washing |= {by_id[match.purchase_id] for match in matches}
    return lambda purchase: called_off_as(purchase) in washing


def _costs(
    case: Case,
    setting: Setting,
    evaluation: Evaluation,
    to_sell: Sequence[SaleFigures],
    baseline: Liability,
    purchase: ReplacementPurchase,
) -> Decimal | None:
    """By how much more the plan would be worth without this purchase; for an option, without the shares it stands for.

    Only the sales of what it replaces are worked out again.
    """
    wish = planned_purchase(case.household, purchase)
    without = with_purchases(setting, [p for p in setting.made if planned_purchase(case.household, p) is not wish])
    key = setting.identity_of_symbol(purchase.symbol)
    out = [sale for sale in to_sell if setting.identity(sale.order.holding) == key]
    try:
        into = after_wash_sales(without, [sale.before_wash_sales for sale in out])
    except ChainedSale:
        return None
    changed = totals(setting, evaluation.sales).changed(totals(setting, out), totals(setting, into))
    return judge(without, baseline, changed)[1].total - evaluation.benefit.total


# --- what to hold in the meantime ---


def replacements(
    case: Case, sold: Iterable[SaleFigures], to_sell: Iterable[SaleFigures], already_open: Iterable[Window]
) -> tuple[Replacements, ...]:
    """For every symbol sold at a loss, what keeps its exposure and washes none of the household's losses. `to_sell` are
    the plan's, as `losses` has them."""
    groups, choices = _groups(case), case.household
    sales: dict[str, list[SaleFigures]] = defaultdict(list)
    for sale in sold:
        if sale.gain < 0:
            sales[sale.order.holding.lot.symbol].append(sale)
    lost = {(sale.order.holding.lot.symbol, sale.order.sold) for sale in to_sell}
    lost |= {(w.symbol, day) for w in already_open if w.identical_to is None for day in w.sold}
    lost |= {(d.symbol, d.sold) for d in case.realized if d.proceeds < d.basis}  # where there is no ledger
    found = []
    for symbol, its in sorted(sales.items()):
        asset_class = its[0].order.holding.lot.asset_class
        candidates = replacements_for(
            symbol,
            asset_class,
            groups,
            choices.replacements,
            also_sold=_around(its, lost) - {symbol},
            crypto_covered=choices.wash_sale.crypto,
        )
        found.append(Replacements(symbol, candidates, None if candidates else why_none(symbol, asset_class)))
    return tuple(found)


def _around(sales: Sequence[SaleFigures], sold: Iterable[tuple[str, date]]) -> set[str]:
    """Symbols sold within 30 days of any of these sales: to buy one of them now could wash its own loss."""
    first, last = wash_window(min(s.order.sold for s in sales))[0], wash_window(max(s.order.sold for s in sales))[1]
    return {symbol for symbol, day in sold if first <= day <= last}


def double_up(case: Case) -> DoubleUp:
    """The last day to buy the replacement ahead of a loss sale in the year's last session."""
    last_session = last_trading_day(case.household.taxpayer.tax_year)
    return DoubleUp(last_session, previous_trading_day(last_day_to_double_up(last_session)))
