"""The assumptions that a plan's sales depend on, in words: one clause each."""

from __future__ import annotations

from decimal import Decimal

from planner.domain.household import INFINITY
from planner.domain.plan import Plan, Sensitivity
from planner.report.words import count, count_of, percent


def hangs_on(plan: Plan) -> str:
    """`With other assumptions: 2 lots are worth selling if ...; ...`; empty where nothing flips the plan."""
    clauses = "; ".join(_clause(each) for each in plan.sensitivities)
    return f"With other assumptions: {clauses}." if clauses else ""


def _clause(each: Sensitivity) -> str:
    lots = count(each.lots, "lot") if each.lots else "no lot"
    verb = "are" if each.lots > 1 else "is"
    return f"{lots} {verb} worth selling if {_assumed(each.key, each.value)}"


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
    return f"carryovers are used up over {count_of(value, 'year')}"
