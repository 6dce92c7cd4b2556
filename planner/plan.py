"""The answer: what to sell, what it saves, what it opens, what was held back. Money in cents-exact dollars."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from planner.refusals import Caution
from rules.liability import Liability
from rules.terms import ZERO, AssetClass, Character

Day = date  # a class with a field `date` cannot use that name for the types of its later fields


class Status(StrEnum):
    """Proven: the search ended and `bound` says how much better any plan could be. Unproven: time ran out."""

    PROVEN = "proven"
    UNPROVEN = "unproven"


@dataclass(frozen=True, slots=True)
class Sale:
    """A sale the plan proposes. `gain` is proceeds less basis, signed, before § 1091.

    `disallowed_loss` is all that § 1091 disallows; `permanently_lost` the part no replacement's basis keeps.
    `rebuy_on` is the first day a repurchase cannot wash it; None where no wash-sale rule applies.
    """

    lot_id: str
    account: str
    symbol: str
    asset_class: AssetClass
    date: date
    quantity: Decimal
    proceeds: Decimal
    basis: Decimal
    gain: Decimal
    character: Character
    disallowed_loss: Decimal = ZERO
    permanently_lost: Decimal = ZERO
    reason: str = ""
    rebuy_on: Day | None = None
    whole_lot: bool = True
    long_term_on: Day | None = None  # the first long-term day, where it is still to come

    @property
    def recognized_gain(self) -> Decimal:
        return self.gain + self.disallowed_loss


@dataclass(frozen=True, slots=True)
class Benefit:
    """The objective and its parts (contract, "What best means"), each to the cent; `total` is their sum."""

    tax_saved: Decimal
    carryover_value: Decimal
    deferred_tax: Decimal
    trading_cost: Decimal
    bound: Decimal

    @property
    def total(self) -> Decimal:
        return self.tax_saved + self.carryover_value - self.deferred_tax - self.trading_cost

    @property
    def gap(self) -> Decimal:
        """By how much at most a better plan could exceed this one; never negative."""
        return max(self.bound - self.total, ZERO)


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A lot that might have been sold and is not. `until` is the day the reason ends, where it does."""

    lot_id: str
    symbol: str
    gain: Decimal | None
    reason: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """Days, both included, on which a purchase in any account of the household would wash a loss sale."""

    symbol: str
    first: date
    last: date
    safe_on: date
    because: str


@dataclass(frozen=True, slots=True)
class Cancellation:
    """A planned purchase to cancel; `saves` is what cancelling is worth in `Benefit.total`."""

    date: date
    account: str
    symbol: str
    quantity: Decimal
    saves: Decimal


@dataclass(frozen=True, slots=True)
class NearLongTerm:
    """A held lot that turns long-term soon."""

    lot_id: str
    symbol: str
    gain: Decimal | None
    on: date


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a person needs to act and an accountant to check."""

    tax_year: int
    as_of: date
    sale_date: date
    scenario: str | None
    status: Status
    baseline: Liability
    planned: Liability
    benefit: Benefit
    sales: tuple[Sale, ...] = ()
    held_back: tuple[HeldBack, ...] = ()
    windows: tuple[Window, ...] = ()
    cancellations: tuple[Cancellation, ...] = ()
    cautions: tuple[Caution, ...] = ()
    near_long_term: tuple[NearLongTerm, ...] = field(default=())
