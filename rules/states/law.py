"""A state's income tax (§ 164(a)(3)) for one year and status: from the facts to the tax, with the lines behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from rules.netting import carryover_worksheet
from rules.states import (
    alabama,
    arizona,
    arkansas,
    california,
    colorado,
    connecticut,
    hawaii,
    maine,
    maryland,
    massachusetts,
    minnesota,
    missouri,
    montana,
    nebraska,
    new_jersey,
    new_mexico,
    new_york,
    north_dakota,
    ohio,
    ordinary,
    oregon,
    pennsylvania,
    rhode_island,
    south_carolina,
    utah,
    vermont,
    washington,
    wisconsin,
)
from rules.states.facts import StateFacts
from rules.states.figures import OWN_RATE, StateFigures, state_file
from rules.states.form import Form, tax_by_schedule
from rules.tax_year import LawNotHeld
from rules.terms import ZERO, Carryover, FilingStatus
from rules.worksheet import Line, Worksheet

Rule = Callable[[Form, StateFacts, StateFigures], Decimal]

RULES: dict[str, Rule] = {
    "alabama": alabama.tax,
    "arizona": arizona.tax,
    "arkansas": arkansas.tax,
    "california": california.tax,
    "colorado": colorado.tax,
    "connecticut": connecticut.tax,
    "hawaii": hawaii.tax,
    "maine": maine.tax,
    "maryland": maryland.tax,
    "massachusetts": massachusetts.tax,
    "minnesota": minnesota.tax,
    "missouri": missouri.tax,
    "montana": montana.tax,
    "nebraska": nebraska.tax,
    "new_jersey": new_jersey.tax,
    "new_mexico": new_mexico.tax,
    "new_york": new_york.tax,
    "north_dakota": north_dakota.tax,
    "ohio": ohio.tax,
    "ordinary": ordinary.tax,
    "oregon": oregon.tax,
    "pennsylvania": pennsylvania.tax,
    "rhode_island": rhode_island.tax,
    "south_carolina": south_carolina.tax,
    "utah": utah.tax,
    "vermont": vermont.tax,
    "washington": washington.tax,
    "wisconsin": wisconsin.tax,
}
"""The states' own rules, by the name that a figures file gives as `rule`."""


@dataclass(frozen=True, slots=True)
class StateTax:
    """One place's tax. `figures` None: a flat rate on federal taxable income, or no tax at all where `rate` is zero.

    `cautions` are what the user must know about the figures of this year; empty where nothing is projected.
    """

    name: str
    rate: Decimal = ZERO
    figures: StateFigures | None = None
    cautions: tuple[str, ...] = ()

    @property
    def caution(self) -> str:
        """What the user must know of this state's tax in this year: what it leaves out, what is projected."""
        if self.figures is None:
            return ""
        file = self.figures.file
        left_out = f"{file.name} income tax is computed by the state's own law. Left out: {'; '.join(file.left_out)}."
        return " ".join((left_out, *self.cautions))

    @property
    def own_deduction(self) -> bool:
        """Whether the state has a standard deduction of its own in place of the federal deduction, for one to itemize
        instead. Washington's is an amount of gain that it leaves untaxed."""
        return self.taxes_income and self.figures is not None and self.figures.has("standard_deduction")

    @property
    def taxes_income(self) -> bool:
        """Whether other income than gains is taxed by the state's own figures."""
        return self.figures is not None and self.figures.file.rule != "washington"

    @property
    def has_wash_sales(self) -> bool:
        """Whether the state too disallows what § 1091 does; else `Gains.disallowed` is a sum of its own."""
        return self.figures is None or self.figures.file.wash_sales

    @property
    def carries_losses(self) -> bool:
        """Whether a net loss carried forward meets other income of this state's later returns."""
        if self.figures is None:
            return self.rate > 0
        return self.figures.file.losses == "federal"


def flat_state_tax(rate: Decimal) -> StateTax:
    """The user's own marginal rate, a fraction, on all federal taxable income. Raises ValueError outside 0 to 1."""
    if not 0 <= rate < 1:
        raise ValueError(f"a state rate is a fraction from 0 up to 1, got {rate}")
    return StateTax(f"State income tax at {rate:%}", rate)


@lru_cache  # one object, so that returns of one household are equal (rules.pieces.known_cells)
def state_tax_law(code: str, year: int, status: FilingStatus) -> StateTax:
    """The law of a place, by its two letters. Raises LawNotHeld for a code or year that is not held."""
    file = state_file(code)
    if file.untaxed(year):
        return StateTax(f"{file.name}: no income tax")
    if year not in file.years:
        raise LawNotHeld(f"the income tax of {file.name} for {year} is not held", OWN_RATE)
    projected = file.projected.get(str(year))
    cautions = (*file.notes, *((projected,) if projected else ()))
    return StateTax(f"{file.name} income tax", figures=StateFigures(file, year, status), cautions=cautions)


def state_worksheet(facts: StateFacts, state: StateTax) -> Worksheet:
    """The state's return filled in. The last line is the tax, unrounded."""
    if state.figures is None:
        taxable = max(facts.taxable_income, ZERO)
        tax = tax_by_schedule(taxable, ((ZERO, state.rate),))
        lines = (Line("1", "federal taxable income", taxable), Line("2", "tax on line 1", tax))
        return Worksheet(state.name, "taxpayer.state_rate" if state.rate else "rules/figures/states", lines)
    form = Form()
    tax = RULES[state.figures.file.rule](form, facts, state.figures)
    if not form.lines or form.lines[-1].amount is not tax:
        form.line("tax", tax)
    return Worksheet(state.name, f"rules/figures/states/{state.figures.file.code.lower()}.toml", tuple(form.lines))


def state_carryover(facts: StateFacts, state: StateTax, federal: Carryover) -> Carryover:
    """The losses that the state's own return carries to the next year.

    Where the state follows the federal loss rules, they are the federal ones, unless it carried in others of its own.
    """
    losses = "federal" if state.figures is None else state.figures.file.losses
    if losses == "federal" and facts.items.carryover is not None:
        income = facts.taxable_income + facts.federal_income - facts.adjusted_gross_income
        carried = carryover_worksheet(facts.own_schedule, income)
        return carried.carryover if carried else Carryover()
    if losses == "federal":
        return federal
    if losses == "massachusetts" and state.figures is not None:
        return massachusetts.carryover(facts, state.figures)
    return Carryover()
