"""Pennsylvania, Form PA-40: a flat rate on classes of income; a loss meets gains of the same year and nothing else.

72 P.S. § 7303; 61 Pa. Code § 121.13: no carryover, no set-off against wages, and no wash-sale rule: a loss that § 1091
disallows counts here, and its replacement keeps its own basis (I-147). Spouses are taken together (I-63).
"""

from __future__ import annotations

from decimal import Decimal

from rules.states import ordinary
from rules.states.facts import StateFacts
from rules.states.figures import StateFigures
from rules.states.form import Form, at_least_zero


def tax(form: Form, facts: StateFacts, figures: StateFigures) -> Decimal:
    """Form PA-40: one rate on other income and the year's net gain, if any."""
    other = form.line("income without capital gains", facts.income_without_gains)
    gains = facts.schedule.gains
    washed = form.line("losses disallowed by § 1091, which count here", -gains.disallowed)
    gain = form.line("net gains of the year, if any", at_least_zero(gains.short_term + gains.long_term + washed))
    rest = other + gain - ordinary.subtractions(form, facts, figures)
    taxable = form.line("taxable income of the state", at_least_zero(rest))
    return form.line("tax", figures.amount("rate") * taxable)
