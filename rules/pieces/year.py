"""All taxes of a year added up as pieces: §§ 1, 1411, and the state. `TAXES` is where another one is named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from rules.liability import TaxReturn
from rules.pieces.by_cells import carried_by_cells, pieces_by_cells
from rules.pieces.carryover import Layer, carried_out, carryover_value, next_year_value
from rules.pieces.income_tax import IncomeTax
from rules.pieces.names import FEDERAL, JANUARY, sums_of
from rules.pieces.other_taxes import investment_income_tax, state_tax
from rules.pieces.piece import Box, Piece, added
from rules.terms import ZERO

Tax = Callable[[TaxReturn, Box], Sequence[Piece]]


def _income_tax(facts: TaxReturn, box: Box) -> tuple[Piece, ...]:
    return IncomeTax(facts, box).pieces()


TAXES: tuple[Tax, ...] = (_income_tax, investment_income_tax, state_tax)
"""Every tax that `rules.liability` adds up, each as pieces: see `rules.pieces`."""


def federal_pieces(facts: TaxReturn, layers: Sequence[Layer], box: Box) -> tuple[Piece, ...]:
    """The same without a state's own law and without income edges (a flat state rate is in it)."""
    own = facts.state is not None and facts.state.figures is not None
    plain = replace(facts, edges=None, state=None if own else facts.state)
    return year_pieces(plain, layers, box)


def year_pieces(
    facts: TaxReturn, layers: Sequence[Layer], box: Box, gain_next_year: Decimal = ZERO
) -> tuple[Piece, ...]:
    """The year's tax less what the carryover out is worth (`layers`), on a box of sums.

    Where the box has January's gain among its sums, what is carried is netted with it first; a dollar of gain that is
    left costs `gain_next_year`.
    """
    january = JANUARY in box
    this_year = {name: sides for name, sides in box.items() if name != JANUARY}
    valued: Sequence[Layer] = ((None, ZERO),) if january else layers
    costs: list[Sequence[Piece]]
    if facts.edges is None:
        costs = [tax(facts, this_year) for tax in TAXES]
        costs.append(
            next_year_value(carried_out(facts), layers, gain_next_year, box)
            if january
            else carryover_value(facts, layers, box)
        )
        return added(costs, box)
    own = sums_of(facts) != FEDERAL
    costs = [pieces_by_cells(replace(facts, state=None) if own else facts, valued, this_year)]
    costs += [state_tax(facts, this_year)] if own else []
    if january:
        costs.append(next_year_value(carried_by_cells(facts, this_year), layers, gain_next_year, box))
    return added(costs, box) if len(costs) > 1 else tuple(costs[0])
