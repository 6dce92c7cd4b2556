"""Bounds that hold for every plan, found without a tree of cases."""

from __future__ import annotations

import math
from collections.abc import Sequence

from planner.optimizer.program.build import priced_year
from planner.optimizer.program.program import UNIT
from planner.optimizer.program.tax_regimes import Sums
from planner.optimizer.program.wash_groups import Crowd
from planner.optimizer.search.shadow_prices import most_worth
from planner.optimizer.search.solver import Solved, solve
from planner.optimizer.search.task import GAP, Task


def priced_bound(task: Task, crowds: Sequence[Crowd], prices: Sums) -> tuple[float, bool]:
    """No plan costs less: the cheapest year when a dollar of loss costs `prices`, less the most the lots can bring, and
    the most that losses already taken can bring by being washed."""
    low, high = [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]
    for lot in task.lots:
        gain = float(lot.whole.gain)
        low[lot.basket] += min(0.0, gain)
        high[lot.basket] += max(0.0, gain)
    washing = 0.0
    for loss in (loss for group in task.couplings for loss in group.past):
        washing += max(0.0, task.economy.deferral - prices[loss.basket]) * loss.loss * loss.quantity
        high[loss.basket] += loss.loss * loss.quantity
    problem = priced_year(task.economy, prices, list(zip(low, high, strict=True)))
    year = solve(problem, max(1.0, task.seconds), GAP / UNIT)
    if not isinstance(year, Solved):
        return -math.inf, False
    return year.bound * UNIT - washing - most_worth(task.lots, crowds, task.economy, prices), year.proven
