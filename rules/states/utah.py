"""Utah, Form TC-40: a flat rate less a credit of 6% of the federal deduction, which phases out at 1.3%.

Utah Code §§ 59-10-104, 59-10-1018; 59-10-104.1: no tax where federal income is at most the federal standard deduction.
"""

from __future__ import annotations

from decimal import Decimal

from rules.states import ordinary
from rules.states.facts import StateFacts
from rules.states.figures import StateFigures
from rules.states.form import Form, at_least_zero, tax_by_schedule
from rules.terms import ZERO


def tax(form: Form, facts: StateFacts, figures: StateFigures) -> Decimal:
    """Form TC-40: one rate, less the taxpayer credit."""
    if facts.adjusted_gross_income <= facts.standard_deduction:
        return form.line("no tax at this federal income", ZERO)
    taxable = form.line("taxable income of the state", at_least_zero(ordinary.income(form, facts, figures)))
    before = form.line("tax on it", tax_by_schedule(taxable, figures.schedule()))
    deduction = facts.items.deduction if facts.items.deduction is not None else facts.deduction
    credit = figures.amount("credit_rate") * deduction
    over = at_least_zero(taxable - figures.amount("phase_out_start"))
    left = at_least_zero(credit - figures.amount("phase_out_rate") * over)
    form.line("taxpayer tax credit", -left)
    return form.line("tax less credit", at_least_zero(before - left))
