"""State income tax, estimated as marginal rates on federal taxable income. A state that does otherwise is refused."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from rules.tax_year import LawNotHeld
from rules.terms import ZERO, FilingStatus
from rules.worksheet import Line, Worksheet

OWN_RATE = "give `state_rate` = your marginal state rate in [taxpayer] instead of `state`"


@dataclass(frozen=True, slots=True)
class StateTax:
    """Marginal rates, each from a lower bound of federal taxable income up. An empty schedule is no tax.

    `caution` is what the user must know about the estimate, None where nothing is estimated.
    """

    name: str
    schedule: tuple[tuple[Decimal, Decimal], ...]
    caution: str | None = None


def flat_state_tax(rate: Decimal) -> StateTax:
    """The user's own marginal rate, a fraction, on all federal taxable income."""
    if not 0 <= rate < 1:
        raise ValueError(f"a state rate is a fraction from 0 up to 1, got {rate}")
    return StateTax(f"state tax at {rate:%}", ((ZERO, rate),))


def state_tax_law(code: str, year: int, status: FilingStatus) -> StateTax:
    """The schedule of a state (two letters). Raises LawNotHeld where it is not known to be a plain one."""
    raise LawNotHeld(f"the income tax of {code} for {year} is not held", OWN_RATE)


def state_tax(taxable_income: Decimal, state: StateTax) -> Decimal:
    """The state's tax on federal taxable income, unrounded; zero below zero."""
    tax = ZERO
    for lower, upper_rate in _steps(state):
        tax += max(taxable_income - lower, ZERO) * upper_rate
    return tax


def _steps(state: StateTax) -> list[tuple[Decimal, Decimal]]:
    """Each lower bound with the rate it adds to the rate below it."""
    below = ZERO
    steps = []
    for lower, rate in state.schedule:
        steps.append((lower, rate - below))
        below = rate
    return steps


def state_worksheet(taxable_income: Decimal, state: StateTax) -> Worksheet:
    """The estimate, with its two lines. The last line is the tax, unrounded."""
    taxable = max(taxable_income, ZERO)
    return Worksheet(
        state.name,
        "rules/figures/states.toml",
        (Line("1", "federal taxable income", taxable), Line("2", "tax on line 1", state_tax(taxable, state))),
    )
