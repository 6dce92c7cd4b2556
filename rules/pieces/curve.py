"""A piecewise linear function of one amount, as every schedule of rates is (§ 1(j)); it may jump, as a cliff does.

`Curve.schedule` makes one from rates, `Curve.steps` from a table of cliffs. `convex_pieces` cuts it into pieces at each
jump and wherever the marginal rate falls.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from rules.pieces.piece import Affine, Box, Piece, Term
from rules.quickly_made import quickly_made
from rules.terms import ZERO

SAME = Decimal("1e-12")  # dollars: two segments that meet within this are one curve, and no jump


@quickly_made
@dataclass(frozen=True, slots=True)
class Segment:
    """From `start` (None: from ever) to the next segment's start: `slope` times the amount, plus `constant`."""

    start: Decimal | None
    slope: Decimal
    constant: Decimal

    def at(self, amount: Decimal) -> Decimal:
        """The line's value, wherever."""
        return self.slope * amount + self.constant


@dataclass(frozen=True, slots=True)
class Curve:
    """Segments one after the other; the first has no start. At a jump the value may be either side's."""

    segments: tuple[Segment, ...]

    @classmethod
    def line(cls, slope: Decimal, constant: Decimal = ZERO) -> Curve:
        """One straight line."""
        return cls((Segment(None, slope, constant),))

    @classmethod
    def schedule(cls, steps: Iterable[tuple[Decimal, Decimal]]) -> Curve:
        """A tax schedule: nothing below zero, then each rate from its lower threshold on. Steps are (lower, rate)."""
        segments = [Segment(None, ZERO, ZERO)]
        for lower, rate in steps:
            start = max(lower, ZERO)
            value = segments[-1].at(start)
            if segments[-1].start == start:
                segments.pop()
            segments.append(Segment(start, rate, value - rate * start))
        return cls(tuple(segments))

    @classmethod
    def steps(cls, before: Decimal, steps: Iterable[tuple[Decimal, Decimal]]) -> Curve:
        """A table of cliffs: `before` up to the first threshold, then each amount from its threshold on."""
        return cls((Segment(None, ZERO, before), *(Segment(start, ZERO, amount) for start, amount in steps)))

    def __call__(self, amount: Decimal) -> Decimal:
        """The value there; at a jump that on the left of it."""
        return self.segments[max(0, bisect_left(self._starts(), amount))].at(amount)

    def __add__(self, other: Curve) -> Curve:
        starts = sorted({*self._starts(), *other._starts()})
        return Curve(
            tuple(
                Segment(start, a.slope + b.slope, a.constant + b.constant)
                for start in (None, *starts)
                for a, b in [(self._from(start), other._from(start))]
            )
        )

    def times(self, factor: Decimal) -> Curve:
        """Every value this many times."""
        return Curve(tuple(Segment(s.start, factor * s.slope, factor * s.constant) for s in self.segments))

    def shifted(self, by: Decimal) -> Curve:
        """The function x -> self(x + by)."""
        return Curve(
            tuple(
                Segment(None if s.start is None else s.start - by, s.slope, s.constant + s.slope * by)
                for s in self.segments
            )
        )

    def flat_below(self, floor: Decimal) -> Curve:
        """The function x -> self(max(x, floor)): a loss counts down to a limit, § 1211(b)."""
        here = self._from(floor)
        kept = (s for s in self.segments if s.start is not None and s.start > floor)
        return Curve((Segment(None, ZERO, here.at(floor)), replace(here, start=floor), *kept))

    def _starts(self) -> list[Decimal]:
        return [s.start for s in self.segments if s.start is not None]

    def _from(self, start: Decimal | None) -> Segment:
        """The segment that holds from an amount on."""
        if start is None:
            return self.segments[0]
        return [s for s in self.segments if s.start is None or s.start <= start][-1]

    def convex_stretches(self, low: Decimal, high: Decimal) -> Iterator[tuple[Decimal, Decimal, tuple[Segment, ...]]]:
        """The interval cut at each jump and wherever the slope falls: (from, to, the lines whose maximum it is)."""
        met = [self._from(low), *(s for s in self.segments if s.start is not None and low < s.start < high)]
        together = [met[0]]
        begun = low
        for before, after in pairwise(met):
            start = after.start
            assert start is not None
            jumps = abs(before.at(start) - after.at(start)) > SAME
            if jumps or after.slope < before.slope:
                yield begun, start, tuple(together)
                together, begun = [], start
            if not together or after.slope != together[-1].slope:
                together.append(after)
        yield begun, max(low, high), tuple(together)


def term_of(segments: Iterable[Segment], amount: Affine) -> Term:
    """The largest of these lines of an amount."""
    if not amount.slopes:
        return (Affine(constant=max(s.at(amount.constant) for s in segments)),)
    return tuple(amount.times(s.slope) + s.constant for s in segments)


def convex_pieces(name: str, curve: Curve, amount: Affine, box: Box) -> tuple[Piece, ...]:
    """A cost that depends on one amount alone, as pieces on a box: one for each convex stretch."""
    low, high = amount.range(box)
    found = []
    for start, end, lines in curve.convex_stretches(low, high):
        sides = () if start == low else (amount - start,)
        found.append(Piece(name, (*sides, *(() if end == high else (-amount + end,))), (term_of(lines, amount),)))
    return tuple(found)
