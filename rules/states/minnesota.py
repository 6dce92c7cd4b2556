"""Minnesota, Form M1: a standard deduction cut at high income; 1% on net investment income above $1,000,000.

Minn. Stat. §§ 290.0123, 290.06, 290.033.
"""

from __future__ import annotations

from decimal import Decimal

from rules.states import ordinary
from rules.states.facts import StateFacts
from rules.states.figures import StateFigures
from rules.states.form import Form, at_least_zero, tax_by_schedule


def tax(form: Form, facts: StateFacts, figures: StateFigures) -> Decimal:
    """Form M1: by the schedule, with the tax on net investment income."""
    income = ordinary.income(form, facts, figures)
    deduction = facts.items.deduction
    if deduction is None:
        deduction = standard_deduction(facts.adjusted_gross_income, figures)
    form.line("deduction", -deduction)
    taxable = form.line("taxable income of the state", at_least_zero(income - deduction))
    regular = form.line("tax on it by the schedule", tax_by_schedule(taxable, figures.schedule()))
    gain = facts.own_schedule.gain_or_deduction
    investment = form.line("net investment income", at_least_zero(facts.investment_income + gain))
    more = form.line("tax on net investment income", tax_by_schedule(investment, figures.schedule("investment_rates")))
    return form.line("tax", regular + more)


def standard_deduction(income: Decimal, figures: StateFigures) -> Decimal:
    """§ 290.0123, subd. 5: 3%, then 10% of the excess, and at most 80% of it; 80% above a third threshold."""
    full = figures.amount("standard_deduction")
    low, high = figures.amount("reduction_start"), figures.amount("second_reduction_start")
    most = figures.amount("most_reduction") * full
    if income > figures.amount("full_reduction_income"):
        return full - most
    first = figures.amount("reduction_rate") * min(at_least_zero(income - low), high - low)
    second = figures.amount("second_reduction_rate") * at_least_zero(income - high)
    return full - min(first + second, most)
