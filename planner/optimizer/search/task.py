"""What a search works on, and what it finds."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from planner.domain.plan_limits import PlanLimits
from planner.optimizer.candidate_rows import CandidateRows
from planner.optimizer.program.economy import Economy
from planner.optimizer.program.wash_groups import Coupling
from planner.optimizer.verify.lot_terms import LotTerms

GAP = 0.001  # dollars at which the solver may stop: a tenth of a cent


class OutOfTimeError(Exception):
    """Time ran out before any plan was found that keeps the limits."""


@dataclass(frozen=True, slots=True)
class Infeasible:
    """No values satisfy the constraints, as one engine says."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan that someone has thought of: quantities by row, and the planned purchases that it cancels."""

    sold: Mapping[int, float]
    cancelled: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PricePoint:
    """Prices of a dollar of each sum by its name, and rents of the limits in their order."""

    prices: Mapping[str, float]
    rents: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Quantities by row, purchases canceled, and what that costs, in dollars.

    No plan costs less than `bound`: prices alone prove it, or two engines or two scalings agree on it. `points` are
    where the pieces of the year are highest, the lowest piece first: there the certificate begins. `ended`: by itself,
    with no part of the search cut short by the time.
    """

    quantities: dict[int, Decimal]
    cost: float
    bound: float
    cancelled: frozenset[str] = frozenset()
    exact: bool = True  # what was searched is the law, or cheaper by cents
    points: Sequence[PricePoint] = ()
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """Everything the search works on; `deadline` is when it must stop, on the monotonic clock.

    `idle` is the cost of a year in which nothing is sold and nothing canceled, in dollars. `lot_terms`
    are what the certificate says of lots and groups, on whatever days; `every_day` is whether the days offered are
    enough for every order of sales. `proposals` are plans to begin with.
    """

    economy: Economy
    lots: CandidateRows
    couplings: Sequence[Coupling]
    plan_limits: PlanLimits
    deadline: float
    idle: float
    lot_terms: LotTerms
    every_day: bool = True
    proposals: Sequence[Proposal] = ()

    @property
    def seconds(self) -> float:
        return self.deadline - time.monotonic()
