"""Good multipliers for the certificate: a few steps of a concave maximization, piece by piece, by cutting planes.

At prices λ and rents μ the bound of a piece is one number, with a slope; the lots' part of it is the same for all
pieces, so what was once summed over the lots serves them all. Where a step would go is asked of a small program over
the planes found so far. Nothing here has to be right for the bound to be true.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from planner.domain.certificate import PieceMultipliers
from planner.optimizer.verify.ground import Ground
from planner.optimizer.verify.lot_terms import AtPrices
from planner.optimizer.verify.small_lp import Floats, minimized
from planner.optimizer.verify.year_bound import DIGITS, InnerBound, PieceProgram

STEPS = 60  # for a piece, at most
FAR = 8.0  # dollars: prices of a dollar are sought between this and its negative
CLOSE = 1e-3  # dollars at which a piece's bound is as good as it gets; for each hundred lots where they are more
INWARD = 0.6  # how far from the best prices met towards those that the planes promise most of


@dataclass(frozen=True)
class BoundPlane:
    """The bound of a piece at a point, which is prices and rents together, and its slope there."""

    point: Floats
    value: float
    slope: Floats
    inner: InnerBound

    @cached_property
    def height(self) -> float:
        """Where it is at prices of nothing."""
        return float(self.value - self.slope @ self.point)


class Climb:
    """What was found out so far of a household: at which points its lots were summed, and the best plane of each piece.

    `starts` are points at which to begin, the best first: prices, about what a dollar of each sum costs at the margin,
    and then the rents, where any are known; `own` is one for each piece besides. It ends at the deadline, on the
    monotonic clock: what is found by then is as true, and less tight.
    """

    def __init__(
        self, ground: Ground, starts: Sequence[Floats], deadline: float = math.inf, own: Sequence[Floats] = ()
    ) -> None:
        self.ground, self.deadline = ground, deadline
        self._programs = [PieceProgram(piece, ground.low, ground.high) for piece in ground.pieces]
        self._points: list[Floats] = []
        self._sums: list[AtPrices | None] = []
        self._of_use: list[int] = []  # the points, first those that settled a piece last
        for start in starts:
            self._add(np.append(start, np.zeros(len(ground.names) + len(ground.offers.most) - len(start))))
        self._first = self._begun(own) if own else [self._plane(n, 0) for n in range(len(ground.pieces))]
        self.best = list(self._first)
        self._planes = PlaneProgram(ground)

    def _begun(self, own: Sequence[Floats]) -> list[BoundPlane]:
        """Of each piece the plane at its own point."""
        known: dict[bytes, int] = {}
        found = []
        for piece, point in enumerate(own):
            if (which := known.get(point.tobytes())) is None:
                which = known[point.tobytes()] = len(self._points)
                self._add(point)
            found.append(self._plane(piece, which))
        return found

    def climbed(self, piece: int, goal: float) -> BoundPlane:
        """The best plane met of a piece until that is `goal`: at points where the lots are summed, then at new ones."""
        best = self.best[piece]
        if best.value >= goal:
            return best
        planes, basis = [self._first[piece]], None
        for which in [n for n in self._of_use if n] if best.value < goal else ():
            planes.append(self._plane(piece, which))
            best = max(best, planes[-1], key=lambda plane: plane.value)
            if best.value >= goal:
                self._of_use.remove(which)
                self._of_use.insert(0, which)  # pieces are often alike
                break
        for step in range(STEPS):
            if best.value >= goal or time.monotonic() > self.deadline:
                break
            promised, point, basis = self._planes.highest(planes, basis)
            if promised - best.value <= CLOSE * max(1.0, self.ground.offers.lots / 100):
                break
            inward = 1.0 if step % 3 == 2 else INWARD
            self._add(best.point + inward * (point - best.point))
            planes.append(self._plane(piece, len(self._points) - 1))
            best = max(best, planes[-1], key=lambda plane: plane.value)
        self.best[piece] = best
        return best

    def inner(self, piece: int, prices: Floats) -> InnerBound:
        """The cheapest point of a piece at these prices."""
        return self._programs[piece].at(prices)

    def _add(self, point: Floats) -> None:
        self._points.append(np.round(point, DIGITS))
        self._of_use.append(len(self._sums))
        self._sums.append(None)  # the lots are summed when a piece asks

    def _lots(self, which: int) -> AtPrices:
        its, point, dims = self._sums[which], self._points[which], len(self.ground.names)
        if its is None:
            its = self._sums[which] = self.ground.least(point[:dims], point[dims:])
        return its

    def _plane(self, piece: int, which: int) -> BoundPlane:
        ground, point, lots = self.ground, self._points[which], self._lots(which)
        dims = len(ground.names)
        inner = self.inner(piece, point[:dims])
        value = inner.value + float(point[:dims] @ ground.before) - float(point[dims:] @ ground.offers.most)
        slope = np.concatenate([ground.before + lots.gains - inner.point, lots.uses - ground.offers.most])
        return BoundPlane(point, value + lots.value, slope, inner)


def multipliers(
    ground: Ground,
    starts: Sequence[Floats],
    goal: float,
    deadline: float = math.inf,
    own: Sequence[Floats] = (),
) -> tuple[PieceMultipliers, ...]:
    """For every piece multipliers that prove it to cost `goal` at least, or nearly as much as any can prove of it.

    `starts`, `deadline` and `own` as in `Climb`.
    """
    dims, climb, enough = len(ground.names), Climb(ground, starts, deadline, own), goal
    for n in sorted(range(len(climb.best)), key=lambda n: climb.best[n].value):
        enough = min(enough, max(climb.climbed(n, enough).value, -1e300))
    return tuple(
        PieceMultipliers(
            piece.name,
            tuple(plane.point[:dims].tolist()),
            tuple(plane.point[dims:].tolist()),
            plane.inner.weights,
            plane.inner.sides,
        )
        for piece, plane in zip(ground.pieces, climb.best, strict=True)
    )


class PlaneProgram:
    """Where planes of one household are highest together, and how high: the dual of that program has a row a price."""

    def __init__(self, ground: Ground) -> None:
        dims, limits = len(ground.names), len(ground.offers.most)
        self.size = size = dims + limits
        per_unit = np.where(ground.offers.counts, _a_lot(ground), 1.0)
        self.low = np.concatenate([np.full(dims, -FAR), np.zeros(limits)])
        self.high = np.concatenate([np.full(dims, FAR), FAR * per_unit])
        self.scale = np.concatenate([np.ones(dims), per_unit])
        self.ends = np.concatenate([self.high / self.scale, -self.low / self.scale])
        self.box = np.zeros((size + 1, 2 * size))
        self.box[1:] = np.concatenate([np.eye(size), -np.eye(size)], axis=1)
        self.b = np.zeros(size + 1)
        self.b[0] = 1.0

    def highest(self, planes: list[BoundPlane], basis: list[int] | None) -> tuple[float, Floats, list[int]]:
        """How high, where, and the basis; `basis` is that of fewer planes, which is feasible still."""
        size = self.size
        slopes = np.array([plane.slope for plane in planes]) * self.scale
        heights = np.array([plane.height for plane in planes])
        size_of = max(1.0, float(np.abs(slopes).max(initial=0.0)))
        a = np.empty((size + 1, 2 * size + len(planes)))
        a[:, : 2 * size] = self.box
        a[0, 2 * size :] = 1.0
        a[1:, 2 * size :] = -slopes.T / size_of
        c = np.concatenate([self.ends, heights / size_of])
        if basis is None:
            newest = len(planes) - 1
            basis = [2 * size + newest] + [(0 if slopes[newest, k] >= 0 else size) + k for k in range(size)]
        found = minimized(c, a, self.b, basis)
        point = found.duals[1:] * self.scale
        return float(found.duals[0]) * size_of, np.clip(point, self.low, self.high), found.basis


def _a_lot(ground: Ground) -> float:
    return float(np.abs(ground.offers.gains).sum(axis=1).max(initial=1.0))
