"""The year of a household with income edges as regimes: the pieces that `rules.pieces.by_cells` finds, state tax too.

They may jump. The first time they cover every point, so that no plan costs less than they say; where a plan then ends
on a border that is taxed as what lies across, they end short of every jump by the `clearance`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from planner.optimizer.program.tax_regimes import Box, Expr, Regime
from rules.cells import Cell, Plane, TooManyCells, short_of_jumps, stopped_when
from rules.liability import TaxReturn
from rules.pieces.by_cells import year_cells
from rules.pieces.carryover import Layer
from rules.terms import ZERO

HALF_DOLLAR = Decimal("0.50")  # pieces of § 199A's square and of a child's quotients (§ 1(g)) are no further below it


@dataclass(frozen=True, slots=True)
class YearInPieces:
    """`exact`: the regimes are the law, or below it by no more than `below`; else no bound rests on them alone."""

    regimes: Sequence[Regime]
    exact: bool
    below: Decimal


def year_in_pieces(
    facts: TaxReturn, layers: Sequence[Layer], box: Box, clearance: Decimal, apart: Decimal, until: float = math.inf
) -> YearInPieces | None:
    """The year on a box of sums; None where it falls into more pieces than are worth looking at, or than there is time
    for (`until`, on the monotonic clock). `apart` keeps plans as
    many dollars away from jumps as the household asks for."""
    sides = tuple((Decimal(repr(low)), Decimal(repr(high))) for low, high in box)
    try:
        with stopped_when(lambda: time.monotonic() > until):
            cells = year_cells(facts, tuple(layers), sides)
    except (TooManyCells, TypeError):
        return None
    exact = not any(cell.about for cell in cells)
    if clearance or apart:
        cells = tuple(short_of_jumps(cells, ZERO, max(clearance, apart)))
    of = facts.edges
    curved = of is not None and (of.parents is not None or (of.business is not None and of.business.specified_service))
    return YearInPieces([_regime(cell, n) for n, cell in enumerate(cells, 1)], exact, HALF_DOLLAR if curved else ZERO)


def _regime(cell: Cell, number: int) -> Regime:
    within = tuple(_expression(side) for side in cell.sides)
    return Regime(f"year {number}", within, (), Expr(), tuple(_expression(line) for line in cell.lines))


def _expression(plane: Plane) -> Expr:
    short, long, collectibles = (float(slope) for slope in plane.slopes)
    return Expr(s=short, l=long, k=collectibles, const=float(plane.constant))
