"""Good multipliers for the certificate: a few steps of a concave maximization, piece by piece, by cutting planes.

At prices λ and rents μ the bound of a piece is one number, with a slope; the lots' part of it is the same for all
pieces, so what was once summed over the lots serves them all. Where a step would go is asked of a small program over
the planes found so far. Nothing here has to be right for the bound to be true.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from planner.domain.certificate import PieceMultipliers
from planner.optimizer.verify.ground import AtPrices, Ground
from planner.optimizer.verify.small_lp import Floats, minimized
from planner.optimizer.verify.year_bound import DIGITS, InnerBound, cheapest

STEPS = 60  # for a piece, at most
FAR = 8.0  # dollars: prices of a dollar are sought between this and its negative
CLOSE = 1e-3  # dollars at which a piece's bound is as good as it gets
INWARD = 0.6  # how far from the best prices met towards those that the planes promise most of


@dataclass
class _Climb:
    """What was found out so far: at which points the lots were summed."""

    ground: Ground
    points: list[Floats] = field(default_factory=list)  # prices and rents together
    sums: list[AtPrices] = field(default_factory=list)

    def at(self, point: Floats) -> AtPrices:
        dims = len(self.ground.names)
        found = self.ground.least(point[:dims], point[dims:])
        self.points.append(point)
        self.sums.append(found)
        return found


@dataclass(frozen=True)
class _Plane:
    """The bound of a piece at a point, and its slope there."""

    point: Floats
    value: float
    slope: Floats
    inner: InnerBound


def multipliers(ground: Ground, start: Floats, goal: float) -> tuple[PieceMultipliers, ...]:
    """For every piece multipliers that prove it to cost `goal` at least, or nearly as much as any can prove of it.

    `start` are prices at which to begin, about what a dollar of each sum costs at the margin.
    """
    dims, limits = len(ground.names), len(ground.offers.most)
    climb = _Climb(ground)
    climb.at(_kept(np.concatenate([start, np.zeros(limits)])))
    first = [_plane(climb, n, 0) for n in range(len(ground.pieces))]
    order = sorted(range(len(first)), key=lambda n: first[n].value)
    found: dict[int, _Plane] = {}
    enough = goal
    for n in order:
        found[n] = _climbed(climb, n, first[n], enough)
        enough = min(enough, max(found[n].value, -1e300))
    return tuple(
        PieceMultipliers(
            ground.pieces[n].name,
            tuple(found[n].point[:dims].tolist()),
            tuple(found[n].point[dims:].tolist()),
            found[n].inner.weights,
            found[n].inner.sides,
        )
        for n in range(len(ground.pieces))
    )


def _plane(climb: _Climb, piece: int, which: int) -> _Plane:
    ground, point, lots = climb.ground, climb.points[which], climb.sums[which]
    dims = len(ground.names)
    inner = cheapest(ground.pieces[piece], ground.low, ground.high, point[:dims])
    value = inner.value + float(point[:dims] @ ground.before) - float(point[dims:] @ ground.offers.most) + lots.value
    slope = np.concatenate([ground.before + lots.gains - inner.point, lots.uses - ground.offers.most])
    return _Plane(point, value, slope, inner)


def _climbed(climb: _Climb, piece: int, first: _Plane, goal: float) -> _Plane:
    """The best plane met: its own sums of the lots first, then new ones."""
    planes = [first]
    best = first
    for which in range(1, len(climb.points)):
        if best.value >= goal:
            return best
        planes.append(_plane(climb, piece, which))
        best = max(best, planes[-1], key=lambda plane: plane.value)
    for step in range(STEPS):
        if best.value >= goal:
            break
        promised, point = _highest(climb.ground, planes)
        if promised - best.value <= CLOSE:
            break
        inward = 1.0 if step % 3 == 2 else INWARD
        climb.at(_kept(best.point + inward * (point - best.point)))
        planes.append(_plane(climb, piece, len(climb.points) - 1))
        best = max(best, planes[-1], key=lambda plane: plane.value)
    return best


def _highest(ground: Ground, planes: list[_Plane]) -> tuple[float, Floats]:
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


def _kept(point: Floats) -> Floats:
    return np.round(point, DIGITS)
