"""The columns of an exchange's file: each is trimmed, and read as amounts, all at once."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from operator import itemgetter

from planner.loader.tables.cells import BadCell, normal_name, parse_amount, plain_amounts
from rules.terms import ZERO


class Columns(dict[str, list[str]]):
    """The rows under one header: the trimmed cells of each column by its name, blank ones where it is not there. A
    column is trimmed, and read as amounts, all at once when it is first asked for."""

    def __init__(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        super().__init__()
        self.header = tuple(map(normal_name, header))
        self.rows = rows
        self.amounts = _Amounts(self)

    def __missing__(self, name: str) -> list[str]:
        wanted = normal_name(name)
        places = [place for place, title in enumerate(self.header) if title == wanted]  # of two alike the last counts
        blank = [""] * len(self.rows)
        self[name] = list(map(str.strip, map(itemgetter(places[-1]), self.rows))) if places else blank
        return self[name]


class _Amounts(dict[str, list[Decimal | BadCell]]):
    """The same as amounts, or why one is none."""

    def __init__(self, columns: Columns) -> None:
        super().__init__()
        self._columns = columns

    def __missing__(self, name: str) -> list[Decimal | BadCell]:
        cells = self._columns[name]
        different = dict.fromkeys(cells)
        known: dict[str, Decimal | BadCell] = {**plain_amounts(different), "": ZERO}
        bare = {cell: _without_unit(cell) for cell in different if cell not in known}
        plain = plain_amounts(bare.values())
        known |= {cell: plain[text] if text in plain else amount_said(cell) for cell, text in bare.items()}
        self[name] = list(map(known.__getitem__, cells))
        return self[name]


def amount_said(text: str) -> Decimal | BadCell:
    """A text as an amount, its unit left off; zero where blank; or why it is none."""
    if not text or text in ("-", "--"):
        return ZERO
    try:
        return parse_amount(_without_unit(text))
    except BadCell as bad:
        return bad


def _without_unit(text: str) -> str:
    """`0.5` of `0.5 ETH`, `(0.5)` of `(0.5 ETH)`."""
    if " " in text:
        bare, _, unit = text.strip("()").rpartition(" ")
        if bare and unit.isalnum() and not unit[0].isdigit():
            return f"({bare})" if text.startswith("(") else bare
    return text
