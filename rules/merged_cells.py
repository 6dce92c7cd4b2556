"""Fewer cells of a year (§ 6011(a)): two with a border in common become one where they and the law are convex together.

The program and the certificate look at each cell by itself, so that few are quick ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from rules.cells import EPS, TURN, Cell, Plane, Point, TooManyCells, is_late, needed

Costs = Mapping[Point, Decimal]


def merged(parts: Sequence[Cell], dimensions: int) -> list[Cell]:
    """The cells, joined wherever two can be. Raises TooManyCells where there is no time for it."""
    cells_left: dict[int, Cell] = dict(enumerate(parts))
    next_number = len(parts)
    corners = {number: _corners(cell) for number, cell in cells_left.items()}
    costs: dict[int, Costs] = {n: {point: cell.cost(point) for point in cell.points} for n, cell in cells_left.items()}
    queue = list(cells_left)
    borders: dict[tuple[Decimal, ...], set[int]] = {}
    for number, cell in cells_left.items():
        for side in cell.sides:
            borders.setdefault(side.key(), set()).add(number)
    while queue:
        if is_late():
            raise TooManyCells
        number = queue.pop()
        if number not in cells_left:
            continue
        cell = cells_left[number]
        joined = None
        for side in cell.sides:
            across = tuple(-value + 0 for value in side.key())
            for other in sorted(borders.get(across, ())):
                if other in cells_left and other != number and len(corners[number] & corners[other]) >= dimensions:
                    joined = _joined(cell, cells_left[other], side, dimensions, costs[number], costs[other])
                    if joined is not None:
                        break
            if joined is not None:
                break
        if joined is None:
            continue
        del cells_left[number], cells_left[other]
        cells_left[next_number], corners[next_number] = joined, corners[number] | corners[other]
        costs[next_number] = {**costs[other], **costs[number]}
        for side in joined.sides:
            borders.setdefault(side.key(), set()).add(next_number)
        queue.append(next_number)
        next_number += 1
    return list(cells_left.values())


def _corners(cell: Cell) -> frozenset[Point]:
    """Its points, to a tenth of a cent: two cells that may be joined have all corners of a face in common."""
    return frozenset(tuple(round(x, 3) for x in point) for point in cell.points)


def _joined(
    one: Cell, other: Cell, border: Plane, dimensions: int, costs_of_one: Costs, costs_of_other: Costs
) -> Cell | None:
    key = border.key()
    across = tuple(-value + 0 for value in key)
    sides_of_one = [side for side in one.sides if side.key() != key]
    sides_of_other = [side for side in other.sides if side.key() != across]
    if not _within(other.points, sides_of_one) or not _within(one.points, sides_of_other):
        return None
    lines: dict[tuple[Decimal, ...], Plane] = {}
    for line in (*one.lines, *other.lines):  # of two with the same slopes one is the other, but for rounding
        lines.setdefault(tuple(round(slope, 12) for slope in line.slopes), line)
    if not _one_way(tuple(lines.values())):
        return None
    if not _below(one.lines, costs_of_other) or not _below(other.lines, costs_of_one):
        return None
    points = tuple(dict.fromkeys((*one.points, *other.points)))
    sides = needed((*sides_of_one, *sides_of_other), points, dimensions)
    return Cell(sides, tuple(lines.values()), points, one.about or other.about)


def _within(points: Iterable[Point], sides: Sequence[Plane]) -> bool:
    return all(side.at(point) >= -10 * EPS for point in points for side in sides)


def _one_way(lines: Sequence[Plane]) -> bool:
    """Whether the lines differ from one another in one direction only, so that they are one curve of one amount."""
    first, *others = (line.slopes for line in lines)
    apart = [[a - b for a, b in zip(slopes, first, strict=True)] for slopes in others]
    direction = max(apart, key=lambda by: max(map(abs, by)), default=None)
    if direction is None:
        return True
    most = max(range(len(first)), key=lambda n: abs(direction[n]))
    near = TURN * abs(direction[most])
    return all(
        abs(by[n] * direction[most] - by[most] * direction[n]) <= near for by in apart for n in range(len(first))
    )


def _below(lines: Sequence[Plane], costs: Costs) -> bool:
    """Whether these lines are nowhere above a cell's own cost, so that the largest of all is still it."""
    return all(line.at(point) <= here + EPS for point, here in costs.items() for line in lines)
