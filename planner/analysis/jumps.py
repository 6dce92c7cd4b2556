"""Jumps of a year's tax: where one more dollar of income takes a whole credit, or adds a whole surcharge."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from typing import Any

from rules.cells import JUMP, cells
from rules.terms import ZERO, to_cents

DOLLAR = Decimal(1)


def jump_above(
    tax: Callable[[Any], Any], here: Decimal, within: Decimal, least: Decimal = DOLLAR
) -> tuple[Decimal, Decimal] | None:
    """How many dollars more lead to the nearest jump of more than `least`, and its size; None where none is `within`.
    `tax` is of so many dollars more, and `here` what it is of none. Raises TooManyCells."""
    # exactly on an edge the tax here is that below it, and the first cell's that above
    parts = sorted(cells(tax, [(ZERO, within)]), key=lambda cell: min(cell.points))
    if parts[0].cost((ZERO,)) - here > least:
        return ZERO, to_cents(parts[0].cost((ZERO,)) - here)
    for below, above in pairwise(parts):
        border = max(below.points)
        jump = above.cost(border) - below.cost(border)
        if jump > max(JUMP, least):
            return to_cents(border[0]), to_cents(jump)
    return None
