"""Sales that add little for what they turn over: a difference in price on the way back would take all of it.

A loss of five thousand dollars in a fund worth nine hundred thousand is a loss to the law, and worth taking by the
objective. But whoever sells that much and buys it back pays more than `round_trip_cost` as soon as prices move by a
thousandth in between, which no assumption of ours counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from planner.domain.errors import Caution
from planner.optimizer.annotate.edge_sales import WEIGHED
from planner.optimizer.question import Question
from planner.optimizer.verify.evaluate import Evaluation, evaluate
from planner.optimizer.verify.sale_figures import SaleFigures
from planner.optimizer.verify.wash_matching import ChainedSale
from rules.terms import ZERO

THIN = Decimal("0.001")  # of proceeds: a sale of shares that are 1% down, at 20% now and 9.2% later, adds as much
MATTERS = Decimal(25_000)  # dollars of proceeds: below, such sales add 25 dollars at most, and each small one says so
NAMED = 4  # symbols


def turnover_cautions(question: Question, evaluation: Evaluation, added: Mapping[str, Decimal]) -> Iterator[Caution]:
    """One warning of the sales that each add less than a thousandth of their proceeds, where these come to much.

    Of more sales than are weighed alone, all that no one asked for are looked at together.
    """
    asked_for = question.case.household.plan_limits.duties
    one_by_one = len(evaluation.sales) <= WEIGHED
    thin: list[SaleFigures] = []
    rest: list[SaleFigures] = []
    for sale in evaluation.sales:
        chosen = _is_thin(sale, added) if one_by_one else sale.order.holding.lot.lot_id not in asked_for
        (thin if chosen else rest).append(sale)
    proceeds = sum((sale.proceeds for sale in thin), ZERO)
    if proceeds < MATTERS:
        return
    try:
        without = evaluate(question.setting, [sale.order for sale in rest], question.baseline)
    except ChainedSale:
        return
    adds = evaluation.benefit.total - without.benefit.total
    if adds < THIN * proceeds:
        yield Caution("thin_benefit", _said(thin, proceeds, max(adds, ZERO)), _largest(thin))


def _is_thin(sale: SaleFigures, added: Mapping[str, Decimal]) -> bool:
    adds = added.get(sale.order.holding.lot.lot_id)
    return adds is not None and adds < THIN * sale.proceeds


def _said(thin: list[SaleFigures], proceeds: Decimal, adds: Decimal) -> str:
    by_size = sorted(thin, key=lambda sale: -sale.proceeds)
    symbols = list(dict.fromkeys(sale.order.holding.lot.symbol for sale in by_size))
    more = f" and {len(symbols) - NAMED} more" if len(symbols) > NAMED else ""
    share = 100 * adds / proceeds
    return (
        f"{', '.join(symbols[:NAMED])}{more}: selling ${proceeds:,.2f} adds only ${adds:,.2f} of net benefit, "
        f"{share:.3f}% of it; prices that differ by so much between selling and buying back would take it all. "
        "Such costs can be counted with `round_trip_cost`, `cost_per_sale` and `waiting_cost` in [assumptions], and "
        "sales limited with `max_turnover` or `minimum_loss` in [plan]."
    )


def _largest(thin: list[SaleFigures]) -> str:
    return max(thin, key=lambda sale: sale.proceeds).order.holding.lot.lot_id
