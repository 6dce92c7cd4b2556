"""The plan against every plan: small households on which all ways of selling can be tried."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from oracle_households import cases, every_plan

from planner.domain.case import Case
from planner.domain.plan import Status
from planner.optimizer.pipeline import ask, plan_case
from planner.optimizer.solve import ROUNDING

CENT = Decimal("0.01")
relaxed = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def agrees(case: Case, parts: int = 1) -> None:
    question = ask(case)
    best = max(evaluation.benefit.total for _, evaluation in every_plan(question, parts))
    plan = plan_case(case)
    allowed = CENT * max(1, len(plan.sales)) + 2 * ROUNDING
    assert plan.status is Status.PROVEN
    assert plan.benefit.total >= best - allowed, f"enumeration finds {best}, the plan {plan.benefit.total}"
    assert plan.benefit.bound >= best, f"bound {plan.benefit.bound} below a real plan {best}"
    assert plan.benefit.bound - plan.benefit.total <= allowed
    if parts == 1 and all(c.quantity == c.step for c in question.field.candidates):
        assert abs(plan.benefit.total - best) <= allowed


@relaxed
@given(cases(lots=6))
def test_single_shares_every_subset(case: Case) -> None:
    agrees(case)


@relaxed
@given(cases(lots=5, recent=True))
def test_single_shares_with_recent_purchases(case: Case) -> None:
    agrees(case)


@relaxed
@given(cases(lots=3, size=3, recent=True))
def test_lots_of_several_shares_with_recent_purchases(case: Case) -> None:
    agrees(case)


@relaxed
@given(cases(lots=4, fractional=True, size=2))
def test_fractions_are_never_beaten(case: Case) -> None:
    agrees(case, parts=4)
