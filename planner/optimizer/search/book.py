"""The household as the search sees it: what any plan comes to, in floats that the law's cents confirm afterwards.

No figure here is the solver's. A plan's net benefit is what `Book.plan` says, whoever proposed it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from planner.optimizer.program.entries import Entries, Floats, Ints, entries
from planner.optimizer.search.choice import Choice
from planner.optimizer.search.groups import PreparedGroup, groups_of
from planner.optimizer.search.surface import Surface
from planner.optimizer.search.task import Task

UNUSED = 2.0 + 1e-6  # dollars: a box no wider than its own margins belongs to a sum that no plan changes
WITHIN = 1e-6  # by how much floats may miss a limit
PART_OF_A_STEP = 1e-3  # by which they may miss what must be sold, which is sold to the last unit
ALIKE = 1e-14  # shares of a lot that floats cannot tell apart


@dataclass(frozen=True, eq=False)
class Trial:
    """A plan and what it comes to. `free` are quantities by row of lots that nothing couples, `choices` one a group."""

    free: Mapping[int, float]
    choices: tuple[Choice, ...]
    sums: Floats
    spent: float  # what sales cost apart from the year's cost
    uses: Floats
    cost: float

    @property
    def sold(self) -> dict[int, float]:
        """Quantities by row, of all lots."""
        return {**self.free, **{row: q for choice in self.choices for row, q in choice.sold.items()}}

    @cached_property
    def number(self) -> int:
        """How many lots are sold."""
        return len(self.free) + sum(len(choice.sold) for choice in self.choices)

    @property
    def cancelled(self) -> frozenset[str]:
        return frozenset().union(*(choice.cancelled for choice in self.choices))


class Book:
    """Everything that a task's plans are worked out from."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.rows: Entries = entries(task.lots, task.economy, task.plan_limits)
        self.before = np.array(task.economy.before)
        box = [
            (before, before) if high - low <= UNUSED else (low, high)
            for before, (low, high) in zip(task.economy.before, task.economy.box, strict=True)
        ]
        self.surface = Surface(task.economy.regimes, tuple(box), task.economy.state)
        self.groups: list[PreparedGroup] = groups_of(task.couplings, task.lots, self.rows, task.economy.deferral)
        self.group_of: Ints = np.full(len(task.lots), -1)  # of each row, or -1
        for n, group in enumerate(self.groups):
            self.group_of[group.line] = n
        self.coupled = self.group_of >= 0

    @cached_property
    def idle_choices(self) -> tuple[Choice, ...]:
        """Nothing sold and nothing canceled, group by group."""
        found = []
        for group in self.groups:
            choice = group.outcome({})
            assert choice is not None
            found.append(choice)
        return tuple(found)

    @cached_property
    def free_lots(self) -> Ints:
        """The numbers of the lots that nothing couples."""
        first = self.rows.order[self.rows.starts] if len(self.rows) else np.zeros(0, dtype=np.int64)
        return np.flatnonzero(~self.coupled[first]) if len(self.rows) else np.zeros(0, dtype=np.int64)

    def trial(self, free: Mapping[int, float], choices: tuple[Choice, ...]) -> Trial:
        """A plan with what it comes to."""
        rows = self.rows
        sums, spent, uses = self.before.copy(), 0.0, np.zeros(rows.limits.number)
        if free:
            index, share = rows.shares(free)
            sums += share @ rows.gains[index]
            spent += float(share @ rows.costs[index] + rows.charges[index].sum())
            shares = np.where(rows.limits.counts[None, :], 1.0, share[:, None])
            uses += (shares * rows.limits.uses[index]).sum(axis=0)
        for choice in choices:
            sums = sums + choice.gains
            spent += choice.cost
            uses = uses + choice.uses
        return Trial(dict(free), choices, sums, spent, uses, self.surface.cost(sums) + spent)

    def of(self, sold: Mapping[int, float], cancelled: frozenset[str] = frozenset()) -> Trial | None:
        """The plan with these quantities by row; None where it is not lawful, or sells a lot twice."""
        sold = {row: quantity for row, quantity in sold.items() if quantity > 0}
        index = np.fromiter(sold, dtype=np.int64, count=len(sold))
        if len(set(self.rows.lot[index].tolist())) < len(sold):
            return None
        parts: dict[int, dict[int, float]] = defaultdict(dict)
        for number, (row, quantity) in zip(self.group_of[index].tolist(), sold.items(), strict=True):
            parts[number][row] = quantity
        free = parts.pop(-1, {})
        choices = []
        for n, (group, idle) in enumerate(zip(self.groups, self.idle_choices, strict=True)):
            part, off = parts.get(n, {}), cancelled.intersection(group.cancelable)
            choice = group.outcome(part, off) if part or off else idle
            if choice is None:
                return None
            choices.append(choice)
        return self.trial(free, tuple(choices))

    def keeps_limits(self, trial: Trial) -> bool:
        """Whether the plan keeps every limit on sums, least quantities and duties."""
        limits = self.rows.limits
        if not np.isfinite(trial.cost) or (trial.uses > limits.most + limits.slack).any():
            return False
        return not (self._owes or self._least) or self.duties_done(trial.sold)

    def duties_done(self, sold: Mapping[int, float]) -> bool:
        """Whether what must be sold is sold."""
        rows = self.rows
        index, share = rows.shares(sold)
        if (share * rows.quantity[index] < rows.smallest[index] - WITHIN).any():
            return False
        if not self._owes:
            return True
        done = np.bincount(rows.lot[index], share, minlength=rows.lots)
        first = rows.order[rows.starts]
        part_of_a_step = np.maximum(PART_OF_A_STEP * rows.step[first] / rows.quantity[first], ALIKE)
        return bool((rows.duty - done <= part_of_a_step).all())

    @cached_property
    def _owes(self) -> bool:
        """Whether anything must be sold."""
        return bool((self.rows.duty > 0).any())

    @cached_property
    def _least(self) -> bool:
        """Whether a sale of a part can be too small."""
        return bool((self.rows.smallest > WITHIN).any())

    def best(self, trials: Iterable[Trial | None]) -> Trial | None:
        """The cheapest of those that keep every limit."""
        kept = [trial for trial in trials if trial is not None and self.keeps_limits(trial)]
        return min(kept, key=lambda trial: trial.cost, default=None)
