"""Washington: an excise on long-term gain alone, above a standard deduction. RCW § 82.87.040.

Short-term losses count for nothing, and a net long-term loss saves nothing.
"""

from __future__ import annotations

from decimal import Decimal

from rules.states.facts import StateFacts
from rules.states.figures import StateFigures
from rules.states.form import Form, at_least_zero, tax_by_schedule


def tax(form: Form, facts: StateFacts, figures: StateFigures) -> Decimal:
    """The excise on long-term gain above the standard deduction."""
    gain = form.line("net long-term gain", at_least_zero(facts.own_schedule.net_long_term))
    deduction = form.line("standard deduction", -figures.amount("standard_deduction"))
    taxable = form.line("gain taxed", at_least_zero(gain + deduction))
    return form.line("excise", tax_by_schedule(taxable, figures.schedule()))
