"""What no choice of days lets the lots of a security escape, at given prices: docs/model.md, "The bound over all days".

If R replacement shares are around on every day, as many of the shares sold are washed, all of them where fewer are
sold. A washed share is not worth v but costs w, its trading: u(R), what the others may be worth at most, is the sum of
all v less the R smallest v + w, and not less than nothing. Selling recent lots lowers R and adds their own worth (taken
as if never washed). u is replaced by its concave hull, which makes the best R one of few.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

import numpy as np

from planner.optimizer.program.entries import Floats
from planner.optimizer.program.wash_groups import Crowd
from planner.optimizer.search.book import Book
from planner.optimizer.search.dual import Dual, Prices


def crowd_gain(book: Book, dual: Dual, prices: Prices) -> Floats:
    """By how much the price bound rises when the lots of each group are taken together, group by group."""
    rows = book.rows
    whole = dual.priced(prices)
    unwashed = rows.best_of_lot(whole)
    washed = np.full(len(whole), np.inf)
    some = dual.washable
    if len(some):
        washed[some] = dual.washed(prices)
    sold_washed = rows.best_of_lot(washed)
    least_washed = np.minimum(sold_washed, 0.0)
    gains = np.zeros(len(book.groups))
    for crowd in book.task.crowds:
        groups = {book.group_of.get(row) for row in (*crowd.others, *crowd.recent)} - {None}
        if len(groups) != 1:
            continue
        members = [int(rows.lot[row]) for row in (*crowd.others, *crowd.recent)]
        if any(rows.duty[lot] > 0 for lot in members):
            continue
        apart = sum(min(0.0, float(unwashed[lot]), float(least_washed[lot])) for lot in members)
        # unwashed, a share is worth what it is worth washed and so much more; no more than that is at stake
        worth = {lot: -float(unwashed[lot]) + float(least_washed[lot]) for lot in members}
        for row in crowd.recent:  # sold washed, it is gone as well
            lot = int(rows.lot[row])
            worth[lot] = max(worth[lot], -float(sold_washed[lot]) + float(least_washed[lot]))
        quantity = {int(rows.lot[row]): float(rows.quantity[row]) for row in (*crowd.others, *crowd.recent)}
        others = [int(rows.lot[row]) for row in crowd.others]
        recent = [int(rows.lot[row]) for row in crowd.recent]
        costs = {lot: max(0.0, float(sold_washed[lot])) for lot in others}
        together = sum(float(least_washed[lot]) for lot in members)
        together -= _crowd(others, recent, worth, costs, quantity, crowd)
        gains[int(groups.pop() or 0)] += max(0.0, together - apart)
    return gains


def _crowd(
    others: Sequence[int],
    recent: Sequence[int],
    worth: Mapping[int, float],
    costs: Mapping[int, float],
    quantity: Mapping[int, float],
    crowd: Crowd,
) -> float:
    """No less than these lots can be worth, on whatever days and in whatever order they are sold."""
    at_stake = {i: max(0.0, worth[i]) + costs[i] for i in others}
    ordered = sorted(others, key=lambda i: (at_stake[i] / quantity[i], i))
    ends, after = [0.0], [sum(max(0.0, worth[i]) for i in others)]
    for i in ordered:
        left = after[-1] - at_stake[i]
        if left <= 0:  # all of them washed, or none sold: nothing
            ends.append(ends[-1] + quantity[i] * (after[-1] / at_stake[i] if at_stake[i] else 1.0))
            after.append(0.0)
            break
        ends.append(ends[-1] + quantity[i])
        after.append(left)
    shares = sum(quantity[i] for i in others)
    if ends[-1] < shares:
        ends.append(shares)
        after.append(0.0)
    elif after[-1] > 0:  # more shares around than are held: all are washed
        ends.append(ends[-1])
        after.append(0.0)
    sellable = sorted(((worth[i], quantity[i]) for i in recent), key=lambda pair: -pair[0] / pair[1])
    most = crowd.fixed + sum(shares for _, shares in sellable)
    hull = _concave_hull(_points(ends, after, crowd.fixed, most))
    sold = list(accumulate((shares for _, shares in sellable), initial=0.0))
    total = list(accumulate((value for value, _ in sellable), initial=0.0))
    kept = {most - s for s in sold} | {x for x, _ in hull}
    return max(_interpolated(sold, total, most - r) + _between(hull, r) for r in kept)


def _points(ends: list[float], after: list[float], low: float, high: float) -> list[tuple[float, float]]:
    """u at its corners between `low` and `high` shares, and at both ends."""
    inside = [(x, y) for x, y in zip(ends, after, strict=True) if low < x < high]
    return [(low, _interpolated(ends, after, low)), *inside, (high, _interpolated(ends, after, high))]


def _interpolated(xs: Sequence[float], ys: Sequence[float], x: float) -> float:
    """On the line through the points; beyond the last, its value."""
    for (x0, y0), (x1, y1) in zip(zip(xs, ys, strict=True), zip(xs[1:], ys[1:], strict=True), strict=False):
        if x <= x1:
            return y0 + (y1 - y0) * (max(x, x0) - x0) / (x1 - x0) if x1 > x0 else max(y0, y1)
    return ys[-1]


def _between(hull: Sequence[tuple[float, float]], x: float) -> float:
    return _interpolated([a for a, _ in hull], [b for _, b in hull], x)


def _concave_hull(points: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """The upper hull of points in order of x: the smallest concave function above them."""
    hull: list[tuple[float, float]] = []
    for x, y in points:
        while len(hull) > 1:
            (x0, y0), (x1, y1) = hull[-2:]
            if (y1 - y0) * (x - x0) > (y - y0) * (x1 - x0):
                break
            hull.pop()
        if hull and hull[-1][0] == x:
            hull[-1] = (x, max(y, hull[-1][1]))
        else:
            hull.append((x, y))
    return hull
