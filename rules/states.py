"""State income tax, estimated as marginal rates on federal taxable income (§ 63). Any other state is refused.

Each state's own law is cited in `rules/figures/states.toml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from rules.tax_year import LawNotHeld, read_tables
from rules.terms import ZERO, FilingStatus
from rules.worksheet import Line, Worksheet

OWN_RATE = "give `state_rate` = your marginal rate in [taxpayer] instead of `state`"
AS_FEDERAL = f"{OWN_RATE}; it values gains and losses as the federal return does, so give 0 where your state does not"
ESTIMATE = (
    "{name} income tax is an estimate: its rates on federal taxable income. The state's own deductions, exemptions "
    "and credits differ; the gains and losses are taken as the federal return takes them."
)


@dataclass(frozen=True, slots=True)
class StateTax:
    """Marginal rates, each from a lower bound of federal taxable income up. An empty schedule is no tax.

    `caution` is what the user must know about the estimate; None where nothing is estimated.
    """

    name: str
    schedule: tuple[tuple[Decimal, Decimal], ...]
    caution: str | None = None


def flat_state_tax(rate: Decimal) -> StateTax:
    """The user's own marginal rate, a fraction, on all federal taxable income. Raises ValueError outside 0 to 1."""
    if not 0 <= rate < 1:
        raise ValueError(f"a state rate is a fraction from 0 up to 1, got {rate}")
    return StateTax(f"State income tax at {rate:%}", ((ZERO, rate),))


def state_tax_law(code: str, year: int, status: FilingStatus) -> StateTax:
    """The rates of a state, by its two letters, in `rules/figures/states.toml`.

    Raises LawNotHeld for a state that treats gains or losses otherwise than the federal return (an exclusion, rates
    of their own, no carryover), and for a year or status whose brackets are not held.
    """
    state = _states().get(code)
    if state is None:
        raise LawNotHeld(f"no state has the code {code!r}", 'write two capital letters, such as "CA", or "DC"')
    name = state["name"]
    if "refused" in state:
        raise LawNotHeld(f"the income tax of {name} is not held: {state['refused']}", AS_FEDERAL)
    if year in state.get("untaxed", ()):
        return StateTax(f"{name}: no income tax", ())
    brackets = state.get(str(year))
    if brackets is None:
        raise LawNotHeld(f"the income tax rates of {name} for {year} are not held", OWN_RATE)
    schedule = brackets.get(_schedule_of(status, state, brackets))
    if schedule is None:
        raise LawNotHeld(f"the income tax brackets of {name} for {year}, {status.value}, are not held", OWN_RATE)
    return StateTax(
        f"{name} income tax (estimate)",
        tuple((Decimal(lower), Decimal(rate)) for lower, rate in schedule),
        _caution(state, brackets),
    )


@lru_cache
def _states() -> Mapping[str, Mapping[str, Any]]:
    return read_tables("states.toml")


def _schedule_of(status: FilingStatus, state: Mapping[str, Any], brackets: Mapping[str, Any]) -> str:
    if "every_status" in brackets:
        return "every_status"
    if status in state.get("as_single", ()):
        return FilingStatus.SINGLE.value
    if status in state.get("as_joint", ()):
        return FilingStatus.MARRIED_JOINTLY.value
    return status.value


def _caution(state: Mapping[str, Any], brackets: Mapping[str, Any]) -> str:
    sentences = [ESTIMATE.format(name=state["name"])]
    if "thresholds_of" in brackets:
        sentences.append(f"The brackets are those of {brackets['thresholds_of']}: later ones are not held.")
    if "note" in state:
        sentences.append(state["note"])
    return " ".join(sentences)


def state_tax(taxable_income: Decimal, state: StateTax) -> Decimal:
    """The state's tax on federal taxable income, unrounded; zero below zero."""
    tax = rate_below = ZERO
    for lower, rate in state.schedule:
        if taxable_income <= lower:
            break
        tax += (taxable_income - lower) * (rate - rate_below)
        rate_below = rate
    return tax


def state_worksheet(taxable_income: Decimal, state: StateTax) -> Worksheet:
    """The tax with what it is reckoned on. The last line is the tax, unrounded."""
    taxable = max(taxable_income, ZERO)
    return Worksheet(
        state.name,
        "rules/figures/states.toml",
        (Line("1", "federal taxable income", taxable), Line("2", "tax on line 1", state_tax(taxable, state))),
    )
