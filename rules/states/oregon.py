"""Oregon, Form OR-40: federal income tax is subtracted, up to an amount that falls by steps of income.

ORS §§ 316.037, 316.680, 316.695, 316.085. The 2025 kicker is a share of 2024's tax: no plan moves it.
"""

from __future__ import annotations

from decimal import Decimal

from rules.states import ordinary
from rules.states.facts import StateFacts
from rules.states.figures import StateFigures
from rules.states.form import Form, at_least_zero, row_of, tax_by_schedule
from rules.terms import ZERO


def tax(form: Form, facts: StateFacts, figures: StateFigures) -> Decimal:
    """Form OR-40: federal tax subtracted, by the schedule, less the exemption credit."""
    income = ordinary.income(form, facts, figures)
    limit = row_of(facts.adjusted_gross_income, figures.schedule("federal_tax_limit"))
    federal = form.line("federal income tax subtracted", -min(facts.federal_tax(), limit) if limit else ZERO)
    taxable = ordinary.taxable_income(form, facts, figures, income + federal)
    before = form.line("tax on it by the schedule", tax_by_schedule(taxable, figures.schedule()))
    credit = ZERO
    if facts.adjusted_gross_income <= figures.amount("credit_income_limit"):
        credit = facts.people * figures.amount("exemption_credit")
    form.line("exemption credit", -credit)
    return form.line("tax less credits", at_least_zero(before - credit))
