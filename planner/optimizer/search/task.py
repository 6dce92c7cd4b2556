"""What a search works on, and what it finds."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from planner.domain.plan_limits import PlanLimits
from planner.optimizer.candidates import Candidate
from planner.optimizer.program.program import Economy
from planner.optimizer.program.wash_groups import Coupling

GAP = 0.001  # dollars at which the solver may stop: a tenth of a cent


class OutOfTimeError(Exception):
    """Time ran out before any plan was found. `bound` is still below the cost of every plan, in dollars."""

    def __init__(self, bound: float) -> None:
        self.bound = bound
        super().__init__(bound)


@dataclass(frozen=True, slots=True)
class Found:
    """Quantities by candidate's index, and what the solver says of them: cost and bound in dollars.

    `unwashed` is a bound for these lots if § 1091 did not reach the plan's sales, where one was found.
    """

    quantities: dict[int, Decimal]
    cost: float
    bound: float
    ended: bool
    cancelled: frozenset[str] = frozenset()
    unwashed: float = -math.inf
    exact: bool = True  # what was searched is the law, or cheaper by cents


@dataclass(frozen=True, slots=True)
class Task:
    """Everything the search works on; `seconds` is when it must stop, on the monotonic clock.

    `idle` is the cost of a year in which nothing is sold and nothing called off, in dollars.
    """

    economy: Economy
    lots: Sequence[Candidate]
    couplings: Sequence[Coupling]
    plan_limits: PlanLimits
    deadline: float
    idle: float

    @property
    def seconds(self) -> float:
        return self.deadline - time.monotonic()
