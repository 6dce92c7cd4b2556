"""Gains taxed at nothing, and losses spent on them: § 1(h)(1)(B)."""

from __future__ import annotations

from decimal import Decimal

from planner.domain.household import Taxpayer
from planner.domain.plan import Plan
from rules.liability import Liability
from rules.tax_year import tax_year
from rules.terms import ZERO


def loss_spent_at_zero(plan: Plan, taxpayer: Taxpayer) -> Decimal:
    """How much of the plan's losses only meets net capital gain that the year would tax at the 0% rate, in dollars."""
    if plan.planned.schedule_d.total >= plan.baseline.schedule_d.total:
        return ZERO
    return max(_taxed_at_zero(plan.baseline, taxpayer) - _taxed_at_zero(plan.planned, taxpayer), ZERO)


def _taxed_at_zero(year: Liability, taxpayer: Taxpayer) -> Decimal:
    """Of net capital gain and qualified dividends, what lies below the top of the 0% rate."""
    top = tax_year(taxpayer.tax_year).zero_rate_top[taxpayer.filing_status]
    preferential = year.schedule_d.net_capital_gain + taxpayer.qualified_dividends
    ordinary = max(year.taxable_income - preferential, ZERO)
    return max(min(year.taxable_income, top) - ordinary, ZERO)
