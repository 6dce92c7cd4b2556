"""The assumptions that a plan's sales depend on, in words: one clause each."""

from __future__ import annotations

from decimal import Decimal

from planner.domain.household import INFINITY
from planner.domain.plan import Plan, Sensitivity
from planner.report.words import count, count_of, percent


def hangs_on(plan: Plan) -> str:
    """`With other assumptions: 2 lots, not 9, are worth selling if ...; 7 if ...`; empty where nothing flips it."""
    planned = len({sale.listed_id for sale in plan.sales})
    clauses = [
        f"{_lots(each, planned) if number == 0 else each.lots or 'none'} if {_assumed(each.key, each.value)}"
        for number, each in enumerate(plan.sensitivities)
    ]
    return f"With other assumptions: {'; '.join(clauses)}." if clauses else ""


def _lots(each: Sensitivity, planned: int) -> str:
    instead = "" if each.lots == planned else f", not {planned},"  # as many, but others
    verb = "are" if each.lots > 1 else "is"
    return f"{count(each.lots, 'lot') if each.lots else 'no lot'}{instead} {verb} worth selling"


def _assumed(key: str, value: Decimal | None) -> str:
    if key == "future_rate" and value is not None:
        return f"later gains are taxed at {percent(value)}"
    if key == "discount_rate" and value is not None:
        return f"the future is discounted at {percent(value)} a year"
    if key == "years_to_sale" and (value is None or value == INFINITY):
        return "what is bought instead is never sold"
    if key == "years_to_sale" and value is not None:
        return f"what is bought instead is sold in {count_of(value, 'year')}"
    if value is None:
        return "carryovers are used up year by year, as § 1211(b) allows"
    if value == INFINITY:
        return "carryovers are never used"
    return f"carryovers are used only after {count_of(value, 'year')}"
