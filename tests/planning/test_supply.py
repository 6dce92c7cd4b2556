"""The supply curve of many lots against every way of selling a few of them."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.optimizer.program.supply_curves import Bulk, bulk

Lots = list[tuple[float, float]]  # gain, proceeds
Point = tuple[float, float]

# Losers and winners, small and large; a worthless lot has no proceeds.
amounts = st.one_of(st.integers(100, 900), st.integers(100, 10_000_000)).map(lambda cents: cents / 100)
gains = st.tuples(amounts, st.sampled_from((-1.0, 1.0))).map(lambda pair: pair[0] * pair[1])
lots_of = st.lists(st.tuples(gains, st.one_of(amounts, st.just(0.0))), min_size=1, max_size=6)


def curve_of(lots: Lots) -> Bulk:
    return bulk(1, 0.0002, range(len(lots)), np.array([g for g, _ in lots]), np.array([p for _, p in lots]))


def reached(lots: Lots, shares: tuple[float, ...]) -> Point:
    return sum(s * g for s, (g, _) in zip(shares, lots, strict=True)), sum(
        s * p for s, (_, p) in zip(shares, lots, strict=True)
    )


def every_subset(lots: Lots) -> list[Point]:
    return [reached(lots, shares) for shares in product((0.0, 1.0), repeat=len(lots))]


def near(lots: Lots) -> float:
    """Floats are summed in another order here."""
    return 1e-12 * (1 + sum(abs(g) + p for g, p in lots)) * (1 + max(p / abs(g) for g, p in lots))


@given(lots_of)
def test_no_way_of_selling_lies_outside_the_edges(lots: Lots) -> None:
    curve, slack = curve_of(lots), near(lots)
    for gain, proceeds in every_subset(lots):
        assert curve.gain_low - slack <= gain <= curve.gain_high + slack
        assert curve.least_proceeds(gain) - slack <= proceeds <= curve.most_proceeds(gain) + slack
        assert proceeds <= curve.proceeds_high + slack


@given(lots_of, st.lists(st.floats(0, 1), min_size=6, max_size=6))
def test_no_fractions_lie_outside_the_edges(lots: Lots, shares: list[float]) -> None:
    curve, slack = curve_of(lots), near(lots)
    gain, proceeds = reached(lots, tuple(shares[: len(lots)]))
    assert curve.least_proceeds(gain) - slack <= proceeds <= curve.most_proceeds(gain) + slack


@given(lots_of)
def test_every_corner_is_a_way_of_selling(lots: Lots) -> None:
    """So the edges are not merely bounds: the curve promises what can be had."""
    curve, slack = curve_of(lots), near(lots)
    points = np.array(every_subset(lots))
    for gain, proceeds in [
        *zip(curve.gains, curve.lower, strict=True),
        *zip(curve.upper_gains, curve.upper, strict=True),
    ]:
        assert np.abs(points - (gain, proceeds)).max(axis=1).min() <= slack


@given(lots_of)
def test_the_lots_sold_at_a_step_reach_its_corner(lots: Lots) -> None:
    curve, slack = curve_of(lots), near(lots)
    for step in range(len(lots) + 1):
        shares = [0.0] * len(lots)
        for index in curve.members[curve.sold_left_of(step)]:
            shares[index] = 1.0
        gain, proceeds = reached(lots, tuple(shares))
        assert gain == pytest.approx(curve.gains[step], abs=slack)
        assert proceeds == pytest.approx(curve.lower[step], abs=slack)


@given(lots_of, st.lists(st.floats(-0.2, 1.2), max_size=8), st.lists(st.floats(0, 1), min_size=6, max_size=6))
def test_tangents_never_cut_off_what_can_be_reached(lots: Lots, places: list[float], shares: list[float]) -> None:
    """Wherever they touch, even beyond the ends: this is what keeps the solver's bound true."""
    curve, slack = curve_of(lots), near(lots)
    for place in places:
        gain = curve.gain_low + place * (curve.gain_high - curve.gain_low)
        curve.cut_below(gain)
        curve.cut_above(gain)
    for gain, proceeds in [*every_subset(lots), reached(lots, tuple(shares[: len(lots)]))]:
        assert all(proceeds >= slope * gain + rest - slack for slope, rest in curve.lower_cuts)
        assert all(proceeds <= slope * gain + rest + slack for slope, rest in curve.upper_cuts)


@given(lots_of, st.floats(0, 1))
def test_the_tangent_at_a_place_meets_the_edge_there(lots: Lots, place: float) -> None:
    """So adding the tangents that were missed comes to an end."""
    curve, slack = curve_of(lots), near(lots)
    curve.lower_cuts.clear()
    curve.upper_cuts.clear()
    gain = curve.gain_low + place * (curve.gain_high - curve.gain_low)
    curve.cut_below(gain)
    curve.cut_above(gain)
    ((slope, rest),), ((slope_above, rest_above),) = curve.lower_cuts, curve.upper_cuts
    assert slope * gain + rest == pytest.approx(curve.least_proceeds(gain), abs=slack)
    assert slope_above * gain + rest_above == pytest.approx(curve.most_proceeds(gain), abs=slack)


def test_by_hand() -> None:
    """Losers of 10 for 30 and of 5 for 40 dollars of proceeds, a winner of 20 for 50.

    All losers: gain -15 at 70. The loser dearest per dollar of loss goes first: 5 for 40. Then the other, then the
    winner, whose 2.50 a dollar is worse still. The upper edge starts at -15, 70 too, and adds the winner first.
    """
    curve = curve_of([(-10.0, 30.0), (-5.0, 40.0), (20.0, 50.0)])
    assert list(curve.gains) == [-15, -10, 0, 20]
    assert list(curve.lower) == [70, 30, 0, 50]
    assert list(curve.upper_gains) == [-15, 5, 15, 20]
    assert list(curve.upper) == [70, 120, 90, 50]
    assert curve.least_proceeds(-12) == pytest.approx(46)
    assert list(curve.members[curve.sold_left_of(1)]) == [0]
