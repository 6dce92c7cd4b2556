"""Why a lot is sold or not, what each dollar of it is worth, and what would change the answer: figures, not words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from planner.analysis.marginal_value import Rung
from planner.domain.case import Case
from planner.domain.errors import Caution
from planner.domain.plan import Plan, Sale, Window
from planner.domain.portfolio import Holding
from planner.ledger.results import Disposition
from rules.terms import ZERO, Character


class Decision(StrEnum):
    """What becomes of a lot, and for which kind of reason it is kept.

    Held: it may be sold, and the plan leaves it. Barred: a constraint, a lock, or something unknown keeps it from being
    a candidate at all. Gain: it would be sold at a gain, which no one asked for. Outside: not a lot of this return."""

    SOLD = "sold"
    SOLD_IN_PART = "sold_in_part"
    HELD = "held"
    BARRED = "barred"
    GAIN = "gain"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class ExplanationStep:
    """A rung with what all its dollars together do to this year's tax and to the loss carried on, in cents."""

    rung: Rung
    tax_saved: Decimal
    carried: Decimal


@dataclass(frozen=True, slots=True)
class DollarSegment:
    """The dollars of a lot's recognized gain or loss, laid end to end after `after` other sales, with what each does.

    The rungs count from the lot's first dollar and end at its last; none where nothing is recognized. A rung's rates
    are per dollar and not rounded; the steps are in cents, and add up to what the plan says of the lot.
    """

    steps: tuple[ExplanationStep, ...]
    after: int

    @property
    def tax_saved(self) -> Decimal:
        return sum((step.tax_saved for step in self.steps), ZERO)

    @property
    def carried(self) -> Decimal:
        return sum((step.carried for step in self.steps), ZERO)

    @property
    def first_dollar(self) -> Rung:
        return self.steps[0].rung

    @property
    def last_dollar(self) -> Rung:
        return self.steps[-1].rung


@dataclass(frozen=True, slots=True)
class Worth:
    """A lot's part in a plan's net benefit: with it less without it, all other sales being as they are. In cents."""

    tax_saved: Decimal
    carryover_value: Decimal
    deferred_tax: Decimal
    trading_cost: Decimal

    @property
    def total(self) -> Decimal:
        return self.tax_saved + self.carryover_value - self.deferred_tax - self.trading_cost


@dataclass(frozen=True, slots=True)
class Matched:
    """Shares bought that replace shares of this lot, and the loss, positive, that they disallow. § 1091(b), (d)."""

    account: str
    symbol: str
    bought: date
    quantity: Decimal
    disallowed_loss: Decimal
    permanently_lost: bool
    rule: str


@dataclass(frozen=True, slots=True)
class Washing:
    """What buying the security back would do: as many units as the lot's sale, by anyone of the household.

    `first` to `last`, inclusive, are the days on which a purchase counts. `costs` is what the plan would be worth
    less, `costs_in_an_ira` the same where the loss is permanently lost.
    """

    first: date
    last: date
    safe_on: date
    quantity: Decimal
    disallowed_loss: Decimal
    costs: Decimal
    costs_in_an_ira: Decimal


@dataclass(frozen=True, slots=True)
class OtherDay:
    """The same lot sold on another day that was weighed: what the plan would be worth more (less: negative)."""

    day: date
    character: Character
    difference: Decimal
    disallowed_loss: Decimal


class Supposition(StrEnum):
    """What is changed before everything is planned again."""

    KEPT = "kept"
    SOLD = "sold"
    SELL = "plan.sell"
    KEEP = "plan.keep"
    SELL_GAINS = "plan.sell_gains"
    MINIMUM_LOSS = "plan.minimum_loss"
    MAX_SALES = "plan.max_sales"
    MAX_TURNOVER = "plan.max_turnover"
    CASH_NEEDED = "plan.cash_needed"
    FROZEN = "frozen"


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Everything planned again under one change. `difference` is its net benefit less the plan's; None where no such
    plan exists, and then `no_plan` says why. `sells` is how much of the lot it sells."""

    change: Supposition
    difference: Decimal | None
    sells: Decimal = ZERO
    no_plan: str = ""


@dataclass(frozen=True, slots=True)
class BreakEven:
    """Two neighbouring prices a unit: at the one a new plan sells some of the lot, at the other none of it.

    All lots of the security move with it. `kept_at` above `sold_at`: a fall in price makes it worth selling.
    """

    sold_at: Decimal
    kept_at: Decimal


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in the law, and what it says about the lot."""

    law: str
    says: str


@dataclass(frozen=True, slots=True)
class LotExplained:
    """One lot. What does not apply to it is None or empty.

    `sale` is the plan's, or where the lot is not sold, what selling all of it on its first day would come to.
    `in_order` lays its dollars in the order in which the plan prints its sales, `on_top` after all the others; the two
    `worth_…` are what that adds up to. `reason` is the plan's own word on the lot, `rest` its word on what it leaves of
    a lot sold in part. `put_off`: it is sold in January, outside this year's brackets. `frees` is the loss of other
    lots that § 1091 would disallow if this one were left out (below zero: that it would allow). `unfinished`: time ran
    out before everything was planned again.
    """

    holding: Holding
    decision: Decision
    reason: str
    rest: str = ""
    until: date | None = None
    sale: Sale | None = None
    in_order: DollarSegment | None = None
    worth_in_order: Worth | None = None
    on_top: DollarSegment | None = None
    worth_on_top: Worth | None = None
    frees: Decimal = ZERO
    matched: tuple[Matched, ...] = ()
    washing: Washing | None = None
    other_days: tuple[OtherDay, ...] = ()
    turns_long_term: date | None = None
    what_ifs: tuple[WhatIf, ...] = ()
    break_even: BreakEven | None = None
    unfinished: bool = False
    put_off: bool = False
    sources: tuple[Citation, ...] = ()

    @property
    def same_dollars(self) -> bool:
        """Whether its dollars are worth the same in the plan's order and after all other sales."""
        if self.in_order is None or self.on_top is None:
            return False
        return [step.rung for step in self.in_order.steps] == [step.rung for step in self.on_top.steps]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What was asked about, and everything there is to say. `more` are lots of the symbol not explained in full.

    `windows` are those of the symbols asked about, `sold` the sales of them that happened this year; `cautions` is what
    must be said of the lots together.
    """

    plan: Plan
    case: Case
    asked: str | None
    lots: tuple[LotExplained, ...] = ()
    more: tuple[str, ...] = ()
    windows: tuple[Window, ...] = ()
    sold: tuple[Disposition, ...] = ()
    cautions: tuple[Caution, ...] = ()

    @property
    def sources(self) -> tuple[Citation, ...]:
        """Those of all its lots, each once."""
        return tuple(dict.fromkeys(source for lot in self.lots for source in lot.sources))
