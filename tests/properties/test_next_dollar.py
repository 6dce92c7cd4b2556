"""The staircase of the next dollar is the law itself: its steps sum to the tax, and every corner is found."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle_households import dollars, realized_gains, taxpayers

from planner.analysis.marginal_value import MarginalStaircase, Side, staircase
from planner.domain.carryover_value import CarryoverValue
from planner.domain.household import Assumptions, Household
from planner.domain.tax_return import tax_return
from rules.liability import TaxReturn, liability
from rules.parametric_amount import Horizon, Moving
from rules.terms import ZERO, Carryover, Character, Gains

STEP = Decimal("0.005")
BY_SCHEDULE = CarryoverValue(((Decimal(3_000), Decimal("0.2")), (Decimal(3_000), Decimal("0.1")), (None, ZERO)))


@st.composite
def returns(draw: st.DrawFn) -> TaxReturn:
    carried = Carryover(draw(dollars(0, 30_000)), draw(dollars(0, 30_000)))
    return tax_return(Household(Path("household.toml"), draw(taxpayers()), carryover=carried))


def taxes(facts: TaxReturn, gains: Gains) -> tuple[Fraction, Fraction]:
    """The three taxes and the loss carried on, unrounded, from the worksheets' last lines."""
    year = liability(facts, gains)
    state = year.state_worksheet.last if year.state_worksheet else ZERO
    carried = year.carryover_worksheet.carryover.total if year.carryover_worksheet else ZERO
    return Fraction(year.income_tax_worksheet.last + year.niit_worksheet.last + state), Fraction(carried)


def moved(start: Gains, side: Side, character: Character, by: Decimal) -> Gains:
    signed = -by if side is Side.LOSS else by
    return start + (Gains(short_term=signed) if character is Character.SHORT else Gains(long_term=signed))


def summed(stairs: MarginalStaircase, to: Decimal) -> tuple[Fraction, Fraction]:
    """What so many dollars from the start on save of tax, and carry on, by the rungs."""
    saved = carried = Fraction(0)
    for rung in stairs.rungs:
        end = to if rung.end is None else min(to, rung.end)
        if end > rung.start:
            saved += Fraction(rung.tax_saved) * Fraction(end - rung.start)
            carried += Fraction(rung.carried) * Fraction(end - rung.start)
    return saved, carried


@settings(max_examples=60, deadline=None)
@given(
    returns(),
    realized_gains(),
    st.sampled_from(Side),
    st.sampled_from(Character),
    st.lists(dollars(0, 400_000), min_size=1, max_size=4),
)
def test_rungs_sum_to_the_tax(
    facts: TaxReturn, start: Gains, side: Side, character: Character, distances: list[Decimal]
) -> None:
    """Exactly, but for the 28 digits to which a corner at a third of a dollar is kept."""
    stairs = staircase(facts, Assumptions(), BY_SCHEDULE, start, side, character)
    assert stairs.rungs[0].start == 0
    assert stairs.rungs[-1].end is None
    assert all(one.end == other.start for one, other in zip(stairs.rungs, stairs.rungs[1:], strict=False))
    tax, carried = taxes(facts, start)
    for distance in distances:
        there, carried_there = taxes(facts, moved(start, side, character, distance))
        saved, more = summed(stairs, distance)
        assert abs(saved - (tax - there)) < Fraction(1, 10**12)
        assert abs(more - (carried_there - carried)) < Fraction(1, 10**12)


@settings(max_examples=60, deadline=None)
@given(returns(), realized_gains(), st.sampled_from(Side), st.sampled_from(Character))
def test_every_corner_is_one(facts: TaxReturn, start: Gains, side: Side, character: Character) -> None:
    """Neighbouring rungs differ, and each is worth per dollar what half a cent on either side of its ends shows."""
    stairs = staircase(facts, Assumptions(), BY_SCHEDULE, start, side, character)
    for one, other in zip(stairs.rungs, stairs.rungs[1:], strict=False):
        assert replace(one, start=other.start, end=other.end) != other
        assert one.end is not None
        if one.end - one.start < STEP or (other.end is not None and other.end - other.start < STEP):
            continue
        here, _ = taxes(facts, moved(start, side, character, one.end))
        before, _ = taxes(facts, moved(start, side, character, one.end - STEP))
        after, _ = taxes(facts, moved(start, side, character, one.end + STEP))
        assert float((before - here) / Fraction(STEP)) == pytest.approx(float(one.tax_saved), abs=1e-9)
        assert float((here - after) / Fraction(STEP)) == pytest.approx(float(other.tax_saved), abs=1e-9)


def test_an_amount_that_moves_meets_a_fixed_one() -> None:
    horizon = Horizon()
    moving = Moving(Decimal(10), -1, horizon)
    assert max(moving, Decimal(4)) is moving
    assert min(Decimal(3) - moving, ZERO) is not ZERO
    assert horizon.nearest == 6  # at four the maximum turns; 3 - moving turns only seven ahead


def test_a_tie_is_decided_by_what_comes_next() -> None:
    horizon = Horizon()
    assert Moving(Decimal(4), 1, horizon) > Decimal(4)
    assert Moving(Decimal(4), -1, horizon) < Decimal(4)
    assert horizon.nearest is None


def test_two_moving_amounts_are_never_multiplied() -> None:
    with pytest.raises(TypeError, match="a rate only"):
        Moving(Decimal(4), 1, Horizon()) * Moving(Decimal(4), 1, Horizon())
