"""Prices for the search (docs/model.md, "Prices first"): the certificate's own arithmetic, on the search's pieces.

For any prices of the sums and any rents of the limits, no plan costs less than the cheapest point of a piece at these
prices, plus the least that each lot or group can cost at them. Each piece has prices of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from planner.optimizer.program.entries import Floats, Ints
from planner.optimizer.search.book import Book
from planner.optimizer.search.choice import PricedRows
from planner.optimizer.search.groups import PreparedGroup
from planner.optimizer.search.surface import SurfacePiece
from planner.optimizer.search.task import PricePoint
from planner.optimizer.verify.ground import Ground
from planner.optimizer.verify.multipliers import Climb
from planner.optimizer.verify.year_bound import PieceArrays, vector
from rules.pieces.names import LONG, SHORT

START = {SHORT: 0.2, LONG: 0.15}  # a dollar of each sum, about, where the climb begins; of other sums nothing


@dataclass(frozen=True)
class Prices:
    """Prices of a dollar in each sum, and rents of a unit of each limit."""

    sums: Floats
    rents: Floats


class Dual:
    """The price bounds of a book, by piece of its year."""

    def __init__(self, book: Book) -> None:
        self.book = book
        lots, surface, limits = book.task.lot_terms, book.surface, book.rows.limits
        self.ground = Ground(
            lots.names,
            replace(lots.offers, most=limits.most),  # a limit may be tighter by cents here
            lots.groups,
            lots.past,
            lots.phi,
            tuple(_arrays(piece, n) for n, piece in enumerate(surface.pieces)),
            surface.low,
            surface.high,
            book.before,
            book.task.idle,
        )
        self.climb = Climb(self.ground, [vector(START, lots.names)], book.task.deadline)
        per_lot = max(1.0, float(np.abs(book.rows.gains).sum(axis=1).max(initial=0.0)))
        self.scale = np.where(limits.counts, per_lot, 1.0)
        self._ready: tuple[bytes, PricedRows] | None = None  # at the prices last asked about

    @property
    def bounds(self) -> Floats:
        """Of each piece, what no plan in it costs less than."""
        return np.array([plane.value for plane in self.climb.best])

    def prices(self, piece: int) -> Prices:
        """The best prices met of a piece."""
        point, dims = self.climb.best[piece].point, len(self.ground.names)
        return Prices(point[:dims], point[dims:])

    def level(self, prices: Prices, pieces: Sequence[int]) -> float:
        """No plan in these pieces costs less than this and what its sales, sums and uses come to at these prices."""
        inner = min(self.climb.inner(piece, prices.sums).value for piece in pieces)
        return inner - float(prices.rents @ self.book.rows.limits.most)

    @property
    def points(self) -> tuple[PricePoint, ...]:
        """Where the pieces are highest, the lowest piece first, each point once."""
        found = (self.prices(piece) for piece in np.argsort(self.bounds).tolist())
        points = dict.fromkeys((tuple(its.sums.tolist()), tuple(its.rents.tolist())) for its in found)
        return tuple(PricePoint(dict(zip(self.ground.names, sums, strict=True)), rents) for sums, rents in points)

    def priced(self, prices: Prices) -> Floats:
        """What each whole entry costs at these prices, its loss recognized."""
        rows = self.book.rows
        return rows.costs + rows.charges + rows.gains @ prices.sums + rows.limits.uses @ prices.rents

    def ready(self, prices: Prices) -> PricedRows:
        """The same a unit, as lists: for choices within groups, of which very many are tried at the same prices."""
        point = np.concatenate([prices.sums, prices.rents]).tobytes()
        if self._ready is None or self._ready[0] != point:
            rows = self.book.rows
            counted = rows.limits.uses * rows.limits.counts
            charge = rows.charges + counted @ prices.rents
            whole = self.priced(prices)
            a_unit, per_share = (whole - charge) / rows.quantity, whole / rows.quantity
            self._ready = point, PricedRows(a_unit, charge, whole, per_share, rows.taken_back @ prices.sums)
        return self._ready[1]

    def wanted(self, prices: Prices) -> tuple[Ints, Floats]:
        """Of each lot, by itself: the row in which it costs least, and the share of it that is sold then."""
        rows = self.book.rows
        whole = self.priced(prices)
        ordered = whole[rows.order]
        best = rows.best_of_lot(whole)
        lots_in_order = rows.lot[rows.order]
        hit = np.flatnonzero(ordered <= best[lots_in_order])
        row = np.zeros(rows.lots, dtype=np.int64)
        row[lots_in_order[hit[::-1]]] = rows.order[hit[::-1]]  # the first row of those as good
        slope = best - rows.charges[row]
        return row, np.where(rows.duty > 0, np.where(slope < 0, 1.0, rows.duty), (best < 0).astype(float))

    def of_groups(self, prices: Prices) -> Floats:
        """Of each group, the least that its lots and past losses cost at these prices to the extent arithmetic
        shows."""
        least = self.ground.least(prices.sums, prices.rents)
        of_key = dict(zip((group.key for group in self.ground.groups), least.of_groups.tolist(), strict=True))
        number, lots = self._lots_of_groups
        found = np.zeros(len(self.book.groups))
        np.add.at(found, number, least.of_lots[lots])
        for n, group in enumerate(self.book.groups):
            found[n] += of_key.get(group.coupling.identity, 0.0) + self._of_past(group, prices)
        return found

    @cached_property
    def _lots_of_groups(self) -> tuple[Ints, Ints]:
        """The numbers of the groups, as often as each has lots; and those of these lots in the certificate's terms."""
        number = {lot_id: n for n, lot_id in enumerate(self.ground.offers.lot_ids)}
        groups = self.book.groups
        lots = [number[lot_id] for group in groups for lot_id in group.by_lot]
        sizes = [len(group.by_lot) for group in groups]
        return np.repeat(np.arange(len(groups)), sizes), np.array(lots, dtype=np.int64)

    def _of_past(self, group: PreparedGroup, prices: Prices) -> float:
        """The least that washing a group's past losses can cost."""
        deferral, enters = self.book.task.economy.deferral, self.book.rows.taken_back @ prices.sums
        past = (loss for loss, meets in group.past if meets)
        return sum(min(0.0, (float(enters[loss.basket]) - deferral) * loss.loss * loss.quantity) for loss in past)


def _arrays(piece: SurfacePiece, number: int) -> PieceArrays:
    """A piece of the search in the certificate's own form."""
    term = np.array([n for n, (_, ends) in enumerate(piece.terms) for _ in ends], dtype=np.int64)
    slopes = np.concatenate([slopes for slopes, _ in piece.terms])
    return PieceArrays(
        f"{number}", term, slopes, np.concatenate([ends for _, ends in piece.terms]), piece.sides, piece.ends
    )
