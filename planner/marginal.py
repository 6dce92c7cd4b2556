"""What the next dollar of loss, or of gain, is worth: a staircase whose steps follow from the law, not from samples."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from rules.terms import ZERO, Character


class Side(StrEnum):
    """Dollars of loss taken, or dollars of gain taken."""

    LOSS = "loss"
    GAIN = "gain"


@dataclass(frozen=True, slots=True)
class Rung:
    """Dollars that are all worth the same. `start` and `end` count dollars along the staircase; `end` None: for ever.

    Per dollar of loss (or of gain): the three taxes it saves (a gain's are negative: it costs them), by how much it
    raises the loss carried to next year, what that is worth, and the tax that only comes later (a gain's is negative:
    it spares it). `why` says what the dollar does, in words such as "offsets long-term gain".
    """

    start: Decimal
    end: Decimal | None
    income_tax_saved: Decimal
    niit_saved: Decimal
    state_tax_saved: Decimal
    carried: Decimal
    carryover_value: Decimal
    deferred_tax: Decimal
    why: str

    @property
    def tax_saved(self) -> Decimal:
        """Of this year's tax, dollars per dollar."""
        return self.income_tax_saved + self.niit_saved + self.state_tax_saved

    @property
    def worth(self) -> Decimal:
        """What a dollar adds to `Benefit.total`, before the cost of trading."""
        return self.tax_saved + self.carryover_value - self.deferred_tax

    @property
    def length(self) -> Decimal | None:
        """Dollars from one end to the other; None where it goes on for ever."""
        return None if self.end is None else self.end - self.start


@dataclass(frozen=True, slots=True)
class MarginalStaircase:
    """The rungs in order, from the first dollar on. The other character stays what the plan makes of it.

    For losses the first dollar is the first the plan could take, and `plan_at` how many dollars of loss of this
    character it takes (recognised, after § 1091; zero where it takes gains on balance). For gains the first dollar is
    the first beyond the plan, and `plan_at` is zero.
    """

    side: Side
    character: Character
    rungs: tuple[Rung, ...]
    plan_at: Decimal = ZERO

    def rung_at(self, dollars: Decimal) -> Rung:
        """The rung on which the next dollar after so many stands."""
        return next(rung for rung in self.rungs if rung.end is None or dollars < rung.end)

    @property
    def next_dollar(self) -> Rung:
        """What one dollar more than the plan takes would be worth."""
        return self.rung_at(self.plan_at)


@dataclass(frozen=True, slots=True)
class Marginal:
    """The staircases at a plan: of losses and of gains, short-term and long-term."""

    short_loss: MarginalStaircase
    long_loss: MarginalStaircase
    short_gain: MarginalStaircase
    long_gain: MarginalStaircase

    @property
    def losses(self) -> tuple[MarginalStaircase, MarginalStaircase]:
        return self.short_loss, self.long_loss

    @property
    def gains(self) -> tuple[MarginalStaircase, MarginalStaircase]:
        return self.short_gain, self.long_gain
