"""Cells cut a moment ago (§ 6011(a)): who looks for a plan and who proves its bound ask for the same year.

Their boxes differ by a dollar or two, so that each side is first moved outward to the next multiple of `GRID`. Cells
reach beyond the box then, which is as true.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from rules.cells import Cell

Sides = tuple[tuple[Decimal, Decimal], ...]

GRID = Decimal(64)  # dollars
KEPT = 6

_known: deque[tuple[object, Sides, tuple[Cell, ...]]] = deque(maxlen=KEPT)


def cells_of(law: object, box: Sides, cut: Callable[[Sides], Iterable[Cell]]) -> tuple[Cell, ...]:
    """The cells that `cut` makes of a box. `law` is all that they depend on beside: where it is equal, they are."""
    wide = tuple(_outward(low, high) for low, high in box)
    for of, sides, found in tuple(_known):
        if sides == wide and of == law:
            return found
    made = tuple(cut(wide))
    _known.append((law, wide, made))
    return made


def forget() -> None:
    """Keep none: the next year that is asked for is cut."""
    _known.clear()


def _outward(low: Decimal, high: Decimal) -> tuple[Decimal, Decimal]:
    if low == high:  # a sum that cannot move
        return low, high
    return _multiple(low, ROUND_FLOOR), _multiple(high, ROUND_CEILING)


def _multiple(amount: Decimal, rounding: str) -> Decimal:
    return (amount / GRID).to_integral_value(rounding) * GRID
