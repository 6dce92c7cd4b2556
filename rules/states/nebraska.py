"""Nebraska, Form 1040N: the schedule's tax, but no more than the federal tax before credits.

Neb. Rev. Stat. §§ 77-2715, 77-2715.03; the booklet's Federal Tax Liability Worksheet. It is open only where adjustments
increase income by less than $5,000: harvest knows of none that increases it.
"""

from __future__ import annotations

from decimal import Decimal

from rules.states import ordinary
from rules.states.facts import StateFacts
from rules.states.figures import StateFigures
from rules.states.form import Form


def tax(form: Form, facts: StateFacts, figures: StateFigures) -> Decimal:
    """Form 1040N, line 27: the smaller of the two."""
    own = ordinary.tax(form, facts, figures)
    federal = form.line("federal tax before credits", facts.federal_tax_before_credits())
    return form.line("tax, no more than the federal tax", min(own, federal))
