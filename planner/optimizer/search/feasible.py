"""Limits: plans made to fit them, and arithmetic that shows when none can."""

from __future__ import annotations

import math
import time

import numpy as np

from planner.optimizer.program.entries import Floats
from planner.optimizer.search.book import WITHIN, Book, Trial
from planner.optimizer.search.choice import Choice
from planner.optimizer.search.course import Course
from planner.optimizer.search.dual import Dual, Prices

RAISES = 12  # of a rent, until groups fit
RAISED = 1.2
LEAST_RENT = 1e-4


def fitted(course: Course, prices: Prices, deadline: float) -> Trial | None:
    """What has a cost below zero at these prices, made to fit the limits; None where that does not end.

    Where groups use more than a limit allows, or raise less than one asks for beyond what single lots can, its rent is
    raised until that is so no longer, of what is asked for by more each time: no plan is begun without it.
    """
    book, dual = course.book, course.dual
    rents = prices.rents.copy()
    choices, by_free, least = book.idle_choices, _by_free(book), book.rows.limits.most < 0
    for raised in range(RAISES):
        at = Prices(prices.sums, rents)
        choices = tuple(
            course.choices(n, at, choices[n], deadline, quick=True)[0] if time.monotonic() < deadline else choices[n]
            for n in range(len(book.groups))
        )
        uses = sum((choice.uses for choice in choices), np.zeros(len(rents)))
        over = uses + by_free > book.rows.limits.most + WITHIN
        if not over.any() or time.monotonic() > deadline:
            break
        by = np.where(least, RAISED ** (raised + 1), RAISED)
        rents = np.where(over, np.maximum(rents * by, LEAST_RENT * dual.scale), rents)
    at = Prices(prices.sums, rents)
    row, share = dual.wanted(at)
    free = {int(row[lot]): _units(book, int(row[lot]), float(share[lot])) for lot in book.free_lots if share[lot] > 0}
    return _stretched(book, dual, at, free, choices)


def _by_free(book: Book) -> Floats:
    """What lots that nothing couples can do for each limit from below: the rest of it is for groups."""
    limits, rows = book.rows.limits, book.rows
    most = np.minimum(limits.uses[rows.order[rows.starts[book.free_lots]]], 0.0).sum(axis=0)
    found: Floats = np.where(limits.most < 0, most, 0.0)
    return found


def _stretched(
    book: Book, dual: Dual, prices: Prices, free: dict[int, float], choices: tuple[Choice, ...]
) -> Trial | None:
    """The plan with what is worth least left out while it is over a limit, and with what costs least put in while it is
    short of one. None where that does not end."""
    rows = book.rows
    if not rows.limits.number:
        return book.trial(free, choices)
    whole = dual.priced(prices)
    duty_rows = {row for row in free if rows.duty[rows.lot[row]] > 0}
    rank = {row: float(whole[row]) for row in free}
    trial = book.trial(free, choices)
    for column in range(rows.limits.number):
        from_below = (rows.limits.uses[:, column] < 0).any()
        if from_below:
            sold_lots = {int(rows.lot[row]) for row in trial.free}
            unsold = [int(r) for r in rows.order if int(rows.lot[r]) not in sold_lots and not book.coupled[r]]
            use = rows.limits.uses[:, column]
            unsold = [r for r in unsold if use[r] < 0]
            unsold.sort(key=lambda r: float(whole[r]) / -float(use[r]))
            chosen = dict(trial.free)
            short = float(trial.uses[column] - rows.limits.most[column])
            for row in unsold:
                if short <= 0:
                    break
                lot = int(rows.lot[row])
                if lot in sold_lots:
                    continue
                sold_lots.add(lot)
                chosen[row] = _units(book, row, short / -float(use[row]))
                short += float(use[row]) * chosen[row] / float(rows.quantity[row])
            trial = book.trial(chosen, choices)
            continue
        chosen = dict(trial.free)
        over = float(trial.uses[column] - rows.limits.most[column])
        counted = bool(rows.limits.counts[column])
        per_use = {r: rank.get(r, 0.0) / max(float(rows.limits.uses[r, column]), 1e-9) for r in chosen}
        for row in sorted(chosen, key=per_use.__getitem__, reverse=True):
            if over <= WITHIN:
                break
            used = float(rows.limits.uses[row, column])
            if used <= 0 or row in duty_rows:
                continue
            share = chosen[row] / float(rows.quantity[row])
            kept = 0.0 if counted else _less(book, row, share - over / used)
            over -= used if counted else used * (share - kept / float(rows.quantity[row]))
            if kept > 0:
                chosen[row] = kept
            else:
                del chosen[row]
        trial = book.trial(chosen, choices)
        if over > WITHIN:
            picked = list(trial.choices)
            for n in sorted(
                range(len(picked)), key=lambda n: picked[n].priced(prices.sums, prices.rents), reverse=True
            ):
                if trial.uses[column] - rows.limits.most[column] <= WITHIN:
                    break
                if picked[n].sold and book.groups[n].does_duties({}):
                    picked[n] = book.idle_choices[n]
                    trial = book.trial(chosen, tuple(picked))
            choices = tuple(picked)
    return trial if book.keeps_limits(trial) else None


def _units(book: Book, row: int, share: float) -> float:
    rows = book.rows
    whole, step = float(rows.quantity[row]), float(rows.step[row])
    if share >= 1:
        return whole
    return min(whole, max(math.ceil(share * whole / step - 1e-9) * step, float(rows.smallest[row])))


def _less(book: Book, row: int, share: float) -> float:
    rows = book.rows
    units = math.floor(max(share, 0.0) * float(rows.quantity[row]) / float(rows.step[row])) * float(rows.step[row])
    return units if units >= rows.smallest[row] else 0.0
