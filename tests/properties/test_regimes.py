"""The solver's picture of the year against the law itself: regimes and staircases at random points."""

from __future__ import annotations

from bisect import bisect_right
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.optimizer.program.piecewise import Staircase
from planner.optimizer.program.tax_regimes import Box, Sums, YearlyCost, cheapest
from rules.liability import TaxReturn, liability
from rules.states import StateTax, flat_state_tax
from rules.tax_year import YEARS_HELD, tax_year
from rules.terms import CENT, ZERO, Carryover, FilingStatus, Gains

TWO_CENTS = 0.02  # three taxes and two carryovers are each rounded to the cent

# --- returns ---

EDGES = (
    0,
    1500,
    3000,
    12_400,
    16_100,
    32_200,
    48_350,
    49_450,
    50_400,
    98_900,
    100_800,
    105_700,
    125_000,
    200_000,
    201_775,
    250_000,
    256_225,
    306_850,
    403_550,
    545_500,
    613_700,
    640_600,
    768_700,
)


def dollars(lowest: int, highest: int) -> st.SearchStrategy[Decimal]:
    """Amounts to the cent, often at an edge the law knows, or a cent beside it."""
    edges = [edge * 100 + cent for edge in EDGES if lowest < edge < highest for cent in (-1, 0, 0, 1)]
    return st.one_of(st.sampled_from([lowest * 100, *edges]), st.integers(lowest * 100, highest * 100)).map(
        CENT.__mul__
    )


def signed(highest: int) -> st.SearchStrategy[Decimal]:
    edges = [sign * edge * 100 for edge in EDGES if edge < highest for sign in (-1, 1)]
    return st.one_of(st.sampled_from(edges), st.integers(-highest * 100, highest * 100)).map(CENT.__mul__)


states: st.SearchStrategy[StateTax | None] = st.sampled_from([None, flat_state_tax(Decimal("0.05"))])


@st.composite
def returns(draw: st.DrawFn) -> TaxReturn:
    """Incomes from below zero to the top bracket; deductions that may be larger than they are."""
    law, status = tax_year(draw(st.sampled_from(YEARS_HELD))), draw(st.sampled_from(FilingStatus))
    return TaxReturn(
        law=law,
        status=status,
        ordinary_income=draw(st.one_of(dollars(0, 120_000), dollars(0, 900_000), signed(60_000))),
        qualified_dividends=draw(st.one_of(st.just(ZERO), dollars(0, 60_000), dollars(0, 600_000))),
        net_investment_income=draw(st.one_of(st.just(ZERO), signed(60_000))),
        deduction=draw(st.one_of(st.just(law.standard_deduction[status]), dollars(0, 150_000))),
        carryover=Carryover(*(draw(st.one_of(st.just(ZERO), dollars(0, 60_000))) for _ in range(2))),
        state=draw(states),
    )


@st.composite
def gains(draw: st.DrawFn) -> Gains:
    collectibles = draw(st.one_of(st.just(ZERO), signed(60_000), signed(400_000)))
    short, others = (draw(st.one_of(signed(5_000), signed(100_000), signed(900_000))) for _ in range(2))
    return Gains(short, others + collectibles, collectibles)


def sums(facts: TaxReturn, year: Gains) -> Sums:
    """s, l and k: net short-term and long-term gain after carryovers, and the net collectibles gain."""
    short, long = year.short_term - facts.carryover.short_term, year.long_term - facts.carryover.long_term
    return float(short), float(long), float(year.collectibles)


def box_around(points: list[Sums], room: float) -> Box:
    sides = [(min(values) - room, max(values) + room) for values in zip(*points, strict=True)]
    return sides[0], sides[1], sides[2]


def by_law(facts: TaxReturn, year: Gains, value: Decimal) -> float:
    """This year's tax less what the carryover is worth, from the worksheets."""
    ours = liability(facts, year)
    return float(ours.total_tax - value * (ours.carryover_short + ours.carryover_long))


rates = st.sampled_from([ZERO, Decimal("0.13"), Decimal("0.238"), Decimal(1)])
rooms = st.sampled_from([0.0, 1.0, 5_000.0, 1_000_000.0])
years = st.lists(gains(), min_size=1, max_size=3)


@settings(max_examples=400, deadline=None)
@given(returns(), years, rates, rooms)
def test_the_cheapest_regime_is_the_law_and_none_is_below_it(
    facts: TaxReturn, tried: list[Gains], value: Decimal, room: float
) -> None:
    """Above it a regime does no harm; below it the solver would choose it, and claim what the law does not give."""
    points = [sums(facts, year) for year in tried]
    regimes = YearlyCost(facts, float(value), box_around(points, room)).regimes()
    for year, point in zip(tried, points, strict=True):
        law = by_law(facts, year, value)
        assert cheapest(regimes, point, 1e-6) == pytest.approx(law, abs=TWO_CENTS)
        assert not [r.name for r in regimes if r.contains(point) and r.cost(point) < law - TWO_CENTS]


@settings(max_examples=150, deadline=None)
@given(returns(), gains(), gains(), st.floats(0, 1))
def test_every_regime_is_convex_between_two_of_its_points(
    facts: TaxReturn, one: Gains, other: Gains, share: float
) -> None:
    """What the solver is told of a regime is a maximum of lines on a set cut out by straight sides."""
    ends = sums(facts, one), sums(facts, other)
    middle = tuple(share * a + (1 - share) * b for a, b in zip(*ends, strict=True))
    for regime in YearlyCost(facts, 0.13, box_around(list(ends), 0.0)).regimes():
        if regime.contains(ends[0]) and regime.contains(ends[1]):
            assert regime.contains((middle[0], middle[1], middle[2]), 1e-6)
            straight = share * regime.cost(ends[0]) + (1 - share) * regime.cost(ends[1])
            assert regime.cost((middle[0], middle[1], middle[2])) <= straight + 1e-6


def test_ordinary_rates_throughout_are_lower_between_the_zero_rate_and_the_12_percent_top() -> None:
    """Worksheet line 24. Single, 2026: 600 of long-term gain on 49,400 of wages."""
    law = tax_year(2026)
    facts = TaxReturn(law, FilingStatus.SINGLE, Decimal(49_400), ZERO, ZERO, ZERO, Carryover())
    year = Gains(long_term=Decimal(600))
    point = sums(facts, year)
    regimes = YearlyCost(facts, 0.0, box_around([point], 1.0)).regimes()
    stacked = min(r.cost(point) for r in regimes if r.contains(point) and r.name != "ordinary rates throughout")
    assert cheapest(regimes, point) == pytest.approx(by_law(facts, year, ZERO), abs=TWO_CENTS)
    # 1,240 + 37,000 × 12% + 50 × 0% + 550 × 15% = 5,762.50; 1,240 + 37,600 × 12% = 5,752.00
    assert stacked == pytest.approx(5762.50, abs=TWO_CENTS)
    assert cheapest(regimes, point) == pytest.approx(5752.00, abs=TWO_CENTS)


# --- staircases ---

slopes = st.integers(-40, 40).map(lambda n: n / 100)
spots = st.integers(-1000, 1000).map(float)


@st.composite
def staircases(draw: st.DrawFn) -> Staircase:
    breaks = tuple(sorted(draw(st.sets(spots, max_size=6))))
    return Staircase(breaks, tuple(draw(slopes) for _ in range(len(breaks) + 1)), draw(spots))


def walked(stairs: Staircase, x: float) -> float:
    """From zero to x in straight stretches, each by its own slope."""
    ends = sorted({0.0, x, *(b for b in stairs.breaks if min(0.0, x) < b < max(0.0, x))})
    climbed = sum(stairs.slopes[bisect_right(stairs.breaks, (a + b) / 2)] * (b - a) for a, b in pairwise(ends))
    return stairs.at_zero + (climbed if x >= 0 else -climbed)


@given(staircases(), spots)
def test_a_staircase_is_walked(stairs: Staircase, x: float) -> None:
    assert stairs(x) == pytest.approx(walked(stairs, x), abs=1e-9)


@given(staircases(), staircases(), slopes, spots, spots)
def test_arithmetic_of_staircases(one: Staircase, other: Staircase, factor: float, by: float, x: float) -> None:
    assert (one + other)(x) == pytest.approx(walked(one, x) + walked(other, x), abs=1e-9)
    assert one.times(factor)(x) == pytest.approx(factor * walked(one, x), abs=1e-9)
    assert one.shifted(by)(x) == pytest.approx(walked(one, x + by), abs=1e-9)
    assert one.flat_below(by)(x) == pytest.approx(walked(one, max(x, by)), abs=1e-9)


@given(staircases(), spots, st.floats(1, 900), st.floats(0, 1))
def test_convex_stretches_cover_the_interval_and_are_maxima_of_their_lines(
    stairs: Staircase, low: float, width: float, share: float
) -> None:
    high = low + width
    stretches = stairs.convex_stretches(low, high)
    assert [stretches[0][0], *(b for _, b, _ in stretches)] == [*(a for a, _, _ in stretches), high]
    for a, b, piece in stretches:
        assert list(piece.slopes) == sorted(piece.slopes)
        for x in (a, b, a + share * (b - a)):
            assert piece(x) == pytest.approx(walked(stairs, x), abs=1e-6)
            assert max(slope * x + rest for slope, rest in piece.lines(a, b)) == pytest.approx(piece(x), abs=1e-6)


@given(st.sampled_from(YEARS_HELD), st.sampled_from(FilingStatus), dollars(0, 900_000))
def test_a_schedule_is_the_tax_of_its_brackets(year: int, status: FilingStatus, income: Decimal) -> None:
    law = tax_year(year)
    edges = [ZERO, *law.ordinary_tops[status]]
    stairs = Staircase.schedule([(float(e), float(r)) for e, r in zip(edges, law.ordinary_rates, strict=True)])
    above = [max(income - edge, ZERO) for edge in edges]
    rises = [law.ordinary_rates[0], *(b - a for a, b in pairwise(law.ordinary_rates))]
    assert stairs(float(income)) == pytest.approx(
        float(sum(r * x for r, x in zip(rises, above, strict=True))), abs=1e-6
    )
    assert stairs(-float(income)) == 0
