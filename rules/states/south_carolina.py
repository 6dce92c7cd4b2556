"""South Carolina, Form SC1040: 44% of net capital gain is deducted. From 2026 its own income-adjusted deduction.

S.C. Code §§ 12-6-510, 12-6-1150; the income-adjusted deduction phases out evenly (its steps of $10: I-64). For 2025 its
law stands as before P.L. 119-21: by what that raised the standard deduction is added back (SC1040, line e).
"""

from __future__ import annotations

from decimal import Decimal

from rules.states import ordinary
from rules.states.facts import StateFacts
from rules.states.figures import StateFigures
from rules.states.form import Form, at_least_zero, phased_out, tax_by_schedule


def tax(form: Form, facts: StateFacts, figures: StateFigures) -> Decimal:
    """Form SC1040: 44% of the gain deducted, by the schedule."""
    income = ordinary.income(form, facts, figures)
    if facts.items.deduction is not None:
        deduction = facts.items.deduction
    elif figures.has("income_adjusted_deduction"):
        over = facts.adjusted_gross_income - figures.amount("phase_out_start")
        deduction = phased_out(figures.amount("income_adjusted_deduction"), over, figures.amount("phase_out_width"))
    else:
        raised = at_least_zero(facts.standard_deduction - figures.amount("standard_deduction"))
        deduction = facts.deduction if facts.itemized else facts.deduction - raised
    form.line("deduction", -deduction)
    taxable = form.line("taxable income of the state", at_least_zero(income - deduction))
    return form.line("tax on it by the schedule", tax_by_schedule(taxable, figures.schedule()))
