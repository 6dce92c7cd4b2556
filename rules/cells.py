"""A year's cost cut into cells in which it is one straight line in the sums, by running the law itself (§ 6011(a)).

The worksheets add, compare and take rates. Run on amounts that are straight lines in the sums, they come out the same
as long as every comparison does. Where one would come out differently in two parts of the region, the region is cut
there, and the law is run in each. What is left are convex cells, each with the straight line that the law is in it;
jumps are between cells. `rules.merged_cells` joins neighbors again where the law is convex across their border.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import product
from typing import Any

from rules import quotients

JUMP = Decimal("1e-3")  # dollars: less is a rounding of two lines that meet
TURN = Decimal("1e-22")  # a slope that only rounding made
EPS = Decimal("1e-6")  # dollars: thinner slivers are no cells of their own
MOST_CELLS = 6_000

Point = tuple[Decimal, ...]


_late: ContextVar[Callable[[], bool]] = ContextVar("late", default=lambda: False)


class TooManyCells(Exception):  # noqa: N818  a limit, not an error of the law
    """The region has more cells than are worth looking at, or than there is time for (`stopped_when`)."""


def is_late() -> bool:
    """Whether the time to cut regions is over."""
    return _late.get()()


@contextmanager
def stopped_when(late: Callable[[], bool]) -> Iterator[None]:
    """Within, no region is cut any further once it is `late`."""
    token = _late.set(late)
    try:
        yield
    finally:
        _late.reset(token)


@dataclass(frozen=True, slots=True)
class Plane:
    """A straight line in the sums, `slopes` in their order. Where it is a side, the cell lies where it is at least
    zero; `owned`: the border itself is taxed as the cell is, and not as what lies across."""

    slopes: tuple[Decimal, ...]
    constant: Decimal
    owned: bool = True
    _key: tuple[Decimal, ...] | None = field(init=False, compare=False, repr=False, default=None)

    def at(self, point: Point) -> Decimal:
        if len(point) == len(self.slopes) == 3:  # the federal sums: this is where the time goes
            (a, b, c), (x, y, z) = self.slopes, point
            return self.constant + a * x + b * y + c * z
        return sum((slope * amount for slope, amount in zip(self.slopes, point, strict=True)), self.constant)

    def flipped(self) -> Plane:
        return Plane(tuple(-slope for slope in self.slopes), -self.constant, not self.owned)

    def key(self) -> tuple[Decimal, ...]:
        """Alike for the same border, whatever it is measured in; the other side's is the same with signs changed."""
        if self._key is None:
            scale = max(map(abs, self.slopes))
            values = (*self.slopes, self.constant)
            object.__setattr__(self, "_key", tuple(round(value / scale, 7) + 0 for value in values))
        assert self._key is not None
        return self._key


@dataclass(frozen=True, slots=True)
class Cell:
    """Where all `sides` are at least zero, the cost is the largest of `lines`.

    `points` are the corners of every part it was put together from: between them each part is one line.
    """

    sides: tuple[Plane, ...]
    lines: tuple[Plane, ...]
    points: tuple[Point, ...]
    about: bool = False  # the law is not quite a straight line here

    def holds(self, point: Point, slack: Decimal = EPS) -> bool:
        return all(side.at(point) >= -slack for side in self.sides)

    def cost(self, point: Point) -> Decimal:
        return max(line.at(point) for line in self.lines)


@dataclass(frozen=True, slots=True)
class Region:
    """A convex part of the sums: its sides, and its corners with the sides that meet in each."""

    sides: tuple[Plane, ...]
    corners: tuple[tuple[Point, frozenset[int]], ...]
    dimensions: int
    walls: int  # the first so many sides are the box's own

    def cut(self, side: Plane) -> Region:
        """The part where the side is at least zero."""
        number = len(self.sides)
        values = [side.at(corner) for corner, _ in self.corners]
        kept = [
            (corner, meeting | {number} if value <= EPS else meeting)
            for (corner, meeting), value in zip(self.corners, values, strict=True)
            if value >= -EPS
        ]
        above = [n for n, value in enumerate(values) if value > EPS]
        below = [n for n, value in enumerate(values) if value < -EPS]
        for n, m in product(above, below):
            (a, meeting_a), (b, meeting_b) = self.corners[n], self.corners[m]
            shared = meeting_a & meeting_b
            if len(shared) < self.dimensions - 1:
                continue
            part = values[n] / (values[n] - values[m])
            kept.append((tuple(x + part * (y - x) for x, y in zip(a, b, strict=True)), shared | {number}))
        return Region((*self.sides, side), tuple(kept), self.dimensions, self.walls)


def region(box: Sequence[tuple[Decimal, Decimal]]) -> Region:
    """All sums within a box. A sum that cannot move is no dimension."""
    sides: list[Plane] = []
    size = len(box)
    for n, (low, high) in enumerate(box):
        unit = tuple(Decimal(int(m == n)) for m in range(size))
        sides += [Plane(unit, -low), Plane(tuple(-one for one in unit), high)]
    moving = [n for n, (low, high) in enumerate(box) if high > low]
    corners = []
    for ends in product((0, 1), repeat=len(moving)):
        which = dict(zip(moving, ends, strict=True))
        point = tuple(box[n][which.get(n, 0)] for n in range(size))
        corners.append((point, frozenset(2 * n + which[n] for n in moving)))
    return Region(tuple(sides), tuple(corners), len(moving), len(sides))


Step = tuple[int, Region]


class _Path:
    """One way through the law: what its comparisons came to, each with the region left after it.

    `steps` are known up to a fork from the run that left the other way there, and are not looked at again.
    """

    def __init__(self, start: Region, steps: Iterable[Step] = ()) -> None:
        self.here = start
        self.steps = list(steps)
        self.met = 0
        self.about = False
        self.left: list[tuple[Step, ...]] = []

    def known(self) -> int | None:
        """What the next comparison came to, where an earlier run made it."""
        if self.met == len(self.steps):
            return None
        sign, self.here = self.steps[self.met]
        self.met += 1
        return sign

    def sign(self, plane: Plane) -> int:
        """Whether the plane is above zero here (1), below (-1) or zero; cut where it is both. `plane.owned`: the law
        treats zero as it does what is above."""
        values = [plane.at(corner) for corner, _ in self.here.corners]
        low, high = min(values), max(values)
        if low >= -EPS:
            sign = 0 if high <= EPS else 1
        elif high <= EPS:
            sign = -1
        else:
            self.left.append((*self.steps, (-1, self.here.cut(plane.flipped()))))
            sign, self.here = 1, self.here.cut(plane)
        self.steps.append((sign, self.here))
        self.met += 1
        return sign


class Amount:
    """A straight line in the sums, that goes through the law as a Decimal does."""

    __slots__ = ("constant", "path", "slopes")

    def __init__(self, slopes: tuple[Decimal, ...], constant: Decimal, path: _Path) -> None:
        self.slopes = slopes
        self.constant = constant
        self.path = path

    def __add__(self, other: Any) -> Amount:
        if isinstance(other, Amount):
            slopes = tuple(a + b for a, b in zip(self.slopes, other.slopes, strict=True))
            return Amount(slopes, self.constant + other.constant, self.path)
        return Amount(self.slopes, self.constant + other, self.path)

    __radd__ = __add__

    def __neg__(self) -> Amount:
        return Amount(tuple(-slope for slope in self.slopes), -self.constant, self.path)

    def __sub__(self, other: Any) -> Amount:
        return self.__add__(-other)

    def __rsub__(self, other: Any) -> Amount:
        return (-self).__add__(other)

    def __mul__(self, factor: Any) -> Amount:
        if isinstance(factor, Amount):
            return quotients.product(self, factor)
        return Amount(tuple(slope * factor for slope in self.slopes), self.constant * factor, self.path)

    __rmul__ = __mul__

    def quantize(self, *_: object, **__: object) -> Amount:
        """Itself: what moves is not rounded."""
        return self

    def plane(self, owned: bool = True) -> Plane:
        return Plane(self.slopes, self.constant, owned)

    def _sign(self, other: Any, *, zero_is_above: bool) -> int:
        known = self.path.known()
        return self.path.sign((self - other).plane(zero_is_above)) if known is None else known

    def __lt__(self, other: Any) -> bool:
        return self._sign(other, zero_is_above=True) < 0

    def __le__(self, other: Any) -> bool:
        return self._sign(other, zero_is_above=False) <= 0

    def __gt__(self, other: Any) -> bool:
        return self._sign(other, zero_is_above=False) > 0

    def __ge__(self, other: Any) -> bool:
        return self._sign(other, zero_is_above=True) >= 0

    def __truediv__(self, other: Any) -> Amount:
        """By an amount that moves too: the law does so once (Form 8615). See `rules.quotients`; where two amounts move
        too far apart for it, the share is taken as it is in the middle of what is here, and said to be about right."""
        if isinstance(other, Amount) and (found := quotients.quotient(self, other)) is not None:
            return found
        divisor = Decimal(other) if not isinstance(other, Amount) else other.middle()
        self.path.about = self.path.about or isinstance(other, Amount)
        return Amount(tuple(slope / divisor for slope in self.slopes), self.constant / divisor, self.path)

    def __rtruediv__(self, other: Any) -> Amount:
        return Amount((Decimal(0),) * len(self.slopes), Decimal(other), self.path) / self

    def range(self) -> tuple[Decimal, Decimal]:
        """Its smallest and largest value here."""
        values = [self.plane().at(corner) for corner, _ in self.path.here.corners]
        return min(values), max(values)

    def middle(self) -> Decimal:
        """Its value in the middle of the region, never zero."""
        corners = [corner for corner, _ in self.path.here.corners]
        return sum((self.plane().at(corner) for corner in corners), Decimal(0)) / len(corners) or Decimal(1)


def cells(law: Callable[..., Any], box: Sequence[tuple[Decimal, Decimal]]) -> list[Cell]:
    """The cells of a function of the law on a box: it is called with as many amounts as the box has sides. Raises
    TooManyCells, and TypeError where the law does with an amount what no straight line stands for."""
    start = region(box)
    waiting: list[tuple[Step, ...]] = [()]
    found: list[Cell] = []
    size = len(box)
    units = [tuple(Decimal(int(m == n)) for m in range(size)) for n in range(size)]
    while waiting:
        path = _Path(start, waiting.pop())
        sums = [
            Amount(unit, Decimal(0), path) if high > low else low for unit, (low, high) in zip(units, box, strict=True)
        ]
        cost = law(*sums)
        waiting += path.left
        line = cost.plane() if isinstance(cost, Amount) else Plane((Decimal(0),) * size, cost)
        here = path.here
        points = tuple(corner for corner, _ in here.corners)
        sides = needed(here.sides[here.walls :], points, here.dimensions)
        found.append(Cell(sides, (line,), points, path.about))
        if len(found) > MOST_CELLS or is_late():
            raise TooManyCells
    return found


def needed(sides: Iterable[Plane], points: Sequence[Point], dimensions: int) -> tuple[Plane, ...]:
    """The sides without those that fewer corners than a face has lie on, and each once."""
    kept: dict[tuple[Decimal, ...], Plane] = {}
    for side in sides:
        if side.key() in kept and side.owned:
            continue
        near = EPS * max(Decimal(1), *map(abs, side.slopes))
        meeting: set[Point] = set()
        for point in points:
            if abs(side.at(point)) <= near:
                meeting.add(tuple(round(x, 4) for x in point))
                if len(meeting) == dimensions:
                    kept[side.key()] = side
                    break
    return tuple(kept.values())


def short_of_jumps(parts: Sequence[Cell], inset: Decimal, margin: Decimal = Decimal(0)) -> list[Cell]:
    """The cells, each short of the borders across which the cost jumps up: by `margin` dollars, and by `inset` where
    the border itself is taxed as what lies across, so that what is put just there, in whole cents, is taxed as the
    cell says."""
    return [
        replace(cell, sides=tuple(_short(side, cell, parts, inset, margin) for side in cell.sides)) for cell in parts
    ]


def _short(side: Plane, cell: Cell, parts: Sequence[Cell], inset: Decimal, margin: Decimal) -> Plane:
    by = margin if side.owned else max(inset, margin)
    if not by:
        return side
    near = EPS * max(Decimal(1), *map(abs, side.slopes))
    border = [point for point in cell.points if abs(side.at(point)) <= near]
    middle = tuple(sum(values, Decimal(0)) / len(border) for values in zip(*border, strict=True))
    here = cell.cost(middle)
    if not any(
        other is not cell and other.holds(middle, 10 * EPS) and other.cost(middle) > here + JUMP for other in parts
    ):
        return side
    return replace(side, constant=side.constant - by * max(map(abs, side.slopes)))
