"""What losses carried to later years are worth today: the schedule V(C) of the contract, "What best means".

With `years_to_use_carryover` every carried dollar is worth the same. Without it, each later year uses up what § 1211(b)
lets it, against gains expected then and a little other income, and the carryover lasts as long as it lasts: the first
dollars are worth most. It dies with the taxpayer (§ 1212(b); Rev. Rul. 74-175).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

from planner.domain.household import Assumptions
from rules.terms import CENT, ZERO, Carryover, Gains

if TYPE_CHECKING:
    from rules.liability import Liability, TaxReturn
    from rules.pieces.carryover import Layer


@dataclass(frozen=True, slots=True)
class CarryoverValue:
    """`layers`: so many dollars carried (None: all further ones) and what each of them is worth today; each layer is
    worth no more than the one before. By the schedule a layer is a later year, and `a_year` what each year uses up;
    `a_year` None where all dollars are worth the same."""

    layers: tuple[Layer, ...] = ((None, ZERO),)
    a_year: Decimal | None = None

    def of(self, carried: Decimal) -> Decimal:
        """V: what so many dollars carried are worth, unrounded. An amount that moves stays one."""
        value, begins = ZERO, ZERO
        for dollars, rate in self.layers:
            here = max(carried - begins, ZERO)
            if dollars is None:
                return value + here * rate
            value += min(here, dollars) * rate
            begins += dollars
        return value

    def next_dollar(self, carried: Decimal) -> Decimal:
        """What one dollar more than these is worth."""
        begins = ZERO
        for dollars, rate in self.layers:
            if dollars is None or carried < begins + dollars:
                return rate
            begins += dollars
        return ZERO

    def first_and_last(self, one: Decimal, other: Decimal) -> tuple[Decimal, Decimal]:
        """What the first and the last of the dollars between two amounts carried are worth."""
        return self.next_dollar(min(one, other)), self.next_dollar(max(min(one, other), max(one, other) - CENT))

    def years(self, carried: Decimal) -> int | None:
        """How many later years use up so many dollars; None where the schedule does not say, or never."""
        if self.a_year is None or carried > self.a_year * (len(self.layers) - 1):
            return None
        return int((carried / self.a_year).to_integral_value(ROUND_CEILING))


WORTHLESS = CarryoverValue()


def carryover_value(assumptions: Assumptions, facts: TaxReturn, baseline: Liability) -> CarryoverValue:
    """The schedule of a household, whose year without further sales is `baseline`."""
    if assumptions.years_to_use_carryover is not None:
        return CarryoverValue(((None, assumptions.present_value(assumptions.years_to_use_carryover)),))
    limit = facts.law.capital_loss_limit[facts.status]
    a_year = assumptions.later_gains + limit
    taxed = assumptions.later_gains * assumptions.future_rate + limit * rate_of_last_dollar(facts, baseline)
    layers: list[Layer] = []
    growth = 1 + assumptions.discount_rate
    worth = taxed / a_year
    for _ in range(assumptions.years_carried_at_most):
        worth /= growth
        layers.append((a_year, worth))
    return CarryoverValue((*layers, (None, ZERO)), a_year)


def rate_of_last_dollar(facts: TaxReturn, baseline: Liability) -> Decimal:
    """r: the federal bracket rate of the last ordinary dollar of the year (§ 1(j)), and the state's rate on it
    (I-100)."""
    schedule = baseline.schedule_d
    dollar = baseline.taxable_income - facts.qualified_dividends - schedule.net_capital_gain
    if dollar <= 0:
        return ZERO
    law = facts.law
    below = sum(1 for top in law.ordinary_tops[facts.status] if top < dollar)
    return law.ordinary_rates[below] + _state_rate(facts, dollar)


def _state_rate(facts: TaxReturn, dollar: Decimal) -> Decimal:
    """What the state takes of that dollar, where its later returns use a carryover against other income as well."""
    if facts.state is None or not facts.state.carries_losses:
        return ZERO
    from rules.liability import liability  # whoever only names a plan does not load the law

    income = dollar + facts.deduction

    def tax(ordinary_income: Decimal) -> Decimal:
        year = replace(
            facts, ordinary_income=ordinary_income, qualified_dividends=ZERO, carryover=Carryover(), edges=None
        )
        worksheet = liability(year, Gains()).state_worksheet
        return worksheet.last if worksheet is not None else ZERO

    return min(max((tax(income) - tax(income - CENT)) / CENT, ZERO), Decimal(1))
