"""A year's cost by its pieces at single points, 2026, by hand: where pieces meet, and what they are added up from."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from rules.income_facts import IncomeFacts
from rules.liability import TaxReturn
from rules.pieces.by_cells import NotStraight, pieces_by_cells, year_cells
from rules.pieces.carryover import Layer
from rules.pieces.names import COLLECTIBLES, DISALLOWED, JANUARY, LONG, SHORT
from rules.pieces.piece import Box, Piece, cheapest
from rules.pieces.year import federal_pieces, year_pieces
from rules.states import flat_state_tax
from rules.terms import ZERO, RateGroups
from tests.law.test_cells_of_carried_losses import household
from tests.law.test_state_tax import facts
from tests.properties.test_edge_pieces import child

BOX: Box = {
    SHORT: (Decimal(-20_000), Decimal(20_000)),
    LONG: (Decimal(-20_000), Decimal(50_000)),
    COLLECTIBLES: (ZERO, Decimal(20_000)),
}
NO_LAYERS: tuple[Layer, ...] = ((None, ZERO),)
LAYERS: tuple[Layer, ...] = ((Decimal(3_000), Decimal("0.2")), (None, Decimal("0.1")))


def wages(income: int, state: str = "TX") -> TaxReturn:
    return facts(state, ordinary_income=Decimal(income))


def at(pieces: tuple[Piece, ...], short: int, long: int, collectibles: int = 0, **others: int) -> Decimal:
    sums = {SHORT: short, LONG: long, COLLECTIBLES: collectibles, **others}
    return round(cheapest(pieces, {name: Decimal(amount) for name, amount in sums.items()}, Decimal("1e-6")), 2)


@pytest.mark.parametrize(
    ("income", "short", "long", "collectibles", "cost"),
    [
        (65_550, 0, 900, 0, "5794.00"),  # § 1(h)(1): 12% of 900, where 15% is above 49,450; 5,686 of the rest
        (66_050, 0, 0, 0, "5746.00"),  # 49,950 without a gain
        (217_875, 0, 10_000, 10_000, "44204.00"),  # 201,775: the 24% bracket is full, so 28%; 380 by § 1411; 41,024
        (217_875, -1_000, 11_000, 11_000, "44204.00"),  # the same, with a short-term loss
        (217_875, 0, 0, 0, "41024.00"),
    ],
)
def test_where_pieces_meet(income: int, short: int, long: int, collectibles: int, cost: str) -> None:
    assert at(year_pieces(wages(income), NO_LAYERS, BOX), short, long, collectibles) == Decimal(cost)


@pytest.mark.parametrize(
    ("short", "long", "collectibles", "dividends", "cost"),
    [
        (4_000, 0, 0, 2_000, "5567.50"),  # 47,900: 5,500; of the dividends 450 above 49,450 at 15%
        (5_000, -1_000, 0, 2_000, "5567.50"),  # the same, with a long-term loss
        (0, 5_000, 0, 0, "5020.00"),  # 43,900: 5,020; the gain up to 48,900 at 0%
        (2_000, 3_000, 0, 0, "5260.00"),  # 45,900; the same
        (-1_000, 4_000, 3_000, 0, "5260.00"),  # 2,000 is left of the collectibles gain, at 12%
        (-2_000, 0, 0, 8_000, "4847.50"),  # 41,900: 4,780; of the dividends 450 at 15%
        (-9_000, 1_000, 0, 8_000, "4660.00"),  # 3,000 of the loss: 40,900; no dividend above 49,450
    ],
)
def test_gains_and_dividends_stacked_on_wages(
    short: int, long: int, collectibles: int, dividends: int, cost: str
) -> None:
    """§ 1(h): wages of 60,000, of which 43,900 are taxed."""
    of = replace(wages(60_000), qualified_dividends=Decimal(dividends))
    assert at(year_pieces(of, NO_LAYERS, BOX), short, long, collectibles) == Decimal(cost)


@pytest.mark.parametrize(
    ("income", "long", "collectibles", "cost"),
    [
        (217_875, 10_000, 0, "43504.00"),  # 41,024 on 201,775; 25% of 6,000, 15% of 4,000, 380 by § 1411
        (215_875, 10_000, 0, "43004.00"),  # 40,544 on 199,775; 24% of 2,000 that the bracket holds, 25% of 4,000
        (217_875, 10_000, 3_000, "43894.00"),  # 28% of 3,000, 25% of 6,000, 15% of 1,000
        (215_875, 10_000, 3_000, "43394.00"),  # 24% of 2,000 of recapture, 25% of 4,000, 28% of 3,000, 15% of 1,000
        (217_875, 5_000, 0, "42464.00"),  # no more than the gain: 25% of 5,000, and 190
        (100_000, 5_000, 0, "14270.00"),  # 83,900: 13,170; at 22%, which is less than 25
    ],
)
def test_recapture_at_25_percent_fills_the_brackets_first(income: int, long: int, collectibles: int, cost: str) -> None:
    """§ 1(h)(1)(E), (6): 6,000 of unrecaptured section 1250 gain among the long-term gain."""
    of = replace(wages(income), rate_groups=RateGroups(unrecaptured_1250=Decimal(6_000)))
    assert at(year_pieces(of, NO_LAYERS, BOX), 0, long, collectibles) == Decimal(cost)


def test_federal_pieces_have_a_flat_rate_in_them_and_no_state() -> None:
    """60,000 less 16,100: 10% of 12,400 and 12% of 31,500; 5% of 43,900 more."""
    own, none = wages(60_000, "CO"), replace(wages(60_000), state=None)
    for of in (own, none, replace(own, edges=IncomeFacts(seniors=1))):
        assert at(federal_pieces(of, NO_LAYERS, BOX), 0, 0) == 5_020
    flat = replace(own, state=flat_state_tax(Decimal("0.05")))
    assert at(federal_pieces(flat, NO_LAYERS, BOX), 0, 0) == 5_020 + 2_195


@pytest.mark.parametrize(
    ("january", "cost"),
    [
        (0, "2294.00"),  # 3,694, less 600 and 800 for 11,000 carried
        (4_000, "2694.00"),  # 7,000 carried
        (9_000, "3294.00"),  # 2,000
        (15_000, "4294.00"),  # 4,000 of gain at 15 cents
    ],
)
def test_january_beside_income_edges(january: int, cost: str) -> None:
    """§ 1212(b): 11,000 go into January, where they meet its gain."""
    box = {**BOX, COLLECTIBLES: (ZERO, ZERO), JANUARY: (Decimal(-1_000), Decimal(20_000))}
    pieces = year_pieces(household(60_000), LAYERS, box, Decimal("0.15"))
    assert at(pieces, -5_000, -9_000, january=january) == Decimal(cost)


FINITE: tuple[Layer, ...] = ((Decimal(3_000), Decimal("0.2")), (Decimal(4_000), Decimal("0.1")))


@pytest.mark.parametrize(
    ("income", "layers", "cost"),
    [
        (60_000, LAYERS, "3014.00"),  # 38,850: 4,414, less 600 and 800 for 11,000 carried
        (60_000, FINITE, "3414.00"),  # 600 and 400: the last 4,000 are worth nothing
        (20_000, LAYERS, "-1515.00"),  # 1,850 is used, so that there is no tax; 12,150 carried
        (17_000, LAYERS, "-1700.00"),  # none is used
    ],
)
def test_what_a_year_without_income_edges_carries_out(income: int, layers: tuple[Layer, ...], cost: str) -> None:
    """§ 1212(b): 14,000 of losses carried in; a standard deduction of 18,150."""
    of = replace(household(income), edges=None)
    assert at(year_pieces(of, layers, {**BOX, COLLECTIBLES: (ZERO, ZERO)}), -5_000, -9_000) == Decimal(cost)


@pytest.mark.parametrize(
    ("january", "cost"),
    [(0, "3414.00"), (4_000, "3414.00"), (6_000, "3614.00"), (9_000, "4014.00"), (15_000, "5014.00")],
)
def test_january_where_later_losses_are_worth_nothing(january: int, cost: str) -> None:
    """4,414, less 20 cents for the first 3,000 that are left of 11,000 and 10 cents for 4,000; 15 cents for gain."""
    box = {**BOX, COLLECTIBLES: (ZERO, ZERO), JANUARY: (Decimal(-1_000), Decimal(20_000))}
    pieces = year_pieces(replace(household(60_000), edges=None), FINITE, box, Decimal("0.15"))
    assert at(pieces, -5_000, -9_000, january=january) == Decimal(cost)


@pytest.mark.parametrize(("disallowed", "cost"), [(0, "6046.70"), (500, "6031.35"), (2_000, "6016.00")])
def test_pennsylvania_beside_income_edges(disallowed: int, cost: str) -> None:
    """3.07% of 60,000 and of 1,000 of gain, less what § 1091 disallows; federally 10% of 12,400 and 12% of 24,450."""
    box = {**BOX, COLLECTIBLES: (ZERO, ZERO), DISALLOWED: (ZERO, Decimal(5_000))}
    of = replace(wages(60_000, "PA"), deduction=Decimal(18_150), edges=IncomeFacts(seniors=1))
    assert at(year_pieces(of, NO_LAYERS, box), 1_000, 0, disallowed=disallowed) == Decimal(cost)


def test_pieces_that_are_about_right_are_none() -> None:
    """Some of a child's are exact: one that is not is enough."""
    box = {SHORT: (ZERO, Decimal(8_000)), LONG: (Decimal(-5_000), Decimal(40_000)), COLLECTIBLES: (ZERO, ZERO)}
    found = year_cells(child(4_000), NO_LAYERS, tuple(box.values()))
    assert {cell.about for cell in found} == {True, False}
    with pytest.raises(NotStraight):
        pieces_by_cells(child(4_000), NO_LAYERS, box)
