"""The year as pieces where its cost is no sum of curves: income edges (§§ 24, 32, 36B, 55, 68, 86, 199A, 1(g)).

There the taxes depend on one another: benefits move deductions, the minimum tax is what the regular tax is not, a
credit is no more than the tax. So the law itself is run, on straight lines: see `rules.cells`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from types import MappingProxyType

from rules.cells import Cell, Plane, TooManyCells, cells
from rules.liability import TaxReturn, liability
from rules.merged_cells import merged
from rules.pieces.carryover import Carried, Layer
from rules.pieces.known_cells import cells_of
from rules.pieces.names import FEDERAL
from rules.pieces.piece import Affine, Box, Piece, Term
from rules.terms import ZERO, Gains

QUARTER = Decimal("0.25")
"""Dollars by which pieces of a child's year are put lower: quotients on Form 8615 are off by less (`rules.quotients`:
STEP² / 2 of twice § 1(g)(4)'s amount, taxed 37% dearer at most)."""


class NotStraight(TooManyCells):
    """The law is not quite a straight line somewhere, however it is cut: such pieces prove nothing."""


def pieces_by_cells(facts: TaxReturn, layers: Sequence[Layer], box: Box) -> tuple[Piece, ...]:
    """The whole year's cost: no plan costs less than the pieces say. Raises `rules.cells.TooManyCells` where there are
    more than are worth looking at, NotStraight where they would only be about right."""
    try:
        found = year_cells(facts, tuple(layers), tuple(box[name] for name in FEDERAL))
    except TypeError as bends:
        raise NotStraight from bends
    if any(cell.about for cell in found):
        raise NotStraight
    return tuple(_piece(cell, number) for number, cell in enumerate(found, 1))


def _piece(cell: Cell, number: int) -> Piece:
    first, *others = map(_affine, cell.lines)
    terms: tuple[Term, ...] = ((first,),)
    if others:
        terms += ((Affine(), *(line - first for line in others)),)
    return Piece(f"year {number}", tuple(map(_affine, cell.sides)), terms)


def carried_by_cells(facts: TaxReturn, box: Box) -> tuple[Carried, ...]:
    """What the year carries out, where income edges decide how much of a loss it absorbs."""
    carryover = facts.carryover

    def carried(short: Decimal, long: Decimal, collectibles: Decimal) -> Decimal:
        year = liability(facts, Gains(short + carryover.short_term, long + carryover.long_term, collectibles))
        return year.carryover_short + year.carryover_long

    sides = tuple(box[name] for name in FEDERAL)
    dimensions = sum(1 for low, high in sides if high > low)
    try:
        found = cells_of(("carried", facts), sides, lambda wide: merged(cells(carried, wide), dimensions))
    except TypeError as bends:
        raise NotStraight from bends
    if any(cell.about for cell in found):
        raise NotStraight
    return tuple(part for cell in found for part in _straight(cell))


def _straight(cell: Cell) -> Iterator[Carried]:
    """The parts of a cell in each of which one of its lines is the largest."""
    lines = [_affine(line) for line in cell.lines]
    for line in lines:
        above = (line - other for other in lines if other is not line)
        yield Carried((*map(_affine, cell.sides), *above), line)


def year_cells(
    facts: TaxReturn, layers: tuple[Layer, ...], box: tuple[tuple[Decimal, Decimal], ...]
) -> tuple[Cell, ...]:
    """The year's tax less what the carryover is worth, in cells of net short, net long and collectibles gain."""
    carryover = facts.carryover

    def cost(short: Decimal, long: Decimal, collectibles: Decimal) -> Decimal:
        year = liability(facts, Gains(short + carryover.short_term, long + carryover.long_term, collectibles))
        return year.total_tax - _value(year.carryover_short + year.carryover_long, layers) - below

    below = QUARTER if facts.edges is not None and facts.edges.parents is not None else ZERO
    dimensions = sum(1 for low, high in box if high > low)
    return cells_of((facts, layers), box, lambda wide: merged(cells(cost, wide), dimensions))


def _value(carried: Decimal, layers: Sequence[Layer]) -> Decimal:
    value = ZERO
    for dollars, rate in layers:
        met = carried if dollars is None else min(carried, dollars)
        value, carried = value + met * rate, carried - met
    return value


def _affine(plane: Plane) -> Affine:
    slopes = {name: slope for name, slope in zip(FEDERAL, plane.slopes, strict=True) if slope}
    return Affine(MappingProxyType(slopes), plane.constant)
