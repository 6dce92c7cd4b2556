"""All that a plan is judged against."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from planner.domain.carryover_value import WORTHLESS, CarryoverValue
from planner.domain.household import Assumptions
from planner.domain.portfolio import Holding
from planner.ledger.open_losses import PastLoss, washed_by, what_is_left
from rules.conventions import DEFAULTS, Conventions
from rules.liability import TaxReturn
from rules.pieces.names import COLLECTIBLES, DISALLOWED, LONG, SHORT, sums_of
from rules.terms import ZERO, Gains, ReplacementPurchase


@dataclass(frozen=True, slots=True)
class Past:
    """Losses already taken with their windows open, the gains taken before what purchases to come do to them, and how
    much of these losses moves into a basis if every purchase is made as planned."""

    losses: tuple[PastLoss, ...] = ()
    gains: Gains = field(default_factory=Gains)
    moved_as_planned: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Setting:
    """All that a plan is judged against: the return, gains already taken, what the future is worth, § 1091's reach.

    `identity` gives a security's key for § 1091, None where the section does not reach it. `made` are the purchases as
    made and planned, `purchases` the shares of them that no loss already taken uses up; `taken` is after what they
    disallow of those losses (`with_purchases`). `given_up` is the basis that past losses give up against the baseline,
    where purchases that would have washed them are canceled, in dollars. `carryover` is what carried losses are
    worth.
    """

    facts: TaxReturn
    taken: Gains
    assumptions: Assumptions
    identity: Callable[[Holding], str | None]
    identity_of_symbol: Callable[[str], str]
    purchases: tuple[ReplacementPurchase, ...]
    conventions: Conventions = DEFAULTS
    spouses: frozenset[str] = frozenset()  # accounts of the taxpayer's spouse
    past: Past = Past()
    made: tuple[ReplacementPurchase, ...] = ()
    given_up: Decimal = ZERO
    first_day: date | None = None  # on which the plan may sell: a sale that waits costs more
    carryover: CarryoverValue = WORTHLESS


def before_sales(facts: TaxReturn, taken: Gains) -> tuple[float, ...]:
    """The year's sums where nothing more is sold, in the order of `sums_of`."""
    carryover = facts.carryover
    sums = {
        SHORT: taken.short_term - carryover.short_term,
        LONG: taken.long_term - carryover.long_term,
        COLLECTIBLES: taken.collectibles,
        DISALLOWED: taken.disallowed,
    }
    return tuple(float(sums[name]) for name in sums_of(facts))


def of_each_security(setting: Setting) -> dict[str, Setting]:
    """By key of § 1091 the setting with what was bought of that security alone: nothing else replaces its shares."""
    bought: dict[str, list[ReplacementPurchase]] = defaultdict(list)
    for purchase in setting.purchases:
        bought[setting.identity_of_symbol(purchase.symbol)].append(purchase)
    return {key: replace(setting, purchases=tuple(its)) for key, its in bought.items()}


def with_purchases(setting: Setting, made: Iterable[ReplacementPurchase]) -> Setting:
    """The setting if these purchases are made: losses already taken meet them first, Reg. § 1.1091-1(b)."""
    made = tuple(made)
    washed = washed_by(setting.past.losses, made, setting.identity_of_symbol, setting.conventions)
    return replace(
        setting,
        taken=setting.past.gains + washed.gains,
        purchases=what_is_left(made, washed.used),
        made=made,
        given_up=setting.past.moved_as_planned - washed.moved,
    )
