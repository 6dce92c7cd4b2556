"""New York, Form IT-201: above an income the benefit of the lower brackets is taken back. Tax Law § 601(d).

Tax computation worksheets: a base, and a further benefit phased in over $50,000 of adjusted gross income; above
$25,000,000 the top rate on all of it.
"""

from __future__ import annotations

from decimal import Decimal

from rules.states import ordinary
from rules.states.facts import StateFacts
from rules.states.figures import StateFigures
from rules.states.form import Form, at_least_zero, row_of, tax_by_schedule


def tax(form: Form, facts: StateFacts, figures: StateFigures) -> Decimal:
    """Form IT-201: by the schedule, with what the worksheets take back."""
    income = ordinary.income(form, facts, figures)
    taxable = ordinary.taxable_income(form, facts, figures, income)
    schedule = figures.schedule()
    regular = form.line("tax on it by the schedule", tax_by_schedule(taxable, schedule))
    top, top_rate = schedule[-1]
    if income > top:
        return form.line("top rate on all of it", top_rate * taxable)
    begins = max(row_of(taxable, [(bound, bound) for bound, _ in schedule]), figures.amount("recapture_start"))
    base = row_of(taxable, figures.schedule("recapture_base"))
    benefit = row_of(taxable, figures.schedule("recapture_benefit"))
    width = figures.amount("recapture_width")
    phased = at_least_zero(min(income - begins, width)) * (benefit / width)
    taken = form.line("benefit of lower brackets taken back", base + phased if income > begins else base)
    return form.line("tax", regular + taken)
