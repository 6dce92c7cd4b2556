"""The least that groups can cost at prices, by the program of record for one group at a time.

In order of what their cheap bounds leave open, until the rest is under the tolerance or time is out.
"""

from __future__ import annotations

import math
import time
from dataclasses import replace

import numpy as np

from planner.optimizer.program.build import at_prices
from planner.optimizer.program.program import called_off
from planner.optimizer.program.too_late import TooLate
from planner.optimizer.search.course import Course
from planner.optimizer.search.dual import Prices
from planner.optimizer.search.programs import OTHER_SCALE
from planner.optimizer.search.solver import OutOfTime, Solved, cut_short, solve
from planner.optimizer.search.task import GAP

LARGEST = 4000  # pairs of lot and replacement in one group beyond which its program is not even begun
LEAST_SECONDS = 0.1
AGAIN = 2.0  # times the seconds that were too few for a group's program, before it is asked again
BUILT = 0.001  # seconds a pair that a group's program takes to be built, at most


def sharpen(course: Course, place: int, deadline: float, share: float) -> None:
    """Raise the bound of one piece at its prices; remember what the groups chose. One group may take a `share` of the
    time left."""
    book, dual = course.book, course.dual
    if not book.groups or not book.task.every_day or course.best is None:
        return
    prices = dual.prices(place)
    cheap = dual.of_groups(prices)
    best = np.array(
        [
            min(choice.priced(prices.sums, prices.rents) for choice in (*known.values(), now))
            for known, now in zip(course.columns, course.best.choices, strict=True)
        ]
    )
    key = prices.sums.tobytes() + prices.rents.tobytes()  # pieces often share their prices
    sharp = course.sharp.setdefault(key, cheap.copy())
    base = float(dual.bounds[place]) - float(cheap.sum())
    for group in np.argsort(cheap - best):
        left = deadline - time.monotonic()
        if best[group] - cheap[group] < GAP:
            break
        if best[group] - sharp[group] < GAP:
            continue
        if course.cost - base - float(sharp.sum()) <= GAP:
            break
        if (pairs := book.groups[group].coupling.pairs) > LARGEST:
            continue
        if left < max(LEAST_SECONDS, BUILT * pairs):
            course.cut = True
            continue
        seconds = max(LEAST_SECONDS, share * left)
        asked = key, int(group)
        if seconds < AGAIN * course.seconds_given.get(asked, 0.0):
            course.cut = True
            continue
        course.seconds_given[asked] = seconds
        bound = _bound(course, int(group), prices, seconds, float(best[group]))
        sharp[group] = max(sharp[group], bound)
    course.proved[place] = max(course.proved[place], base + float(sharp.sum()))


def _bound(course: Course, number: int, prices: Prices, seconds: float, best: float) -> float:
    """The least that one group can cost at these prices, to the extent two scalings agree on it."""
    task, book = course.book.task, course.book
    group = book.groups[number]
    bounds: list[float] = []
    until = time.monotonic() + seconds
    for scale in (0, OTHER_SCALE):
        economy = replace(task.economy, scale=task.economy.scale + scale)
        try:
            program = at_prices(economy, task.lots, book.rows, group.coupling, prices.sums, prices.rents, until)
        except TooLate:
            course.cut = True
            break
        outcome = solve(program.problem, until - time.monotonic(), GAP / 4 / economy.unit)
        course.cut = course.cut or cut_short(outcome)
        if isinstance(outcome, Solved):
            sold = program.sold(task.lots, outcome.values)
            choice = group.outcome(sold, called_off(program, outcome.values))
            if choice is not None and group.does_duties(sold):
                course.remember(number, choice)
                best = min(best, choice.priced(prices.sums, prices.rents))
        if isinstance(outcome, Solved | OutOfTime):
            bound = outcome.bound * economy.unit
            if math.isfinite(bound) and bound <= best + 2 * GAP:
                bounds.append(bound)
        if isinstance(outcome, OutOfTime) or (isinstance(outcome, Solved) and not outcome.proven):
            break  # no time to ask twice
    return min(bounds) if len(bounds) > 1 else -math.inf
