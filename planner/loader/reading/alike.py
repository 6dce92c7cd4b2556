"""Rows that are alike, read together as if they were one.

A layout of an exchange says what a row means. Its rows are many, and of few kinds: so it is given all of them at once,
and amounts that are columns, which are added and compared as one amount is. Where rows answer a question differently
they are parted by their answers, and each part is read again. To the layout, and to the type checker, it is one row.
"""

from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import repeat
from typing import Any, cast

from planner.loader.reading.exchange_columns import Columns
from planner.loader.tables.cells import BadCell


class Parted(Exception):  # noqa: N818  no error: the rows are read again, in parts
    """A question that rows answer differently, with the answer of each."""

    def __init__(self, answers: Sequence[Hashable]) -> None:
        self.answers = answers
        super().__init__("rows that are not alike")


def one_answer(answers: Sequence[Any]) -> Any:
    """What all rows answer. Raises Parted where they do not answer the same."""
    if len(set(answers)) > 1:
        raise Parted(answers)
    return answers[0]


class Figures:
    """An amount of each of some rows."""

    __slots__ = ("of",)
    __hash__ = None  # type: ignore[assignment]  # as an amount it could be asked whether it is another

    def __init__(self, of: Iterable[Decimal]) -> None:
        self.of = list(of)

    def _with(self, other: object, compute: Callable[[Any, Any], Any]) -> list[Any]:
        return list(map(compute, self.of, other.of if isinstance(other, Figures) else repeat(other)))

    def __add__(self, other: object) -> Figures:
        return Figures(self._with(other, operator.add))

    def __radd__(self, other: object) -> Figures:
        return Figures(self._with(other, lambda mine, its: its + mine))

    def __sub__(self, other: object) -> Figures:
        return Figures(self._with(other, operator.sub))

    def __rsub__(self, other: object) -> Figures:
        return Figures(self._with(other, lambda mine, its: its - mine))

    def __mul__(self, other: object) -> Figures:
        return Figures(self._with(other, operator.mul))

    __rmul__ = __mul__

    def __abs__(self) -> Figures:
        return Figures(map(abs, self.of))

    def __neg__(self) -> Figures:
        return Figures(map(operator.neg, self.of))

    def __bool__(self) -> bool:
        return bool(one_answer(list(map(bool, self.of))))

    def __lt__(self, other: object) -> bool:
        return bool(one_answer(self._with(other, operator.lt)))

    def __gt__(self, other: object) -> bool:
        return bool(one_answer(self._with(other, operator.gt)))

    def __le__(self, other: object) -> bool:
        return bool(one_answer(self._with(other, operator.le)))

    def __ge__(self, other: object) -> bool:
        return bool(one_answer(self._with(other, operator.ge)))

    def __eq__(self, other: object) -> bool:
        return bool(one_answer(self._with(other, operator.eq)))


@dataclass(slots=True)
class Row:
    """Rows under one header that have answered every question so far alike: their places in its columns, their lines,
    and what is known of them."""

    columns: Columns
    places: Sequence[int]
    lines: list[int]
    known: dict[tuple[str, ...], str] = field(default_factory=dict)

    @property
    def line(self) -> int:
        """Their lines, to be passed on as that of one row."""
        return cast(int, self.lines)

    def cells(self, names: Sequence[str]) -> list[str]:
        """Of each the first cell under one of these names that holds anything; blank where none does."""
        there = [self.columns[name] for name in names if self.columns.has(name)]
        if not there:
            return [""] * len(self.places)
        first, *others = there
        cells = [first[place] for place in self.places]
        for column in others:
            cells = [cell or column[place] for cell, place in zip(cells, self.places, strict=True)]
        return cells

    def said(self, names: tuple[str, ...]) -> str:
        """The same where it is the same of all."""
        if names not in self.known:
            self.known[names] = cast(str, one_answer(self.cells(names)))
        return self.known[names]

    def amounts(self, name: str) -> Decimal | BadCell | None:
        """The cells under a name as amounts; None where they are blank, or why they are none."""
        if not self.columns.has(name) or not one_answer([bool(cell) for cell in self.cells((name,))]):
            return None
        read = self.columns.amounts[name]
        amounts = [read[place] for place in self.places]
        if name in self.columns.amounts.bad and one_answer([isinstance(amount, BadCell) for amount in amounts]):
            if len(amounts) > 1:
                raise Parted(self.lines)
            return amounts[0]
        return cast(Decimal, Figures(cast(list[Decimal], amounts)))

    def parts(self, answers: Sequence[Hashable]) -> list[Row]:
        """The rows by their answers."""
        by_answer: dict[Hashable, list[int]] = defaultdict(list)
        for index, answer in enumerate(answers):
            by_answer[answer].append(index)
        return [self.some(indices) for indices in by_answer.values()]

    def some(self, indices: Sequence[int]) -> Row:
        places, lines = self.places, self.lines
        return Row(self.columns, [places[n] for n in indices], [lines[n] for n in indices], dict(self.known))

    def singly(self) -> list[OneRow]:
        """Each for itself."""
        return [OneRow(self.columns, place, line) for place, line in zip(self.places, self.lines, strict=True)]


@dataclass(slots=True)
class OneRow:
    """A row that is read for itself: it belongs together with others by what it says. Answers as `Row`."""

    columns: Columns
    place: int
    line: int

    def cells(self, names: Sequence[str]) -> str:
        for name in names:
            if cell := self.columns[name][self.place]:
                return cell
        return ""

    def said(self, names: tuple[str, ...]) -> str:
        return self.cells(names)

    def amounts(self, name: str) -> Decimal | BadCell | None:
        return self.columns.amounts[name][self.place] if self.columns[name][self.place] else None
