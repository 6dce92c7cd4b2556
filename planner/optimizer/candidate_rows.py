"""Candidates as columns: a row a lot and a day, with an object only of each lot's first day.

Of a lot the days differ in the character of its gain and in what waiting costs, and in nothing else. So what is asked
of very many rows at once is asked of the columns here; a `Candidate` of a later day is made where one row is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import overload

import numpy as np
import numpy.typing as npt

from planner.domain.portfolio import Holding
from planner.optimizer.candidate import Candidate
from planner.optimizer.verify.sale_figures import Order, figures

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


class CandidateRows(Sequence[Candidate]):
    """All that may be sold. Rows of one lot follow one another, its earliest day first.

    By lot: `firsts`, on its first day. By row: `lot` (its number; `numbers` has them as a list), `sold`, `basket` (0
    short, 1 long, 2 long in the 28-percent group) and `rates`, what a dollar of proceeds costs on that day.
    """

    def __init__(
        self, firsts: Sequence[Candidate], lot: Ints, sold: Sequence[date], basket: Ints, rates: Sequence[Decimal]
    ) -> None:
        self.firsts, self.lot, self.sold, self.basket, self.rates = firsts, lot, sold, basket, rates
        self.numbers: list[int] = lot.tolist()
        self._made: dict[int, Candidate] = {}

    def __len__(self) -> int:
        return len(self.lot)

    @overload
    def __getitem__(self, row: int) -> Candidate: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[Candidate]: ...
    def __getitem__(self, row: int | slice) -> Candidate | Sequence[Candidate]:
        if isinstance(row, slice):
            return [self[n] for n in range(*row.indices(len(self)))]
        first = self.first_of(row)
        if self.sold[row] == first.sold:
            return first
        made = self._made.get(row)
        if made is None:
            whole = figures(Order(first.holding, first.quantity, self.sold[row]))
            made = self._made[row] = replace(first, whole=whole, cost_rate=self.rates[row])
        return made

    def __iter__(self) -> Iterator[Candidate]:
        return (self[row] for row in range(len(self)))

    def of_lots(self, kept: Bools) -> CandidateRows:
        """The rows of these lots alone."""
        if kept.all():
            return self
        rows = np.flatnonzero(kept[self.lot])
        numbers = np.cumsum(kept) - 1
        its: list[int] = rows.tolist()
        return CandidateRows(
            [first for first, keep in zip(self.firsts, kept, strict=True) if keep],
            numbers[self.lot[rows]],
            [self.sold[row] for row in its],
            self.basket[rows],
            [self.rates[row] for row in its],
        )

    # --- by row ---

    def first_of(self, row: int) -> Candidate:
        """The candidate of the row's lot on its first day."""
        return self.firsts[self.numbers[row]]

    def holding(self, row: int) -> Holding:
        return self.first_of(row).holding

    def lot_id(self, row: int) -> str:
        return self.first_of(row).holding.lot.lot_id

    def orders(self, quantities: Mapping[int, Decimal]) -> list[Order]:
        """So much of each of these rows."""
        return [Order(self.holding(row), quantity, self.sold[row]) for row, quantity in sorted(quantities.items())]

    @cached_property
    def rate(self) -> Floats:
        known = {rate: float(rate) for rate in set(self.rates)}
        return np.array([known[rate] for rate in self.rates])

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

    @cached_property
    def starts(self) -> Ints:
        """Where the rows of each lot begin."""
        found: Ints = np.searchsorted(self.lot, np.arange(len(self.firsts)))
        return found

    @cached_property
    def gain(self) -> Floats:
        """Of each lot the gain if all of it is sold, before § 1091."""
        return np.array([float(first.whole.gain) for first in self.firsts])

    @cached_property
    def proceeds(self) -> Floats:
        return np.array([float(first.whole.proceeds) for first in self.firsts])

    @cached_property
    def moved(self) -> Floats:
        """Of each lot what earlier wash sales have moved into its basis."""
        return np.array([float(moved) if (moved := first.whole.moved) else 0.0 for first in self.firsts])

    @cached_property
    def quantity(self) -> Floats:
        return np.array([float(first.quantity) for first in self.firsts])

    @cached_property
    def duty(self) -> Floats:
        """Of each lot the share of it that must be sold."""
        return np.array([float(first.duty / first.quantity) if first.duty else 0.0 for first in self.firsts])

    @cached_property
    def lot_ids(self) -> list[str]:
        return [first.holding.lot.lot_id for first in self.firsts]

    @property
    def days(self) -> dict[str, Sequence[date]]:
        """The days on which each lot is offered, by its id."""
        bounds = pairwise([*self.starts.tolist(), len(self)])
        return {lot_id: self.sold[start:end] for lot_id, (start, end) in zip(self.lot_ids, bounds, strict=True)}

    @cached_property
    def largest_losses_first(self) -> list[Candidate]:
        """Every lot that has a loss, on its first day."""
        gain, lot_ids = self.gain.tolist(), self.lot_ids  # of cents, so that a float orders them as exactly
        losers = [n for n, amount in enumerate(gain) if amount < 0]
        return [self.firsts[n] for n in sorted(losers, key=lambda n: (gain[n], lot_ids[n]))]
