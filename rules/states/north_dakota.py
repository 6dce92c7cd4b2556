"""North Dakota, Form ND-1: federal taxable income, less 40% of net long-term gain and of qualified dividends.

N.D.C.C. § 57-38-30.3(2)(d).
"""

from __future__ import annotations

from decimal import Decimal

from rules.states import ordinary
from rules.states.facts import StateFacts
from rules.states.figures import StateFigures
from rules.states.form import Form, tax_by_schedule


def tax(form: Form, facts: StateFacts, figures: StateFigures) -> Decimal:
    """Form ND-1: federal taxable income less 40% of gain and dividends, by the schedule."""
    income = ordinary.income(form, facts, figures)
    dividends = figures.amount("dividend_exclusion") * facts.qualified_dividends
    if dividends:
        form.line("qualified dividends excluded", -dividends)
    taxable = ordinary.taxable_income(form, facts, figures, income - dividends)
    return form.line("tax on it by the schedule", tax_by_schedule(taxable, figures.schedule()))
