"""What a row of an exchange says, as its layout asks: words, amounts, coins; or why it cannot be read.

A row may stand for many that are alike (`alike`): then what each has for itself is a list, or `Figures`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple, cast

from planner.loader.reading.alike import OneRow, Row, one_answer
from planner.loader.tables.cells import BadCell, shown
from rules.terms import ZERO


class Coins(NamedTuple):
    """An amount of one asset, positive; of dollars too."""

    asset: str
    units: Decimal


class Happened(NamedTuple):
    """What all legs of one event share: its line, its moment as written, its id, its note, the account as named."""

    line: int
    moment: str
    ref: str = ""
    note: str = ""
    account: str = ""


class NotRead(Exception):  # noqa: N818  a row of the user's, not an error of ours
    """A row that cannot be read: why, and the remedy. Where the coins that it moved are known, as `held` with the
    event, it refuses nothing: those coins are not explained, and held back."""

    def __init__(self, what: str, remedy: str, event: Happened | None = None, held: tuple[Coins, ...] = ()) -> None:
        self.what = what
        self.remedy = remedy
        self.event = event
        self.held = held
        super().__init__(what)


def has(row: Row, name: str) -> bool:
    """Whether the row has such a column, by its normalized name."""
    return row.columns.has(name)


def said(row: Row | OneRow, *names: str) -> str:
    """The first cell that the row has under one of these names and that holds anything: what tells kinds of rows
    apart."""
    return row.said(names)


def told(row: Row | OneRow, *names: str) -> str:
    """The same where it is only passed on: each row has its own."""
    return cast(str, row.cells(names))


def told_by(row: Row, tell: Callable[..., str], *columns: tuple[str, ...]) -> str:
    """What a function makes of such cells."""
    return cast(str, list(map(tell, *(row.cells(names) for names in columns))))


def fits(row: Row, test: Callable[[str], object], *names: str) -> bool:
    """Whether such a cell passes a test, where rows are of a kind by that and not by what they say."""
    cells = row.cells(names)
    passes = {cell: bool(test(cell)) for cell in set(cells)}
    return bool(one_answer([passes[cell] for cell in cells]))


def amount(row: Row | OneRow, *names: str) -> Decimal:
    """A cell as an amount, its unit left off (`0.5 ETH`); zero where blank. Raises NotRead where it is none."""
    read = _stated(row, names)
    return ZERO if read is None else read


def _stated(row: Row | OneRow, names: Sequence[str]) -> Decimal | None:
    """The first cell under one of these names that holds anything, as an amount; None where all are blank."""
    for name in names:
        read = row.amounts(name)
        if isinstance(read, BadCell):
            raise no_amount(read, names[0])
        if read is not None:
            return read
    return None


def no_amount(bad: BadCell, name: str) -> NotRead:
    return NotRead(f"`{name}` {bad.what}", bad.remedy)


def dollars_of(row: Row | OneRow, *names: str) -> Decimal | None:
    """Dollars as stated, without their sign; None where the cell is blank."""
    read = _stated(row, names)
    return None if read is None else abs(read)


def coins_of(row: Row | OneRow, units: str, asset: str) -> Coins | None:
    """An amount and its asset; None where the amount is blank or zero."""
    moved = abs(amount(row, units))
    return Coins(asset_of(row, asset), moved) if moved else None


def asset_of(row: Row | OneRow, *names: str) -> str:
    """The asset that a cell names. Raises NotRead where it names none."""
    if not (text := said(row, *names)):
        raise NotRead(f"`{names[0]}` is empty", "copy it from the exchange's screen")
    return text.upper()


def unclear(word: str, event: Happened | None = None, held: Iterable[Coins] = ()) -> NotRead:
    """A row whose legs do not fit together; `held`: the coins that it moved, to the extent they are known."""
    what = f"the sides of this `{shown(word)}` are not clear"
    return NotRead(what, "enter it in our own layout, with `replaces`", event, tuple(held))
