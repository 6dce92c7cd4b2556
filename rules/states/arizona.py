"""Arizona, Form 140, A.R.S. § 43-1022: a quarter of net long-term gain on what was acquired after 2011 is subtracted.

The worksheet takes long-term lines only, less the long-term carryover: a net short-term loss does not reduce it. Every
asset is taken to have been acquired after 2011 (named among what is left out).
"""

from __future__ import annotations

from decimal import Decimal

from rules.states import ordinary
from rules.states.facts import StateFacts
from rules.states.figures import StateFigures
from rules.states.form import Form, at_least_zero, tax_by_schedule
from rules.terms import ZERO


def tax(form: Form, facts: StateFacts, figures: StateFigures) -> Decimal:
    """Form 140: federal income less a quarter of net long-term gain, the federal deduction, at one rate."""
    schedule = facts.own_schedule
    income = form.line("federal adjusted gross income", facts.federal_income) - ordinary.subtractions(
        form, facts, figures
    )
    gain = at_least_zero(schedule.net_long_term) if schedule.total > 0 else ZERO
    income += form.line("net long-term gain subtracted", -figures.amount("long_term_subtraction") * gain)
    taxable = ordinary.taxable_income(form, facts, figures, income)
    return form.line("tax on it by the schedule", tax_by_schedule(taxable, figures.schedule()))
