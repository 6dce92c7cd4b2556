"""The lots that may be sold, as columns: a candidate of a lot's first day is made where one is looked at."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from planner.domain.columns import Bools, Floats, Ints
from planner.domain.lot_table import LotTable
from planner.domain.on_demand import OnDemand
from planner.domain.plan_limits import Selection
from planner.domain.portfolio import Holding
from planner.optimizer.candidate import Candidate
from planner.optimizer.offering import Offer, Offering
from rules.terms import ZERO, Owner

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class OfferedLots(OnDemand[Candidate]):
    """Each lot on its first day. Lots of one `kind` have the same of `offers`, but for quantities and amounts.

    `rows` are theirs in the `table`. Of each whole lot `proceeds`, `gain` before § 1091, the part of the basis that
    earlier wash sales `moved` there, and `quantity`; the share of it that must be sold (`duty`), `smallest` and `step`
    as a candidate has them.
    """

    table: LotTable
    offering: Offering
    offers: Sequence[Offer]
    rows: Ints
    kind: Ints
    proceeds: Floats
    gain: Floats
    moved: Floats
    quantity: Floats
    duty: Floats
    smallest: Floats
    step: Floats
    _made: dict[int, Candidate] = field(default_factory=dict)  # by row of the table

    @classmethod
    def of(
        cls,
        table: LotTable,
        offering: Offering,
        offers: Sequence[Offer],
        columns: tuple[Ints, Ints, Floats, Floats],
        alone: Sequence[tuple[int, Offer]],
    ) -> OfferedLots:
        """`columns` are `rows`, `kind`, `proceeds` and `gain` of usual lots; those `alone` have an offer each."""
        rows, kind, proceeds, gain = columns
        nothing, firsts = np.zeros(len(rows)), [offer.first for _, offer in alone]
        steps = [
            offering.step(account, asset_class) if account in offering.taxable else ZERO
            for account, _, asset_class in table.kinds
        ]
        its = np.array([row for row, _ in alone], dtype=np.int64)
        order = np.argsort(np.concatenate([rows, its]))

        def both(usual: Floats, other: Sequence[float]) -> Floats:
            return np.concatenate([usual, np.array(other, dtype=float)])[order]

        return cls(
            table,
            offering,
            [*offers, *(offer for _, offer in alone)],
            rows=np.concatenate([rows, its])[order],
            kind=np.concatenate([kind, len(offers) + np.arange(len(alone))])[order],
            proceeds=both(proceeds, [float(first.whole.proceeds) for first in firsts]),
            gain=both(gain, [float(first.whole.gain) for first in firsts]),
            moved=both(nothing, [float(first.whole.moved) for first in firsts]),
            quantity=both(table.numbers("quantity")[rows], [float(first.quantity) for first in firsts]),
            duty=both(nothing, [float(first.duty / first.quantity) for first in firsts]),
            smallest=both(nothing, [float(first.smallest) for first in firsts]),
            step=both(np.array(steps, dtype=float)[table.kind[rows]], [float(first.step) for first in firsts]),
            _made={row: offer.first for row, offer in alone},
        )

    def __len__(self) -> int:
        return len(self.rows)

    def at(self, number: int) -> Candidate:
        row = self._rows[number]
        made = self._made.get(row)
        if made is None:
            offer = self.offer(number)
            made = self._made[row] = self.offering.candidate(self.table[row], offer.days[0], offer.rates[0])
        return made

    def picked(self, kept: Bools) -> OfferedLots:
        """Some of the lots."""
        columns = ("rows", "kind", "proceeds", "gain", "moved", "quantity", "duty", "smallest", "step")
        return replace(self, **{name: getattr(self, name)[kept] for name in columns})

    def offer(self, lot: int) -> Offer:
        """The offer of a lot's kind."""
        return self.offers[self._kinds[lot]]

    def holding(self, lot: int) -> Holding:
        return self.table[self._rows[lot]]

    @cached_property
    def _rows(self) -> list[int]:
        found: list[int] = self.rows.tolist()
        return found

    @cached_property
    def _kinds(self) -> list[int]:
        found: list[int] = self.kind.tolist()
        return found

    @cached_property
    def lot_ids(self) -> list[str]:
        lot_ids = self.table.lot_ids
        return [lot_ids[row] for row in self._rows]

    @cached_property
    def bought_as(self) -> list[str]:
        """Of each lot what was bought together (`Holding.purchase`)."""
        return self._with_holdings("part_of", self.lot_ids, lambda holding: holding.purchase)

    @cached_property
    def bought(self) -> list[date | None]:
        """Of each lot the day on which it was bought (`Holding.bought`)."""
        acquired = self.table.acquired
        return self._with_holdings("purchased", [acquired[row] for row in self._rows], lambda holding: holding.bought)

    @cached_property
    def bought_day(self) -> Ints:
        """The same by its number (`date.toordinal`); zero where it is not known."""
        found: Ints = self.table.days[self.rows]
        for row in self.table.with_value("purchased"):
            bought = self.table[row].bought
            found[self.rows == row] = bought.toordinal() if bought is not None else 0
        return found

    def number_of(self, lot_id: str) -> int | None:
        """The number of a lot by its id, where it may be sold."""
        row = self.table.row_of.get(lot_id, -1)
        n = bisect_left(self._rows, row)
        return n if n < len(self) and self._rows[n] == row else None

    def in_order(self, lots: Ints, columns: Sequence[Floats | Ints], names: Callable[[int], Any]) -> Ints:
        """Some of the lots in the order of these columns, of which the last counts first; equal ones by their names."""
        order: Ints = lots[np.lexsort([column[lots] for column in columns])]
        same = np.ones(max(len(order) - 1, 0), dtype=bool)
        for column in columns:
            same &= column[order[1:]] == column[order[:-1]]
        runs = np.flatnonzero(np.diff(same, prepend=False, append=False)).reshape(-1, 2)
        for start, end in runs.tolist():
            order[start : end + 1] = sorted(order[start : end + 1].tolist(), key=names)
        return order

    def _with_holdings(self, name: str, usual: list[T], of: Callable[[Holding], T]) -> list[T]:
        """A column in which only lots with a value of this `name` are unusual."""
        found = list(usual)
        if unusual := set(self.table.with_value(name)):
            for n, row in enumerate(self._rows):
                if row in unusual:
                    found[n] = of(self.table[row])
        return found

    @cached_property
    def identities(self) -> list[str | None]:
        """Of each lot its key of § 1091, None where the section does not reach it."""
        of_kind = [offer.first.identity for offer in self.offers]
        return [of_kind[kind] for kind in self._kinds]

    def near(self, keys: Container[str]) -> Bools:
        """The lots whose key of § 1091 is one of these."""
        return np.array([offer.first.identity in keys for offer in self.offers], dtype=bool)[self.kind]

    def owner(self, lot: int) -> Owner:
        return self.offering.taxable[self.table.accounts[self._rows[lot]]].owner

    def covered(self, where: Selection) -> Bools:
        """The lots of which a sum is taken."""
        firsts = self.table.first_of_kind.tolist()
        covered = np.array([where.covers(self.table[row].lot) for row in firsts], dtype=bool)
        return covered[self.table.kind[self.rows]]
