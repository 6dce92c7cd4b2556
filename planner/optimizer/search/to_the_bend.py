"""Of very many lots those nearest to the margin, moved together while the year's cost falls.

Where prices leave a great many lots nearly alike, a plan read at them ends far from the bend of the year's cost to
which they belong: a price too high by a thousandth of a cent sells thousands of lots too many. So lots are moved in the
order in which they would turn if the prices went on, all up to the best place in it; then one at a time. Only lots on
which no washing depends are moved: what they bring and cost is what they bring and cost by themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from planner.optimizer.program.entries import Floats, Ints
from planner.optimizer.search.book import Book, Trial
from planner.optimizer.search.choice import PricedRows
from planner.optimizer.search.course import Course
from planner.optimizer.search.descent import Descent
from planner.optimizer.search.dual import Prices
from planner.optimizer.verify.offers import Bools

ROUNDS = 8
GRID = 256  # places in an order that are looked at, each time nearer to the best
NEAR = 300  # lots nearest to the margin that are moved one at a time
BETTER = 0.01  # dollars: for less no further move is looked for


@dataclass(frozen=True)
class _Moves:
    """Lots that may be moved: so many `units` of a row to be sold instead. What that changes: the sums, what sales
    cost, the uses of limits; and what it costs at the prices. `tied` are the rows of all lots on which it would depend
    what is washed."""

    rows: Ints
    units: Floats
    sums: Floats
    spent: Floats
    uses: Floats
    priced: Floats
    tied: Bools

    @property
    def units_of(self) -> dict[int, float]:
        """The units by row."""
        return dict(zip(self.rows.tolist(), self.units.tolist(), strict=True))

    def picked(self, which: Ints) -> _Moves:
        """Some of them."""
        return _Moves(
            self.rows[which],
            self.units[which],
            self.sums[which],
            self.spent[which],
            self.uses[which],
            self.priced[which],
            self.tied,
        )


def to_the_bend(course: Course, trial: Trial, prices: Prices, deadline: float) -> Trial:
    """The plan with lots at the margin moved while it gets better."""
    book, at = course.book, course.dual.ready(prices)
    moves = _moves(book, trial, at, prices)
    start = _with(book, trial, moves.picked(np.flatnonzero(moves.priced < 0)).units_of) or trial
    moves = _moves(book, start, at, prices)
    sums, spent, uses, cost = start.sums, start.spent, start.uses, start.cost
    changed: dict[int, float] = {}
    for _ in range(ROUNDS):
        best, which = cost, None
        for order in filter(len, _orders(moves)):
            number, its_cost = _furthest(book, moves, order, sums, spent, uses)
            if its_cost < best - BETTER:
                best, which = its_cost, order[:number]
        if which is None:
            break
        moved, cost = moves.picked(which), best
        changed |= moved.units_of
        sums, uses = sums + moved.sums.sum(axis=0), uses + moved.uses.sum(axis=0)
        spent += float(moved.spent.sum())
        left = np.ones(len(moves.rows), dtype=bool)
        left[which] = False
        moves = moves.picked(np.flatnonzero(left))
    end = _with(book, start, changed) or start
    end = _with(book, end, _landed(book, end, _moves(book, end, at, prices), deadline)) or end
    return end if book.keeps_limits(end) and end.cost < trial.cost else trial


def _landed(book: Book, trial: Trial, moves: _Moves, deadline: float) -> dict[int, float]:
    """What lots nearest to the margin have to change in whole shares, one by one: units by row."""
    size = np.abs(moves.sums[:, :2]).sum(axis=1) + 1e-9
    near = moves.picked(np.argsort(np.abs(moves.priced) / size, kind="stable")[:NEAR])
    lots: list[int] = book.rows.lot[near.rows].tolist()
    sold = {int(book.rows.lot[row]): (row, units) for row, units in trial.sold.items()}
    before = {lot: sold[lot] for lot in lots if lot in sold}
    descent = Descent(book, trial, deadline)
    descent.sold.update(before)
    descent.tied = near.tied
    descent.singles(lots)
    after = {lot: descent.sold[lot] for lot in lots if lot in descent.sold}
    gone = {row: 0.0 for lot, (row, _) in before.items()}
    return {**gone, **dict(after.values())} if after != before else {}


def _moves(book: Book, trial: Trial, at: PricedRows, prices: Prices) -> _Moves:
    """All lots on which no washing depends, with the best that selling them or not selling them comes to."""
    rows, sold = book.rows, trial.sold
    now = np.fromiter(sold.keys(), dtype=np.int64, count=len(sold))
    quantity = np.fromiter(sold.values(), dtype=float, count=len(sold))
    tied_if_sold, tied_if_kept = np.zeros(len(rows), dtype=bool), np.zeros(len(rows), dtype=bool)
    for group, choice in zip(book.groups, trial.choices, strict=True):
        lines, washing = group.lines, group.washing(choice.sold, choice.cancelled, at)
        tied_if_kept[lines.rows], tied_if_sold[lines.rows] = washing.tied(group)
    is_sold = np.zeros(rows.lots, dtype=bool)
    is_sold[rows.lot[now]] = True
    free = (rows.duty[rows.lot[now]] <= 0) & ~tied_if_kept[now]
    out, units = now[free], quantity[free]
    wholes = np.where(tied_if_sold, np.inf, at.wholes)
    least = rows.best_of_lot(wholes)
    ordered = rows.order[np.flatnonzero(wholes[rows.order] <= least[rows.lot[rows.order]])[::-1]]
    into = np.full(rows.lots, -1)
    into[rows.lot[ordered]] = ordered
    into = into[~is_sold & np.isfinite(least)]
    row = np.concatenate([into, out])
    sums, spent, uses = rows.brought(row, np.concatenate([rows.quantity[into], units]))
    sign = np.repeat([1.0, -1.0], [len(into), len(out)])
    sums, spent, uses = sums * sign[:, None], spent * sign, uses * sign[:, None]
    priced = spent + sums @ prices.sums + uses @ prices.rents
    return _Moves(row, np.where(sign > 0, rows.quantity[row], 0.0), sums, spent, uses, priced, tied_if_sold)


def _orders(moves: _Moves) -> Iterator[Ints]:
    """Moves in the order in which they would be made if the prices of all sums, or of one, went up or down, or that of
    one up and of another down."""
    short, long = moves.sums[:, 0], moves.sums[:, 1]
    both = short + long
    for change in (both, short, long):
        for sign in (-1, 1):
            yield _in_turn(moves, sign * change)[0]
    for up, down in ((both, -both), (short, -short), (long, -long), (short, -long), (-short, long)):
        (one, so_far), (other, beside) = _in_turn(moves, up), _in_turn(moves, down)
        yield np.concatenate([one, other])[np.argsort(np.concatenate([so_far, beside]), kind="stable")]


def _in_turn(moves: _Moves, change: Floats) -> tuple[Ints, Floats]:
    """Moves that change a sum upward, those first that cost least for it at the prices; and by how much so far."""
    its = np.flatnonzero(change > 0)
    ordered = its[np.argsort(moves.priced[its] / change[its], kind="stable")]
    return ordered, np.cumsum(change[ordered])


def _furthest(book: Book, moves: _Moves, order: Ints, sums: Floats, spent: float, uses: Floats) -> tuple[int, float]:
    """How many of these moves, from the first on, are best, and what the plan costs then."""
    all_sums = sums + np.cumsum(moves.sums[order], axis=0)
    all_spent, all_uses = spent + np.cumsum(moves.spent[order]), uses + np.cumsum(moves.uses[order], axis=0)
    low, high = 0, len(order) - 1
    while True:
        places = np.array(sorted(set(np.linspace(low, high, GRID).astype(np.int64).tolist())))
        costs = _costs(book, all_sums[places], all_spent[places], all_uses[places])
        best = int(costs.argmin())
        if high - low < GRID:
            return int(places[best]) + 1, float(costs[best])
        low, high = int(places[max(best - 1, 0)]), int(places[min(best + 1, len(places) - 1)])


def _costs(book: Book, sums: Floats, spent: Floats, uses: Floats) -> Floats:
    """What plans cost that come to so much; infinite beyond a limit."""
    limits = book.rows.limits
    fits = (uses <= limits.most + limits.slack).all(axis=1)
    return np.where(fits, book.surface.costs(sums) + spent, np.inf)


def _with(book: Book, trial: Trial, changed: Mapping[int, float]) -> Trial | None:
    """The plan with so many units of these rows sold instead; None where it is not lawful after all."""
    parts: dict[int, dict[int, float]] = defaultdict(dict)
    for number, (row, units) in zip(book.group_of[list(changed)].tolist(), changed.items(), strict=True):
        parts[number][row] = units
    free = _put({**trial.free, **parts.pop(-1, {})})
    choices = list(trial.choices)
    for number, part in parts.items():
        now = choices[number]
        choice = book.groups[number].outcome(_put({**now.sold, **part}), now.cancelled)
        if choice is None:
            return None
        choices[number] = choice
    return book.trial(free, tuple(choices))


def _put(sold: Mapping[int, float]) -> dict[int, float]:
    return {row: units for row, units in sold.items() if units > 0}
