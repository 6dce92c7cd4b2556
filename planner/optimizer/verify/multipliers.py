"""Good multipliers for the certificate: a few steps of a concave maximization, piece by piece, by cutting planes.

At prices λ and rents μ the bound of a piece is one number, with a slope; the lots' part of it is the same for all
pieces, so what was once summed over the lots serves them all. Where a step would go is asked of a small program over
the planes found so far. Nothing here has to be right for the bound to be true.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import numpy as np

from planner.domain.certificate import PieceMultipliers
from planner.optimizer.verify.ground import Ground
from planner.optimizer.verify.lot_terms import AtPrices
from planner.optimizer.verify.small_lp import Floats, minimized
from planner.optimizer.verify.year_bound import DIGITS, InnerBound, cheapest

STEPS = 60  # for a piece, at most
FAR = 8.0  # dollars: prices of a dollar are sought between this and its negative
CLOSE = 1e-3  # dollars at which a piece's bound is as good as it gets
INWARD = 0.6  # how far from the best prices met towards those that the planes promise most of


@dataclass(frozen=True)
class BoundPlane:
    """The bound of a piece at a point, which is prices and rents together, and its slope there."""

    point: Floats
    value: float
    slope: Floats
    inner: InnerBound


class Climb:
    """What was found out so far of a household: at which points its lots were summed, and the best plane of each piece.

    `start` are prices at which to begin, about what a dollar of each sum costs at the margin. It ends at the deadline,
    on the monotonic clock: what is found by then is as true, and less tight.
    """

    def __init__(self, ground: Ground, start: Floats, deadline: float = math.inf) -> None:
        self.ground, self.deadline = ground, deadline
        self._points: list[Floats] = []
        self._sums: list[AtPrices] = []
        self._sum(np.concatenate([start, np.zeros(len(ground.offers.most))]))
        self.best = [self._plane(n, 0) for n in range(len(ground.pieces))]

    def climbed(self, piece: int, goal: float) -> BoundPlane:
        """The best plane met of a piece until that is `goal`: at points where the lots are summed, then at new ones."""
        planes = [self._plane(piece, 0)]
        best = max(self.best[piece], planes[0], key=lambda plane: plane.value)
        for which in range(1, len(self._points)):
            if best.value >= goal:
                break
            planes.append(self._plane(piece, which))
            best = max(best, planes[-1], key=lambda plane: plane.value)
        for step in range(STEPS):
            if best.value >= goal or time.monotonic() > self.deadline:
                break
            promised, point = _highest(self.ground, planes)
            if promised - best.value <= CLOSE:
                break
            inward = 1.0 if step % 3 == 2 else INWARD
            self._sum(best.point + inward * (point - best.point))
            planes.append(self._plane(piece, len(self._points) - 1))
            best = max(best, planes[-1], key=lambda plane: plane.value)
        self.best[piece] = best
        return best

    def _sum(self, point: Floats) -> None:
        point, dims = np.round(point, DIGITS), len(self.ground.names)
        self._points.append(point)
        self._sums.append(self.ground.least(point[:dims], point[dims:]))

    def _plane(self, piece: int, which: int) -> BoundPlane:
        ground, point, lots = self.ground, self._points[which], self._sums[which]
        dims = len(ground.names)
        inner = cheapest(ground.pieces[piece], ground.low, ground.high, point[:dims])
        value = inner.value + float(point[:dims] @ ground.before) - float(point[dims:] @ ground.offers.most)
        slope = np.concatenate([ground.before + lots.gains - inner.point, lots.uses - ground.offers.most])
        return BoundPlane(point, value + lots.value, slope, inner)


def multipliers(ground: Ground, start: Floats, goal: float, deadline: float = math.inf) -> tuple[PieceMultipliers, ...]:
    """For every piece multipliers that prove it to cost `goal` at least, or nearly as much as any can prove of it.

    `start` and `deadline` as in `Climb`.
    """
    dims, climb, enough = len(ground.names), Climb(ground, start, deadline), goal
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


def _highest(ground: Ground, planes: list[BoundPlane]) -> tuple[float, Floats]:
    """Where the planes together are highest, and how high: the dual of that program has a row a price."""
    dims, limits = len(ground.names), len(ground.offers.most)
    size = dims + limits
    per_unit = np.where(ground.offers.counts, _a_lot(ground), 1.0)
    low = np.concatenate([np.full(dims, -FAR), np.zeros(limits)])
    high = np.concatenate([np.full(dims, FAR), FAR * per_unit])
    scale = np.concatenate([np.ones(dims), per_unit])
    slopes = np.array([plane.slope for plane in planes]) * scale
    heights = np.array([plane.value - plane.slope @ plane.point for plane in planes])
    size_of = max(1.0, float(np.abs(slopes).max()))
    a = np.zeros((size + 1, len(planes) + 2 * size))
    a[0, : len(planes)] = 1.0
    a[1:, : len(planes)] = -slopes.T / size_of
    a[1:, len(planes) : len(planes) + size] = np.eye(size)
    a[1:, len(planes) + size :] = -np.eye(size)
    c = np.concatenate([heights / size_of, high / scale, -low / scale])
    b = np.zeros(size + 1)
    b[0] = 1.0
    newest = len(planes) - 1
    basis = [newest] + [len(planes) + (0 if slopes[newest, k] >= 0 else size) + k for k in range(size)]
    found = minimized(c, a, b, basis)
    point = found.duals[1:] * scale
    return float(found.duals[0]) * size_of, np.clip(point, low, high)


def _a_lot(ground: Ground) -> float:
    return float(np.abs(ground.offers.gains).sum(axis=1).max(initial=1.0))
