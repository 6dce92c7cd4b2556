"""The least that a year can cost at given prices of its sums, piece by piece: docs/model.md, "The certificate".

A piece is {s: h·s + c >= 0 for its sides} with a cost of Σ_j max_m (α_jm·s + β_jm). For any weights w >= 0 that sum to
one in each j, and any η >= 0, its cost less λ·s on the box lo <= s <= hi is at least

    Σ w β - Σ η c + Σ_k min(ε_k lo_k, ε_k hi_k),    ε = Σ w α - Σ η h - λ.

That is arithmetic, and true whatever w, η and λ are; the small program here only finds good ones.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from planner.optimizer.verify.small_lp import Floats, Ints, SmallProgram
from rules.pieces.piece import Affine, Piece

DIGITS = 12  # to which multipliers are kept
ENOUGH = 1e12  # dollars: the bound that is claimed of a piece without any point


@dataclass(frozen=True)
class PieceArrays:
    """A piece in arrays over the sums, in the order of their names."""

    name: str
    term: Ints  # of each line, which term it belongs to
    slopes: Floats
    constants: Floats
    sides: Floats
    ends: Floats

    @classmethod
    def of(cls, piece: Piece, names: Sequence[str]) -> PieceArrays:
        lines = [(j, line) for j, term in enumerate(piece.terms) for line in term]
        return cls(
            piece.name,
            np.array([j for j, _ in lines], dtype=np.int64),
            _slopes([line for _, line in lines], names),
            np.array([float(line.constant) for _, line in lines]),
            _slopes(piece.within, names),
            np.array([float(side.constant) for side in piece.within]),
        )

    @cached_property
    def terms(self) -> int:
        return int(self.term.max(initial=-1)) + 1


def _slopes(lines: Sequence[Affine], names: Sequence[str]) -> Floats:
    found = np.zeros((len(lines), len(names)))
    for n, line in enumerate(lines):
        for name, slope in line.slopes.items():
            found[n, names.index(name)] = float(slope)
    return found


@dataclass(frozen=True)
class InnerBound:
    """Weights and side multipliers for one piece at one λ, what they prove, and about where the cheapest point is."""

    weights: tuple[float, ...]
    sides: tuple[float, ...]
    value: float
    point: Floats


def proved(
    piece: PieceArrays, low: Floats, high: Floats, prices: Floats, weights: Sequence[float], sides: Sequence[float]
) -> float:
    """The bound by the formula above. Weights and side multipliers are made fit first: not negative, summing to one."""
    w, eta = np.maximum(np.array(weights, dtype=float), 0.0), np.maximum(np.array(sides, dtype=float), 0.0)
    if len(w) != len(piece.term) or len(eta) != len(piece.ends):
        return -math.inf
    sums = np.bincount(piece.term, weights=w, minlength=piece.terms)
    if (sums <= 0).any() or not np.isfinite(w).all() or not np.isfinite(eta).all():
        return -math.inf
    w = w / sums[piece.term]
    rest = w @ piece.slopes - eta @ piece.sides - prices
    corner = np.minimum(rest * low, rest * high)
    return math.fsum([*(w * piece.constants).tolist(), *(-eta * piece.ends).tolist(), *corner.tolist()])


class PieceProgram:
    """The small program that finds good weights and side multipliers of one piece in one box, at any prices."""

    def __init__(self, piece: PieceArrays, low: Floats, high: Floats) -> None:
        self.piece, self.low, self.high = piece, low, high
        lines, sides, dims, terms = len(piece.term), len(piece.ends), len(low), piece.terms
        a = np.zeros((terms + dims, lines + sides + 2 * dims))
        a[piece.term, np.arange(lines)] = 1.0
        a[terms:, :lines] = piece.slopes.T
        a[terms:, lines : lines + sides] = -piece.sides.T
        a[terms:, lines + sides : lines + sides + dims] = -np.eye(dims)
        a[terms:, lines + sides + dims :] = np.eye(dims)
        c = np.concatenate([-piece.constants, piece.ends, -low, high])
        self._program = SmallProgram(c, a)
        self._firsts = [int(np.flatnonzero(piece.term == j)[0]) for j in range(terms)]
        self._slopes = piece.slopes[self._firsts].sum(axis=0)

    def at(self, prices: Floats) -> InnerBound:
        """The best weights and side multipliers at these prices."""
        lines, sides, dims = len(self.piece.term), len(self.piece.ends), len(prices)
        b = np.concatenate([np.ones(len(self._firsts)), prices])
        rises = prices >= self._slopes
        basis = self._firsts + [lines + sides + (dims if rises[k] else 0) + k for k in range(dims)]
        found = self._program.minimized(b, basis)
        x = found.x
        if found.ray is not None:  # no point of the box is in the piece: the bound rises without end
            gain = -float(self._program.c @ found.ray)
            if gain > 0:
                x = x + found.ray * (ENOUGH / gain)
        w = _kept(x[:lines])
        eta = _kept(x[lines : lines + sides])
        value = proved(self.piece, self.low, self.high, prices, w, eta)
        return InnerBound(w, eta, value, found.duals[len(self._firsts) :])


def _kept(multipliers: Floats) -> tuple[float, ...]:
    return tuple(np.round(multipliers, DIGITS).tolist())


def vector(values: Mapping[str, float], names: Sequence[str]) -> Floats:
    """Values by name, in the order of the names; none is zero."""
    return np.array([float(values.get(name, 0.0)) for name in names])
