"""Piecewise-linear functions of one variable: the shape of every tax schedule. Floats: only the model uses them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

Line = tuple[float, float]  # slope, intercept


@dataclass(frozen=True, slots=True)
class Staircase:
    """A continuous piecewise-linear function: `slopes[i]` holds left of `breaks[i]`, the last slope right of all.

    `at_zero` is the value at 0. Between its breaks the function is a straight line.
    """

    breaks: tuple[float, ...]
    slopes: tuple[float, ...]
    at_zero: float = 0.0

    @classmethod
    def line(cls, slope: float, at_zero: float = 0.0) -> Staircase:
        return cls((), (slope,), at_zero)

    @classmethod
    def schedule(cls, steps: Iterable[tuple[float, float]]) -> Staircase:
        """A tax schedule: nothing below zero, then each rate from its lower threshold on. Steps are (lower, rate)."""
        breaks: list[float] = []
        slopes: list[float] = [0.0]
        for lower, rate in steps:
            if breaks and lower == breaks[-1]:
                slopes[-1] = rate
            else:
                breaks.append(max(lower, 0.0))
                slopes.append(rate)
        return cls(tuple(breaks), tuple(slopes))

    def slope_right(self, x: float) -> float:
        return self.slopes[bisect_right(self.breaks, x)]

    def __call__(self, x: float) -> float:
        lo, hi = (0.0, x) if x >= 0 else (x, 0.0)
        area, left = 0.0, lo
        for i in range(bisect_right(self.breaks, lo), len(self.slopes)):
            right = min(hi, self.breaks[i]) if i < len(self.breaks) else hi
            if right > left:
                area += self.slopes[i] * (right - left)
                left = right
            if left >= hi:
                break
        return self.at_zero + (area if x >= 0 else -area)

    def __add__(self, other: Staircase) -> Staircase:
        breaks = sorted({*self.breaks, *other.breaks})
        probes = [(breaks[0] - 1.0) if breaks else 0.0, *breaks]
        slopes = tuple(self.slope_right(x) + other.slope_right(x) for x in probes)
        return Staircase(tuple(breaks), slopes, self.at_zero + other.at_zero)

    def times(self, factor: float) -> Staircase:
        return Staircase(self.breaks, tuple(factor * slope for slope in self.slopes), factor * self.at_zero)

    def shifted(self, by: float) -> Staircase:
        """The function x -> self(x + by)."""
        return Staircase(tuple(b - by for b in self.breaks), self.slopes, self(by))

    def flat_below(self, floor: float) -> Staircase:
        """The function x -> self(max(x, floor))."""
        kept = [i for i, b in enumerate(self.breaks) if b > floor]
        breaks = (floor, *(self.breaks[i] for i in kept))
        slopes = (0.0, self.slope_right(floor), *(self.slopes[i + 1] for i in kept))
        return Staircase(breaks, slopes, self(max(0.0, floor)))

    def convex_stretches(self, lo: float, hi: float) -> list[tuple[float, float, Staircase]]:
        """The interval cut at every break where the slope falls; on each stretch the function is convex.

        Each comes with a function that equals this one there and goes on as a straight line outside.
        """
        inside = [i for i, b in enumerate(self.breaks) if lo < b < hi]
        cuts = [self.breaks[i] for i in inside if self.slopes[i + 1] < self.slopes[i]]
        ends = [lo, *cuts, hi]
        return [(a, b, self._only_between(a, b)) for a, b in pairwise(ends)]

    def _only_between(self, lo: float, hi: float) -> Staircase:
        breaks = tuple(b for b in self.breaks if lo < b < hi)
        slopes = (self.slope_right(lo), *(self.slope_right(b) for b in breaks))
        through = Staircase(breaks, slopes)
        return Staircase(breaks, slopes, self(lo) - through(lo))

    def lines(self, lo: float, hi: float) -> list[Line]:
        """For a convex function: the straight lines of which it is the maximum between `lo` and `hi`."""
        points = [lo, *(b for b in self.breaks if lo < b < hi)]
        found = [(self.slope_right(x), self(x) - self.slope_right(x) * x) for x in points]
        return [line for i, line in enumerate(found) if i == 0 or line[0] != found[i - 1][0]]
