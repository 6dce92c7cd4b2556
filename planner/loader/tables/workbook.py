"""An Excel workbook, whatever its name, to the rows of its sheet as text: the one home of workbook readers.

What comes is what a CSV of the sheet would hold, but with days as year-month-day and numbers with all their digits.
Formulas give the value that was saved with them; macros and links are never looked at.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from planner.domain.input_limits import MOST_COLUMNS, MOST_FILE_BYTES
from planner.loader.tables.unreadable import ARCHIVE, Unreadable
from planner.loader.tables.workbook_cells import error_cells, sheet_parts
from planner.loader.tables.workbook_guard import SAVE_AS_CSV, refuse_excess, too_many_columns, too_much_text

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

_DAMAGED = "this is an Excel workbook or a zip archive, despite its name, and it is damaged or incomplete"
_OTHERS = (  # what else is a zip archive: a name in it, what it is, and the remedy
    ("xl/workbook.bin", "a binary Excel workbook (.xlsb)", SAVE_AS_CSV),
    ("content.xml", "an OpenDocument file", SAVE_AS_CSV),
    ("Index/Document.iwa", "a Numbers document", "open it and export the sheet as CSV"),
    ("word/document.xml", "a Word document", "download the CSV form of it from your broker"),
)


def sheet_rows(content: bytes) -> Sequence[Sequence[str]]:
    """The rows of the first sheet that holds any, blank ones too. Raises Unreadable where this is no such workbook."""
    return _sheets(content)[0][1]


def every_sheet(content: bytes) -> Sequence[tuple[str, Sequence[Sequence[str]]]]:
    """Every sheet that holds rows, by name, blank rows too. Raises Unreadable where this is no such workbook."""
    return _sheets(content)


def sheets_left_out(content: bytes) -> list[str]:
    """The names of a workbook's other sheets that hold rows; none of any other file."""
    return [name for name, _ in _sheets(content)[1:]] if content.startswith(ARCHIVE) else []


def is_document(names: set[str]) -> bool:
    """Whether an archive of files of these names is a workbook, or another program's document."""
    return "xl/workbook.xml" in names or any(name in names for name, _, _ in _OTHERS)


@lru_cache(maxsize=1)
def _sheets(content: bytes) -> list[tuple[str, list[list[str]]]]:
    """The sheets that hold rows, by name; there is at least one."""
    errors = _look_inside(content)
    try:
        from python_calamine import CalamineWorkbook, SheetTypeEnum
    except ImportError:
        raise Unreadable(
            0,
            "this is an Excel workbook, and the library that reads workbooks is not installed",
            f"pip install 'harvest-planner[xlsx]', or {SAVE_AS_CSV}",
        ) from None
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        names = [sheet.name for sheet in book.sheets_metadata if sheet.typ is SheetTypeEnum.WorkSheet]
        sheets = [(name, list(_rows(book.get_sheet_by_name(name), errors.get(name, {})))) for name in names]
    except (Unreadable, KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # a library's own errors on a stranger's bytes are of every kind, panics of Rust too
        raise Unreadable(0, f"{_DAMAGED} ({type(error).__name__})", f"download it again, or {SAVE_AS_CSV}") from None
    filled = [(name, rows) for name, rows in sheets if any(map(any, rows))]
    if not filled:
        raise Unreadable(0, "every sheet of this Excel workbook is empty", "download it again")
    return filled


def _look_inside(content: bytes) -> dict[str, dict[tuple[int, int], str]]:
    """Refuse, before anything is unpacked, what is not a workbook and what would unpack to more than one holds. What
    comes back are the errors that are in cells, by sheet and place."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            _refuse_others({member.filename for member in archive.infolist()})
            with_errors = refuse_excess(archive)
            parts = sheet_parts(archive) if with_errors else {}
            return {name: error_cells(archive, part) for name, part in parts.items() if part in with_errors}
    except (BadZipFile, ValueError, OSError, EOFError, NotImplementedError, RuntimeError, zlib.error):
        raise Unreadable(0, _DAMAGED, f"download it again, or {SAVE_AS_CSV}") from None


def _refuse_others(names: Container[str]) -> None:
    """Raises Unreadable for another archive than a workbook."""
    for name, kind, remedy in _OTHERS:
        if name in names:
            raise Unreadable(0, f"this is {kind}, despite its name", remedy)
    if "xl/workbook.xml" not in names:
        raise Unreadable(0, "this is a zip archive, despite its name", "unpack it, and list the files in it")


def _rows(sheet: CalamineSheet, errors: Mapping[tuple[int, int], str]) -> Iterator[list[str]]:
    """A sheet's rows, from its first on: one list a row, as long as its last cell that holds anything; `errors` are
    what is in place of values, by row and column."""
    if sheet.start is None:
        return
    above, before = sheet.start
    blank, length = above, 0
    known: dict[tuple[type, object], str] = {}  # a cell said twice is written once
    in_row: dict[int, dict[int, str]] = defaultdict(dict)
    for (line, column), error in errors.items():
        in_row[line][column] = error
    for line, cells in enumerate(sheet.to_python(skip_empty_area=True), above):
        row = [""] * before
        for cell in cells:
            key = (type(cell), cell)
            text = known.get(key)
            if text is None:
                text = known[key] = _text(cell)
            row.append(text)
        for column, error in in_row.get(line, {}).items():
            row[column] = error
        while row and not row[-1]:
            row.pop()
        if len(row) > MOST_COLUMNS:
            raise too_many_columns()
        length += sum(map(len, row))  # one shared text may be in every cell
        if length > MOST_FILE_BYTES:
            raise too_much_text()
        if not row:
            blank += 1
            continue
        yield from ([] for _ in range(blank))
        blank = 0
        yield row


def _text(cell: object) -> str:
    """A typed cell as text, without loss: a number with all its digits and no exponent, a day as year-month-day."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, int | float):
        return _number(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell).strip()


def _number(cell: float) -> str:
    text = f"{Decimal(repr(cell)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
