"""Missouri, Form MO-1040: net capital gain is subtracted, losses count; a share of federal tax is deducted.

RSMo § 143.121.3(14)(a) (from 2025, short-term gain too), § 143.171 (the share falls with Missouri income).
"""

from __future__ import annotations

from decimal import Decimal

from rules.states import ordinary
from rules.states.facts import StateFacts
from rules.states.figures import StateFigures
from rules.states.form import Form, at_least_zero, row_of, tax_by_schedule
from rules.terms import ZERO


def tax(form: Form, facts: StateFacts, figures: StateFigures) -> Decimal:
    """Form MO-1040: gains subtracted, a share of federal tax deducted, by the schedule."""
    income = form.line("federal adjusted gross income", facts.federal_income) - ordinary.subtractions(
        form, facts, figures
    )
    gain = figures.amount("gain_subtraction") * at_least_zero(facts.own_schedule.total)
    income += form.line("capital gain subtracted", -gain)
    share = row_of(income, figures.schedule("federal_tax_share"))
    federal = min(share * facts.federal_tax(), figures.amount("federal_tax_limit")) if share else ZERO
    form.line("federal income tax deducted", -federal)
    taxable = ordinary.taxable_income(form, facts, figures, income - federal)
    return form.line("tax on it by the schedule", tax_by_schedule(taxable, figures.schedule()))
