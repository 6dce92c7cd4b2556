"""Wisconsin, Form 1: 30% of net capital gain is excluded; the standard deduction slides with income.

Wis. Stat. §§ 71.05(6)(b)9, 71.05(22), 71.05(23).
"""

from __future__ import annotations

from decimal import Decimal

from rules.states import ordinary
from rules.states.facts import StateFacts
from rules.states.figures import StateFigures
from rules.states.form import Form, at_least_zero, tax_by_schedule


def tax(form: Form, facts: StateFacts, figures: StateFigures) -> Decimal:
    """Form 1: by the schedule after the sliding deduction and exemptions."""
    income = ordinary.income(form, facts, figures)
    most = figures.amount("standard_deduction")
    slides = tax_by_schedule(income, figures.schedule("deduction_reduction"))
    deduction = form.line("standard deduction", at_least_zero(most - slides))
    exemption = ordinary.exemptions(form, facts, figures)
    taxable = form.line("taxable income of the state", at_least_zero(income - deduction - exemption))
    return form.line("tax on it by the schedule", tax_by_schedule(taxable, figures.schedule()))
