"""`[special]`: lots for which the Code has rules of their own, as the household names them: by symbol or lot id."""

from __future__ import annotations

from dataclasses import dataclass

from planner.domain.portfolio import Holding
from rules.substantially_identical import spelling


@dataclass(frozen=True, slots=True)
class SpecialLots:
    """Symbols and lot ids. `worthless`: of no value at all (§ 165(g)); `section_1202` and `section_1244`: stock of a
    small business; `not_a_straddle`: whose offsetting positions the household holds to be none (§ 1092(c)(4), (d))."""

    worthless: tuple[str, ...] = ()
    section_1202: tuple[str, ...] = ()
    section_1244: tuple[str, ...] = ()
    not_a_straddle: tuple[str, ...] = ()


def names(words: tuple[str, ...], holding: Holding) -> bool:
    """Whether one of the words is the lot's id or its symbol."""
    if not words:
        return False
    lot = holding.lot
    return any(word in (lot.lot_id, holding.part_of) or spelling(word) == spelling(lot.symbol) for word in words)
