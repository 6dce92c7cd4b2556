"""Arkansas, Form AR1000F: half of a net capital gain is exempt, all of it above $10,000,000; a table for high incomes.

Ark. Code § 26-51-201(a)(4): (A) the schedule up to a net income; (B) above it a schedule of two rates on all of it,
(C) less a bracket adjustment that falls by $10 with every $100. By formula, not by the table's rows of $100 (I-62).
"""

from __future__ import annotations

from decimal import Decimal

from rules.states import ordinary
from rules.states.facts import StateFacts
from rules.states.figures import StateFigures
from rules.states.form import Form, at_least_zero, started_steps, tax_by_schedule


def tax(form: Form, facts: StateFacts, figures: StateFigures) -> Decimal:
    """Form AR1000F: half of the gain exempt, by the tables, less credits."""
    gain = facts.own_schedule.net_capital_gain
    income = form.line("federal adjusted gross income", facts.federal_income) - ordinary.subtractions(
        form, facts, figures
    )
    limit = figures.amount("gain_exclusion_top")
    exempt = figures.amount("gain_exclusion") * min(gain, limit) + at_least_zero(gain - limit)
    form.line("net capital gain exempt", -exempt)
    taxable = ordinary.taxable_income(form, facts, figures, income - exempt)
    before = form.line("tax on it", tax_by_table(taxable, figures))
    low = form.line("additional credit for low incomes", -additional_credit(taxable, facts, figures))
    return ordinary.after_credits(form, facts, figures, at_least_zero(before + low))


def additional_credit(taxable: Decimal, facts: StateFacts, figures: StateFigures) -> Decimal:
    """§ 26-51-510: an amount for each person, less by $5 for every $100, or part of it, over a net income."""
    most, cut = figures.amount("additional_credit"), figures.amount("additional_credit_reduction")
    over = taxable - figures.amount("additional_credit_start")
    steps = started_steps(over, figures.amount("additional_credit_step"), int(most / cut))
    return facts.people * (most - steps * cut)


def tax_by_table(taxable: Decimal, figures: StateFigures) -> Decimal:
    """Table A, or table B less the bracket adjustment."""
    start = figures.amount("high_income")
    if taxable <= start:
        return tax_by_schedule(taxable, figures.schedule())
    first, step = figures.amount("bracket_adjustment"), figures.amount("bracket_adjustment_step")
    passed = started_steps(taxable - start, figures.amount("bracket_adjustment_width"), int(first / step) + 1)
    adjustment = max(first - (passed - 1) * step, first - first)
    return at_least_zero(tax_by_schedule(taxable, figures.schedule("high_income_rates")) - adjustment)
