"""The year of a household with income edges as pieces, against the worksheets: on both sides of every border."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.cells import Cell, Plane, cells, needed, short_of_jumps
from rules.deductions import standard_deduction
from rules.income_facts import Business, IncomeFacts, Itemized, Marketplace, Parents
from rules.liability import TaxReturn, liability
from rules.merged_cells import merged
from rules.pieces.by_cells import year_cells
from rules.pieces.carryover import Layer
from rules.pieces.names import FEDERAL
from rules.pieces.piece import Box, cheapest
from rules.pieces.year import year_pieces
from rules.states import flat_state_tax
from rules.tax_year import YEARS_HELD, tax_year
from rules.terms import CENT, ZERO, Carryover, FilingStatus, Gains

D = Decimal
LAYERS: tuple[Layer, ...] = ((D(3_000), D("0.2")), (D(3_000), D("0.1")), (None, ZERO))
ROUNDED = D("0.05")  # half a cent for each printed figure
STATUSES = [status for status in FilingStatus if status is not FilingStatus.MARRIED_SEPARATELY]


def amounts(low: int, high: int) -> st.SearchStrategy[Decimal]:
    return st.integers(low * 100, high * 100).map(CENT.__mul__)


@st.composite
def edges(draw: st.DrawFn) -> IncomeFacts:
    maybe = lambda strategy: draw(st.one_of(st.none(), strategy))  # noqa: E731
    market = maybe(st.tuples(st.integers(1, 4), amounts(4_000, 30_000)))
    itemized = maybe(st.tuples(amounts(0, 60_000), amounts(0, 40_000), amounts(0, 10_000)))
    business = maybe(st.tuples(amounts(500, 300_000), st.just(False), amounts(0, 100_000)))
    return IncomeFacts(
        seniors=draw(st.integers(0, 2)),
        adult=draw(st.booleans()),
        social_security=draw(st.one_of(st.just(ZERO), amounts(5_000, 50_000))),
        tax_exempt_interest=draw(st.one_of(st.just(ZERO), amounts(0, 5_000))),
        earned_income=draw(st.one_of(st.just(ZERO), amounts(0, 40_000))),
        medicare=draw(st.integers(0, 2)),
        two_years=D("0.9"),
        children=tuple(draw(st.lists(st.integers(0, 18), max_size=3))),
        marketplace=market and Marketplace(market[0], market[1], market[1]),
        itemized=itemized and Itemized(*itemized),
        business=business and Business(*business),
        amt_add_back=draw(st.one_of(st.just(ZERO), amounts(0, 200_000))),
    )


@st.composite
def returns(draw: st.DrawFn) -> TaxReturn:
    law, status, of = (
        tax_year(draw(st.sampled_from(YEARS_HELD))),
        draw(st.sampled_from(STATUSES)),
        draw(edges()),
    )
    return TaxReturn(
        law=law,
        status=status,
        ordinary_income=draw(st.one_of(amounts(0, 120_000), amounts(0, 900_000))),
        qualified_dividends=draw(st.one_of(st.just(ZERO), amounts(0, 20_000))),
        net_investment_income=draw(st.one_of(st.just(ZERO), amounts(0, 20_000))),
        deduction=standard_deduction(law, status, of.seniors, 0),
        carryover=Carryover(*(draw(st.one_of(st.just(ZERO), amounts(0, 9_000))) for _ in range(2))),
        state=draw(st.sampled_from([None, flat_state_tax(D("0.05"))])),
        edges=of,
    )


def by_law(facts: TaxReturn, point: dict[str, Decimal]) -> Decimal:
    short, long, collectibles = (point[name] for name in FEDERAL)
    carried = facts.carryover
    year = liability(facts, Gains(short + carried.short_term, long + carried.long_term, collectibles))
    total, value = year.carryover_short + year.carryover_long, ZERO
    for dollars, rate in LAYERS:
        met = total if dollars is None else min(total, dollars)
        value, total = value + met * rate, total - met
    return year.total_tax - value


def box(facts: TaxReturn, wide: int, collectibles: int = 0) -> Box:
    low, high = -D(wide) / 4, D(wide)
    return dict(zip(FEDERAL, ((low, high / 3), (low, high), (ZERO, D(collectibles))), strict=True))


@settings(max_examples=12, deadline=None)
@given(returns(), st.data())
def test_the_cheapest_piece_is_the_law(facts: TaxReturn, data: st.DataObject) -> None:
    inside = box(facts, 40_000)
    pieces = year_pieces(facts, LAYERS, inside)
    for _ in range(30):
        point = {name: data.draw(amounts(int(low), int(high))) for name, (low, high) in inside.items()}
        assert abs(cheapest(pieces, point, CENT * CENT) - by_law(facts, point)) <= ROUNDED


@settings(max_examples=6, deadline=None)
@given(returns(), st.data())
def test_with_collectibles_too(facts: TaxReturn, data: st.DataObject) -> None:
    facts = replace(facts, edges=replace(facts.edges or IncomeFacts(), marketplace=None))
    inside = box(facts, 20_000, 10_000)
    pieces = year_pieces(facts, LAYERS, inside)
    for _ in range(20):
        point = {name: data.draw(amounts(int(low), int(high))) for name, (low, high) in inside.items()}
        assert abs(cheapest(pieces, point, CENT * CENT) - by_law(facts, point)) <= ROUNDED


def couple(**of: object) -> TaxReturn:
    law, status = tax_year(2026), FilingStatus.MARRIED_JOINTLY
    facts = IncomeFacts(**of)  # type: ignore[arg-type]
    return TaxReturn(law, status, D(60_000), ZERO, ZERO, D(32_200), Carryover(), edges=facts)


def test_a_cliff_is_two_pieces_and_its_lower_side_is_closed() -> None:
    """§ 36B(c)(1)(A): at exactly 400 percent the credit is kept, a cent above it is gone."""
    facts = couple(marketplace=Marketplace(2, D(30_000), D(29_000)))
    inside = {**box(facts, 60_000), FEDERAL[0]: (ZERO, ZERO)}
    pieces = year_pieces(facts, LAYERS, inside)
    at = {FEDERAL[0]: ZERO, FEDERAL[1]: D(24_600), FEDERAL[2]: ZERO}
    beyond = {**at, FEDERAL[1]: D("24600.01")}
    assert cheapest(pieces, at, CENT * CENT) == pytest.approx(by_law(facts, at))
    assert by_law(facts, beyond) - by_law(facts, at) > 20_000
    assert cheapest(pieces, beyond) == pytest.approx(by_law(facts, beyond))


def test_a_phase_out_needs_no_piece_where_it_bends_upward() -> None:
    """An ordinary retired couple has a handful of pieces: few are quick."""
    facts = couple(social_security=D(40_000), seniors=2)
    assert len(year_pieces(facts, LAYERS, box(facts, 60_000))) <= 16


def test_beside_a_jump_the_cheaper_cell_ends_short_of_it() -> None:
    """Each full percent of the poverty line costs a step at the amount itself, so that amount belongs to the dearer
    side; 400 percent belongs to the cheaper one."""
    facts = couple(marketplace=Marketplace(2, D(30_000), D(29_000)))
    sides = [(ZERO, ZERO), (D(-5_000), D(60_000)), (ZERO, ZERO)]
    found = year_cells(facts, LAYERS, tuple(sides))
    short = short_of_jumps(found, CENT)
    step = 299 * D(211.5) - 60_000  # 299 percent of 21,150

    def holding(parts: list[Cell], long: Decimal) -> list[Decimal]:
        return sorted(cell.cost((ZERO, long, ZERO)) for cell in parts if cell.holds((ZERO, long, ZERO)))

    for at, costs in ((step, 1), (D(24_600), 1)):
        law = by_law(facts, dict(zip(FEDERAL, (ZERO, at, ZERO), strict=True)))
        assert abs(holding(short, at)[0] - law) <= 2 * CENT
        assert len(holding(list(found), at)) == costs + 1


def test_a_square_is_chords_from_below() -> None:
    """§ 199A(b)(3)(B), (d)(3): both phase-ins of a specified service business; less than 30 cents below the law."""
    law, status = tax_year(2026), FilingStatus.SINGLE
    of = IncomeFacts(business=Business(D(235_000), True, ZERO))
    facts = TaxReturn(law, status, D(230_000), ZERO, ZERO, D(16_100), Carryover(), edges=of)
    inside = {**box(facts, 40_000), FEDERAL[0]: (ZERO, ZERO)}
    pieces = year_pieces(facts, LAYERS, inside)
    for dollars in range(-9_000, 40_000, 777):
        point = {FEDERAL[0]: ZERO, FEDERAL[1]: D(dollars), FEDERAL[2]: ZERO}
        assert -D("0.02") <= by_law(facts, point) - cheapest(pieces, point) <= D("0.32")


def child(interest: int, parents: int = 200_000) -> TaxReturn:
    edges = IncomeFacts(parents=Parents(D(parents), FilingStatus.MARRIED_JOINTLY))
    law, income = tax_year(2026), D(interest)
    return TaxReturn(law, FilingStatus.SINGLE, income, ZERO, income, D(1_350), Carryover(), edges=edges)


@pytest.mark.parametrize("parents", [15_000, 60_000, 200_000, 310_000, 900_000])
@pytest.mark.parametrize(("interest", "short"), [(500, 0), (4_000, 0), (6_000, 60), (30_000, 400)])
def test_a_childs_quotients_are_straight_lines_closely_below_it(interest: int, short: int, parents: int) -> None:
    """Form 8615 divides gains by all unearned income. Pieces are below the law, by half a dollar at most."""
    facts, dice = child(interest, parents), Random(interest)
    inside = {FEDERAL[0]: (D(-short), D(short)), FEDERAL[1]: (D(-5_000), D(40_000)), FEDERAL[2]: (ZERO, ZERO)}
    pieces = year_pieces(facts, LAYERS, inside)
    for _ in range(60):
        at = dice.randint(-short * 100, short * 100) * CENT, dice.randint(-500_000, 4_000_000) * CENT
        point = {FEDERAL[0]: at[0], FEDERAL[1]: at[1], FEDERAL[2]: ZERO}
        assert -D("0.02") <= by_law(facts, point) - cheapest(pieces, point, D("1e-5")) <= D("0.55")


def test_a_childs_short_gains_over_a_wide_range_are_about_right_and_say_so() -> None:
    found = year_cells(child(4_000), LAYERS, ((ZERO, D(30_000)), (D(-5_000), D(40_000)), (ZERO, ZERO)))
    assert any(cell.about for cell in found)
    assert not any(cell.about for cell in year_cells(child(0), LAYERS, ((ZERO, ZERO), (ZERO, D(40_000)), (ZERO, ZERO))))


def test_a_product_of_amounts_that_move_apart_is_refused() -> None:
    with pytest.raises(TypeError, match="move apart"):
        cells(lambda short, long: short * long, [(ZERO, D(1)), (ZERO, D(1))])


def test_a_function_without_a_bend_is_one_cell() -> None:
    found = merged(cells(lambda short, long: max(short, long) + abs(1), [(ZERO, D(9)), (ZERO, D(9))]), 2)
    assert len(found) == 1
    assert found[0].sides == ()


def test_what_is_zero_all_over_is_neither_above_nor_below() -> None:
    (found,) = cells(lambda long: long if long - long <= 0 else 2 * long, [(ZERO, D(9))])
    assert found.cost((D(4),)) == 4


@pytest.mark.parametrize("owned", [(True, False), (False, True), (False, False)])
def test_of_a_border_met_twice_the_side_that_does_not_own_it_is_kept(owned: tuple[bool, bool]) -> None:
    (kept,) = needed([Plane((D(1),), D(-5), own) for own in owned], [(D(5),)], 1)
    assert not kept.owned


def test_the_distance_from_a_jump_is_in_dollars_whatever_the_law_measures_it_in() -> None:
    """A jump up above 5, which the law sees in 2 x - 10: a cent before it is 4.99."""
    parts = short_of_jumps(cells(lambda x: x + 100 if 2 * x > 10 else x + 0, [(ZERO, D(9))]), ZERO, CENT)
    (below,) = (cell for cell in parts if cell.holds((D(1),)))
    assert [below.holds((D(x),), ZERO) for x in ("4.99", "4.995")] == [True, False]
