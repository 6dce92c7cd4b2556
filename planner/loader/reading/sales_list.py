"""A list of sales, edited by hand: `trades.csv` as harvest writes it, or any table with `lot_id` and `quantity`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from planner.domain.errors import InputError, Problem
from planner.loader.tables.bounded_file import read_bounded
from planner.loader.tables.cells import BadCell, nearest, normal_name, parse_amount, parse_date
from planner.loader.tables.text_table import decode, read_table
from planner.loader.tables.unreadable import Unreadable

SELLS = ("sell", "sold", "")
REQUIRED = ("lot_id", "quantity")


@dataclass(frozen=True, slots=True)
class ListedSale:
    """A row: a lot by its id, how much of it, and the day, None where the list says none. `where` is its place."""

    lot_id: str
    quantity: Decimal
    day: date | None
    where: str


def read_sales_list(file: Path) -> tuple[ListedSale, ...]:
    """The sales of a list; rows of another `action` are passed over. Raises InputError with all that is wrong."""
    try:
        content = read_bounded(file)
    except Unreadable as why:
        raise InputError([Problem(str(file), why.what, "list the lots to be sold, and no others")]) from None
    except OSError as error:
        raise InputError([Problem(str(file), f"cannot be read: {error.strerror}", "give the path of a file")]) from None
    return sales_in(content, lambda line: f"{file.name}:{line}")


def sales_in(content: bytes, place: Callable[[int], str]) -> tuple[ListedSale, ...]:
    """The sales of a list by its bytes; `place` says where a line of it is. Raises as `read_sales_list`."""
    try:
        table = read_table(decode(content))
    except Unreadable as why:
        raise InputError([Problem(place(why.line or 1), why.what, why.remedy)]) from None
    columns = {normal_name(cell): n for n, cell in enumerate(table.rows[0])}
    if missing := [name for name in REQUIRED if normal_name(name) not in columns]:
        told = ", ".join(f"`{name}`" for name in missing)
        what = f"there is no column {told}{nearest(missing[0], table.rows[0])}"
        raise InputError([Problem(place(table.lines[0]), what, "write lot_id, quantity and, if any, date")])
    problems: list[Problem] = []
    found = list(_rows(place, table.lines[1:], table.rows[1:], columns, problems))
    if problems:
        raise InputError(problems)
    return tuple(found)


def _rows(
    place: Callable[[int], str],
    lines: Sequence[int],
    rows: Sequence[Sequence[str]],
    columns: Mapping[str, int],
    problems: list[Problem],
) -> Iterator[ListedSale]:
    for line, cells in zip(lines, rows, strict=True):

        def cell(column: str, cells: Sequence[str] = cells) -> str:
            at = columns.get(normal_name(column), len(cells))
            return cells[at].strip() if at < len(cells) else ""

        where = place(line)
        if cell("action").casefold() not in SELLS:
            continue
        column = "lot_id"
        try:
            if not (lot_id := cell("lot_id")):
                raise BadCell("is empty", "write the id of the lot")
            column = "quantity"
            quantity = parse_amount(cell("quantity"))
            if quantity <= 0:
                raise BadCell(f"is {quantity}: it must be above zero", "write a quantity, or remove the row")
            column = "date"
            day = parse_date(cell("date")) if cell("date") else None
        except BadCell as bad:
            problems.append(Problem(where, f"`{column}` {bad.what}", bad.remedy))
            continue
        yield ListedSale(lot_id, quantity, day, where)
