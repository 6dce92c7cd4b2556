"""The state's tax as regimes of its own beside the federal ones: exactly the cells that `rules.pieces.states` finds.

Where the law jumps (Maryland's 2% above $350,000) a cell ends just short of an edge that is taxed as what lies across:
sums are whole cents, so that no plan lies between. The solver's are not: where its plan, in cents, falls over an edge,
`clearance` keeps plans that many dollars away from both sides' edges.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from planner.optimizer.program.tax_regimes import Box, Expr, Regime
from rules.cells import Cell, Plane, short_of_jumps
from rules.liability import TaxReturn
from rules.pieces.names import sums_of
from rules.pieces.states import state_cells

LESS_THAN_A_CENT = Decimal("0.009")


def state_regimes(facts: TaxReturn, box: Box, clearance: float = 0.0) -> list[Regime]:
    """The state's tax on a box of reachable sums; none where no state tax is computed from a state's own law."""
    if facts.state is None or facts.state.figures is None:
        return []
    sides = ((Decimal(low), Decimal(high)) for low, high in box)
    found = state_cells(facts, dict(zip(sums_of(facts), sides, strict=True)))
    if not clearance:
        found = tuple(short_of_jumps(found, LESS_THAN_A_CENT))
    else:
        shared = [replace(cell, sides=tuple(replace(side, owned=False) for side in cell.sides)) for cell in found]
        found = tuple(short_of_jumps(shared, Decimal(clearance)))
    return [_regime(cell, number) for number, cell in enumerate(found, 1)]


def _regime(cell: Cell, number: int) -> Regime:
    within = tuple(_expression(side) for side in cell.sides)
    return Regime(f"state tax {number}", within, (), Expr(), tuple(_expression(line) for line in cell.lines))


def _expression(plane: Plane) -> Expr:
    short, long, collectibles, *others = map(float, plane.slopes)
    return Expr(short, long, collectibles, float(plane.constant), *others)
