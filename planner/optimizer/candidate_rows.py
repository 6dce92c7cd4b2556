"""Candidates as columns: a row a lot and a day, with an object only of each lot's first day.

Of a lot the days differ in the character of its gain and in what waiting costs, and in nothing else. So what is asked
of very many rows at once is asked of the columns here; a `Candidate` of a later day is made where one row is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TypeVar

import numpy as np

from planner.domain.columns import Bools, Floats, Ints
from planner.domain.on_demand import OnDemand
from planner.domain.portfolio import Holding
from planner.optimizer.candidate import Candidate
from planner.optimizer.offered_lots import OfferedLots
from planner.optimizer.verify.sale_figures import Order, figures

T = TypeVar("T")


class CandidateRows(OnDemand[Candidate]):
    """All that may be sold. Rows of one lot follow one another, its earliest day first.

    By lot: `firsts`, on its first day; where its rows begin (`starts`) and end (`ends`). By row: `lot` (its number;
    `numbers` has them as a list), `sold`, `basket` (0 short, 1 long, 2 long in the 28-percent group) and `rates`, what
    a dollar of proceeds costs on that day.
    """

    def __init__(self, firsts: OfferedLots) -> None:
        self.firsts = firsts
        days = np.array([len(offer.days) for offer in firsts.offers], dtype=np.int64)
        of_lot = days[firsts.kind]
        self.ends: Ints = np.cumsum(of_lot)
        self.starts: Ints = self.ends - of_lot
        self.lot: Ints = np.repeat(np.arange(len(firsts)), of_lot)
        self.numbers: list[int] = self.lot.tolist()
        # where the row is among the days of all kinds, one after another
        self._day: Ints = np.arange(len(self.lot)) + np.repeat(
            (np.cumsum(days) - days)[firsts.kind] - self.starts, of_lot
        )
        self._made: dict[int, Candidate] = {}

    def __len__(self) -> int:
        return len(self.lot)

    def at(self, number: int) -> Candidate:
        first = self.first_of(number)
        if self.sold[number] == first.sold:
            return first
        made = self._made.get(number)
        if made is None:
            whole = figures(Order(first.holding, first.quantity, self.sold[number]))
            made = self._made[number] = replace(first, whole=whole, cost_rate=self.rates[number])
        return made

    def __iter__(self) -> Iterator[Candidate]:
        return (self[row] for row in range(len(self)))

    def of_lots(self, kept: Bools) -> CandidateRows:
        """The rows of these lots alone."""
        return self if kept.all() else CandidateRows(self.firsts.picked(kept))

    def rows_of(self, lots: Ints) -> Ints:
        """The rows of these lots, lot after lot."""
        several = (self.ends - self.starts)[lots]
        rows: Ints = np.arange(several.sum()) + np.repeat(self.starts[lots] - (np.cumsum(several) - several), several)
        return rows

    # --- by row ---

    def first_of(self, row: int) -> Candidate:
        """The candidate of the row's lot on its first day."""
        return self.firsts[self.numbers[row]]

    def holding(self, row: int) -> Holding:
        return self.firsts.holding(self.numbers[row])

    def lot_id(self, row: int) -> str:
        return self.lot_ids[self.numbers[row]]

    def orders(self, quantities: Mapping[int, Decimal]) -> list[Order]:
        """So much of each of these rows."""
        return [Order(self.holding(row), quantity, self.sold[row]) for row, quantity in sorted(quantities.items())]

    @cached_property
    def sold(self) -> list[date]:
        return self._of_days([day for offer in self.firsts.offers for day in offer.days])

    @cached_property
    def day(self) -> Ints:
        """The day of each row by its number (`date.toordinal`)."""
        of_kinds = [day.toordinal() for offer in self.firsts.offers for day in offer.days]
        return np.array(of_kinds, dtype=np.int64)[self._day]

    @cached_property
    def rates(self) -> list[Decimal]:
        return self._of_days([rate for offer in self.firsts.offers for rate in offer.rates])

    @cached_property
    def basket(self) -> Ints:
        return np.array([basket for offer in self.firsts.offers for basket in offer.baskets], dtype=np.int64)[self._day]

    @cached_property
    def rate(self) -> Floats:
        return np.array([float(rate) for offer in self.firsts.offers for rate in offer.rates])[self._day]

    def _of_days(self, of_kinds: list[T]) -> list[T]:
        return [of_kinds[day] for day in self._day.tolist()]

    @cached_property
    def baskets(self) -> list[int]:
        found: list[int] = self.basket.tolist()
        return found

    @cached_property
    def loss_a_unit(self) -> list[float]:
        """The loss of each unit, before § 1091; zero of a gain."""
        found: list[float] = (np.maximum(-self.gain, 0.0) / self.quantity)[self.lot].tolist()
        return found

    # --- by lot ---

    @property
    def gain(self) -> Floats:
        """Of each lot the gain if all of it is sold, before § 1091."""
        return self.firsts.gain

    @property
    def proceeds(self) -> Floats:
        return self.firsts.proceeds

    @property
    def moved(self) -> Floats:
        """Of each lot what earlier wash sales have moved into its basis."""
        return self.firsts.moved

    @property
    def quantity(self) -> Floats:
        return self.firsts.quantity

    @property
    def duty(self) -> Floats:
        """Of each lot the share of it that must be sold."""
        return self.firsts.duty

    @property
    def lot_ids(self) -> list[str]:
        return self.firsts.lot_ids

    @property
    def days(self) -> dict[str, Sequence[date]]:
        """The days on which each lot is offered, by its id."""
        return {lot_id: self.firsts.offer(n).days for n, lot_id in enumerate(self.lot_ids)}

    @cached_property
    def losers(self) -> list[int]:
        """The numbers of the lots that have a loss, the largest first."""
        at_loss = np.flatnonzero(self.gain < 0)
        found: list[int] = self.firsts.in_order(at_loss, [self.gain], self.lot_ids.__getitem__).tolist()
        return found

    @property
    def largest_losses_first(self) -> list[Candidate]:
        """Every lot that has a loss, on its first day."""
        return [self.firsts[lot] for lot in self.losers]

    def whole(self, lots: Iterable[int]) -> list[Order]:
        """All of each of these lots, on its first day."""
        return [self.firsts[lot].whole.order for lot in lots]
