"""Montana, Form 2: a net long-term gain has rates of its own, stacked on the rest. Mont. Code § 15-30-2103.

The gain is the lesser of Schedule D lines 15 and 16.
"""

from __future__ import annotations

from decimal import Decimal

from rules.states import ordinary
from rules.states.facts import StateFacts
from rules.states.figures import StateFigures
from rules.states.form import Form, at_least_zero, tax_by_schedule


def tax(form: Form, facts: StateFacts, figures: StateFigures) -> Decimal:
    """Form 2: the rest by the schedule, the gain stacked on it at rates of its own."""
    taxable = ordinary.taxable_income(form, facts, figures, ordinary.income(form, facts, figures))
    gain = form.line("of it net long-term gain", min(facts.own_schedule.net_capital_gain, taxable))
    rest = at_least_zero(taxable - gain)
    regular = form.line("tax on the rest by the schedule", tax_by_schedule(rest, figures.schedule()))
    rates = figures.schedule("gain_rates")
    on_gain = tax_by_schedule(rest + gain, rates) - tax_by_schedule(rest, rates)
    return form.line("tax", regular + form.line("tax on the gain, stacked on the rest", on_gain))
