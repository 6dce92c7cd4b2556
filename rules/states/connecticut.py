"""Connecticut, Form CT-1040, tables A to E: an exemption that shrinks, the 2% rate added back, benefits recaptured, and
a personal credit as a share of the tax, all in steps of Connecticut adjusted gross income. Conn. Gen. Stat. § 12-700.
"""

from __future__ import annotations

from decimal import Decimal

from rules.states import ordinary
from rules.states.facts import StateFacts
from rules.states.figures import StateFigures
from rules.states.form import Form, at_least_zero, row_of, started_steps, tax_by_schedule


def tax(form: Form, facts: StateFacts, figures: StateFigures) -> Decimal:
    """Form CT-1040: tables A to E in turn."""
    income = ordinary.income(form, facts, figures)
    most = figures.amount("exemption_amount")
    gone = stepped(income, figures, "exemption_reduction", int(most))
    exemption = form.line("personal exemption, table A", -at_least_zero(most - gone))
    taxable = form.line("taxable income of the state", at_least_zero(income + exemption))
    total = form.line("tax by the schedule, table B", tax_by_schedule(taxable, figures.schedule()))
    total += form.line("2% rate phased out, table C", limited(income, figures, "add_back"))
    recapture = sum((limited(income, figures, f"recapture_{part}") for part in ("low", "middle", "high")), most - most)
    total += form.line("benefits recaptured, table D", recapture)
    share = row_of(income, figures.schedule("personal_credit_rate"), above=True)
    return form.line("tax less the personal credit, table E", total * (1 - share))


def limited(income: Decimal, figures: StateFigures, name: str) -> Decimal:
    """An amount in steps, up to the limit that the figures name."""
    return stepped(income, figures, name, int(figures.amount(f"{name}_most")))


def stepped(income: Decimal, figures: StateFigures, name: str, most: int) -> Decimal:
    """A fixed amount for each step of income begun above a threshold, up to a limit."""
    each = figures.amount(f"{name}_amount")
    over = income - figures.amount(f"{name}_start")
    return min(each * started_steps(over, figures.amount(f"{name}_step"), int(most / each) + 1), Decimal(most))
