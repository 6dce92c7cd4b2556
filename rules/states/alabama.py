"""Alabama, Form 40: the whole gain and the whole loss of the year, nothing carried; federal tax is deducted.

Schedule D instructions: "the entire gain is taxable, and the entire loss is deductible in the year in which it occurs".
"""

from __future__ import annotations

from decimal import Decimal

from rules.states import ordinary
from rules.states.facts import StateFacts
from rules.states.figures import StateFigures
from rules.states.form import Form, at_least_zero, full_steps, tax_by_schedule


def tax(form: Form, facts: StateFacts, figures: StateFigures) -> Decimal:
    """Part I of Form 40: income less deduction, federal tax and exemption, by the schedule."""
    gains = facts.schedule.gains
    other = form.line("income without capital gains", facts.income_without_gains)
    net = form.line("capital gains and losses of the year, in full", gains.short_term + gains.long_term)
    income = other + net - ordinary.subtractions(form, facts, figures)
    deduction = facts.items.deduction
    if deduction is None:
        deduction = standard_deduction(income, figures)
    form.line("deduction", -deduction)
    federal = form.line("federal income tax", -(facts.federal_tax() + facts.investment_tax()))
    rest = income - deduction + federal - ordinary.exemptions(form, facts, figures)
    taxable = form.line("taxable income of the state", at_least_zero(rest))
    return form.line("tax on it by the schedule", tax_by_schedule(taxable, figures.schedule()))


def standard_deduction(income: Decimal, figures: StateFigures) -> Decimal:
    """Ala. Code § 40-18-15(b): less a fixed amount for each full step of income above a threshold."""
    most, least = figures.amount("standard_deduction"), figures.amount("least_standard_deduction")
    step = figures.amount("deduction_step")
    over = income - figures.amount("deduction_threshold")
    steps = full_steps(over, figures.amount("deduction_step_size"), int((most - least) / step) + 1)
    return max(most - steps * step, least)
