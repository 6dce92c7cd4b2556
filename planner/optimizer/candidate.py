"""A lot and a day on which it may be sold, at what consequence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from planner.domain.portfolio import Holding
from planner.optimizer.verify.sale_figures import SaleFigures
from rules.quickly_made import quickly_made
from rules.terms import ZERO, Owner


@quickly_made
@dataclass(frozen=True, slots=True)
class Candidate:
    """A lot and a day on which it may be sold. `whole` is what selling all of it comes to, before § 1091.

    `step` is the smallest quantity by which a sale of a part can differ; `identity` the lot's § 1091 key, None where
    the section does not reach it; `smallest` the least quantity a sale may have (`minimum_loss`). `owner` is whose it
    is; `duty` is how much of the lot the plan has to sell, on one day or another. `cost_rate` is what a dollar of
    proceeds costs, waiting for the day included, and `charge` what the sale costs however small. `portion`: so much of
    the lot is at stake, and no more (`exactly`); None for all of it.
    """

    holding: Holding
    whole: SaleFigures
    step: Decimal
    cost_rate: Decimal
    identity: str | None
    smallest: Decimal
    duty: Decimal = ZERO
    owner: Owner = Owner.TAXPAYER
    charge: Decimal = ZERO
    portion: Decimal | None = None

    @property
    def must(self) -> bool:
        """Whether the plan has to sell any of the lot."""
        return self.duty > 0

    @property
    def lot_id(self) -> str:
        return self.holding.lot.lot_id

    @property
    def sold(self) -> date:
        return self.whole.order.sold

    @property
    def quantity(self) -> Decimal:
        return self.holding.lot.quantity if self.portion is None else self.portion

    @property
    def basket(self) -> int:
        """Which of the three sums its gain enters (`SaleFigures.basket`)."""
        return self.whole.basket

    def rounded(self, quantity: Decimal) -> Decimal:
        """The nearest quantity that can be sold: whole steps of a part, or the whole lot."""
        part = min((quantity / self.step).to_integral_value() * self.step, self.quantity)
        return part if abs(quantity - part) < self.quantity - quantity else self.quantity


def whole_steps(quantity: Decimal, step: Decimal) -> int:
    """How many whole steps a quantity holds."""
    return int((quantity / step).to_integral_value(ROUND_FLOOR))
