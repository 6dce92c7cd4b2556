"""A small linear program by the revised simplex method: min c·x, A x = b, x >= 0, from a basis that is known.

It finds multipliers, which are data: whatever it returns, the bound that is made of them is true (certificate.py). The
programs have a dozen rows, so plain matrices do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

PIVOTS = 400
TOLERANCE = 1e-11
CAREFUL = 150  # pivots after which the first improving column is taken: no circle then
RENEWED = 20  # pivots after which the inverse is computed again, so that its noise does not add up
FEASIBLE = 1e-9  # by which a part of a known answer may be below zero


@dataclass(frozen=True)
class Optimum:
    """`x` as found, `duals` of the rows; `ray`: a direction without end in which the cost falls, where there is one.
    `inverse` is that of the basis; `ended`: nothing is better."""

    x: Floats
    duals: Floats
    basis: list[int]
    inverse: Floats
    ray: Floats | None = None
    ended: bool = False


def minimized(c: Floats, a: Floats, b: Floats, basis: list[int]) -> Optimum:
    """The least c·x from this basis on, or the last basis met where it takes too long."""
    basis = list(basis)
    enough = TOLERANCE * (1.0 + float(np.abs(c).max(initial=0.0)))
    inverse: Floats = np.eye(len(b))
    age = RENEWED
    inside: Floats = np.zeros(len(b))
    duals: Floats = np.zeros(len(b))
    ended = False
    for pivot in range(PIVOTS):
        if age >= RENEWED:
            try:
                inverse, age = np.linalg.inv(a[:, basis]).astype(float), 0
            except np.linalg.LinAlgError:
                break
        now = np.array(basis)
        inside, duals = inverse @ b, c[now] @ inverse
        reduced = c - duals @ a
        reduced[now] = 0.0
        entering = int(reduced.argmin())
        if reduced[entering] >= -enough:
            ended = age == 0
            if ended:
                break
            age = RENEWED  # again, by an inverse that has no noise
            continue
        if pivot >= CAREFUL:
            entering = int((reduced < -enough).nonzero()[0][0])
        falls = inverse @ a[:, entering]
        rows = (falls > TOLERANCE).nonzero()[0]
        if not len(rows):
            ray = np.zeros(len(c))
            ray[entering] = 1.0
            ray[basis] = -falls
            return Optimum(_spread(len(c), basis, inside), duals, basis, inverse, np.maximum(ray, 0.0))
        ratios = np.maximum(inside[rows], 0.0) / falls[rows]
        tied = rows[ratios <= ratios.min() + TOLERANCE]
        leaving = int(tied[falls[tied].argmax()]) if pivot < CAREFUL else min(tied.tolist(), key=basis.__getitem__)
        basis[leaving] = entering
        turned = inverse[leaving] / falls[leaving]
        inverse = inverse - falls[:, None] * turned
        inverse[leaving] = turned
        age += 1
    return Optimum(_spread(len(c), basis, inside), duals, basis, inverse, ended=ended)


def _spread(size: int, basis: list[int], inside: Floats) -> Floats:
    x = np.zeros(size)
    x[basis] = np.maximum(inside, 0.0)
    return x


class SmallProgram:
    """One program asked with many right sides: a basis that was best stays best wherever it is feasible."""

    def __init__(self, c: Floats, a: Floats) -> None:
        self.c, self.a = c, a
        self._known: list[Optimum] = []
        self._inverses = np.zeros((0, len(a), len(a)))

    def minimized(self, b: Floats, basis: list[int]) -> Optimum:
        """The least c·x with this right side; `basis` is feasible there."""
        if self._known:
            inside = self._inverses @ b
            fits = np.flatnonzero((inside >= -FEASIBLE).all(axis=1))
            if len(fits):
                known = self._known[int(fits[0])]
                return Optimum(
                    _spread(len(self.c), known.basis, inside[fits[0]]), known.duals, known.basis, known.inverse
                )
        found = minimized(self.c, self.a, b, basis)
        if found.ended:
            self._known.append(found)
            self._inverses = np.concatenate([self._inverses, found.inverse[None]])
        return found
