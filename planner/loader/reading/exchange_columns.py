"""The columns of an exchange's file: each is trimmed, and read as amounts, all at once."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from planner.loader.tables.cells import BadCell, all_plain, normal_name, parse_amount, plain_amounts
from planner.loader.tables.text_table import trimmed_columns
from rules.terms import ZERO


class Columns(dict[str, list[str]]):
    """The rows under one header: the trimmed cells of each column by its name, blank ones where it is not there. A
    column is trimmed, and read as amounts, all at once when it is first asked for."""

    def __init__(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        super().__init__()
        self.header = tuple(map(normal_name, header))
        self.rows = rows
        self.amounts = _Amounts(self)
        self._trimmed: list[list[str]] = []

    def __missing__(self, name: str) -> list[str]:
        wanted = normal_name(name)
        places = [place for place, title in enumerate(self.header) if title == wanted]  # of two alike the last counts
        blank = [""] * len(self.rows)
        if places and not self._trimmed:
            self._trimmed = trimmed_columns(self.rows, range(len(self.header)))
        self[name] = self._trimmed[places[-1]] if places else blank
        return self[name]

    def has(self, name: str) -> bool:
        """Whether there is a column of this name."""
        return normal_name(name) in self.header


class _Amounts(dict[str, list[Decimal | BadCell]]):
    """The same as amounts, or why one is none: such columns are `bad`."""

    def __init__(self, columns: Columns) -> None:
        super().__init__()
        self._columns = columns
        self.bad: set[str] = set()

    def __missing__(self, name: str) -> list[Decimal | BadCell]:
        cells = self._columns[name]
        filled = list(filter(None, cells))
        amounts = all_plain(_without_one_unit(filled))
        if amounts is not None:
            following = iter(amounts)
            self[name] = [next(following) if cell else ZERO for cell in cells]
            return self[name]
        different = dict.fromkeys(cells)
        known: dict[str, Decimal | BadCell] = {**plain_amounts(different), "": ZERO}
        known |= {cell: amount_said(cell) for cell in different if cell not in known}
        if any(isinstance(amount, BadCell) for amount in known.values()):
            self.bad.add(name)
        self[name] = list(map(known.__getitem__, cells))
        return self[name]


def _without_one_unit(cells: list[str]) -> list[str]:
    """The cells without the unit that the first of them has, as `_without_unit` leaves it off."""
    unit = cells[0].strip("()").rpartition(" ")[2] if cells and " " in cells[0] else ""
    if not unit.isalnum() or unit[0].isdigit():
        return cells
    text = "\n".join([*cells, ""])
    if f") {unit}\n" in text:
        return cells
    return text.replace(f" {unit})\n", ")\n").replace(f" {unit}\n", "\n").split("\n")[:-1]


def amount_said(text: str) -> Decimal | BadCell:
    """A text as an amount, its unit left off; zero where blank; or why it is none."""
    if not text or text in ("-", "--"):
        return ZERO
    try:
        amount = parse_amount(_without_unit(text))
    except BadCell as bad:
        return bad
    return Decimal(f"{amount:f}") or ZERO  # `1E+3` as a thousand


def _without_unit(text: str) -> str:
    """`0.5` of `0.5 ETH`, `(0.5)` of `(0.5 ETH)`."""
    if " " in text:
        bare, _, unit = text.strip("()").rpartition(" ")
        if bare and unit.isalnum() and not unit[0].isdigit():
            return f"({bare})" if text.startswith("(") else bare
    return text
