"""New Mexico, Form PIT-1: up to $2,500 of net capital gain is deducted; an exemption for low and middle incomes.

NMSA §§ 7-2-5.8, 7-2-7, 7-2-14, 7-2-34.
"""

from __future__ import annotations

from decimal import Decimal

from rules.states import ordinary
from rules.states.facts import StateFacts
from rules.states.figures import StateFigures
from rules.states.form import Form, at_least_zero, row_of, tax_by_schedule
from rules.terms import ZERO


def tax(form: Form, facts: StateFacts, figures: StateFigures) -> Decimal:
    """Form PIT-1: by the schedule, less the low income rebate."""
    income = ordinary.income(form, facts, figures)
    deduction = ordinary.deduction(form, facts, figures)
    federal = facts.adjusted_gross_income
    exemption = ZERO
    if federal <= figures.amount("low_income_limit"):
        over = at_least_zero(federal - figures.amount("low_income_start"))
        each = figures.amount("low_income_exemption") - figures.amount("low_income_rate") * over
        exemption = facts.people * at_least_zero(each)
    form.line("low- and middle-income exemption", -exemption)
    taxable = form.line("taxable income of the state", at_least_zero(income - deduction - exemption))
    before = form.line("tax on it by the schedule", tax_by_schedule(taxable, figures.schedule()))
    gross = facts.income_without_gains + at_least_zero(facts.own_schedule.total)
    rows = figures.schedule("rebate_of_one" if facts.people == 1 else "rebate_of_two")
    rebate = form.line("low income comprehensive tax rebate", -row_of(gross, rows, above=True))
    return form.line("tax less the rebate", before + rebate)
