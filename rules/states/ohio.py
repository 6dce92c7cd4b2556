"""Ohio, Form IT 1040: nothing up to $26,050, a base amount above; exemptions and a credit that fall by steps.

R.C. §§ 5747.02, 5747.022, 5747.025.
"""

from __future__ import annotations

from decimal import Decimal

from rules.states import ordinary
from rules.states.facts import StateFacts
from rules.states.figures import StateFigures
from rules.states.form import Form, at_least_zero, row_of, tax_by_schedule
from rules.terms import ZERO


def tax(form: Form, facts: StateFacts, figures: StateFigures) -> Decimal:
    """Form IT 1040: by the schedule above the untaxed income, less the exemption credit."""
    income = ordinary.income(form, facts, figures)
    each = row_of(income, figures.schedule("exemption_by_income"))
    exemption = form.line("exemptions", -facts.people * each)
    taxable = form.line("taxable income of the state", at_least_zero(income + exemption))
    if taxable <= figures.amount("untaxed_income"):
        return form.line("no tax at this income", ZERO)
    before = tax_by_schedule(taxable, figures.schedule())
    if figures.has("base_adjustment"):
        before += row_of(taxable, figures.schedule("base_adjustment"), above=True)
    form.line("tax on it by the schedule", before)
    credit = facts.people * row_of(taxable, figures.schedule("credit_by_income"), above=True)
    form.line("exemption credit", -credit)
    return form.line("tax less credits", at_least_zero(before - credit))
