"""What the plan's own sales would be worth on the first session of next year instead.

A loss of January is netted there against what is carried into that year, and is worth what the schedule of carryovers
makes of it (contract, "What best means"). The windows are those of January: what is bought 30 days before and after.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from planner.domain.case import Case
from planner.domain.plan import Cancellation, January
from planner.domain.sale_costs import SaleCosts
from planner.domain.trading_days import first_session
from planner.ledger.replacement_purchases import purchases_between
from planner.optimizer.question import Question
from planner.optimizer.verify.evaluate import Evaluation, worth_next_year
from planner.optimizer.verify.sale_figures import Order, SaleFigures, figures
from planner.optimizer.verify.setting import Setting, with_purchases
from planner.optimizer.verify.wash_matching import ChainedSale, after_wash_sales
from rules.terms import ZERO, AssetClass, to_cents
from rules.wash_sale import wash_window

MOST_SALES = 5_000  # beyond so many, valuing each again would take longer than it is worth


def in_january(question: Question, evaluation: Evaluation, cancellations: Sequence[Cancellation]) -> January | None:
    """The plan's sales in January: net loss or gain, and what they would be worth in `Benefit.total`.
    Of the purchases around January only those are canceled that the plan names: whoever follows it cancels no other.

    None where January is allowed anyway, without sales, or where they are too many or a chain (L-27).
    """
    case, setting = question.case, question.setting
    if case.household.plan_limits.january or not evaluation.sales or len(evaluation.sales) > MOST_SALES:
        return None
    year = case.household.taxpayer.tax_year
    then = _with_purchases_of_january(case, setting, year, cancellations, question.so_far.used)
    try:
        sales = after_wash_sales(then, [_then(sale, year) for sale in evaluation.sales])
    except ChainedSale:
        return None
    recognized = sum((sale.recognized_gain for sale in sales), ZERO)
    carried = question.baseline.carryover_short + question.baseline.carryover_long
    net = carried - recognized
    assumptions = setting.assumptions
    value = worth_next_year(setting, net) - setting.carryover.of(carried)
    given_up = sum((sale.permanently_lost - sale.recognized_gain for sale in sales), ZERO)
    deferred = to_cents(assumptions.deferral_rate * given_up)
    worth = to_cents(value) - deferred - to_cents(_trading(setting, sales))
    return January(net_loss=max(-recognized, ZERO), net_gain=max(recognized, ZERO), value=worth)


def put_off_to_january(setting: Setting, evaluation: Evaluation, *, allowed: bool) -> January | None:
    """The plan's sales that are put off: what they net to, and what they add to `carryover_value`; nothing where none
    is. None where no sale may be put off."""
    if not allowed:
        return None
    year = setting.facts.law.year
    put_off = [sale.recognized_gain for sale in evaluation.sales if sale.order.sold.year > year]
    gain = sum(put_off, ZERO)
    carried = evaluation.year.carryover_short + evaluation.year.carryover_long
    value = to_cents(worth_next_year(setting, carried - gain) - setting.carryover.of(carried))
    return January(net_loss=max(-gain, ZERO), net_gain=max(gain, ZERO), value=value)


def _then(sale: SaleFigures, year: int) -> SaleFigures:
    order = sale.order
    return figures(Order(order.holding, order.quantity, first_session(year, order.holding.lot.asset_class)))


def _with_purchases_of_january(
    case: Case,
    setting: Setting,
    year: int,
    cancellations: Sequence[Cancellation],
    used: Mapping[str, Decimal],
) -> Setting:
    """The setting with the purchases around January's first sessions, without those that the plan cancels."""
    first = first_session(year, AssetClass.CRYPTO)
    last = first_session(year, AssetClass.STOCK)
    off = {(named.date, named.account, named.symbol, named.quantity) for named in cancellations}
    found = purchases_between(case, wash_window(first)[0], wash_window(last)[1], used=used)
    kept = [
        shares
        for planned, shares in found.cancelable
        if (planned.date, planned.account, planned.symbol, planned.quantity) not in off
    ]
    past = replace(setting.past, losses=())  # what the purchases do to losses already taken is the same either way
    return with_purchases(replace(setting, past=past), [*found.fixed, *kept])


def _trading(setting: Setting, sales: Sequence[SaleFigures]) -> Decimal:
    costs = SaleCosts(setting.assumptions, setting.first_day)
    return sum(
        (
            sale.proceeds * costs.rate(sale.order.holding.lot.asset_class, sale.order.sold) + costs.charge
            for sale in sales
        ),
        ZERO,
    )
