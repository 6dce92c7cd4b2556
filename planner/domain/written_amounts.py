"""Amounts as a file writes them, kept as whole numbers and decimal places: exact, and a `Decimal` only where one is
looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Context, Decimal
from functools import cached_property

import numpy as np
import numpy.typing as npt

from planner.domain.on_demand import OnDemand
from rules.terms import ZERO

_MOST_DIGITS = 15  # of a cell: so many make one floating-point number, and no two the same
_PLACES = [Decimal(1).scaleb(-places) for places in range(_MOST_DIGITS + 1)]
_TENS = np.array([float(10**places) for places in range(_MOST_DIGITS + 1)])
_exactly = Context(prec=2 * _MOST_DIGITS).multiply
_MOST = 10**12  # of units of a security, or dollars


class WrittenAmounts(OnDemand[Decimal]):
    """A column of plain numbers such as `1234.50`, which is 123450 `units` with 2 `places`."""

    def __init__(self, units: npt.NDArray[np.int64], places: npt.NDArray[np.int8]) -> None:
        self.units, self.places = units, places

    @classmethod
    def of(cls, cells: Sequence[str]) -> WrittenAmounts | None:
        """The amounts of these cells; None where any is blank, has a sign, or is anything but a short plain number."""
        text = "\n".join([*cells, ""])
        if not text or text.strip("0123456789.\n"):
            return None
        signs = np.frombuffer(text.encode("ascii"), np.uint8)
        ends, points = np.flatnonzero(signs == ord("\n")), np.flatnonzero(signs == ord("."))
        of_cell = np.searchsorted(ends, points)
        digits, places = np.diff(ends, prepend=-1) - 1, np.zeros(len(ends), np.int8)
        digits[of_cell] -= 1  # once, whatever points a cell has
        several_points = bool((np.diff(of_cell) == 0).any())
        if len(ends) != len(cells) or several_points or digits.min() < 1 or digits.max() > _MOST_DIGITS:
            return None
        places[of_cell] = ends[of_cell] - points - 1
        found = cls(np.fromstring(text.replace(".", ""), np.int64, sep="\n"), places)
        return found if found.numbers.max() < _MOST else None

    @classmethod
    def together(cls, parts: Sequence[WrittenAmounts]) -> WrittenAmounts:
        """Those of several files, one after another."""
        return cls(np.concatenate([part.units for part in parts]), np.concatenate([part.places for part in parts]))

    @cached_property
    def numbers(self) -> npt.NDArray[np.float64]:
        """The nearest floating-point numbers; two are equal where the amounts are."""
        found: npt.NDArray[np.float64] = self.units / _TENS[self.places]
        return found

    def __len__(self) -> int:
        return len(self.units)

    def at(self, number: int) -> Decimal:
        return _exactly(Decimal(int(self.units[number])), _PLACES[self.places[number]]) or ZERO

    def __iter__(self) -> Iterator[Decimal]:
        written = zip(self.units.tolist(), self.places.tolist(), strict=True)
        return (_exactly(Decimal(units), _PLACES[places]) or ZERO for units, places in written)

    def __eq__(self, other: object) -> bool:
        return list(self) == list(other) if isinstance(other, Sequence) else NotImplemented

    __hash__ = None  # type: ignore[assignment]
