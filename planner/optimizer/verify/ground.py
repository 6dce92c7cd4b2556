"""What the certificate's arithmetic runs over: the lots, the year's pieces, the box, and where the year is
before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from planner.optimizer.verify.lot_terms import LotTerms, Taken, lot_terms, standing
from planner.optimizer.verify.offers import Offers
from planner.optimizer.verify.setting import Setting, before_sales
from planner.optimizer.verify.small_lp import Floats
from planner.optimizer.verify.year_bound import PieceArrays
from rules.pieces.piece import Box, Piece
from rules.pieces.year import year_pieces

if TYPE_CHECKING:
    from planner.domain.plan_limits import PlanLimits
    from planner.ledger.replacement_purchases import HouseholdPurchases
    from planner.optimizer.candidate_rows import CandidateRows
    from planner.optimizer.sale_days import SaleDays
    from rules.liability import Liability

CENT_A_LOT = 0.01  # by which a part of a lot may differ from its part of the whole
ROOM = 1.0  # dollars that the box is wider than any sums


@dataclass(frozen=True)
class Ground(LotTerms):
    """One household's plans. `idle` is the cost of the year in which nothing is sold and nothing canceled, so that a
    plan that costs c is worth `idle` - c. `before` are the sums before any sale."""

    pieces: tuple[PieceArrays, ...]
    low: Floats
    high: Floats
    before: Floats
    idle: float


def ground(
    candidates: CandidateRows,
    setting: Setting,
    purchases: HouseholdPurchases,
    baseline: Liability,
    days: SaleDays,
    limits: PlanLimits,
    lots: LotTerms | None = None,
) -> Ground:
    """The ground of a household; `lots` where they are known already."""
    lots = lots or lot_terms(candidates, setting, purchases, days, limits)
    stands = standing(setting, purchases)
    names, this_year = lots.names, before_sales(setting.facts, stands.gains)
    before = np.array([*this_year, *(0.0 for _ in names[len(this_year) :])])
    low, high = _box(before, lots.offers, lots.past)
    box: Box = {n: (Decimal(repr(float(a))), Decimal(repr(float(b)))) for n, a, b in zip(names, low, high, strict=True)}
    pieces = year_pieces(setting.facts, setting.carryover.layers, box, setting.assumptions.present_value(Decimal(1)))
    carried = baseline.carryover_short + baseline.carryover_long
    moved = setting.assumptions.deferral_rate * stands.moved
    return Ground(
        names,
        lots.offers,
        lots.groups,
        lots.past,
        lots.phi,
        tuple(PieceArrays.of(piece, names) for piece in _told_apart(pieces)),
        low,
        high,
        before,
        float(baseline.total_tax - setting.carryover.of(carried) - moved),
    )


def _box(before: Floats, sold: Offers, past: Sequence[Taken]) -> tuple[Floats, Floats]:
    """The least and the most that each sum can be: from the very rows that the bound adds up."""
    down, up = np.zeros(len(before)), np.zeros(len(before))
    if len(sold):
        least, most = np.minimum(sold.gains, sold.by_washing), np.maximum(sold.gains, sold.by_washing)
        down += np.minimum.reduceat(np.minimum(least, 0.0), sold.first, axis=0).sum(axis=0)
        up += np.maximum.reduceat(np.maximum(most, 0.0), sold.first, axis=0).sum(axis=0)
    for taken in past:
        up += taken.loss * taken.enters
    room = ROOM + CENT_A_LOT * sold.lots
    moves = (down < 0) | (up > 0)
    return before + np.where(moves, down - room, 0.0), before + np.where(moves, up + room, 0.0)


def _told_apart(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces, each under a name of its own."""
    counted: dict[str, int] = {}
    found = []
    for piece in pieces:
        name = piece.name or "year"
        counted[name] = counted.get(name, 0) + 1
        found.append(Piece(name if counted[name] == 1 else f"{name} ({counted[name]})", piece.within, piece.terms))
    return found
