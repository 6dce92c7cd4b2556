"""What a dollar of loss is worth at the margin, and a bound on every plan that follows from it without a tree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate

from planner.optimizer.candidates import Candidate
from planner.optimizer.program.program import Economy
from planner.optimizer.program.tax_regimes import Sums
from planner.optimizer.program.wash_groups import Crowd

SLACK = 1e-4  # dollars by which the solver may stand outside a regime it chose


def margin_prices(economy: Economy, sums: Sums, supply: Sums) -> Sums:
    """What a dollar of loss is worth in each basket: what it takes off the year's cost, or what the next lot charges.

    `supply` is what the dearest lot sold, or the next one, costs per dollar of loss: where other lots can deliver it,
    a group's loss is worth no more than theirs.
    """
    here = economy.cost(sums, SLACK)
    found = []
    for unit, charged in zip(((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)), supply, strict=True):
        more = economy.cost(plus(sums, unit), SLACK) - here
        less = here - economy.cost(plus(sums, (-unit[0], -unit[1], -unit[2])), SLACK)
        found.append(max(min(more, charged), less))
    return found[0], found[1], found[2]


def most_worth(lots: Sequence[Candidate], groups: Sequence[Crowd], economy: Economy, prices: Sums) -> float:
    """The most that lots can be worth in any plan, in dollars, if a dollar of loss is worth `prices` in its basket.

    Every lot on its own is worth its price less its cost, or nothing. In a crowd the shares that replacements wash are
    worth nothing: see `_crowd`.
    """
    crowded = {i for group in groups for i in (*group.others, *group.recent)}
    alone = sum(max(0.0, _worth(lot, economy, prices)) for i, lot in enumerate(lots) if i not in crowded)
    return alone + sum(_crowd(lots, group, economy, prices) for group in groups)


def _worth(lot: Candidate, economy: Economy, prices: Sums) -> float:
    """Of the whole lot, its gain or loss recognised in full."""
    gain = float(lot.whole.gain)
    return (economy.deferral - prices[lot.basket]) * gain - float(lot.cost_rate) * float(lot.whole.proceeds)


def _crowd(lots: Sequence[Candidate], group: Crowd, economy: Economy, prices: Sums) -> float:
    """No less than the lots of one security can be worth, on whatever days and in whatever order they are sold.

    If R replacement shares are around on every day, as many of the shares sold are washed, all of them where fewer are
    sold: u(R), what the others may be worth at most, leaves out the R shares that are worth least. Selling recent lots
    lowers R and adds their own worth (taken as if never washed). u is replaced by its concave hull, which makes the
    best R one of few.
    """
    a_share = sorted((max(0.0, _worth(lots[i], economy, prices)) / float(lots[i].quantity), i) for i in group.others)
    ends = list(accumulate((float(lots[i].quantity) for _, i in a_share), initial=0.0))
    worths = (each * float(lots[i].quantity) for each, i in reversed(a_share))
    after = list(accumulate(worths, initial=0.0))[::-1]
    sellable = sorted(
        ((_worth(lots[i], economy, prices), float(lots[i].quantity)) for i in group.recent),
        key=lambda pair: -pair[0] / pair[1],
    )
    most = group.fixed + sum(quantity for _, quantity in sellable)
    hull = _concave_hull(_points(ends, after, group.fixed, most))
    sold = list(accumulate((quantity for _, quantity in sellable), initial=0.0))
    worth = list(accumulate((value for value, _ in sellable), initial=0.0))
    kept = {most - s for s in sold} | {x for x, _ in hull}
    return max(_interpolated(sold, worth, most - r) + _between(hull, r) for r in kept)


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


def plus(sums: Sums, gains: Sums) -> Sums:
    """s, l and k when gains (short, long, collectibles) are added: collectibles gain is long-term gain too."""
    return sums[0] + gains[0], sums[1] + gains[1] + gains[2], sums[2] + gains[2]
