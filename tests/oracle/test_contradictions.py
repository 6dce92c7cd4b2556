"""Limits that contradict one another by arithmetic: never where there is a plan, and always where fractions may be
sold and there is none."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from household_files import invoked, write
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from oracle_households import cases

from planner.domain.case import Case
from planner.domain.errors import ExitCode
from planner.domain.plan_limits import Duty, PlanLimits
from planner.optimizer import feasibility
from planner.optimizer.pipeline import ask
from planner.optimizer.question import Question
from planner.optimizer.search import engines
from planner.optimizer.verify.contradiction import contradict, shown
from planner.optimizer.verify.limits import broken_limits
from planner.optimizer.verify.offers import Offers, offers
from planner.optimizer.verify.sale_figures import Order, figures

TENTHS = [Decimal(n) / 10 for n in range(1, 11)]
relaxed = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def asked(draw: st.DrawFn) -> Case:
    """A household that must raise cash, with limits that may leave room for it or not."""
    case = draw(cases(lots=4, size=3, fractional=draw(st.booleans())))
    worth = sum((h.lot.quantity * (h.price or 0) for h in case.holdings), Decimal(0))
    share = st.integers(1, 110).map(lambda percent: (worth * percent / 100).quantize(Decimal("0.01")))
    must = draw(st.sampled_from((None, *(h.lot.lot_id for h in case.holdings))))
    limits = PlanLimits(
        sell_gains=True,
        cash_needed=draw(share),
        max_sales=draw(st.sampled_from((None, 0, 1, 2))),
        max_turnover=draw(st.one_of(st.none(), share)),
        must_sell=(Duty(must, lot_id=must),) if must else (),
    )
    return replace(case, household=replace(case.household, plan_limits=limits))


def offered(question: Question) -> Offers:
    limits = question.case.household.plan_limits
    return offers(question.field.candidates, question.setting, question.days, limits, frozenset())


def a_plan(question: Question) -> bool:
    """Whether some plan of tenths of lots, or one share, keeps every limit."""
    first = {c.lot_id: c for c in reversed(question.field.candidates)}
    ways: list[list[Order]] = [[]]
    for lot in first.values():
        parts = {(lot.quantity * part / lot.step).to_integral_value() * lot.step for part in TENTHS}
        ways = [
            [*sold, *more]
            for sold in ways
            for more in ([], *([replace(lot.whole.order, quantity=q)] for q in parts if q > 0))
        ]
        if len(ways) > 4_000:
            assume(False)
    return any(not broken_limits(question.case, [figures(order) for order in sold]) for sold in ways)


@relaxed
@given(asked(), st.data())
def test_nothing_contradicts_a_plan_that_there_is(case: Case, data: st.DataObject) -> None:
    question = ask(case)
    assume(question.field.candidates)
    on = offered(question)
    if a_plan(question):
        assert not contradict(on)
        rents = np.array([abs(data.draw(st.floats(0, 2, width=32))) for _ in on.limits])
        counted = np.where(on.counts, data.draw(st.sampled_from((1.0, 1e3, 1e5))), 1.0)
        assert not shown(on, rents * counted)


@pytest.mark.parametrize(
    ("plan", "contradicts"),
    [
        ("cash_needed = 2000\nmax_turnover = 1999", True),
        ("cash_needed = 2000\nmax_turnover = 2000", False),
        ("cash_needed = 1100\nmax_sales = 1", True),
        ("cash_needed = 1100\nmax_sales = 2", False),
        ("cash_needed = 1500\n[[limits]]\nsymbol = 'AAA'\nmax_turnover = 499\n", True),
        ("cash_needed = 1500\n[[limits]]\nsymbol = 'AAA'\nmax_turnover = 500\n", False),
        ("cash_needed = 1400\n[[limits]]\nsymbol = 'AAA'\nmax_sales = 0\n", True),
        ("must_sell = ['a']\ncash_needed = 1500\nmax_sales = 1", True),
        ("cash_needed = 250\nmax_turnover = 270", False),  # no whole shares meet that, which is not arithmetic's to say
    ],
)
def test_by_hand(tmp_path: Path, plan: str, contradicts: bool) -> None:
    """Two lots of ten shares at 100."""
    from household_files import AS_OF

    from planner.loader import load_case

    lots = "AAA,10,2024-01-05,3000,100,stock,a\nBBB,10,2024-01-05,2000,100,stock,b\n"
    question = ask(load_case(write(tmp_path, lots, f"\n[plan]\n{plan}\n"), as_of=AS_OF))
    assert contradict(offered(question)) is contradicts


def test_it_is_said_without_asking_an_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("an engine was asked")

    monkeypatch.setattr(engines, "highs_here", never)
    lots = "".join(f"S{n},10,2024-01-05,3000,100,stock,l{n}\n" for n in range(40))
    wanted = "\n[plan]\ncash_needed = 5_001\n[[limits]]\nasset_class = 'stock'\nmax_sales = 5\n"
    monkeypatch.setattr(feasibility, "refuse_impossible_limits", lambda *_: None)
    answer = invoked(write(tmp_path, lots, wanted))
    assert answer.exit_code == ExitCode.NO_PLAN
    assert "5001" in answer.stderr.replace(",", "").replace("_", "")
