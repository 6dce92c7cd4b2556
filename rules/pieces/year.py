"""All taxes of a year added up as pieces: §§ 1, 1411, and the state. `TAXES` is where another one is named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from rules.liability import TaxReturn
from rules.pieces.by_cells import pieces_by_cells
from rules.pieces.carryover import Layer, carryover_value
from rules.pieces.income_tax import IncomeTax
from rules.pieces.names import FEDERAL, sums_of
from rules.pieces.other_taxes import investment_income_tax, state_tax
from rules.pieces.piece import Box, Piece, added

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


def year_pieces(facts: TaxReturn, layers: Sequence[Layer], box: Box) -> tuple[Piece, ...]:
    """The year's tax less what the carryover out is worth (`layers`), on a box of sums."""
    if facts.edges is not None:
        if sums_of(facts) == FEDERAL:
            return pieces_by_cells(facts, layers, box)
        return added([pieces_by_cells(replace(facts, state=None), layers, box), state_tax(facts, box)], box)
    return added([*(tax(facts, box) for tax in TAXES), carryover_value(facts, layers, box)], box)
