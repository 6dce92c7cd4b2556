"""Up to three changes of a plan at once, where whole shares keep it from the corner that the prices point to.

At the bound's own prices a change costs what it lets go; all changes together may let go no more than the gap that is
open, or the plan is no better for them. So few changes come into question, and every pair and triple of them is tried.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np

from planner.optimizer.program.entries import Floats, Ints
from planner.optimizer.search.book import Book, Trial
from planner.optimizer.search.choice import Choice
from planner.optimizer.search.dual import Prices
from planner.optimizer.search.groups import PreparedGroup

BETTER = 1e-6  # dollars: less is no improvement
CENT = 0.01
DUST = 1e-9  # of a step
STEPS = 4  # steps more and less of a lot that are looked at, and from its whole
ROUNDS = 12
AT_ONCE = 2_000  # sets of changes that are looked at between two looks at the clock
TOGETHER = 3  # changes
MOST = 60  # changes of which every pair and triple is tried
FEW_LOTS = 12  # of a group, up to which two of them are moved by a step at once
Target = tuple[int, float] | Choice  # a row and its quantity, a row below zero: no sale; or another choice of a group


@dataclass(frozen=True)
class Corner:
    """What is known of the best plans: none costs less than `bound`, and none less than `level` and what it comes to at
    these prices."""

    prices: Prices
    bound: float
    level: float

    def below(self, trial: Trial) -> float:
        """What a plan costs at the least, by the prices alone: a change that lets go so much is as much above it."""
        at_prices = float(trial.sums @ self.prices.sums) + float(trial.uses @ self.prices.rents)
        return self.level + trial.spent + at_prices


@dataclass(frozen=True)
class _Changes:
    """Changes of a plan: of which lot (of a group below zero), to what, what they bring, cost and use, and what they
    let go at the prices."""

    of: Ints
    targets: Sequence[Target]
    gains: Floats
    costs: Floats
    uses: Floats
    let_go: Floats

    def few(self, gap: float) -> _Changes:
        """Those that let go the least."""
        kept = np.argsort(self.let_go, kind="stable")
        kept = kept[self.let_go[kept] < gap][:MOST]
        targets = [self.targets[n] for n in kept.tolist()]
        return _Changes(self.of[kept], targets, self.gains[kept], self.costs[kept], self.uses[kept], self.let_go[kept])

    def more(self, sets: Ints, gap: float) -> Ints:
        """These sets, each with one change more, of another lot: all that together let go less than the gap."""
        later = np.arange(len(self.of)) > sets[:, -1:]
        first, added = np.nonzero(later & (self.together(sets)[:, None] + self.let_go < gap))
        apart = (self.of[sets[first]] != self.of[added][:, None]).all(axis=1)
        return np.concatenate((sets[first[apart]], added[apart][:, None]), axis=1)

    def together(self, sets: Ints) -> Floats:
        """What the changes of each set let go."""
        found: Floats = self.let_go[sets].sum(axis=1)
        return found


def nearer_the_corner(
    book: Book,
    trial: Trial,
    lots: Sequence[int],
    choices: Sequence[Sequence[Choice]],
    at: Corner,
    deadline: float,
) -> Trial:
    """The plan with the best changes of up to three of these lots and groups at a time, until no plan can be better by
    a cent or none of these makes it better. `choices` are those of each group that are known."""
    for _ in range(ROUNDS):
        gap = trial.cost - at.bound
        if gap <= CENT or time.monotonic() > deadline:
            break
        changes = _changes(book, trial, lots, choices, at.prices).few(gap)
        best = _best(book, trial, changes, at, deadline)
        if best is None:
            break
        trial = _with(book, trial, changes, best.tolist())
    return trial


def a_step_away(book: Book, group: PreparedGroup, now: Choice) -> Iterator[Choice]:
    """Choices of a group in which one of its lots, or two, are sold in a step more or less than now, or in the first
    step on a day on which the group sells already."""
    if len(group.by_lot) > FEW_LOTS:
        return
    days = {book.task.lots.sold[row] for row in now.sold}
    moves: list[list[tuple[int, float]]] = []
    for rows in group.by_lot.values():
        row = next((row for row in rows if row in now.sold), -1)
        alike = [row] if row >= 0 else [row for row in rows if book.task.lots.sold[row] in days]
        moves.append([(row, units) for row in alike for units in next_to(book, row, now.sold.get(row, 0.0))])
    for number in (1, 2):
        for some in combinations(moves, number):
            for changes in product(*some):
                sold = {row: units for row, units in {**now.sold, **dict(changes)}.items() if units > 0}
                choice = group.outcome(sold, now.cancelled) if group.does_duties(sold) else None
                if choice is not None:
                    yield choice


def next_to(book: Book, row: int, units: float) -> Iterator[float]:
    """What may be sold of a row beside so many units: the next step less, and the next more."""
    rows = book.rows
    whole, step, least = float(rows.quantity[row]), float(rows.step[row]), float(rows.smallest[row])
    less = (math.ceil(units / step - DUST) - 1) * step
    if units > 0:
        yield less if less >= max(least, DUST) else 0.0
    if units < whole:
        yield min(whole, max(step, least) if units <= 0 else (math.floor(units / step + DUST) + 1) * step)


def _best(book: Book, trial: Trial, changes: _Changes, at: Corner, deadline: float) -> Ints | None:
    """The changes that make the plan cheapest; pairs and triples only where fewer do not make it cheap enough."""
    limits, least, found = book.rows.limits, trial.cost - BETTER, None
    gap, below = trial.cost - at.bound, at.below(trial)
    together = np.arange(len(changes.of))[:, None]
    for number in range(1, TOGETHER + 1):
        for start in range(0, len(together), AT_ONCE):
            if time.monotonic() > deadline:
                break
            sets = together[start : start + AT_ONCE]
            sets = sets[below + changes.together(sets) < least]
            uses = trial.uses + changes.uses[sets].sum(axis=1)
            sets = sets[(uses <= limits.most + limits.slack).all(axis=1)]
            if not len(sets):
                continue
            year = book.surface.costs(trial.sums + changes.gains[sets].sum(axis=1))
            costs = year + trial.spent + changes.costs[sets].sum(axis=1)
            best = int(costs.argmin())
            if costs[best] < least:
                least, found = float(costs[best]), sets[best]
        if not len(together) or least <= at.bound + CENT or number == TOGETHER:
            break
        # of pairs those too to which a third change may add
        together = changes.more(together, gap if number + 1 < TOGETHER else least - below)
    return found


def _with(book: Book, trial: Trial, changes: _Changes, these: Sequence[int]) -> Trial:
    """The plan so changed."""
    free, choices = dict(trial.free), list(trial.choices)
    for n in these:
        of, target = int(changes.of[n]), changes.targets[n]
        if isinstance(target, Choice):
            choices[-1 - of] = target
            continue
        row, quantity = target
        free = {other: units for other, units in free.items() if book.rows.lot[other] != of}
        if row >= 0:
            free[row] = quantity
    return book.trial(free, tuple(choices))


def _changes(
    book: Book, trial: Trial, lots: Sequence[int], choices: Sequence[Sequence[Choice]], prices: Prices
) -> _Changes:
    """Every change of one of the lots or groups, from where the plan stands."""
    sold = {int(book.rows.lot[row]): (row, units) for row, units in trial.free.items()}
    stands = {lot: sold.get(lot, (-1, 0.0)) for lot in lots}
    of_lots = [(lot, target) for lot, now in stands.items() for target in _targets(book, lot, *now)]
    of_groups = [
        (n, now, other)
        for n, (now, known) in enumerate(zip(trial.choices, choices, strict=True))
        for other in known
        if other is not now
    ]
    after = book.rows.brought(*_arrays([target for _, target in of_lots]))
    before = book.rows.brought(*_arrays([stands[lot] for lot, _ in of_lots]))
    gains, costs, uses = (then - now for then, now in zip(after, before, strict=True))
    if of_groups:
        gains = np.concatenate((gains, [other.gains - now.gains for _, now, other in of_groups]))
        costs = np.concatenate((costs, [other.cost - now.cost for _, now, other in of_groups]))
        uses = np.concatenate((uses, [other.uses - now.uses for _, now, other in of_groups]))
    of = np.array([*(lot for lot, _ in of_lots), *(-1 - n for n, _, _ in of_groups)], dtype=np.int64)
    targets: list[Target] = [*(target for _, target in of_lots), *(other for _, _, other in of_groups)]
    return _Changes(of, targets, gains, costs, uses, costs + gains @ prices.sums + uses @ prices.rents)


def _arrays(sold: Sequence[tuple[int, float]]) -> tuple[Ints, Floats]:
    return np.array([row for row, _ in sold], dtype=np.int64), np.array([units for _, units in sold], dtype=float)


def _targets(book: Book, lot: int, row_now: int, now: float) -> Iterator[tuple[int, float]]:
    """What else could be sold of a lot: none, all, or a few steps from where it is or from the whole."""
    rows = book.rows
    if row_now >= 0 and rows.duty[lot] <= 0:
        yield -1, 0.0
    end = rows.starts[lot + 1] if lot + 1 < rows.lots else len(rows)
    for row in rows.order[rows.starts[lot] : end].tolist():
        whole, step = float(rows.quantity[row]), float(rows.step[row])
        least = max(float(rows.smallest[row]), float(rows.duty[lot]) * whole)
        stands = now if row == row_now else 0.0
        below, above = math.ceil(stands / step - DUST) * step, math.floor(stands / step + DUST) * step
        last = math.ceil(whole / step - DUST) * step  # a last fraction goes only with the whole lot
        found = {whole, max(step, least)}
        for steps in range(1, STEPS + 1):
            found |= {below - steps * step, above + steps * step, last - steps * step}
        yield from ((row, units) for units in sorted(found) if max(least, DUST) <= units <= whole and units != stands)
