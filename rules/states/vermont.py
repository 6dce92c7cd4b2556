"""Vermont, Form IN-111 with IN-153: $5,000 of gain excluded on listed securities; a 3% minimum above an income.

32 V.S.A. §§ 5811(21)(B)(ii), 5822. The exclusion is at most 40% of federal taxable income.
"""

from __future__ import annotations

from decimal import Decimal

from rules.states import ordinary
from rules.states.facts import StateFacts
from rules.states.figures import StateFigures
from rules.states.form import Form, at_least_zero, tax_by_schedule
from rules.terms import ZERO


def tax(form: Form, facts: StateFacts, figures: StateFigures) -> Decimal:
    """Form IN-111: by the schedule, or the minimum where that is more."""
    income = form.line("federal adjusted gross income", facts.federal_income) - ordinary.subtractions(
        form, facts, figures
    )
    gain = facts.own_schedule.net_capital_gain
    part = figures.amount("exclusion_share") * at_least_zero(facts.taxable_income)
    excluded = min(gain, figures.amount("flat_exclusion"), part)
    form.line("capital gain excluded", -excluded)
    taxable = ordinary.taxable_income(form, facts, figures, income - excluded)
    regular = form.line("tax on it by the schedule", tax_by_schedule(taxable, figures.schedule()))
    least = ZERO
    if facts.adjusted_gross_income >= figures.amount("minimum_tax_income"):
        least = figures.amount("minimum_tax_rate") * facts.adjusted_gross_income
    form.line("minimum tax", least)
    return form.line("the larger", max(regular, least))
