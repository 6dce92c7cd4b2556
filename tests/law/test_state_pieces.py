"""Every state's tax as convex pieces: what `rules.pieces.states` finds, against the law at random points."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from rules.liability import TaxReturn, liability
from rules.pieces.names import COLLECTIBLES, DISALLOWED, LONG, SHORT
from rules.pieces.piece import Box, cheapest
from rules.pieces.states import state_pieces
from rules.states import state_tax_law
from rules.states.figures import state_codes, state_file
from rules.tax_year import tax_year
from rules.terms import CENT, Carryover, FilingStatus, Gains

BOX: Box = {
    SHORT: (Decimal(-60_000), Decimal(90_000)),
    LONG: (Decimal(-80_000), Decimal(250_000)),
    COLLECTIBLES: (Decimal(0), Decimal(0)),
    DISALLOWED: (Decimal(-9_000), Decimal(40_000)),
}
TAXED = [code for code in state_codes() if state_file(code).untaxed_from is None]
HALF_CENT = Decimal("0.006")


def facts(code: str, status: FilingStatus = FilingStatus.SINGLE) -> TaxReturn:
    law = tax_year(2026)
    return TaxReturn(
        law, status, Decimal(150_000), Decimal(2_000), Decimal(12_000), law.standard_deduction[status],
        Carryover(Decimal(5_000), Decimal(9_000)), state_tax_law(code, 2026, status),
    )  # fmt: skip


def by_law(facts: TaxReturn, point: dict[str, Decimal]) -> Decimal:
    carried = facts.carryover
    short, long = point[SHORT] + carried.short_term, point[LONG] + carried.long_term
    gains = Gains(short, long, point[COLLECTIBLES], point[DISALLOWED])
    return liability(facts, gains).state_tax


def somewhere(box: Box, dice: random.Random) -> dict[str, Decimal]:
    return {name: dice.randint(int(low) * 100, int(high) * 100) * CENT for name, (low, high) in box.items()}


@pytest.mark.parametrize("code", TAXED)
def test_the_cheapest_piece_is_the_state_tax(code: str) -> None:
    """At random points in cents, none of which a piece may miss or value otherwise."""
    dice = random.Random(code)
    household = facts(code, dice.choice((FilingStatus.SINGLE, FilingStatus.MARRIED_JOINTLY)))
    pieces = state_pieces(household, BOX)
    for _ in range(40):
        point = somewhere(BOX, dice)
        assert abs(cheapest(pieces, point, Decimal("1e-6")) - by_law(household, point)) <= HALF_CENT


@pytest.mark.parametrize("code", ["AL", "MO", "NE", "OR"])
def test_federal_tax_deducted_feels_collectibles(code: str) -> None:
    """The 28-percent gain moves federal tax (§ 1(h)(4)), and through it these states' own."""
    box = {**BOX, COLLECTIBLES: (Decimal(-5_000), Decimal(20_000))}
    household, dice = facts(code), random.Random(code)
    pieces = state_pieces(household, box)
    for _ in range(40):
        point = somewhere(box, dice)
        assert abs(cheapest(pieces, point, Decimal("1e-6")) - by_law(household, point)) <= HALF_CENT


def test_at_a_jump_the_lower_side_counts() -> None:
    """Maryland, $350,000: the edge itself is below; a cent beyond it is above."""
    maryland = facts("MD")
    pieces = state_pieces(maryland, BOX)
    edge = {SHORT: Decimal(0), LONG: Decimal(350_000 - 152_000), COLLECTIBLES: Decimal(0), DISALLOWED: Decimal(0)}
    beyond = edge | {LONG: edge[LONG] + CENT}
    assert cheapest(pieces, edge) <= by_law(maryland, edge)
    assert cheapest(pieces, beyond) - cheapest(pieces, edge) > 3_900
