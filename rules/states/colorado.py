"""Colorado, Form DR 0104: federal taxable income; above an income, most of the federal deduction is added back.

C.R.S. § 39-22-104(3)(p.5), (p.7) and Proposition MM (2025); (3)(o): above a higher one, the deduction of § 199A. The
sales tax refund of a year with a surplus is a credit that rises with income, § 39-22-2003.
"""

from __future__ import annotations

from decimal import Decimal

from rules.states import ordinary
from rules.states.facts import StateFacts
from rules.states.figures import StateFigures
from rules.states.form import Form, at_least_zero, row_of, tax_by_schedule
from rules.terms import ZERO


def tax(form: Form, facts: StateFacts, figures: StateFigures) -> Decimal:
    """Form DR 0104: one rate on federal taxable income with what is added back."""
    income = form.line("federal adjusted gross income", facts.federal_income) - ordinary.subtractions(
        form, facts, figures
    )
    back = ZERO
    if facts.adjusted_gross_income >= figures.amount("addback_income"):
        back = at_least_zero(facts.deduction - figures.amount("addback_exemption"))
    rest = form.line("federal deduction", -facts.deduction) + form.line("of it added back", back)
    rest -= ordinary.senior_deduction(form, facts, figures)
    if facts.adjusted_gross_income <= figures.amount("business_addback_income"):
        rest -= ordinary.business_deduction(form, facts, figures)
    taxable = form.line("taxable income of the state", at_least_zero(at_least_zero(income + rest - back) + back))
    before = form.line("tax on it by the schedule", tax_by_schedule(taxable, figures.schedule()))
    refund = facts.people * row_of(facts.adjusted_gross_income, figures.schedule("sales_tax_refund"))
    if not refund:
        return before
    form.line("sales tax refund", -refund)
    return form.line("tax less the refund", before - refund)
