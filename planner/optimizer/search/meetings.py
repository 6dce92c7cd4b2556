"""Which replacements the sale of a row may meet, and how: asked once of each kind of rows."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.optimizer.candidate_rows import CandidateRows
from planner.optimizer.program.entries import Ints
from planner.optimizer.program.wash_groups import Coupling

if TYPE_CHECKING:
    from planner.optimizer.search.group_lines import GroupLines


@dataclass(frozen=True)
class Meeting:
    """A replacement that a sale may meet: which, whether a basis keeps the loss, and whose sale takes it away."""

    replacement: int
    keeps: bool
    gone: tuple[int, ...]
    chained: tuple[int, ...]


def kinds_of_meetings(
    coupling: Coupling, lots: CandidateRows, lines: GroupLines
) -> tuple[Sequence[tuple[Meeting, ...]], Ints]:
    """The kinds of meetings of a coupling's losses, the first of which is none; and of each row the number of its kind.
    Rows of lots of one kind on one day meet the same replacements in the same way."""
    replacements = coupling.replacements
    days = frozenset().union(*(r.washes for r in replacements))
    its = np.flatnonzero((lines.places >= 0) & np.array([day in days for day in lines.days], dtype=bool)[lines.day])
    if any(r.sellable for r in replacements) and not coupling.conventions.days_sales_together:
        alike = its  # each row by itself
    else:
        of_lot = _kinds_of_lots(coupling, lots, lines)
        alike = lines.day[its] * (int(of_lot.max(initial=0)) + 1) + of_lot[lines.lot[its]]
    kinds: list[tuple[Meeting, ...]] = [()]
    number: dict[int, int] = {}
    for one, row in dict(zip(alike.tolist(), lines.rows[its].tolist(), strict=True)).items():
        meetings = tuple(_met_by(coupling, lots, row))
        number[one] = len(kinds) if meetings else 0
        kinds += [meetings] if meetings else []
    kind = np.zeros(len(lines.rows), dtype=np.int64)
    kind[its] = np.fromiter(map(number.__getitem__, alike.tolist()), np.int64, len(its))
    return kinds, kind


def _kinds_of_lots(coupling: Coupling, lots: CandidateRows, lines: GroupLines) -> Ints:
    """Of each lot a number: those of one number are whose, and were bought when, makes no difference between them."""
    bought_as = {r.bought_as for r in coupling.replacements}
    later = any(r.not_for_later for r in coupling.replacements)
    kinds: dict[Hashable, int] = {}
    found = []
    firsts = lots.firsts
    for n in lots.lot[lines.rows[lines.starts]].tolist():
        own = firsts.bought_as[n]
        kind = firsts.owner(n), own if own in bought_as else None, firsts.bought[n] if later else None
        found.append(kinds.setdefault(kind, len(kinds)))
    return np.array(found, dtype=np.int64)


def _met_by(coupling: Coupling, lots: CandidateRows, row: int) -> Iterator[Meeting]:
    for p, replacement in enumerate(coupling.replacements):
        if coupling.can_wash(lots, replacement, row):
            gone = tuple(i for i in replacement.sellable if coupling.gone_by(lots, i, row))
            chained = tuple(i for i in replacement.sellable if i not in gone)
            yield Meeting(p, coupling.keeps(replacement, lots.firsts.owner(lots.numbers[row])), gone, chained)
