"""The solver's picture of the year against the law itself: regimes at random points."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.optimizer.program.tax_regimes import Box, Sums, cheapest, regimes_of
from rules.liability import TaxReturn, liability
from rules.states import StateTax, flat_state_tax
from rules.tax_year import YEARS_HELD, tax_year
from rules.terms import ZERO, Carryover, FilingStatus, Gains
from tests.properties.amounts import dollars

BY_SCHEDULE = [*((Decimal(3_000), Decimal("0.2") - n * Decimal("0.01")) for n in range(9)), (None, ZERO)]
TWO_CENTS = 0.02  # three taxes and two carryovers are each rounded to the cent

# --- returns ---

states: st.SearchStrategy[StateTax | None] = st.sampled_from([None, flat_state_tax(Decimal("0.05"))])


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
        state=draw(states),
    )


@st.composite
def gains(draw: st.DrawFn) -> Gains:
    collectibles = draw(st.one_of(st.just(ZERO), dollars(-60_000, 60_000), dollars(-400_000, 400_000)))
    short, others = (
        draw(st.one_of(dollars(-5_000, 5_000), dollars(-100_000, 100_000), dollars(-900_000, 900_000)))
        for _ in range(2)
    )
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


@settings(max_examples=250, deadline=None)
@given(returns(), years, rates, rooms)
def test_the_cheapest_regime_is_the_law_and_none_is_below_it(
    facts: TaxReturn, tried: list[Gains], value: Decimal, room: float
) -> None:
    """Above it a regime does no harm; below it the solver would choose it, and claim what the law does not give."""
    points = [sums(facts, year) for year in tried]
    regimes = regimes_of(facts, [(None, value)], box_around(points, room))
    for year, point in zip(tried, points, strict=True):
        law = by_law(facts, year, value)
        assert cheapest(regimes, point, 1e-6) == pytest.approx(law, abs=TWO_CENTS)
        assert not [r.name for r in regimes if r.contains(point) and r.cost(point) < law - TWO_CENTS]


@settings(max_examples=150, deadline=None)
@given(returns(), gains(), gains(), st.floats(0, 1))
def test_every_regime_is_convex_between_two_of_its_points(
    facts: TaxReturn, one: Gains, other: Gains, share: float
) -> None:
    """What the solver is given of a regime is a maximum of lines on a set cut out by straight sides."""
    ends = sums(facts, one), sums(facts, other)
    middle = tuple(share * a + (1 - share) * b for a, b in zip(*ends, strict=True))
    for regime in regimes_of(facts, BY_SCHEDULE, box_around(list(ends), 0.0)):
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
    regimes = regimes_of(facts, [(None, ZERO)], box_around([point], 1.0))
    stacked = min(r.cost(point) for r in regimes if r.contains(point) and r.name != "ordinary rates throughout")
    assert cheapest(regimes, point) == pytest.approx(by_law(facts, year, ZERO), abs=TWO_CENTS)
    # 1,240 + 37,000 × 12% + 50 × 0% + 550 × 15% = 5,762.50; 1,240 + 37,600 × 12% = 5,752.00
    assert stacked == pytest.approx(5762.50, abs=TWO_CENTS)
    assert cheapest(regimes, point) == pytest.approx(5752.00, abs=TWO_CENTS)
