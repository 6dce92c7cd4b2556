"""Many lots as one supply curve: the least (and most) proceeds with which a basket can realise a given gain.

Lots that share a basket and a cost rate differ only in their gain g and proceeds p. All that any mixture of them can
reach is a polygon in the plane of (g, p): its lower edge is found by giving up losers in order of proceeds per dollar
of loss, dearest first, and then adding winners, cheapest first; its upper edge by the same steps in reverse. Both are
straight between steps, so that a few tangents of each tell the solver all it needs near the plan, and every tangent
keeps the bound true. O(n log n) for any number of lots.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Cut = tuple[float, float]  # proceeds >= (or <=) slope · gain + intercept, in dollars

FIRST_CUTS = 40


@dataclass(slots=True)
class Bulk:
    """Lots behind one supply curve. `members` are their indices, in the order of the lower edge's steps."""

    basket: int
    cost_rate: float
    members: npt.NDArray[np.int64]
    slopes: Floats  # proceeds per dollar of gain, along the lower edge, ascending
    gains: Floats  # gain at each corner of the lower edge, from all losers sold to all winners sold
    lower: Floats  # least proceeds at each corner
    upper_gains: Floats
    upper: Floats
    loser: npt.NDArray[np.bool_]
    lower_cuts: list[Cut] = field(default_factory=list)
    upper_cuts: list[Cut] = field(default_factory=list)

    @property
    def gain_low(self) -> float:
        return float(self.gains[0])

    @property
    def gain_high(self) -> float:
        return float(self.gains[-1])

    @property
    def proceeds_high(self) -> float:
        return float(self.upper.max())

    def least_proceeds(self, gain: float) -> float:
        return float(np.interp(gain, self.gains, self.lower))

    def most_proceeds(self, gain: float) -> float:
        return float(np.interp(gain, self.upper_gains, self.upper))

    def step_at(self, gain: float) -> int:
        """The step of the lower edge on which this gain lies."""
        return int(np.clip(np.searchsorted(self.gains, gain, side="right") - 1, 0, len(self.slopes) - 1))

    def cut_below(self, gain: float) -> None:
        """Add the lower edge's tangent at this gain."""
        i = self.step_at(gain)
        slope = float(self.slopes[i])
        self.lower_cuts.append((slope, float(self.lower[i]) - slope * float(self.gains[i])))

    def cut_above(self, gain: float) -> None:
        """Add the upper edge's tangent at this gain."""
        i = int(np.clip(np.searchsorted(self.upper_gains, gain, side="right") - 1, 0, len(self.slopes) - 1))
        slope = float(self.slopes[::-1][i])
        self.upper_cuts.append((slope, float(self.upper[i]) - slope * float(self.upper_gains[i])))

    def sold_left_of(self, step: int) -> npt.NDArray[np.bool_]:
        """Which members are sold in full when the plan stands at the start of this step."""
        position = np.arange(len(self.members))
        return np.where(self.loser, position >= step, position < step)


def bulk(basket: int, cost_rate: float, members: Sequence[int], gains: Floats, proceeds: Floats) -> Bulk:
    """The supply curve of lots with these gains (none zero) and proceeds, in dollars for the whole lots."""
    order = np.argsort(proceeds / gains, kind="stable")
    g, p, index = gains[order], proceeds[order], np.asarray(members, dtype=np.int64)[order]
    loser = g < 0
    start_gain, start_proceeds = float(g[loser].sum()), float(p[loser].sum())
    width, rise = np.abs(g), np.where(loser, -p, p)
    corners = start_gain + np.concatenate(([0.0], np.cumsum(width)))
    lower = start_proceeds + np.concatenate(([0.0], np.cumsum(rise)))
    upper_corners = start_gain + np.concatenate(([0.0], np.cumsum(width[::-1])))
    upper = start_proceeds + np.concatenate(([0.0], np.cumsum(rise[::-1])))
    made = Bulk(basket, cost_rate, index, p / g, corners, lower, upper_corners, upper, loser)
    for gain in np.quantile(corners, np.linspace(0, 1, FIRST_CUTS)):
        made.cut_below(float(gain))
        made.cut_above(float(gain))
    return made
