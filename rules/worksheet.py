"""A form of the return (§ 6011(a)) filled in: the answer together with the lines a reader can check it by."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from rules.quickly_made import quickly_made
from rules.terms import ZERO


class Unit(StrEnum):
    """What the amount of a line counts: dollars, people, whole percent, or a fraction of one."""

    MONEY = "money"
    COUNT = "count"
    PERCENT = "percent"
    RATE = "rate"


class Line(NamedTuple):
    """One line: the form's own number, a short label, an amount in dollars with the form's sign, or in its `unit`."""

    number: str
    label: str
    amount: Decimal
    unit: Unit = Unit.MONEY


@quickly_made
@dataclass(frozen=True, slots=True)
class Worksheet:
    """The lines that were filled in, in the order of the form. `source` says where the form is published."""

    name: str
    source: str
    lines: tuple[Line, ...]

    def __getitem__(self, number: str) -> Decimal:
        """The amount on a line. Raises KeyError for a line that was not filled in."""
        for line in self.lines:
            if line.number == number:
                return line.amount
        raise KeyError(number)

    def get(self, number: str, default: Decimal = ZERO) -> Decimal:
        """The amount on a line, or `default` for a line left blank."""
        return next((line.amount for line in self.lines if line.number == number), default)

    @property
    def last(self) -> Decimal:
        """The amount on the last line: what the worksheet is for."""
        return self.lines[-1].amount


_made = tuple.__new__  # of a Line, without a call in between: a plan asks the tax hundreds of times


class Filling:
    """A worksheet being filled in, line by line: `line` notes an amount and hands it back."""

    def __init__(self, name: str, source: str) -> None:
        self._name, self._source = name, source
        self.lines: list[Line] = []

    def line(self, number: str, label: str, amount: Decimal) -> Decimal:
        self.lines.append(_made(Line, (number, label, amount, Unit.MONEY)))
        return amount

    @property
    def filled(self) -> Worksheet:
        return Worksheet(self._name, self._source, tuple(self.lines))
