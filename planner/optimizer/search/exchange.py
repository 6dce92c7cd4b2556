"""From a plan to a better one where no single lot makes it better: limits are full, or lots share what § 1091 washes.

A plan is begun anew with what helps most, lot after lot; and of a plan each lot is left out once, and all others are
put where they are best then.
"""

from __future__ import annotations

from collections.abc import Sequence

from planner.optimizer.search.book import Trial
from planner.optimizer.search.descent import BETTER, FEW_ROWS, Descent
from planner.optimizer.search.groups import Choice

TRIED = 16  # lots that are left out, at most


def begun_anew(descent: Descent, lots: Sequence[int], enough: float) -> None:
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
