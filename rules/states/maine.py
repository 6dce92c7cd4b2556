"""Maine, Form 1040ME: deduction and exemption phase out over a range of income; 2% more above $1,000,000 from 2026.

36 M.R.S. §§ 5111, 5124-C, 5125(7), 5126-A; P.L. 2025 (L.D. 2212).
"""

from __future__ import annotations

from decimal import Decimal

from rules.states import ordinary
from rules.states.facts import StateFacts
from rules.states.figures import StateFigures
from rules.states.form import Form, at_least_zero, phased_out, tax_by_schedule


def tax(form: Form, facts: StateFacts, figures: StateFigures) -> Decimal:
    """Form 1040ME: by the schedule on what is left after deduction and exemptions, with the surcharge."""
    income = ordinary.income(form, facts, figures)
    deduction = facts.items.deduction if facts.items.deduction is not None else figures.amount("standard_deduction")
    left = phased_out(deduction, income - figures.amount("deduction_start"), figures.amount("deduction_width"))
    form.line("deduction left", -left)
    exemption = facts.people * figures.amount("personal_exemption")
    kept = phased_out(exemption, income - figures.amount("exemption_start"), figures.amount("exemption_width"))
    form.line("exemptions left", -kept)
    taxable = form.line("taxable income of the state", at_least_zero(income - left - kept))
    regular = form.line("tax on it by the schedule", tax_by_schedule(taxable, figures.schedule()))
    if not figures.has("surcharge"):
        return regular
    more = form.line("surcharge", tax_by_schedule(taxable, figures.schedule("surcharge")))
    return form.line("tax", regular + more)
