"""New Jersey, Form NJ-1040: gains are a class of their own; a loss meets gains of the same year and nothing else.

N.J.S.A. §§ 54A:5-1(c), 54A:5-2; no carryover in or out; 54A:2-4: no tax up to an income.
"""

from __future__ import annotations

from decimal import Decimal

from rules.states import ordinary
from rules.states.facts import StateFacts
from rules.states.figures import StateFigures
from rules.states.form import Form, at_least_zero, tax_by_schedule
from rules.terms import ZERO


def tax(form: Form, facts: StateFacts, figures: StateFigures) -> Decimal:
    """Form NJ-1040: the year's net gain, if any, beside other income, by the schedule."""
    other = form.line("income without capital gains", facts.income_without_gains)
    gains = facts.schedule.gains
    gain = form.line("net gains of the year, if any", at_least_zero(gains.short_term + gains.long_term))
    income = other + gain - ordinary.subtractions(form, facts, figures)
    if income <= figures.amount("filing_threshold"):
        return form.line("no tax at this income", ZERO)
    deduction = facts.items.deduction or ZERO
    rest = income - deduction - ordinary.exemptions(form, facts, figures)
    taxable = form.line("taxable income of the state", at_least_zero(rest))
    return form.line("tax on it by the schedule", tax_by_schedule(taxable, figures.schedule()))
