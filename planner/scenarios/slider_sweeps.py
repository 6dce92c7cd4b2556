"""What the best plan would be under another year of use, turnover or number of sales: the values of the page's sliders.

A page asks nothing of any program, so all of it is planned beforehand. A household of many lots goes without.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_UP, Decimal

from planner.analysis.comparison import Sweep
from planner.analysis.totals import total_of
from planner.domain.case import Case
from planner.domain.plan import Plan
from planner.optimizer import SECONDS
from planner.scenarios.sweep import sweep_case
from planner.scenarios.workers import Told, silent

YEARS = "assumptions.years_to_use_carryover"
TURNOVER = "plan.max_turnover"
SALES = "plan.max_sales"
MOST_LOTS = 150  # held; above it the plans would take minutes
_YEARS = tuple(map(Decimal, (1, 3, 5, 10, 15, 20)))
_PARTS = tuple(map(Decimal, ("0.1", "0.25", "0.5", "0.75", "1")))
_FEW = (1, 2, 3, 5, 8, 12, 20)
_ROUND = Decimal(100)  # dollars


def slider_sweeps(case: Case, plan: Plan, *, seconds: float = SECONDS, told: Told = silent) -> tuple[Sweep, ...]:
    """A sweep for each slider; none where nothing is sold, the sales are prescribed, or the lots are many."""
    limits = case.household.plan_limits
    if not plan.sales or limits.exactly or len(case.holdings) > MOST_LOTS:
        return ()
    return tuple(sweep_case(case, key, values, seconds=seconds, told=told) for key, values in _moved(plan))


def _moved(plan: Plan) -> Iterator[tuple[str, tuple[Decimal, ...]]]:
    """The keys, and the values that tell something of this plan: no more sales or turnover than it has."""
    total = total_of(plan.sales)
    if plan.planned.carryover_short + plan.planned.carryover_long > 0:
        yield YEARS, _YEARS
    parts = (_rounded(total.proceeds * part) for part in _PARTS)
    yield TURNOVER, tuple(dict.fromkeys(parts))
    few = [Decimal(number) for number in _FEW if number < total.lots]
    if few:
        yield SALES, (*few, Decimal(total.lots))


def _rounded(dollars: Decimal) -> Decimal:
    """Up to the next hundred dollars, so that the last value allows the plan itself."""
    return (dollars / _ROUND).quantize(Decimal(1), ROUND_UP) * _ROUND
