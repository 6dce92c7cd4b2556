"""A small program around the plan in hand: the lots nearest to the margin, and of each group a choice it has made.

Where prices leave very many lots alike, a program in which every lot is divisible says which of them go together.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from planner.optimizer.program.build import with_columns
from planner.optimizer.program.too_late import TooLate
from planner.optimizer.search.book import Book, Trial
from planner.optimizer.search.choice import Choice
from planner.optimizer.search.course import Course
from planner.optimizer.search.nearest import nearest
from planner.optimizer.search.solver import Solved, cut_short, solve
from planner.optimizer.search.task import GAP

LOTS = 60
SPREAD = 40  # lots more, of all ratios of gain to proceeds
MOST_ROWS = 20_000  # free rows up to which the divisible program is built
BUILT = 0.002  # seconds a row that the divisible program takes to be built, and to be read, at most
ALIKE = 4  # decimals to which two choices of a group are compared
PART = 1e-6  # of a lot: less is none of it, and more than all but so much is all


def margin_program(course: Course, seconds: float) -> Trial | None:
    """The best plan that changes only lots near the margin and groups to what they have been seen to do."""
    best = course.best
    if best is None or seconds <= 0:
        return None
    _, prices = course.hardest()
    chosen = {*nearest(course.book, course.dual, prices, LOTS), *_for_limits(course)}
    return _solved(course, chosen, best.free, _columns(course), seconds)


def divisible_program(course: Course, seconds: float) -> Trial | None:
    """The plan in whole shares around the best plan of divisible lots."""
    book, task = course.book, course.book.task
    members = [int(row) for row in np.flatnonzero(~book.coupled)]
    if len(members) > MOST_ROWS:
        return None
    if seconds <= BUILT * len(members):
        course.cut = True
        return None
    until = time.monotonic() + seconds / 2
    columns = _columns(course)
    most = book.rows.limits.most
    try:
        program, switches = with_columns(
            task.economy, task.lots, book.rows, members, columns, most, deadline=until, divisible=True
        )
    except TooLate:
        course.cut = True
        return None
    outcome = solve(program.problem, until - time.monotonic(), GAP / task.economy.unit)
    course.cut = course.cut or cut_short(outcome)
    if not isinstance(outcome, Solved):
        return None
    shares = {
        row: expression.constant + sum(w * outcome.values.get(v.name, 0.0) for v, w in expression.items())
        for row, expression in program.fractions.items()
    }
    whole = {row: float(book.rows.quantity[row]) for row, share in shares.items() if share >= 1 - PART}
    parts = {int(book.rows.lot[row]) for row, share in shares.items() if PART < share < 1 - PART}
    picked = [
        [offered[int(np.argmax([outcome.values.get(switch.name, 0.0) for switch in on]))]]
        for offered, on in zip(columns, switches, strict=True)
    ]
    _, prices = course.hardest()
    near = nearest(book, course.dual, prices, LOTS // 2)
    return _solved(course, {*parts, *near, *_spread(course, SPREAD)}, whole, picked, seconds / 2)


def _for_limits(course: Course) -> set[int]:
    """Where limits hold: free lots that the plan sells, so that others can take their place, and those that do most for
    a limit from below, which matter where few may be sold."""
    book, best = course.book, course.best
    rows = book.rows
    if best is None or not rows.limits.number:
        return set()
    free, first = book.free_lots, rows.order[rows.starts]
    sold = sorted(best.free, key=lambda row: abs(float(rows.gains[row].sum())), reverse=True)[:SPREAD]
    found = {int(rows.lot[row]) for row in sold}
    for uses in rows.limits.uses[first[free]].T:
        if (uses < 0).any():
            found.update(free[np.argsort(uses, kind="stable")[:SPREAD]].tolist())
    return found


def _columns(course: Course) -> list[list[Choice]]:
    now = course.best.choices if course.best is not None else course.book.idle_choices
    return [
        list({_came_to(c): c for c in (*known.values(), choice)}.values())
        for known, choice in zip(course.columns, now, strict=True)
    ]


def _came_to(choice: Choice) -> tuple[float, ...]:
    """What a choice brings, costs and uses: of two that come to the same, one is enough."""
    return *np.round(choice.gains, ALIKE).tolist(), round(choice.cost, ALIKE), *np.round(choice.uses, ALIKE).tolist()


def _spread(course: Course, number: int) -> list[int]:
    """Free lots of all ratios of gain to proceeds, evenly."""
    book = course.book
    free = book.free_lots
    if not len(free):
        return []
    row = book.rows.order[book.rows.starts[free]]
    proceeds = book.task.lots.proceeds[free] + 1e-9
    ratio = book.rows.gains[row][:, :2].sum(axis=1) / proceeds
    ordered = free[np.argsort(ratio, kind="stable")]
    return [int(lot) for lot in ordered[np.unique(np.linspace(0, len(ordered) - 1, number).astype(int))]]


def _different(book: Book, members: Iterable[int]) -> list[int]:
    """These rows, but of those of one lot that come to the same one only: the first."""
    rows, found = book.rows, dict[tuple[float, ...], int]()
    for row in members:
        brings = *rows.gains[row].tolist(), float(rows.costs[row]), *rows.limits.uses[row].tolist()
        found.setdefault((float(rows.lot[row]), *brings), row)
    return list(found.values())


def _solved(
    course: Course, chosen: Iterable[int], free: Mapping[int, float], columns: list[list[Choice]], seconds: float
) -> Trial | None:
    """The best plan that changes only these lots, all others as `free` has them, and picks of each group's columns."""
    book, task = course.book, course.book.task
    until = time.monotonic() + seconds
    lots = set(chosen)
    members = _different(book, [int(row) for row in book.rows.order if int(book.rows.lot[row]) in lots])
    kept = {row: q for row, q in free.items() if int(book.rows.lot[row]) not in lots}
    fixed = book.trial(kept, ())
    economy = replace(task.economy, before=tuple(fixed.sums.tolist()))
    most = book.rows.limits.most - fixed.uses
    try:
        program, switches = with_columns(economy, task.lots, book.rows, members, columns, most, deadline=until)
    except TooLate:
        course.cut = True
        return None
    outcome = solve(program.problem, until - time.monotonic(), GAP / economy.unit)
    course.cut = course.cut or cut_short(outcome)
    if not isinstance(outcome, Solved):
        return None
    picked = []
    for offered, on in zip(columns, switches, strict=True):
        values = [outcome.values.get(switch.name, 0.0) for switch in on]
        picked.append(offered[values.index(max(values))])
    return book.trial({**kept, **program.sold(task.lots, outcome.values)}, tuple(picked))
