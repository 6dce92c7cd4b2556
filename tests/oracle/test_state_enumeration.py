"""The plan against every plan in eight states of different kinds, and on both sides of their edges.

New Jersey and Pennsylvania (losses meet gains alone, in the second even those that § 1091 washes), Massachusetts (rates
by kind, $2,000 of interest), Missouri (gains untaxed), Alabama (losses whole, federal tax deducted), New York
(recapture), Washington (an excise), Maryland (a jump).
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle_households import cases, every_plan

from planner.domain.case import Case
from planner.domain.household import Taxpayer
from planner.domain.plan import Status
from planner.optimizer.pipeline import ask, plan_case
from planner.optimizer.solve import ROUNDING
from rules.terms import ZERO, AssetClass, Gains

CENT = Decimal("0.01")
STATES = ("NJ", "PA", "MA", "MO", "AL", "NY", "WA", "MD")
EDGES = {  # incomes and long-term gains that put a household beside an edge of its state
    "NJ": (20_000, 4_000),
    "PA": (60_000, 4_000),
    "MA": (1_100_000, 30_000),
    "MO": (110_000, 20_000),
    "AL": (30_000, 3_000),
    "NY": (115_000, 20_000),
    "WA": (120_000, 300_000),
    "MD": (330_000, 25_000),
}
relaxed = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def in_state(case: Case, code: str, income: Decimal, gain: Decimal) -> Case:
    """The household in a state, on an income and with a gain; without collectibles, which three states feel."""
    taxpayer: Taxpayer = replace(
        case.household.taxpayer, state=code, state_rate=None, deduction=None, ordinary_income=income
    )
    household = replace(case.household, taxpayer=taxpayer, realized=Gains(long_term=gain))
    holdings = tuple(
        replace(h, lot=replace(h.lot, symbol="KO", asset_class=AssetClass.STOCK)) if h.lot.symbol == "GLD" else h
        for h in case.holdings
    )
    return replace(case, household=household, holdings=holdings)


@pytest.mark.parametrize("code", STATES)
@relaxed
@given(cases(lots=5, recent=True), st.integers(-40_000, 40_000), st.integers(-20_000, 60_000))
def test_no_plan_is_worth_more(code: str, case: Case, more_income: int, more_gain: int) -> None:
    income, gain = EDGES[code]
    case = in_state(case, code, max(ZERO, Decimal(income + more_income)), Decimal(gain + more_gain))
    question = ask(case)
    best = max(evaluation.benefit.total for _, evaluation in every_plan(question))
    plan = plan_case(case)
    allowed = CENT * max(1, len(plan.sales)) + 2 * ROUNDING
    assert plan.status is Status.PROVEN
    assert plan.benefit.total >= best - allowed, f"enumeration finds {best}, the plan {plan.benefit.total}"
    assert plan.benefit.bound >= best, f"bound {plan.benefit.bound} below a real plan {best}"
    assert plan.benefit.bound - plan.benefit.total <= allowed + Decimal("0.10")


@pytest.mark.parametrize("code", ["MD", "NJ", "AL"])
@relaxed
@given(cases(lots=3, fractional=True, size=2), st.integers(-40_000, 40_000), st.integers(-20_000, 60_000))
def test_fractions_beside_a_jump(code: str, case: Case, more_income: int, more_gain: int) -> None:
    """A fraction of a lot ends exactly on the edge of a jump: the plan stays clear of it, under the same bound."""
    income, gain = EDGES[code]
    case = in_state(case, code, max(ZERO, Decimal(income + more_income)), Decimal(gain + more_gain))
    question = ask(case)
    best = max(evaluation.benefit.total for _, evaluation in every_plan(question, 4))
    plan = plan_case(case)
    assert plan.status is Status.PROVEN
    assert plan.benefit.bound >= best
    assert plan.benefit.bound - plan.benefit.total <= Decimal("1.10")
