"""Columns of a table of lots: values in another order, places in files, and rows told by number which are alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import count
from typing import Any

import numpy as np
import numpy.typing as npt

from planner.domain.on_demand import OnDemand
from planner.domain.written_amounts import WrittenAmounts

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Places(OnDemand[str]):
    """The place of each row, such as `lots.csv:7`, written where it is looked at: `files[of_row[n]]` and `lines[n]`."""

    def __init__(self, files: Sequence[str], of_row: Ints, lines: Ints) -> None:
        self.files, self.of_row, self.lines = files, of_row, lines

    def __len__(self) -> int:
        return len(self.lines)

    def at(self, number: int) -> str:
        return f"{self.files[self.of_row[number]]}:{self.lines[number]}"

    def __iter__(self) -> Iterator[str]:
        return (f"{self.files[n]}:{line}" for n, line in zip(self.of_row.tolist(), self.lines.tolist(), strict=True))


class InOrder(OnDemand[Any]):
    """A column whose rows come in another order: row n is `column[rows[n]]`. Put in that order when it is walked."""

    def __init__(self, column: Sequence[Any], rows: Ints, codes: tuple[list[Any], Ints] | None = None) -> None:
        self.column, self.rows = column, rows
        self._codes = codes  # of `column`, where it is coded already

    def __len__(self) -> int:
        return len(self.rows)

    def at(self, number: int) -> Any:
        return self.column[self.rows.item(number)]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._every)

    @cached_property
    def _every(self) -> list[Any]:
        return list(map(list(self.column).__getitem__, self.rows.tolist()))

    @cached_property
    def numbers(self) -> Floats | None:
        """Its amounts as the nearest floating-point numbers, where they were so before."""
        return self.column.numbers[self.rows] if isinstance(self.column, WrittenAmounts) else None

    def coded(self) -> tuple[list[Any], Ints]:
        """As the function `coded`."""
        values, of_row = self._codes or coded(self.column)
        number, first = as_they_come(of_row[self.rows])
        return [values[n] for n in of_row[self.rows[first]]], number


def coded(column: Iterable[Hashable]) -> tuple[list[Any], Ints]:
    """The different values of a column in the order in which they come first, and of each row the number of its."""
    number: dict[Any, int] = defaultdict(count().__next__)
    of_row = np.fromiter(map(number.__getitem__, column), dtype=np.int64)
    return list(number), of_row


def alike(columns: Sequence[Ints]) -> tuple[Ints, Ints]:
    """Rows with the same numbers in these columns, which are small and not negative: of each row the number of its
    combination in the order in which they come first, and of each combination the first row."""
    together = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        together = together * (column.max(initial=0) + 1) + column
    if together.max(initial=0) > 4 * len(together):
        together = np.unique(together, return_inverse=True)[1]
    return as_they_come(together)


def as_they_come(number: Ints) -> tuple[Ints, Ints]:
    """The numbers of rows changed to 0, 1, 2 in the order in which they come first; and of each the first row."""
    first = np.full(number.max(initial=-1) + 1, len(number))
    first[number[::-1]] = np.arange(len(number))[::-1]  # of several the last remains
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return rank[number], first[order][: np.count_nonzero(first < len(number))]
