"""Maryland, Form 502: exemptions that fall by steps; 2% more on net capital gain above an income. State tax only.

Md. Tax-Gen. §§ 10-105, 10-211; 2025 Md. Laws ch. 604.
"""

from __future__ import annotations

from decimal import Decimal

from rules.states import ordinary
from rules.states.facts import StateFacts
from rules.states.figures import StateFigures
from rules.states.form import Form, at_least_zero, row_of, tax_by_schedule
from rules.terms import ZERO


def tax(form: Form, facts: StateFacts, figures: StateFigures) -> Decimal:
    """Form 502: by the schedule, with 2% of the gain above an income."""
    income = ordinary.income(form, facts, figures)
    deduction = ordinary.deduction(form, facts, figures)
    each = row_of(facts.adjusted_gross_income, figures.schedule("exemption_by_income"), above=True)
    exemption = form.line("exemptions", -facts.people * each)
    taxable = form.line("taxable income of the state", at_least_zero(income - deduction + exemption))
    regular = form.line("tax on it by the schedule", tax_by_schedule(taxable, figures.schedule()))
    more = ZERO
    if facts.adjusted_gross_income > figures.amount("gain_tax_income"):
        more = figures.amount("gain_tax_rate") * at_least_zero(facts.own_schedule.total)
    return form.line("tax", regular + form.line("tax on net capital gain", more))
