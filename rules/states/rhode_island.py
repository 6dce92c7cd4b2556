"""Rhode Island, Form RI-1040: deduction and exemptions are lost by fifths above an income. R.I.G.L. § 44-30-2.6."""

from __future__ import annotations

from decimal import Decimal

from rules.states import ordinary
from rules.states.facts import StateFacts
from rules.states.figures import StateFigures
from rules.states.form import Form, at_least_zero, started_steps, tax_by_schedule


def tax(form: Form, facts: StateFacts, figures: StateFigures) -> Decimal:
    """Form RI-1040: by the schedule on what is left after deduction and exemptions."""
    income = ordinary.income(form, facts, figures)
    over = income - figures.amount("phase_out_start")
    share = figures.amount("phase_out_share")
    left = 1 - min(share * started_steps(over, figures.amount("phase_out_step"), int(1 / share)), Decimal(1))
    deduction = facts.items.deduction if facts.items.deduction is not None else figures.amount("standard_deduction")
    form.line("deduction left", -left * deduction)
    exemption = facts.people * figures.amount("personal_exemption")
    form.line("exemptions left", -left * exemption)
    taxable = form.line("taxable income of the state", at_least_zero(income - left * (deduction + exemption)))
    return form.line("tax on it by the schedule", tax_by_schedule(taxable, figures.schedule()))
