"""A convex piece of a year's cost, as data, and what is done with pieces: pruned by a box, and added up.

Taxes are no convex function of a year's gains (§§ 1(h), 1211(b)), but each falls apart into pieces that are. A piece
is a polyhedron of the year's *sums* with a cost there that is a sum of maxima of straight lines. Sums are named, so
that a piece speaks of those that it needs and no other has to know of them; see `rules.pieces` for the names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias

from rules.quickly_made import quickly_made
from rules.terms import ZERO

Point: TypeAlias = Mapping[str, Decimal]
Box: TypeAlias = Mapping[str, tuple[Decimal, Decimal]]
"""The least and the most that each sum can be, by its name."""

_NONE: Mapping[str, Decimal] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Affine:
    """`slopes` times the sums of these names, plus `constant`: a straight line in however many sums."""

    slopes: Mapping[str, Decimal] = field(default_factory=lambda: _NONE)
    constant: Decimal = ZERO

    @classmethod
    def of(cls, *names: str) -> Affine:
        """The plain sum of these sums."""
        return cls(MappingProxyType({name: Decimal(1) for name in names}))

    def __add__(self, other: Affine | Decimal) -> Affine:
        if isinstance(other, Decimal):
            return Affine(self.slopes, self.constant + other)
        names = {**self.slopes, **other.slopes}
        slopes = {n: self.slopes.get(n, ZERO) + other.slopes.get(n, ZERO) for n in names}
        return Affine(
            MappingProxyType({n: slope for n, slope in slopes.items() if slope}), self.constant + other.constant
        )

    def __neg__(self) -> Affine:
        return self.times(Decimal(-1))

    def __sub__(self, other: Affine | Decimal) -> Affine:
        return self + (-other)

    def times(self, factor: Decimal) -> Affine:
        """Each slope and the constant, this many times."""
        slopes = {n: factor * slope for n, slope in self.slopes.items() if factor}
        return Affine(MappingProxyType(slopes), factor * self.constant)

    def at(self, point: Point) -> Decimal:
        """Its value where the sums are these."""
        return sum((slope * point[name] for name, slope in self.slopes.items()), self.constant)

    def range(self, box: Box) -> tuple[Decimal, Decimal]:
        """Its smallest and largest value on a box."""
        lo = hi = self.constant
        for name, slope in self.slopes.items():
            low, high = box[name]
            lo += slope * (low if slope > 0 else high)
            hi += slope * (high if slope > 0 else low)
        return lo, hi


Term: TypeAlias = tuple[Affine, ...]
"""A convex cost: the largest of these lines."""


@quickly_made
@dataclass(frozen=True, slots=True)
class Piece:
    """Where every line of `within` is at least zero, the cost is at most the sum of the terms.

    Of the pieces that contain a point, the cheapest *is* the cost there (§ 1(h)(1): the tax is the smaller of two). All
    pieces are closed: at a jump of the law both sides hold the point, and the lower counts.
    """

    name: str
    within: tuple[Affine, ...] = ()
    terms: tuple[Term, ...] = ()

    def contains(self, point: Point, slack: Decimal = ZERO) -> bool:
        """Whether the point is in it, or outside by no more than `slack`."""
        return all(side.at(point) >= -slack for side in self.within)

    def cost(self, point: Point) -> Decimal:
        """What the terms add up to at a point."""
        return sum((max(line.at(point) for line in term) for term in self.terms), ZERO)


def cheapest(pieces: Iterable[Piece], point: Point, slack: Decimal = ZERO) -> Decimal:
    """The cost at a point: the smallest over the pieces that contain it. Raises ValueError where none does."""
    return min(piece.cost(point) for piece in pieces if piece.contains(point, slack))


def added(costs: Iterable[Sequence[Piece]], box: Box) -> tuple[Piece, ...]:
    """The pieces of a sum of costs, each given as pieces: what of one meets what of another within the box."""
    total: tuple[Piece, ...] = (Piece(""),)
    for pieces in costs:
        met = (
            Piece(
                ", ".join(filter(None, (one.name, other.name))),
                (*one.within, *other.within),
                (*one.terms, *other.terms),
            )
            for one in total
            for other in pieces
        )
        total = tuple(kept for piece in met if (kept := reachable(piece, box)) is not None)
    return total


def reachable(piece: Piece, box: Box) -> Piece | None:
    """The piece without the sides that the box makes needless; None where no point of the box is in it.

    Sides in one direction are an interval, and a side in one sum alone makes the box smaller for the others. That finds
    most pieces that cannot be reached, not all: the others do no harm.
    """
    bounds: dict[tuple[tuple[str, Decimal], ...], list[Decimal | None]] = {}
    for side in piece.within:
        if not side.slopes:
            if side.constant < 0:
                return None
            continue
        key, lead = _direction(side)
        end = -side.constant / lead
        interval = bounds.setdefault(key, [None, None])
        which = 0 if lead > 0 else 1
        tighter = max if which == 0 else min
        known = interval[which]
        interval[which] = end if known is None else tighter(known, end)
    smaller = dict(box)
    for key, (low, high) in bounds.items():
        if len(key) == 1:
            name, (least, most) = key[0][0], smaller[key[0][0]]
            smaller[name] = (least if low is None else max(least, low), most if high is None else min(most, high))
    if any(low > high for low, high in smaller.values()):
        return None
    sides: list[Affine] = []
    for key, (low, high) in bounds.items():
        line = Affine(MappingProxyType(dict(key)))
        least, most = line.range(box if len(key) == 1 else smaller)
        if (low is not None and low > most) or (high is not None and high < least):
            return None
        if low is not None and high is not None and low > high:
            return None
        if low is not None and low > least:
            sides.append(line - low)
        if high is not None and high < most:
            sides.append(-line + high)
    return Piece(piece.name, tuple(sides), piece.terms)


def _direction(side: Affine) -> tuple[tuple[tuple[str, Decimal], ...], Decimal]:
    """Its direction, alike for all sides that are parallel, and how much of it the side has."""
    names = sorted(side.slopes)
    lead = side.slopes[names[0]]
    return tuple((name, side.slopes[name] / lead) for name in names), lead
