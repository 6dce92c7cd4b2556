"""A state's own tax (§ 164(a)(3)) as pieces, each state alike: found by running its law in `rules.cells`.

Most states' tax moves with the two sums of net short-term and net long-term gain alone. Alabama, Missouri and Oregon
deduct federal tax, which moves with the collectibles gain too, and Nebraska takes no more than it. Pennsylvania allows
what § 1091 disallows.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

from rules.cells import Cell, Plane, cells
from rules.liability import TaxReturn, state_tax_alone
from rules.merged_cells import merged
from rules.pieces.known_cells import cells_of
from rules.pieces.names import COLLECTIBLES, FEDERAL, sums_of
from rules.pieces.piece import Affine, Box, Piece
from rules.terms import Gains

FEDERAL_TAX_MATTERS = frozenset({"alabama", "missouri", "nebraska", "oregon"})
"""The rules of states whose return looks at federal tax."""


def state_cells(facts: TaxReturn, box: Box) -> tuple[Cell, ...]:
    """A state's own tax on the box, exactly, in cells of the sums that `sums_of` names.

    Income edges are left out. Raises `rules.cells.TooManyCells` where the law turns too often to be followed.
    """
    carried, plain = facts.carryover, replace(facts, edges=None)
    sides = [box[name] for name in sums_of(facts)]
    if not feels_collectibles(facts):
        sides[FEDERAL.index(COLLECTIBLES)] = (box[COLLECTIBLES][0],) * 2

    def tax(short: Decimal, long: Decimal, *others: Decimal) -> Decimal:
        return state_tax_alone(plain, Gains(short + carried.short_term, long + carried.long_term, *others))

    dimensions = sum(1 for low, high in sides if high > low)
    return cells_of(("state", plain), tuple(sides), lambda wide: merged(cells(tax, wide), dimensions))


def feels_collectibles(facts: TaxReturn) -> bool:
    """Whether collectibles gain moves the state's tax beyond the long-term gain that it is part of."""
    return facts.state is not None and (
        facts.state.figures is not None and facts.state.figures.file.rule in FEDERAL_TAX_MATTERS
    )


def state_pieces(facts: TaxReturn, box: Box) -> tuple[Piece, ...]:
    """The same as pieces that add to those of the other taxes."""
    names = sums_of(facts)

    def affine(plane: Plane) -> Affine:
        slopes = {name: slope for name, slope in zip(names, plane.slopes, strict=True) if slope}
        return Affine(MappingProxyType(slopes), plane.constant)

    return tuple(
        Piece("", tuple(map(affine, cell.sides)), (tuple(map(affine, cell.lines)),)) for cell in state_cells(facts, box)
    )
