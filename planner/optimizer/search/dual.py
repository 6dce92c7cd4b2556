"""A bound on every plan from prices alone (docs/model.md, "Prices"): what the solver may not contradict.

For any prices of the sums and any rents of the limits, no plan costs less than the cheapest point of a piece at these
prices, plus the least that each lot or group can cost at them. Each piece has prices of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from planner.optimizer.program.entries import Floats, Ints
from planner.optimizer.search.ascent import ascend
from planner.optimizer.search.book import Book
from planner.optimizer.search.groups import AtPrices, Group

STEPS = 500  # of a climb
CLOSE = 2e-4  # dollars at which a climb ends
LAMBDA = 0.2, 1.2  # where prices of a dollar are looked for: around the first, this far
NEARBY = 0.05  # of that, where prices are only refined
ASIDE = 1e-7  # by how much a price is moved to measure a slope
RENT = 1.0  # how large the rent of a dollar's limit is taken to be at first

Also: TypeAlias = Callable[["Prices"], float]


@dataclass(frozen=True)
class Prices:
    """Prices of a dollar in each sum, and rents of a unit of each limit."""

    sums: Floats
    rents: Floats


class Dual:
    """The price bound of a book."""

    def __init__(self, book: Book) -> None:
        self.book = book
        rows = book.rows
        surface = book.surface
        self.changing = np.flatnonzero(surface.high > surface.low)
        corners = [surface.corners(n) for n in range(len(surface.pieces))]
        self.reached = [n for n, (points, _) in enumerate(corners) if len(points)]
        self.points = np.concatenate([corners[n][0] for n in self.reached])
        self.heights = np.concatenate([corners[n][1] for n in self.reached])
        self.firsts = np.cumsum([0, *(len(corners[n][0]) for n in self.reached)])[:-1]
        gains = np.abs(rows.gains).sum(axis=1)
        per_lot = max(1.0, float(gains.max(initial=0.0)))
        self.scale = np.where(rows.limits.counts, per_lot, RENT)
        loses = (rows.gains.sum(axis=1) < 0) & book.coupled
        self.washable = np.flatnonzero(loses)
        self.unwashed_cost = rows.costs + book.task.economy.deferral * rows.gains[:, :2].sum(axis=1)
        # a lot whose loss is disallowed brings this into the sums: nothing, but where the state allows it
        self.by_washing = np.zeros_like(rows.gains)
        self.by_washing[:, 3:] = rows.gains[:, 3:] - rows.gains[:, :2].sum(axis=1)[:, None]
        first_rows = rows.order[rows.starts] if len(rows) else np.zeros(0, dtype=np.int64)
        self.charge = rows.charges[first_rows] if len(rows) else np.zeros(0)

    def priced(self, prices: Prices) -> Floats:
        """What each whole entry costs at these prices, its loss recognized."""
        rows = self.book.rows
        return rows.costs + rows.charges + rows.gains @ prices.sums + rows.limits.uses @ prices.rents

    def ready(self, prices: Prices) -> AtPrices:
        """The same a unit, as lists: for choices within groups, of which very many are tried."""
        rows = self.book.rows
        counted = rows.limits.uses * rows.limits.counts
        charge = rows.charges + counted @ prices.rents
        a_unit = (self.priced(prices) - charge) / rows.quantity
        return AtPrices(a_unit.tolist(), charge.tolist(), tuple((rows.taken_back @ prices.sums).tolist()))

    def terms(self, prices: Prices) -> tuple[Floats, Ints, Floats]:
        """Of each lot: the least that it can cost; the row with which it does; the share of it that is sold then,
        negative where that row is sold with its loss disallowed."""
        rows = self.book.rows
        whole = self.priced(prices)
        washed = np.full(len(whole), np.inf)
        some = self.washable
        if len(some) and ((prices.rents > 0).any() or rows.sums > 3):
            washed[some] = self.washed(prices)
        either = np.minimum(whole, washed)
        ordered = either[rows.order]
        best = np.minimum.reduceat(ordered, rows.starts) if len(ordered) else np.zeros(0)
        # the first row of each lot that has the best value
        lots_in_order = rows.lot[rows.order]
        hit = np.flatnonzero(ordered <= best[lots_in_order])
        row = np.zeros(rows.lots, dtype=np.int64)
        row[lots_in_order[hit[::-1]]] = rows.order[hit[::-1]]
        owed, charge = rows.duty, self.charge
        slope = best - charge
        share = np.where(owed > 0, np.where(slope < 0, 1.0, owed), (best < 0).astype(float))
        value = np.where(owed > 0, charge + share * slope, np.minimum(best, 0.0))
        return value, row, np.where(washed[row] < whole[row], -share, share)

    def washed(self, prices: Prices) -> Floats:
        """What each washable entry costs at these prices, its loss disallowed."""
        rows, some = self.book.rows, self.washable
        used = rows.limits.uses[some] @ prices.rents + self.by_washing[some] @ prices.sums
        cost: Floats = self.unwashed_cost[some] + rows.charges[some] + used
        return cost

    def rest(self, prices: Prices) -> tuple[float, Floats, Floats]:
        """All but the year: the least that lots and past losses cost, less what the limits allow; and its slopes."""
        book, rows = self.book, self.book.rows
        value, row, share = self.terms(prices)
        recognized = np.maximum(share, 0.0)
        size = np.abs(share)
        slope = recognized @ rows.gains[row] + (size - recognized) @ self.by_washing[row] + book.before
        counted = np.where(rows.limits.counts[None, :], (size > 0)[:, None], size[:, None])
        use = (counted * rows.limits.uses[row]).sum(axis=0)
        total = float(value.sum())
        for group in book.groups:
            for loss, enters in self.past_of(group):
                worth = (float(enters @ prices.sums) - book.task.economy.deferral) * loss
                if worth < 0:
                    total += worth
                    slope = slope + loss * enters
        total += float(prices.sums @ book.before) - float(prices.rents @ rows.limits.most)
        return total, slope, use - rows.limits.most

    def past_of(self, group: Group) -> list[tuple[float, Floats]]:
        """Losses already taken that purchases still to be made may wash: dollars, and the sums that they enter."""
        enters = self.book.rows.taken_back
        return [(loss.loss * loss.quantity, enters[loss.basket]) for loss, meets in group.past if meets]

    def past_term(self, group: Group, prices: Prices) -> float:
        """The least that washing a group's past losses can cost."""
        deferral = self.book.task.economy.deferral
        return sum(min(0.0, (float(on @ prices.sums) - deferral) * loss) for loss, on in self.past_of(group))

    def years(self, prices: Prices) -> tuple[Floats, Ints]:
        """Of each piece reached, its cheapest corner at these prices, and where that is among the corners."""
        heights = self.heights - self.points @ prices.sums
        least = np.minimum.reduceat(heights, self.firsts)
        piece_of = np.repeat(np.arange(len(self.firsts)), np.diff(np.append(self.firsts, len(heights))))
        hits = np.flatnonzero(heights <= least[piece_of])
        where = np.zeros(len(self.firsts), dtype=np.int64)
        where[piece_of[hits]] = hits
        return least, where

    def values(self, prices: Prices) -> Floats:
        """Of each piece reached, the bound at these prices."""
        return self.years(prices)[0] + self.rest(prices)[0]

    def _unpacked(self, x: Floats) -> Prices:
        sums = np.zeros(self.book.rows.sums)
        sums[self.changing] = x[: len(self.changing)]
        return Prices(sums, np.maximum(x[len(self.changing) :], 0.0) * self.scale)

    def climb(
        self, pieces: Ints, start: Prices | None, enough: float, also: Also | None = None, steps: int = STEPS
    ) -> tuple[Prices, float]:
        """The best prices for these pieces together (places in `reached`), and the bound that they give.

        `also` is what the bound rises by at some prices, beyond the lots taken each by itself: its slope is measured.
        """
        number = self.book.rows.limits.number

        def oracle(x: Floats) -> tuple[float, Floats]:
            prices = self._unpacked(x)
            least, where = self.years(prices)
            which = int(pieces[least[pieces].argmin()])
            rest, slope, use = self.rest(prices)
            sums = slope - self.points[where[which]]
            value, slopes = float(least[which]) + rest, np.append(sums[self.changing], use * self.scale)
            if also is not None:
                more = also(prices)
                value += more
                for axis in range(len(x)):
                    beside = x.copy()
                    beside[axis] += ASIDE
                    slopes[axis] += (also(self._unpacked(beside)) - more) / ASIDE
            return value, slopes

        middle, far = LAMBDA
        begin = np.append(np.full(len(self.changing), middle), np.full(number, 0.0))
        radius = np.append(np.full(len(self.changing), far), np.full(number, 1.0))
        if also is not None:
            radius = radius * NEARBY
        if start is not None:
            begin = np.append(start.sums[self.changing], start.rents / self.scale)
        signed = np.append(np.zeros(len(self.changing), dtype=bool), np.ones(number, dtype=bool))
        top = ascend(oracle, begin, radius, signed, enough=enough, close=CLOSE, steps=steps)
        return self._unpacked(top.at), top.value
