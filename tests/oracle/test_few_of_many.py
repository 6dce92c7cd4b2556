"""At most so many sales out of many lots: weighing contenders only finds what weighing every lot finds."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from test_bulk import household, in_bulk

from planner.domain.plan import Plan, Status
from planner.domain.plan_limits import PlanLimits
from planner.optimizer.pipeline import ROUNDING, ask, plan_case
from planner.optimizer.search.contenders import contenders

CENT = Decimal("0.01")


def allowed(*plans: Plan) -> Decimal:
    return 2 * ROUNDING + CENT * max(1, *(len(plan.sales) for plan in plans))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "plan_limits",
    [{}, {"sell_gains": True}, {"max_turnover": Decimal(40_000)}, {"cash_needed": Decimal(30_000)}],
    ids=["losses", "gains too", "limited turnover", "cash"],
)
def test_contenders_are_enough(seed: int, plan_limits: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    case = household(seed, lots=120, plan_limits=PlanLimits(max_sales=3, **plan_limits))
    few, every = in_bulk(case, monkeypatch), plan_case(case)
    assert few.status is Status.PROVEN
    assert len(few.sales) <= 3
    assert few.benefit.bound >= every.benefit.total
    if "cash_needed" not in plan_limits:
        assert abs(few.benefit.total - every.benefit.total) <= allowed(few, every)
        assert few.benefit.bound - few.benefit.total <= 10  # shares are whole, the bound's are not


@pytest.mark.parametrize("seed", range(4))
def test_with_recent_purchases_the_bound_is_above_every_plan(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    case = household(seed, lots=120, recent=0.2, plan_limits=PlanLimits(max_sales=4))
    few, every = in_bulk(case, monkeypatch), plan_case(case)
    assert len(few.sales) <= 4
    assert few.benefit.total <= every.benefit.total + allowed(few, every)
    assert few.benefit.bound >= every.benefit.total


def test_most_lots_are_no_contenders() -> None:
    lots = ask(household(1, lots=400, plan_limits=PlanLimits(max_sales=2))).field.candidates
    kept = contenders(lots, 2, cash_needed=False)
    assert 0 < len(kept) < len(lots) / 2
