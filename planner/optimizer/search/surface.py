"""The year's cost as arrays: its value at very many points at once.

The cost is the smallest over convex pieces (`tax_regimes`), each a polyhedron with a sum of maxima of lines on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise

import numpy as np
import numpy.typing as npt

from planner.optimizer.program.tax_regimes import Box, Regime

Floats = npt.NDArray[np.float64]
Plane = tuple[Floats, float]  # the points x with n·x = c

SLACK = 1e-6  # dollars by which a point may lie outside a piece and still be held to be in it
CHUNK = 4000  # points whose costs are worked out at once


@dataclass(frozen=True)
class SurfacePiece:
    """Points x with `sides` @ x + `ends` at least 0; the cost there is the sum over terms of the largest line."""

    sides: Floats
    ends: Floats
    terms: tuple[tuple[Floats, Floats], ...]  # slopes (a line a row) and intercepts of each

    def cost(self, points: Floats) -> Floats:
        total = np.zeros(len(points))
        for slopes, intercepts in self.terms:
            total += (points @ slopes.T + intercepts).max(axis=1)
        return total

    def contains(self, points: Floats, slack: float) -> npt.NDArray[np.bool_]:
        inside: npt.NDArray[np.bool_] = np.all(points @ self.sides.T + self.ends >= -slack, axis=1)
        return inside

    def kinks(self) -> Iterator[Plane]:
        """Where two lines of one term cross: those that follow each other, where all lie in one direction."""
        for slopes, intercepts in self.terms:
            one_way = len(slopes) < 2 or np.linalg.matrix_rank(np.diff(slopes, axis=0)) < 2
            every = range(len(slopes))
            for a, b in pairwise(every) if one_way else combinations(every, 2):
                normal = slopes[b] - slopes[a]
                if np.abs(normal).max() > 0:
                    yield normal, float(intercepts[a] - intercepts[b])


@dataclass(frozen=True)
class _Part:
    """A cost that is the smallest over pieces, as arrays of one shape."""

    pieces: Sequence[SurfacePiece]
    slack: float

    @cached_property
    def _padded(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Sides and lines of all pieces in one shape: a missing side holds everywhere, a missing line nowhere."""
        count, dims = len(self.pieces), self.pieces[0].sides.shape[1]
        most_sides = max(len(p.ends) for p in self.pieces)
        most_terms = max(len(p.terms) for p in self.pieces)
        most_lines = max((len(t[1]) for p in self.pieces for t in p.terms), default=1)
        sides, ends = np.zeros((count, most_sides, dims)), np.zeros((count, most_sides))
        slopes = np.zeros((count, most_terms, most_lines, dims))
        intercepts = np.full((count, most_terms, most_lines), -np.inf)
        intercepts[:, :, 0] = 0.0
        for n, piece in enumerate(self.pieces):
            sides[n, : len(piece.ends)], ends[n, : len(piece.ends)] = piece.sides, piece.ends
            for t, (rows, constants) in enumerate(piece.terms):
                slopes[n, t, : len(rows)] = rows
                intercepts[n, t, : len(rows)] = constants
        return sides, ends, slopes, intercepts

    def costs_by_piece(self, points: Floats) -> Floats:
        """A row a piece, a column a point: infinite where the piece does not contain the point."""
        sides, ends, slopes, intercepts = self._padded
        found = []
        for start in range(0, len(points), CHUNK):
            some = points[start : start + CHUNK].T
            inside = (sides @ some + ends[:, :, None] >= -self.slack).all(axis=1)
            lines = slopes @ some + intercepts[:, :, :, None]
            found.append(np.where(inside, lines.max(axis=2).sum(axis=1), np.inf))
        return np.concatenate(found, axis=1) if found else np.zeros((len(self.pieces), 0))


class Surface:
    """The year's cost on a box of sums: the cheapest federal piece that holds a point, and the state's cheapest."""

    def __init__(self, regimes: Sequence[Regime], box: Box, state: Sequence[Regime] = ()) -> None:
        self.low = np.array([low for low, _ in box])
        self.high = np.array([high for _, high in box])
        self.slack = SLACK + 1e-12 * float(np.abs([self.low, self.high]).max())
        federal = [_piece(regime, len(box)) for regime in regimes]
        self.parts = [_Part(federal, self.slack)]
        self.pieces = federal
        if state:
            states = [_piece(regime, len(box)) for regime in state]
            self.parts.append(_Part(states, self.slack))
            self.pieces = [both for one in federal for other in states if (both := self._met(one, other)) is not None]

    def _met(self, one: SurfacePiece, other: SurfacePiece) -> SurfacePiece | None:
        """The two pieces together, where their sides can hold within the box."""
        sides, ends = np.concatenate((one.sides, other.sides)), np.concatenate((one.ends, other.ends))
        low, high = self.low.copy(), self.high.copy()
        for _ in range(2):  # a side in one sum makes the box smaller for the others
            for side, end in zip(sides, ends, strict=True):
                reach = np.where(side > 0, side * high, side * low)
                for axis in np.flatnonzero(side):
                    rest = -end - (float(reach.sum()) - reach[axis])
                    edge = rest / side[axis]
                    if side[axis] > 0:
                        low[axis] = max(low[axis], edge)
                    else:
                        high[axis] = min(high[axis], edge)
                if (low > high + 10 * self.slack).any():
                    return None
        return SurfacePiece(sides, ends, (*one.terms, *other.terms))

    def costs(self, points: Floats) -> Floats:
        """The year's cost at each point; infinite off the box's pieces."""
        if not len(points):
            return np.zeros(0)
        total = np.zeros(len(points))
        for part in self.parts:
            total += part.costs_by_piece(points).min(axis=0)
        return total

    def cost(self, point: Floats) -> float:
        return float(self.costs(np.asarray(point, dtype=float)[None, :])[0])

    @cached_property
    def planes(self) -> tuple[Floats, Floats]:
        """Every plane on which the cost may bend, once: normals (a row each) and right sides."""
        seen: dict[tuple[float, ...], Plane] = {}
        for piece in self.pieces:
            sides = ((row, -float(end)) for row, end in zip(piece.sides, piece.ends, strict=True))
            for normal, right in (*sides, *piece.kinks()):
                lead = float(normal[np.abs(normal).argmax()])
                if lead == 0:
                    continue
                key = (*np.round(normal / lead, 9).tolist(), round(right / lead, 6))
                seen.setdefault(key, (normal / lead, right / lead))
        if not seen:
            return np.zeros((0, len(self.low))), np.zeros(0)
        return np.array([n for n, _ in seen.values()]), np.array([c for _, c in seen.values()])


def _piece(regime: Regime, sums: int) -> SurfacePiece:
    rows = np.array([side.slopes[:sums] for side in regime.within], dtype=float).reshape(-1, sums)
    ends = np.array([side.const for side in regime.within], dtype=float)
    terms = []
    straight = np.array([regime.linear.slopes[:sums]])
    constant = np.array([regime.linear.const])
    for term in regime.terms:
        of = np.array(term.of.slopes[:sums])
        slopes = np.array([slope for slope, _ in term.lines])
        intercepts = np.array([intercept for _, intercept in term.lines]) + slopes * term.of.const
        if len(slopes) == 1:
            straight, constant = straight + slopes[:, None] * of, constant + intercepts
        else:
            terms.append((slopes[:, None] * of, intercepts))
    if regime.highest:
        slopes = np.array([plane.slopes[:sums] for plane in regime.highest])
        terms.append((slopes, np.array([plane.const for plane in regime.highest])))
    return SurfacePiece(rows, ends, ((straight, constant), *terms))
