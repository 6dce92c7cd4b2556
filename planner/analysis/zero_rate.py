"""Gains taxed at nothing, and losses spent on them: § 1(h)(1)(B)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from planner.analysis.jumps import jump_above
from planner.analysis.totals import character_on, market_value
from planner.domain.case import Case
from planner.domain.household import Taxpayer
from planner.domain.plan import Plan
from planner.domain.tax_return import own_taxable_accounts, tax_return
from rules.cells import TooManyCells
from rules.liability import Liability, liability
from rules.tax_year import tax_year
from rules.terms import ZERO, Character

NO_JUMP = Decimal(100)  # dollars: what a credit loses at a step of its phase-out is less


def loss_spent_at_zero(plan: Plan, taxpayer: Taxpayer) -> Decimal:
    """How much of the plan's losses only meets net capital gain that the year would tax at the 0% rate, in dollars."""
    if plan.planned.schedule_d.total >= plan.baseline.schedule_d.total:
        return ZERO
    return max(_taxed_at_zero(plan.baseline, taxpayer) - _taxed_at_zero(plan.planned, taxpayer), ZERO)


def room_used(plan: Plan, taxpayer: Taxpayer) -> Decimal:
    """How much net capital gain the plan adds to what the year taxes at the 0% rate, in dollars."""
    if plan.planned.schedule_d.total <= plan.baseline.schedule_d.total:
        return ZERO
    return max(_taxed_at_zero(plan.planned, taxpayer) - _taxed_at_zero(plan.baseline, taxpayer), ZERO)


def room_left(plan: Plan, taxpayer: Taxpayer) -> Decimal:
    """How much more long-term gain the planned year would tax at the 0% rate. None in a year of losses: a gain would
    meet those first."""
    if plan.planned.schedule_d.total < 0:
        return ZERO
    return max(tax_year(taxpayer.tax_year).zero_rate_top[taxpayer.filing_status] - plan.planned.taxable_income, ZERO)


def jump_in_room(plan: Plan, case: Case, room: Decimal) -> tuple[Decimal, Decimal] | None:
    """Where long-term gains within the room would take a credit, or add a surcharge, at once: how many dollars of them
    lead there, and what it costs. None where nothing of more than `NO_JUMP` does, or the year has too many edges."""
    facts, year = tax_return(case.household), plan.planned
    gains = year.schedule_d.gains

    def tax(more: Any) -> Any:
        return liability(facts, replace(gains, long_term=gains.long_term + more)).total_tax

    try:
        return jump_above(tax, year.total_tax, room, NO_JUMP) if room > 0 else None
    except TooManyCells:
        return None


def has_gains_to_realize(case: Case) -> bool:
    """Whether any lot of this return is at a long-term gain, those that may not be sold left out."""
    taxable = {account.name for account in own_taxable_accounts(case.household)}
    keep = set(case.household.plan_limits.keep)
    for holding in case.holdings:
        lot, value = holding.lot, market_value(holding)
        if lot.account not in taxable or holding.frozen or keep & {lot.symbol, lot.lot_id}:
            continue
        if value is None or lot.basis is None or value <= lot.basis:
            continue
        if character_on(lot, case.as_of) is Character.LONG:
            return True
    return False


def _taxed_at_zero(year: Liability, taxpayer: Taxpayer) -> Decimal:
    """Of net capital gain and qualified dividends, what lies below the top of the 0% rate."""
    top = tax_year(taxpayer.tax_year).zero_rate_top[taxpayer.filing_status]
    preferential = year.schedule_d.net_capital_gain + taxpayer.qualified_dividends
    ordinary = max(year.taxable_income - preferential, ZERO)
    return max(min(year.taxable_income, top) - ordinary, ZERO)
