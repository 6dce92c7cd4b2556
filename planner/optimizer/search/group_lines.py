"""The rows of a coupled group as arrays: of very many lots only what may be better is looked at one by one."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from planner.optimizer.program.entries import Floats, Ints
from planner.optimizer.verify.offers import Bools

if TYPE_CHECKING:
    from planner.optimizer.search.groups import PreparedGroup


class GroupLines:
    """The rows of a group in their order, those of one lot after those of another; `starts` are where those of each lot
    begin, `lot` is of each row the number of its lot in the group."""

    def __init__(self, group: PreparedGroup) -> None:
        self.group, self.rows, self.starts = group, group.line, group.starts
        self.lot: Ints = np.repeat(np.arange(len(self.starts)), np.diff(np.append(self.starts, len(self.rows))))
        self.quantity: Floats = group.rows.quantity[self.rows]
        self.step, self.smallest = group.rows.step[self.rows], group.rows.smallest[self.rows]
        self.owing: Bools = group.rows.duty[group.rows.lot[self.rows[self.starts]]] > 0  # by lot

    @cached_property
    def by_name(self) -> Ints:
        """The lots by their names."""
        names = list(self.group.by_lot)
        return np.array(sorted(range(len(names)), key=names.__getitem__), dtype=np.int64)

    @cached_property
    def days(self) -> list[date]:
        """The days of sale, in order."""
        return sorted(set(map(self.group.lots.sold.__getitem__, self.group.members)))

    @cached_property
    def day(self) -> Ints:
        """Of each row the number of its day."""
        number = {day: n for n, day in enumerate(self.days)}
        days = map(self.group.lots.sold.__getitem__, self.group.members)
        return np.fromiter(map(number.__getitem__, days), np.int64, len(self.rows))

    @cached_property
    def on_day(self) -> dict[date, Ints]:
        """By day of sale, in order: of each lot its row on that day, or -1."""
        found = np.full((len(self.days), len(self.starts)), -1)
        found[self.day, self.lot] = np.arange(len(self.rows))
        return dict(zip(self.days, found, strict=True))

    @cached_property
    def recent(self) -> Bools:
        """Of each lot whether it replaces others as long as it is kept."""
        found = np.zeros(len(self.starts), dtype=bool)
        found[self.lot[self.replaces]] = True
        return found

    @cached_property
    def touches(self) -> Bools:
        """Of each row whether it depends on it what is washed."""
        return self.replaces | (self.group.kind > 0)

    @cached_property
    def replaces(self) -> Bools:
        """Of each row whether it replaces others as long as it is kept."""
        found = np.zeros(len(self.rows), dtype=bool)
        found[np.searchsorted(self.rows, sorted(self.group.replacing))] = True
        return found

    @cached_property
    def places(self) -> Ints:
        """Of each row its place in the order in which losses are matched; -1 of a gain."""
        slices = self.group.coupling.slices
        found = np.full(len(self.rows), -1)
        found[np.searchsorted(self.rows, np.array(slices, dtype=np.int64))] = np.arange(len(slices))
        return found

    @cached_property
    def losses(self) -> Floats:
        """Of each row the loss of a unit."""
        lots, number = self.group.lots, self.group.lots.lot[self.rows]
        losses: Floats = np.maximum(-lots.gain[number], 0.0) / lots.quantity[number]
        return losses

    @cached_property
    def baskets(self) -> Ints:
        return self.group.lots.basket[self.rows]

    @cached_property
    def _units(self) -> list[float]:
        return list(map(self.group.rows.units.__getitem__, self.group.members))

    def sold(self, rows: Ints, quantity: Floats | None = None) -> dict[int, float]:
        """So much of each of these rows, else all of it: of numbers that are there already, which spares memory."""
        its: list[int] = rows.tolist()
        units = map(self._units.__getitem__, its) if quantity is None else quantity.tolist()
        return dict(zip(map(self.group.members.__getitem__, its), units, strict=True))
