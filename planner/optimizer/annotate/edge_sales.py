"""Sales that add next to nothing: what the plan would be worth without each, everything else as it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from planner.domain.plan import Sale
from planner.domain.plan_limits import PlanLimits
from planner.optimizer.annotate.time_left import TimeLeft
from planner.optimizer.question import Question
from planner.optimizer.verify.evaluate import Evaluation, judge, totals
from planner.optimizer.verify.sale_figures import SaleFigures
from planner.optimizer.verify.setting import Setting
from planner.optimizer.verify.wash_matching import ChainedSale, after_wash_sales
from rules.liability import Liability

LITTLE = Decimal(5)  # dollars: a sale that adds less is hardly worth the trouble, and says so
WEIGHED = 500  # sales; beyond so many, weighing each would cost more time than it is worth


def weighed(question: Question, evaluation: Evaluation, left: TimeLeft) -> dict[str, Decimal]:
    """What each sale adds to the plan, by its lot: of up to so many sales, and of those that no one asked for."""
    if len(evaluation.sales) > WEIGHED:
        return {}
    limits = question.case.household.plan_limits
    asked_for = {*limits.duties, *_needed(limits, evaluation)}
    added = _added(question.setting, evaluation, question.baseline, left)
    return {lot_id: adds for lot_id, adds in added if lot_id not in asked_for}


def with_edges(sales: tuple[Sale, ...], added: Mapping[str, Decimal]) -> tuple[Sale, ...]:
    """The sales, with those marked that add less than five dollars."""
    return tuple(
        _marked(sale, adds) if (adds := added.get(sale.lot_id)) is not None and adds < LITTLE else sale
        for sale in sales
    )


def _needed(limits: PlanLimits, evaluation: Evaluation) -> Iterator[str]:
    """Sales without which less would be raised than the household needs."""
    sales = [(sale.order.holding.lot, sale.proceeds) for sale in evaluation.sales]
    for limit in limits.sums:
        if limit.at_least:
            spare = -limit.missed(sales)
            yield from (lot.lot_id for lot, proceeds in sales if limit.where.covers(lot) and proceeds > spare)


def _marked(sale: Sale, adds: Decimal) -> Sale:
    return replace(sale, edge=True, reason=f"{sale.reason}; adds only ${max(adds, Decimal(0)):,.2f} of net benefit")


def _added(
    setting: Setting, evaluation: Evaluation, baseline: Liability, left: TimeLeft
) -> Iterator[tuple[str, Decimal]]:
    """By how much the plan would be worth less without each sale."""
    sums = totals(setting, evaluation.sales)
    alike: dict[str | None, list[SaleFigures]] = defaultdict(list)
    for sale in evaluation.sales:
        alike[setting.identity(sale.order.holding)].append(sale)
    for identity, its in alike.items():
        for sale in its:
            if left.is_over():
                return
            out, into = [sale], list[SaleFigures]()
            if identity is not None and len(its) > 1:
                others = [other.before_wash_sales for other in its if other is not sale]
                try:
                    out, into = its, after_wash_sales(setting, others)
                except ChainedSale:
                    continue
            _, without = judge(setting, baseline, sums.changed(totals(setting, out), totals(setting, into)))
            yield sale.order.holding.lot.lot_id, evaluation.benefit.total - without.total
