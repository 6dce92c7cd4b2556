"""California, Form 540: its own deduction, an exemption credit that high incomes lose, 1% above $1,000,000.

Cal. Rev. & Tax. Code §§ 17041, 17043 (mental health services), 17054 (exemption credits and their reduction).
"""

from __future__ import annotations

from decimal import Decimal

from rules.states import ordinary
from rules.states.facts import StateFacts
from rules.states.figures import StateFigures
from rules.states.form import Form, at_least_zero, started_steps, tax_by_schedule


def tax(form: Form, facts: StateFacts, figures: StateFigures) -> Decimal:
    """Form 540: by the schedule, less exemption credits, with 1% above a million."""
    taxable = ordinary.taxable_income(form, facts, figures, ordinary.income(form, facts, figures))
    before = form.line("tax on it by the schedule", tax_by_schedule(taxable, figures.schedule()))
    credit = form.line("exemption credits", -exemption_credit(facts, figures))
    after = form.line("tax less credits", at_least_zero(before + credit))
    health = form.line("behavioral health services tax", tax_by_schedule(taxable, figures.schedule("surtax")))
    return form.line("tax", after + health)


def exemption_credit(facts: StateFacts, figures: StateFigures) -> Decimal:
    """§ 17054(f): each credit is less by a fixed amount for every step, or part of it, of income over a threshold."""
    each, count = figures.amount("exemption_credit"), figures.count("exemption_credits")
    cut, size = figures.amount("credit_reduction"), figures.amount("credit_reduction_step")
    over = facts.adjusted_gross_income - figures.amount("credit_reduction_start")
    return count * max(each - cut * started_steps(over, size, int(each / cut) + 1), each - each)
