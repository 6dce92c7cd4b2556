"""Massachusetts, Form 1 with Schedules B and D: short-term gain at 8.5%, the rest at 5%, 4% more on high income.

M.G.L. c. 62 §§ 2, 3, 4. A net short-term loss first meets up to $2,000 of interest and dividends, then long-term gain;
a long-term loss meets short-term gain, then what is left of the $2,000. What neither meets is carried, by kind.
"""

from __future__ import annotations

from decimal import Decimal

from rules.states.facts import StateFacts
from rules.states.figures import StateFigures
from rules.states.form import Form, at_least_zero, tax_by_schedule
from rules.terms import ZERO, Carryover


def tax(form: Form, facts: StateFacts, figures: StateFigures) -> Decimal:
    """Form 1: the parts of income at their rates, exemptions used in that order, with the surtax."""
    short, long, met = netted(facts, figures)
    exemption = figures.amount("exemption") + (facts.items.deduction or ZERO)
    other = facts.ordinary_income + facts.qualified_dividends - facts.items.subtractions
    form.line("wages, interest and dividends", other)
    form.line("losses against interest and dividends", -met)
    gains = form.line("net short-term gain", short), form.line("net long-term gain", long)
    income = other - met + sum(gains, ZERO)
    if income <= figures.amount("no_tax_status"):
        return form.line("no tax status", ZERO)
    ordinary_part = form.line("taxed at 5%, less exemptions", at_least_zero(other - met - exemption))
    unused = at_least_zero(exemption - at_least_zero(other - met))
    taxed_long = form.line("long-term gain less exemptions unused", at_least_zero(long - unused))
    unused = at_least_zero(unused - long)
    taxed_short = form.line("short-term gain less exemptions unused", at_least_zero(short - unused))
    rate, short_rate = figures.amount("rate"), figures.amount("short_term_rate")
    total = rate * (ordinary_part + taxed_long) + short_rate * taxed_short
    surtax = tax_by_schedule(ordinary_part + taxed_long + taxed_short, figures.schedule("surtax"))
    return form.line("tax", total) + form.line("surtax on high income", surtax)


def netted(facts: StateFacts, figures: StateFigures) -> tuple[Decimal, Decimal, Decimal]:
    """Short-term and long-term gain left to be taxed, and what losses took of interest and dividends."""
    schedule = facts.own_schedule
    room = min(figures.amount("loss_against_interest"), at_least_zero(facts.investment_income))
    short, long = schedule.net_short_term, schedule.net_long_term
    from_short = min(at_least_zero(-short), room)
    from_long = min(at_least_zero(-long - at_least_zero(short)), room - from_short)
    short_left = at_least_zero(short - at_least_zero(-long))
    long_left = at_least_zero(long - at_least_zero(-short - from_short))
    return short_left, long_left, from_short + from_long


def carryover(facts: StateFacts, figures: StateFigures) -> Carryover:
    """What is carried to next year: losses that met neither gain nor the $2,000."""
    schedule = facts.own_schedule
    room = min(figures.amount("loss_against_interest"), at_least_zero(facts.investment_income))
    short, long = schedule.net_short_term, schedule.net_long_term
    from_short = min(at_least_zero(-short), room)
    from_long = min(at_least_zero(-long - at_least_zero(short)), room - from_short)
    return Carryover(
        at_least_zero(-short - from_short - at_least_zero(long)),
        at_least_zero(-long - at_least_zero(short) - from_long),
    )
