"""The year as pieces against the worksheets: §§ 1(h), 1211(b), 1212(b), 1411, at random points and on every corner."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.liability import TaxReturn, liability
from rules.pieces.carryover import Layer, carryover_value
from rules.pieces.curve import Curve, Segment, convex_pieces
from rules.pieces.names import COLLECTIBLES, JANUARY, LONG, SHORT
from rules.pieces.piece import Affine, Box, Piece, Point, cheapest
from rules.pieces.year import year_pieces
from rules.states import StateTax, flat_state_tax, state_tax_law
from rules.tax_year import YEARS_HELD, tax_year
from rules.terms import CENT, ZERO, Carryover, FilingStatus, Gains, RateGroups
from tests.properties.amounts import dollars

SAME = Decimal("1e-6")
STATES: list[StateTax | None] = [
    None,
    flat_state_tax(Decimal("0.05")),
    state_tax_law("NC", 2026, FilingStatus.SINGLE),
    state_tax_law("UT", 2026, FilingStatus.SINGLE),  # whose rate falls where its credit is gone
]
LAYERS: list[tuple[Layer, ...]] = [
    ((None, ZERO),),
    ((None, Decimal("0.13")),),
    ((None, Decimal(1)),),
    ((Decimal(3000), Decimal("0.21")), (Decimal(3000), Decimal("0.2")), (Decimal(50_000), Decimal("0.06"))),
]


@st.composite
def returns(draw: st.DrawFn) -> TaxReturn:
    """Incomes from below zero to the top bracket; deductions that may be larger than they are."""
    law, status = tax_year(draw(st.sampled_from(YEARS_HELD))), draw(st.sampled_from(FilingStatus))
    return TaxReturn(
        law=law,
        status=status,
        ordinary_income=draw(st.one_of(dollars(0, 120_000), dollars(0, 900_000), dollars(-60_000, 60_000))),
        qualified_dividends=draw(st.one_of(st.just(ZERO), dollars(0, 60_000), dollars(0, 600_000))),
        net_investment_income=draw(st.one_of(st.just(ZERO), dollars(-60_000, 60_000))),
        deduction=draw(st.one_of(st.just(law.standard_deduction[status]), dollars(0, 150_000))),
        carryover=Carryover(*(draw(st.one_of(st.just(ZERO), dollars(0, 60_000))) for _ in range(2))),
        state=draw(st.sampled_from(STATES)),
        rate_groups=RateGroups(*(draw(st.one_of(st.just(ZERO), dollars(0, 300_000))) for _ in range(2))),
    )


@st.composite
def points(draw: st.DrawFn) -> Point:
    """Sums of a year: short and long after carryovers, and the collectibles gain, which may be more than the long."""
    wide = st.one_of(dollars(-5_000, 5_000), dollars(-100_000, 100_000), dollars(-900_000, 900_000))
    collectibles = draw(st.one_of(st.just(ZERO), dollars(-60_000, 60_000), dollars(-400_000, 400_000)))
    return {SHORT: draw(wide), LONG: draw(wide) + collectibles, COLLECTIBLES: collectibles}


rooms = st.sampled_from([ZERO, Decimal(1), Decimal(5_000), Decimal(1_000_000)])


def by_law(facts: TaxReturn, point: Point, layers: Sequence[Layer]) -> Decimal:
    """The year's tax less the carryover's value from the worksheets, before anything is rounded to the cent."""
    carryover = facts.carryover
    year = liability(
        facts,
        Gains(point[SHORT] + carryover.short_term, point[LONG] + carryover.long_term, point[COLLECTIBLES]),
    )
    state = year.state_worksheet.last if year.state_worksheet else ZERO
    carried = year.carryover_worksheet.carryover.total if year.carryover_worksheet else ZERO
    value = ZERO
    for dollars_worth, rate in layers:
        met = carried if dollars_worth is None else min(carried, dollars_worth)
        value, carried = value + met * rate, carried - met
    return year.income_tax_worksheet.last + year.niit_worksheet.last + state - value


def box_around(tried: Sequence[Point], room: Decimal) -> Box:
    return {name: (min(p[name] for p in tried) - room, max(p[name] for p in tried) + room) for name in tried[0]}


@settings(max_examples=200, deadline=None)
@given(returns(), st.lists(points(), min_size=1, max_size=3), st.sampled_from(LAYERS), rooms)
def test_the_cheapest_piece_is_the_law(
    facts: TaxReturn, tried: list[Point], layers: Sequence[Layer], room: Decimal
) -> None:
    pieces = year_pieces(facts, layers, box_around(tried, room))
    for point in tried:
        assert abs(cheapest(pieces, point) - by_law(facts, point, layers)) <= SAME


SINGLE, JOINT, APART = FilingStatus.SINGLE, FilingStatus.MARRIED_JOINTLY, FilingStatus.MARRIED_SEPARATELY
AT = [
    (-80_000, -30_000, 0), (-20_000, 25_000, 0), (-2_500, 0, 0), (0, -2_000, 0), (1_000, -900, 0),
    (9_000, 40_000, 12_000), (-4_000, 60_000, 20_000), (30_000, -70_000, 0), (0, 300_000, 90_000),
    (250_000, 700_000, 0), (-60_000, 500_000, 9_000),
]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "ordinary", "dividends", "investment", "carried", "groups", "state"),
    [
        (SINGLE, 5_000, 0, 0, (0, 0), (0, 0), 0),  # a deduction that is not used up
        (SINGLE, -30_000, 9_000, 0, (0, 0), (0, 0), 0),
        (SINGLE, 16_000, 2_000, 1_000, (4_000, 0), (0, 0), 1),
        (JOINT, 90_000, 12_000, 3_000, (0, 9_000), (0, 0), 2),
        (JOINT, 240_000, 30_000, 20_000, (1_000, 1_000), (40_000, 0), 0),
        (APART, 120_000, 0, -9_000, (0, 0), (0, 15_000), 3),
        (SINGLE, 190_000, 60_000, 60_000, (0, 30_000), (25_000, 10_000), 1),
        (JOINT, 700_000, 5_000, 5_000, (50_000, 0), (0, 0), 3),
    ],
)
def test_the_cheapest_piece_of_a_household_is_the_law(
    status: FilingStatus,
    ordinary: int,
    dividends: int,
    investment: int,
    carried: tuple[int, int],
    groups: tuple[int, int],
    state: int,
) -> None:
    """Below zero, in each bracket and rate, above § 1411's threshold; each with losses carried in and rate groups."""
    law = tax_year(2026)
    facts = TaxReturn(
        law,
        status,
        *map(Decimal, (ordinary, dividends, investment)),
        law.standard_deduction[status],
        Carryover(*map(Decimal, carried)),
        STATES[state],
        rate_groups=RateGroups(*map(Decimal, groups)),
    )
    tried: list[Point] = [dict(zip((SHORT, LONG, COLLECTIBLES), map(Decimal, at), strict=True)) for at in AT]
    for few in (tried, tried[:5], tried[2:6]):  # a narrow box leaves out what cannot be reached
        pieces = year_pieces(facts, LAYERS[3], box_around(few, ZERO))
        for point in few:
            assert abs(cheapest(pieces, point) - by_law(facts, point, LAYERS[3])) <= SAME


@settings(max_examples=120, deadline=None)
@given(returns(), st.lists(points(), min_size=1, max_size=3), st.sampled_from(LAYERS), rooms, st.data())
def test_what_is_carried_meets_january(
    facts: TaxReturn, tried: list[Point], layers: Sequence[Layer], room: Decimal, data: st.DataObject
) -> None:
    """January's net gain g and the carryover C: N = C - g is worth V(N) where it is a loss; a gain costs its rate."""
    a_gain = data.draw(st.sampled_from((ZERO, Decimal("0.14"), Decimal("0.238"))))
    januaries = [data.draw(st.one_of(st.just(ZERO), dollars(-90_000, 90_000))) for _ in tried]
    tried = [{**point, JANUARY: january} for point, january in zip(tried, januaries, strict=True)]
    pieces = year_pieces(facts, layers, box_around(tried, room), a_gain)
    for point in tried:
        assert abs(cheapest(pieces, point) - with_january(facts, point, layers, a_gain)) <= SAME


def with_january(facts: TaxReturn, point: Point, layers: Sequence[Layer], a_gain: Decimal) -> Decimal:
    carried = facts.carryover
    gains = Gains(point[SHORT] + carried.short_term, point[LONG] + carried.long_term, point[COLLECTIBLES])
    year = liability(facts, gains)
    net = (year.carryover_worksheet.carryover.total if year.carryover_worksheet else ZERO) - point[JANUARY]
    value, left = min(net, ZERO) * a_gain, max(net, ZERO)
    for dollars_worth, rate in layers:
        met = left if dollars_worth is None else min(left, dollars_worth)
        value, left = value + met * rate, left - met
    return by_law(facts, point, ((None, ZERO),)) - value


@pytest.mark.parametrize("january", [-90_000, -2_000, 0, 7_000, 50_000])
@pytest.mark.parametrize("carried", [(0, 0), (30_000, 9_000)])
def test_what_a_household_carries_meets_january(carried: tuple[int, int], january: int) -> None:
    law = tax_year(2026)
    facts = TaxReturn(
        law,
        SINGLE,
        Decimal(60_000),
        Decimal(4_000),
        ZERO,
        law.standard_deduction[SINGLE],
        Carryover(*map(Decimal, carried)),
    )
    tried = [
        dict(zip((SHORT, LONG, COLLECTIBLES, JANUARY), map(Decimal, (*at, january)), strict=True)) for at in AT[:6]
    ]
    pieces = year_pieces(facts, LAYERS[3], box_around(tried, ZERO), Decimal("0.14"))
    for point in tried:
        assert abs(cheapest(pieces, point) - with_january(facts, point, LAYERS[3], Decimal("0.14"))) <= SAME


@settings(max_examples=15, deadline=None)
@given(returns(), st.sampled_from(LAYERS))
def test_the_cheapest_piece_is_the_law_on_every_edge(facts: TaxReturn, layers: Sequence[Layer]) -> None:
    """Where two sides of pieces cross, with collectibles at a third: the points at which a piece might be missing."""
    box: Box = {SHORT: (Decimal(-90_000), Decimal(600_000)), LONG: (Decimal(-90_000), Decimal(600_000))}
    box = {**box, COLLECTIBLES: (Decimal(-5_000), Decimal(200_000))}
    pieces = year_pieces(facts, layers, box)
    flat = [
        (side.slopes.get(SHORT, ZERO), side.slopes.get(LONG, ZERO), side)
        for side in {str(side): side for piece in pieces for side in piece.within}.values()
        if side.slopes.keys() <= {SHORT, LONG}
    ]
    for (a, b, one), (c, d, other) in product(flat, flat):
        if a * d == b * c:
            continue
        short = (b * other.constant - d * one.constant) / (a * d - b * c)
        long = (c * one.constant - a * other.constant) / (a * d - b * c)
        for collectibles in (ZERO, Decimal(40_000), facts.carryover.long_term):
            point = {SHORT: short, LONG: long, COLLECTIBLES: collectibles}
            if all(box[name][0] <= amount <= box[name][1] for name, amount in point.items()):
                assert abs(cheapest(pieces, point, CENT * CENT) - by_law(facts, point, layers)) <= Decimal("0.0002")


def test_a_dozen_pieces_are_enough() -> None:
    """Few pieces are what makes a bound quick: an ordinary household has no more than thirty."""
    law = tax_year(2026)
    facts = TaxReturn(
        law,
        FilingStatus.SINGLE,
        Decimal(185_000),
        Decimal(3_200),
        Decimal(5_000),
        law.standard_deduction[FilingStatus.SINGLE],
        Carryover(ZERO, Decimal(4_000)),
        state_tax_law("VA", 2026, FilingStatus.SINGLE),
    )
    box: Box = {n: (Decimal(-200_000), Decimal(200_000)) for n in (SHORT, LONG)} | {COLLECTIBLES: (ZERO, ZERO)}
    assert len(year_pieces(facts, LAYERS[3], box)) <= 30


numbers = st.integers(-1000, 1000).map(Decimal)


@st.composite
def curves(draw: st.DrawFn) -> Curve:
    """Any segments one after the other: most of them jump."""
    starts = sorted(draw(st.sets(numbers, max_size=5)))
    return Curve(tuple(Segment(start, draw(numbers) / 100, draw(numbers)) for start in (None, *starts)))


def by_segment(curve: Curve, x: Decimal) -> Decimal:
    """At a jump the value on the left, as the last segment that began before."""
    return [s for s in curve.segments if s.start is None or s.start < x][-1].at(x)


@given(curves(), curves(), numbers, numbers)
def test_arithmetic_of_curves(one: Curve, other: Curve, by: Decimal, x: Decimal) -> None:
    assert (one + other)(x) == by_segment(one, x) + by_segment(other, x)
    assert one.times(by)(x) == by * by_segment(one, x)
    assert one.shifted(by)(x) == by_segment(one, x + by)
    if x > by:
        assert one.flat_below(by)(x) == by_segment(one, x)
    assert one.flat_below(by)(x - 3000) == one.flat_below(by)(min(x - 3000, by))


@given(curves(), numbers, st.integers(1, 900).map(Decimal), st.integers(0, 10))
def test_convex_pieces_cover_a_curve(curve: Curve, low: Decimal, width: Decimal, tenth: int) -> None:
    box: Box = {SHORT: (low, low + width)}
    pieces = convex_pieces("", curve, Affine.of(SHORT), box)
    x = low + width * tenth / 10
    sides = {by_segment(curve, x), by_segment(curve, x + CENT * CENT) - CENT * CENT * slope_after(curve, x)}
    inside = {piece.cost({SHORT: x}) for piece in pieces if piece.contains({SHORT: x})}
    if low < x < low + width:
        assert inside == sides
    else:
        assert inside <= sides


def slope_after(curve: Curve, x: Decimal) -> Decimal:
    return [s for s in curve.segments if s.start is None or s.start <= x][-1].slope


def test_a_schedule_worth_more_later_is_no_convex_cost() -> None:
    law = tax_year(2026)
    facts = TaxReturn(law, FilingStatus.SINGLE, ZERO, ZERO, ZERO, ZERO, Carryover())
    with pytest.raises(ValueError, match="worth more"):
        carryover_value(facts, [(Decimal(1), ZERO), (None, Decimal(1))], {SHORT: (ZERO, ZERO), LONG: (ZERO, ZERO)})


def test_a_closed_piece_holds_its_edge() -> None:
    piece = Piece("gain", (Affine.of(SHORT),), ((Affine.of(SHORT),),))
    assert piece.contains({SHORT: ZERO})
    assert not piece.contains({SHORT: -CENT})
