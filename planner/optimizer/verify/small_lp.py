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


@dataclass(frozen=True)
class Optimum:
    """`x` as found, `duals` of the rows; `ray`: a direction without end in which the cost falls, where there is one."""

    x: Floats
    duals: Floats
    basis: list[int]
    ray: Floats | None = None


def minimized(c: Floats, a: Floats, b: Floats, basis: list[int]) -> Optimum:
    """The least c·x from this basis on, or the last basis met where it takes too long."""
    basis = list(basis)
    scale = 1.0 + float(np.abs(c).max(initial=0.0))
    inside: Floats = np.zeros(len(b))
    duals: Floats = np.zeros(len(b))
    for pivot in range(PIVOTS):
        columns = a[:, basis]
        try:
            inside = np.linalg.solve(columns, b).astype(float)
            duals = np.linalg.solve(columns.T, c[basis]).astype(float)
        except np.linalg.LinAlgError:
            break
        reduced = c - duals @ a
        reduced[basis] = 0.0
        if pivot < CAREFUL:
            entering = int(reduced.argmin())
            if reduced[entering] >= -TOLERANCE * scale:
                break
        else:
            improving = np.flatnonzero(reduced < -TOLERANCE * scale)
            if not len(improving):
                break
            entering = int(improving[0])
        falls = np.linalg.solve(columns, a[:, entering])
        rows = np.flatnonzero(falls > TOLERANCE)
        if not len(rows):
            ray = np.zeros(len(c))
            ray[entering] = 1.0
            ray[basis] = -falls
            return Optimum(_spread(len(c), basis, inside), duals, basis, np.maximum(ray, 0.0))
        ratios = np.maximum(inside[rows], 0.0) / falls[rows]
        tied = rows[ratios <= ratios.min() + TOLERANCE]
        leaving = int(tied[falls[tied].argmax()]) if pivot < CAREFUL else min(tied.tolist(), key=basis.__getitem__)
        basis[leaving] = entering
    return Optimum(_spread(len(c), basis, inside), duals, basis)


def _spread(size: int, basis: list[int], inside: Floats) -> Floats:
    x = np.zeros(size)
    x[basis] = np.maximum(inside, 0.0)
    return x
