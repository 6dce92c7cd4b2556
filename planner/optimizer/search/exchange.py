"""From a plan to a better one where no single lot makes it better: limits are full, or lots share what § 1091 washes.

Lots of a group are moved two at a time; a plan is begun from nothing with what helps most, lot after lot; and of a plan
each lot is left out once, and all others are put where they are best then.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

from planner.optimizer.search.book import Trial
from planner.optimizer.search.choice import Choice
from planner.optimizer.search.descent import BETTER, FEW_ROWS, Descent
from planner.optimizer.search.groups import PreparedGroup

PAIRED = 8  # lots of a group that are moved two at a time, at most
TRIED = 16  # lots that are left out, at most


def moved_together(descent: Descent, group: int) -> None:
    """Two lots of a group to other days at once, with as much of each as now, or all of a lot that is kept."""
    its = descent.book.groups[group]
    if len(its.by_lot) > PAIRED or len(its.place) > FEW_ROWS:
        return
    for rows, others in permutations(its.by_lot.values(), 2):
        if descent.late:
            return
        now = descent.choices[group]
        base = {row: quantity for row, quantity in now.sold.items() if row not in rows and row not in others}
        offers: list[Choice | None] = []
        for row in its.different(rows, base):
            one = {**base, row: _as_now(now, rows, its)}
            both = ({**one, other: _as_now(now, others, its)} for other in its.different(others, one))
            offers += [its.outcome(sold, now.cancelled) for sold in both]
        descent.choose(group, [offer for offer in offers if offer is not None and its.does_duties(offer.sold)])


def _as_now(now: Choice, rows: Sequence[int], group: PreparedGroup) -> float:
    """How much is sold of a lot, else all of it."""
    return next((now.sold[row] for row in rows if row in now.sold), float(group.rows.quantity[rows[0]]))


def from_nothing(descent: Descent, lots: Sequence[int], enough: float) -> None:
    """At each step the one lot, of all, that makes the plan best."""
    book = descent.book
    few = [n for n, group in enumerate(book.groups) if len(group.place) <= FEW_ROWS]
    while not descent.late and descent.cost > enough:
        free = descent.offer(lots)
        found = [best for n in few if (best := _best_of_group(descent, n)) is not None]
        cost, group, choice = min(found, key=lambda best: best[0], default=(descent.cost, -1, None))
        if free is not None and free.cost < min(cost, descent.cost - BETTER):
            descent.apply(free.lot, free.row, free.quantity)
        elif choice is not None and cost < descent.cost - BETTER:
            descent.take_choice(group, choice)
        else:
            return


def _best_of_group(descent: Descent, group: int) -> tuple[float, int, Choice] | None:
    """What a group does best with one of its lots moved, and what the plan costs then."""
    its = (descent.best_of(group, descent.of_lot(group, rows)) for rows in descent.book.groups[group].by_lot.values())
    found = [best for best in its if best is not None]
    if not found:
        return None
    cost, choice = min(found, key=lambda best: best[0])
    return cost, group, choice


def exchanged(descent: Descent, lots: Sequence[int], enough: float) -> None:
    """Each lot that is sold left out, and all others where they are best then: until nothing is better."""
    left, tried = list(descent.trial.sold), 0
    while left and tried < TRIED and not descent.late and descent.cost > enough:
        row, before = left.pop(), descent.trial
        if not _left_out(descent, row, before):
            continue
        tried += 1
        its_lot = int(descent.book.rows.lot[row])
        descent.barred = descent.book.task.lots.lot_id(row)
        _settled(descent, [lot for lot in lots if lot != its_lot])
        descent.barred = ""
        _settled(descent, lots)
        if descent.cost < before.cost - BETTER:
            left = list(descent.trial.sold)
        else:
            descent.take(before)


def _left_out(descent: Descent, row: int, plan: Trial) -> bool:
    """The plan without this sale, where that is lawful and nothing must be sold of the lot."""
    book = descent.book
    if book.rows.duty[book.rows.lot[row]] > 0:
        return False
    trial = book.of({other: quantity for other, quantity in plan.sold.items() if other != row}, plan.cancelled)
    if trial is None:
        return False
    descent.take(trial)
    return True


def _settled(descent: Descent, lots: Sequence[int]) -> None:
    """Lots, of groups too, one by one where they are best."""
    descent.singles(lots)
    for n in range(len(descent.book.groups)):
        descent.within(n)
