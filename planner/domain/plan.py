"""The answer: what to sell, what it saves, what it opens, what was held back. Money in cents-exact dollars."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from planner.domain.carryover_value import WORTHLESS, CarryoverValue
from planner.domain.certificate import Certificate, ProvenBy
from planner.domain.errors import Caution
from planner.domain.giving import Giving, KeptWinner
from planner.domain.swaps import Replacements, Swaps
from rules.quickly_made import quickly_made
from rules.terms import ZERO, AssetClass, Character

if TYPE_CHECKING:
    from rules.liability import Liability

Day = date  # a class with a field `date` cannot use that name for the types of its later fields


class Status(StrEnum):
    """Proven: no plan is worth more than `bound`, and that is within a dollar, a cent a lot sold and a thousandth of
    this one. Unproven: `bound` is true anyway, and further away. Valued: the sales were listed by someone else,
    and nothing was searched for."""

    PROVEN = "proven"
    UNPROVEN = "unproven"
    VALUED = "valued"


class WashState(StrEnum):
    """What § 1091 does to a loss, to the extent we were shown. One word a sale: the gravest that is true of it.

    Partly disallowed may be the whole of it; what is lost permanently no replacement's basis keeps. Coverage
    incomplete: purchases of an account, or of some days, were not shown, so no one can call the loss clean. Question:
    something was bought of which only the taxpayer can say whether it is substantially identical.
    """

    CLEAN = "clean"
    PARTLY_DISALLOWED = "partly_disallowed"
    PERMANENTLY_LOST = "permanently_lost"
    COVERAGE_INCOMPLETE = "coverage_incomplete"
    QUESTION = "question"


@quickly_made
@dataclass(frozen=True, slots=True)
class Sale:
    """A sale the plan proposes. `gain` is proceeds less basis, signed, before § 1091.

    `disallowed_loss` is all that § 1091 disallows; `permanently_lost` the part no replacement's basis keeps.
    `rebuy_on` is the first day a repurchase cannot wash it; None where no wash-sale rule applies, and then
    `wash_state` is None too: gains, and what § 1091 does not reach.
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
    acquired: Day | None = None  # None where inherited, or of several days
    price: Decimal | None = None  # dollars for one unit
    wash_state: WashState | None = None
    edge: bool = False  # it adds less than five dollars to the plan
    part_of: str | None = None  # the lot as listed, where the ledger split it

    @property
    def recognized_gain(self) -> Decimal:
        return self.gain + self.disallowed_loss

    @property
    def listed_id(self) -> str:
        return self.part_of or self.lot_id


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
class January:
    """Sales on the first session of next year, in dollars: what they net to, and what they are worth."""

    net_loss: Decimal
    net_gain: Decimal
    value: Decimal


@quickly_made
@dataclass(frozen=True, slots=True)
class HeldBack:
    """A lot that might have been sold and is not. `until` is the day the reason ends, where it does."""

    lot_id: str
    symbol: str
    gain: Decimal | None
    reason: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A planned purchase inside a window that the plan leaves as it is.

    `costs` is by how much more the plan would be worth in `Benefit.total` without it; None where that other plan is
    not one we can value. It may be below zero: some losses are better moved to another year.
    """

    date: date
    account: str
    symbol: str
    quantity: Decimal
    costs: Decimal | None
    cancelable: bool


@dataclass(frozen=True, slots=True)
class Window:
    """Days, inclusive, on which a purchase in any account of the household would wash a loss sale.

    `sold` are the days of the loss sales. `identical_to` is the symbol sold, where this is not sold itself but
    substantially identical to it. `accounts` are those in which buying washes: every one of the household.
    """

    symbol: str
    first: date
    last: date
    safe_on: date
    because: str
    sold: tuple[date, ...] = ()
    identical_to: str | None = None
    accounts: tuple[str, ...] = ()
    scheduled: tuple[Scheduled, ...] = ()


@dataclass(frozen=True, slots=True)
class Cancellation:
    """A planned purchase to cancel; `saves` is what cancelling is worth in `Benefit.total`."""

    date: date
    account: str
    symbol: str
    quantity: Decimal
    saves: Decimal


@dataclass(frozen=True, slots=True)
class DoubleUp:
    """Buying the replacement first: bought by `buy_by`, it does not wash a loss sale on `sell_on`. § 1091(a)."""

    sell_on: date
    buy_by: date


@dataclass(frozen=True, slots=True)
class NearLongTerm:
    """A held lot that turns long-term soon."""

    lot_id: str
    symbol: str
    gain: Decimal | None
    on: date


class Edge(StrEnum):
    """Where the tax on the next dollar changes."""

    GAINS_MET = "gains_met"  # losses and gains are alike: § 1211(b) begins
    LOSS_LIMIT = "loss_limit"  # § 1211(b): the rest is carried
    ZERO_RATE = "zero_rate"
    FIFTEEN_RATE = "fifteen_rate"
    BRACKET = "bracket"
    NET_INVESTMENT_INCOME = "net_investment_income"


@dataclass(frozen=True, slots=True)
class Landing:
    """A plan ends beside an edge: `at` dollars, `distance` above where the plan is (below zero: beneath it).

    `higher` and `lower` are by how much more the same sales would be worth at prices 1% higher and 1% lower.
    """

    edge: Edge
    at: Decimal
    distance: Decimal
    higher: Decimal
    lower: Decimal


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """An assumption on which more than one lot hangs: were `key` this `value` (None: the schedule of carryovers; inf:
    never) instead of what is `given`, so many lots would be worth selling, `changed` of them otherwise than planned."""

    key: str
    value: Decimal | None
    given: Decimal | None
    lots: int
    changed: int
    total: Decimal  # what the plan would be worth then, in dollars


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
    replacements: tuple[Replacements, ...] = ()
    carryover: CarryoverValue = WORTHLESS  # what carried losses are worth
    proven_by: ProvenBy | None = None
    certified: Decimal | None = None  # the bound that the certificate proves without a solver
    certificate: Certificate | None = None
    search_ended: bool = field(default=False, compare=False)  # by itself: more time would prove no more
    hard_to_prove: tuple[str, ...] = ()  # keys of the household without which such a plan may be proven
    double_up: DoubleUp | None = None  # ahead of the year's last session
    january: January | None = None  # the sales put off to next year; their value is part of `carryover_value`
    giving: Giving | None = None  # which winners to give to charity, where the household gives
    kept_winners: tuple[KeptWinner, ...] = ()  # the most gain in a dollar first: for a step-up
    if_in_january: January | None = None  # the plan's own sales then, as `Benefit.total` would count them
    landing: Landing | None = None
    sensitivities: tuple[Sensitivity, ...] = ()  # only where they were asked for
    swaps: Swaps | None = None  # what is bought with the proceeds; only where it was asked for
