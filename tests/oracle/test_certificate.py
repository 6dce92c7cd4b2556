"""The certificate against every plan: no multipliers, good or bad, prove less than a plan that there is."""

from __future__ import annotations

import math
import os
from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from oracle_households import cases, every_plan
from test_every_day import OTHER_READINGS, best, households

from planner.domain.case import Case
from planner.domain.certificate import Certificate, PieceMultipliers
from planner.optimizer.pipeline import ask
from planner.optimizer.proof import START
from planner.optimizer.proof_by_cases import units_sold
from planner.optimizer.question import Question
from planner.optimizer.search.cases import PartOfPlans, bound_by_cases, divisions
from planner.optimizer.verify.certificate import ROUNDING, certified_bound, certify
from planner.optimizer.verify.evaluate import Evaluation
from planner.optimizer.verify.ground import Ground, ground
from planner.optimizer.verify.year_bound import PieceProgram, proved, vector

CENT = Decimal("0.01")
CASES = 5  # into which the plans are divided, whatever lots and units that is by
MANY = float(os.environ.get("HARVEST_MANY", "1"))  # times as many households: `make prove`, fewer for `make mutants`


def times(examples: int) -> int:
    return max(1, round(examples * MANY))


relaxed = settings(max_examples=times(40), deadline=None, suppress_health_check=[HealthCheck.too_slow])


def ground_of(question: Question) -> Ground:
    limits = question.case.household.plan_limits
    return ground(
        question.field.candidates, question.setting, question.purchases, question.baseline, question.days, limits
    )


def bound(on: Ground, certificate: Certificate) -> Decimal:
    found = certified_bound(on, certificate)
    assert found is not None
    return found


@st.composite
def any_multipliers(draw: st.DrawFn, on: Ground) -> Certificate:
    """Anything that has the right number of entries."""
    price = st.floats(-1, 1.5, width=32)
    pieces = []
    for piece in on.pieces:
        prices = tuple(draw(price) for _ in on.names)
        rents = tuple(abs(draw(price)) * draw(st.sampled_from((0, 1, 500))) for _ in on.offers.limits)
        inner = PieceProgram(piece, on.low, on.high).at(np.array(prices))
        weights, sides = inner.weights, inner.sides
        if draw(st.booleans()):
            weights = tuple(weight + draw(st.floats(0, 1)) for weight in weights)
            sides = tuple(side + draw(st.floats(0, 1)) for side in sides)
        pieces.append(PieceMultipliers(piece.name, prices, rents, weights, sides))
    return Certificate(on.names, on.offers.limits, tuple(pieces), ROUNDING)


def holds(
    question: Question, worth: Decimal, lots: int, data: st.DataObject, best_plan: Evaluation | None = None
) -> Decimal:
    """No certificate proves that less is possible; how far above the best plan the good one is."""
    on = ground_of(question)
    allowed = CENT * lots
    certificate = certify(on, [vector(START, on.names)], worth)
    good = bound(on, certificate)
    assert good >= worth - allowed, f"certified {good}, and a plan is worth {worth}"
    bad = bound(on, data.draw(any_multipliers(on)))
    assert bad >= worth - allowed, f"proved {bad} by other multipliers, and a plan is worth {worth}"
    if best_plan is not None:
        sold = units_sold(question, best_plan)
        if data.draw(st.booleans()):
            any_units = [data.draw(st.floats(0, float(shares), width=32)) for shares in on.offers.shares]
            sold = replace(sold, units=np.array(any_units))
        whole = PartOfPlans(on, certificate, good)
        for parts in divisions(whole, sold, worth - 1000, math.inf):
            best_part = max(part.bound for part in parts)
            assert best_part >= worth - allowed, f"proved {best_part} of two parts, and a plan is worth {worth}"
        by_cases = bound_by_cases(whole, sold, worth - 1000, most=CASES)
        assert by_cases >= worth - allowed, f"proved {by_cases} by cases, and a plan is worth {worth}"
    return good - worth


@relaxed
@given(cases(lots=5, size=2, recent=True), st.data())
def test_no_plan_is_worth_more_than_the_certificate(case: Case, data: st.DataObject) -> None:
    question = ask(case)
    orders, evaluation = max(every_plan(question, parts=2), key=lambda plan: plan[1].benefit.total)
    holds(question, evaluation.benefit.total, len(orders), data, evaluation)


@relaxed
@given(cases(lots=6, fractional=True), st.data())
def test_where_any_fraction_may_be_sold_the_certificate_meets_the_best_plan(case: Case, data: st.DataObject) -> None:
    """No fixed cost, count or least loss: then duality leaves no gap, and whole lots are among the plans."""
    limits = case.household.plan_limits.changed(max_sales=None, minimum_loss=Decimal(0))
    case = replace(case, household=replace(case.household, plan_limits=limits))
    question = ask(case)
    from planner.optimizer.pipeline import plan_case

    plan = plan_case(case)
    holds(question, plan.benefit.total, len(plan.sales), data)
    assert plan.benefit.gap <= CENT * max(1, len(plan.sales)) + Decimal("0.06")


@settings(relaxed, max_examples=times(15))
@given(st.sampled_from(("orders", "past")), st.data())
def test_every_trading_day(which: str, data: st.DataObject) -> None:
    last_week = households(lots=4, as_of=date(2026, 12, 28))
    case = data.draw(last_week if which == "orders" else households(lots=2, as_of=date(2026, 12, 21), past=True))
    question = ask(case)
    holds(question, best(question), 4, data)


@pytest.mark.parametrize("conventions", OTHER_READINGS, ids=str)
@settings(relaxed, max_examples=times(4))
@given(data=st.data())
def test_other_readings(conventions: object, data: st.DataObject) -> None:
    case = data.draw(households(lots=3, as_of=date(2026, 12, 28), conventions=conventions, past=True))
    question = ask(case)
    holds(question, best(question), 3, data)


@settings(relaxed, max_examples=times(30))
@given(cases(lots=3), st.data())
def test_the_years_part_is_below_every_point_of_its_piece(case: Case, data: st.DataObject) -> None:
    on = ground_of(ask(case))
    piece = data.draw(st.sampled_from(on.pieces))
    prices = np.array([data.draw(st.floats(-1, 1, width=32)) for _ in on.names])
    inner = PieceProgram(piece, on.low, on.high).at(prices)
    share = np.array([data.draw(st.floats(0, 1)) for _ in on.names])
    point = on.low + share * (on.high - on.low)
    assume((piece.sides @ point + piece.ends >= 0).all())
    lines = piece.slopes @ point + piece.constants
    cost = sum(lines[piece.term == term].max() for term in range(piece.terms))
    assert inner.value <= cost - float(prices @ point) + 1e-6
    worse = [weight * data.draw(st.floats(0, 2)) for weight in inner.weights]
    assert proved(piece, on.low, on.high, prices, worse, inner.sides) <= cost - float(prices @ point) + 1e-6
