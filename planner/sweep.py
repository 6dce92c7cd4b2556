"""One number of household.toml moved over a range: what the best plan is worth at each of its values."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from planner.plan import Benefit, Status
from planner.refusals import Refusal


@dataclass(frozen=True, slots=True)
class SweepPoint:
    """The best plan at one value of the key; `benefit` and `status` None, and the refusals, where there is none.

    `total_tax` is the year's tax with the plan, `proceeds` the plan's turnover, both dollars.
    """

    value: Decimal
    benefit: Benefit | None
    status: Status | None
    sales: int
    proceeds: Decimal
    total_tax: Decimal | None
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Sweep:
    """The key (`plan.max_turnover`), what it is in the household as given (None: not written), and the points in order.

    `comparable`: the key changes only what the plan may do, so that worths may be held against one another.
    """

    key: str
    as_given: Decimal | None
    points: tuple[SweepPoint, ...]
    comparable: bool

    @property
    def values(self) -> tuple[Decimal, ...]:
        return tuple(point.value for point in self.points)
