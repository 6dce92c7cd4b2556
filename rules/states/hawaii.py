"""Hawaii, Form N-11: the tax on a net capital gain is at most 7.25% of it. HRS § 235-51(f).

Capital Gains Worksheet: what is taxed by the schedule is the income without the gain or, where more, the income up to
the bound below which the schedule's rates are under 7.25%.
"""

from __future__ import annotations

from decimal import Decimal

from rules.states import ordinary
from rules.states.facts import StateFacts
from rules.states.figures import StateFigures
from rules.states.form import Form, tax_by_schedule


def tax(form: Form, facts: StateFacts, figures: StateFigures) -> Decimal:
    """Form N-11: by the schedule or by the Capital Gains Worksheet, whichever is less."""
    taxable = ordinary.taxable_income(form, facts, figures, ordinary.income(form, facts, figures))
    schedule = figures.schedule()
    regular = form.line("tax on it by the schedule", tax_by_schedule(taxable, schedule))
    gain = facts.own_schedule.net_capital_gain
    by_schedule = max(taxable - gain, min(taxable, figures.amount("alternative_bound")))
    by_schedule = form.line("of it taxed by the schedule in the worksheet", by_schedule)
    rest = figures.amount("alternative_rate") * (taxable - by_schedule)
    alternative = form.line("tax by the worksheet", tax_by_schedule(by_schedule, schedule) + rest)
    return form.line("the smaller", min(regular, alternative))
