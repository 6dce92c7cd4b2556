"""Amounts that move, in one sum and in several, by hand: `rules.parametric_amount`, `rules.cells`, `merged_cells`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any

import pytest

from rules.cells import Cell, Plane, TooManyCells, cells, needed, short_of_jumps, stopped_when
from rules.merged_cells import merged
from rules.parametric_amount import Horizon, Moving, slope_of, value_and_slope

D = Decimal
Law = Callable[..., Any]
THIRD = D(1) / 3


@pytest.mark.parametrize(
    ("law", "value", "slope"),
    [
        (lambda x: x + 5, 15, 2),
        (lambda x: 5 - x, -5, -2),
        (lambda x: x - 3, 7, 2),
        (lambda x: x + x - 3 * x, -10, -2),
        (lambda x: x * D("0.25"), D("2.5"), D("0.5")),
        (lambda x: x * (20 - x), 100, 0),  # 2 (20 - x) - 2 x, at 10
        (lambda x: (x + 10) * (x - 5), 100, 50),  # 2 of 5 and 2 of 20
        (lambda x: x / 4, D("2.5"), D("0.5")),
        (lambda x: (x + 10) / (x - 5), 4, Fraction(2 * 5 - 20 * 2, 25)),
        (lambda x: 40 / (x - 5), 8, Fraction(-40 * 2, 25)),
        (lambda x: -x, -10, -2),
        (lambda x: max(x, D(4)), 10, 2),
        (lambda x: min(x, D(4)), 4, 0),
        (lambda x: x.quantize(D("0.01")), 10, 2),
    ],
)
def test_what_an_amount_comes_to(law: Law, value: Any, slope: Any) -> None:
    """10 here, and 2 more for every dollar ahead."""
    moving = Moving(D(10), 2, Horizon(Fraction(1)))
    found = law(moving)
    assert value_and_slope(found) == (Fraction(value), Fraction(slope))
    assert slope_of(found) == D(Fraction(slope).numerator) / D(Fraction(slope).denominator)


def test_an_amount_that_stays_has_no_slope() -> None:
    assert (slope_of(D(7)), value_and_slope(D(7))) == (0, (7, 0))
    assert slope_of(Moving(D(1), Fraction(1, 3), Horizon())) == THIRD


@pytest.mark.parametrize(("bound", "above", "nearest"), [(16, False, 3), (4, True, None), (10, True, None)])
def test_a_comparison_holds_just_ahead_and_says_how_far(bound: int, above: bool, nearest: int | None) -> None:
    """10 and 2 more for each dollar: 16 is 3 dollars ahead; 10 is behind as soon as it moves."""
    horizon = Horizon()
    moving = Moving(D(10), 2, horizon)
    assert (moving > bound, moving >= bound, moving < bound, moving <= bound) == (above, above, not above, not above)
    assert horizon.nearest == nearest


def test_the_nearest_turn_counts_and_equal_amounts_stay_equal() -> None:
    horizon = Horizon()
    moving, still = Moving(D(10), 2, horizon), Moving(D(10), 0, horizon)
    assert moving < 30
    assert moving < 16
    assert moving < 20
    assert horizon.nearest == 3
    assert (still > 10, still >= 10, still < 10, still <= 10) == (False, True, False, True)


def test_a_curve_is_refused_or_taken_for_its_tangent() -> None:
    horizon = Horizon()
    moving = Moving(D(10), 2, horizon)
    for curve in (lambda: moving * moving, lambda: 1 / moving):
        with pytest.raises(TypeError, match="by a rate only"):
            curve()
    assert not horizon.bent
    near = Horizon(Fraction(5))
    assert value_and_slope(Moving(D(10), 2, near) * D(3)) == (30, 6)
    assert (near.bent, near.nearest) == (False, None)
    assert value_and_slope(Moving(D(10), 2, near) / D(5)) == (2, Fraction(2, 5))
    assert not near.bent
    1 / Moving(D(10), 2, near)
    assert (near.bent, near.nearest) == (True, 5)


SQUARE = ((D(2), D(9)), (D(-3), D(6)))
LAWS: list[tuple[Law, tuple[tuple[Decimal, Decimal], ...], int, int]] = [
    (max, SQUARE, 2, 1),
    (min, SQUARE, 2, 2),
    (lambda x, y: max(2 * x - y, D(5)) + D("0.25") * y, SQUARE, 2, 1),
    (lambda x, y: max(2 * x - y, D(5)) - max(x + 3 * y, D(8)) / 2, SQUARE, 4, 2),  # the second bends down
    (lambda x, y: 7 - x if x >= 2 * y else 7 - 2 * y, SQUARE, 2, 2),
    (lambda x, y, z: max(x + y + z, D(6)) - min(x, z), (*SQUARE, (D(0), D(5))), 4, 2),  # lines of one direction only
    (lambda x, y: max(x, D(5)) + y, ((D(2), D(9)), (D(3), D(3))), 2, 1),
    (lambda x: x * (x - x + 4) + x / (x - x + 8), ((D(2), D(9)),), 1, 1),  # by what has ceased to move
]


def is_the_law(law: Law, found: list[Cell], box: tuple[tuple[Decimal, Decimal], ...]) -> None:
    """Every point of a grid is in a cell, and in none that says something else: these laws are continuous."""
    axes = [{low, high, *(low + (high - low) * n * THIRD / 3 for n in range(1, 9))} for low, high in box]
    for point in product(*axes):
        holding = [cell for cell in found if cell.holds(point)]
        assert holding
        for cell in holding:
            assert abs(cell.cost(point) - law(*point)) < D("1e-5")


@pytest.mark.parametrize(("law", "box", "parts", "joined"), LAWS)
def test_cells_are_the_law_and_are_joined_where_it_is_convex(
    law: Law, box: tuple[tuple[Decimal, Decimal], ...], parts: int, joined: int
) -> None:
    found = cells(law, box)
    is_the_law(law, found, box)
    fewer = merged(found, sum(1 for low, high in box if high > low))
    is_the_law(law, fewer, box)
    assert (len(found), len(fewer)) == (parts, joined)


def test_a_jump_is_between_cells_and_its_border_on_one_side() -> None:
    """From 4 up 10 dollars more; at 4 itself the cheaper side counts unless the law says "at least"."""
    above = cells(lambda x: x + 10 if x > 4 else x, ((D(0), D(8)),))
    at_least = cells(lambda x: x + 10 if x >= 4 else x, ((D(0), D(8)),))
    for found, last in ((above, D(4)), (at_least, D("3.99"))):
        low, high = sorted(short_of_jumps(found, D("0.01")), key=lambda cell: cell.cost((D(0),)))
        assert low.holds((last,), D(0))
        assert not low.holds((last + D("0.001"),), D(0))
        assert high.holds((D(4),), D(0))
        assert (low.cost((D(4),)), high.cost((D(4),))) == (4, 14)
    wide, _ = sorted(short_of_jumps(above, D("0.01"), D("0.5")), key=lambda cell: cell.cost((D(0),)))
    assert wide.holds((D("3.5"),), D(0))
    assert not wide.holds((D("3.51"),), D(0))


def test_a_border_is_the_same_in_any_measure() -> None:
    one, same = Plane((D(2), D(-4)), D(8)), Plane((D("0.5"), D(-1)), D(2))
    assert one.key() == same.key() == (D("0.5"), -1, 2)
    assert one.flipped().key() == tuple(-value for value in one.key())
    corners = ((D(0), D(2)), (D(4), D(4)), (D(4), D(0)))
    assert needed((one, same), corners, 2) == (one,)  # two corners lie on it, and it is said once
    assert needed((Plane((D(1), D(0)), D(0)),), corners, 2) == ()  # one corner alone


@pytest.mark.parametrize("which", [0, 1])
def test_what_is_joined_with_what_is_about_right_is_so_too(which: int) -> None:
    parts = cells(max, SQUARE)
    parts[which] = replace(parts[which], about=True)
    assert [cell.about for cell in merged(parts, 2)] == [True]


def test_no_cells_when_it_is_late() -> None:
    with stopped_when(lambda: True), pytest.raises(TooManyCells):
        cells(max, SQUARE)
    assert len(cells(max, SQUARE)) == 2


def off(law: Law, box: tuple[tuple[Decimal, Decimal], ...]) -> tuple[Decimal, Decimal, bool]:
    """By how much cells are above the law at most, and below it, at a grid's points; and whether any is about right."""
    found = cells(law, box)
    axes = [[low + (high - low) * n / 24 for n in range(25)] for low, high in box]
    apart = [cell.cost(point) - law(*point) for point in product(*axes) for cell in found if cell.holds(point, D(0))]
    assert len(apart) >= 25
    return max(apart), -min(apart), any(cell.about for cell in found)


@pytest.mark.parametrize(
    ("law", "box", "least", "most"),
    [
        (lambda x: x / (x + 50), ((D(10), D(200)),), "0.00005", "0.000084"),  # 1 - 50 / (x + 50): at most 50 / 60
        (lambda x: (300 - x) / (2 * x + 7), ((D(10), D(200)),), "0.001", "0.001125"),  # 303.5 / (2 x + 7): 303.5 / 27
        (lambda x: 30 / (x + 50), ((D(10), D(200)),), "0.00003", "0.00005"),
        (lambda x, y: (x + y) / (x + 20), ((D(10), D(13)), (D(0), D(3))), "0.00001", "0.0002"),  # (y - 20) / (x + 20)
    ],
)
def test_a_quotient_is_straight_lines_close_to_it(
    law: Law, box: tuple[tuple[Decimal, Decimal], ...], least: str, most: str
) -> None:
    """Stretches of 2%: a chord is off by less than a quarter of its square, 0.0001 of the largest part that moves;
    where two sums move, by less than half of its square."""
    above, below, about = off(law, box)
    assert D(least) < max(above, below) < D(most)
    assert not about


def test_a_quotient_of_too_many_stretches_is_about_right_and_says_so() -> None:
    assert off(lambda x: x / (x + 1), ((D(0), D(10) ** 6),))[2]
    assert off(lambda x: 100 / (x - 4), ((D(2), D(3)),))[2]  # the divisor is below zero


@pytest.mark.parametrize("law", [lambda x: (1 - x / 100) * (x / 100), lambda x: (2 - x / 50) * (x / 100)])
def test_a_product_is_chords_below_it(law: Law) -> None:
    """Of 128 parts of the second amount's range, from 0 to 1: a quarter of a part's square below, times the slopes."""
    above, below, about = off(law, ((D(3), D(98)),))
    assert above < D("1e-9")
    assert 0 < below <= D(2) / (4 * 128**2) + D("1e-9")
    assert not about
