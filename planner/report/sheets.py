"""How a sheet of a workbook is written: columns, typed cells, formulas of ours, widths, and no trace of the clock."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet as Sheet

from planner.report.csv_file import FORMULA_SIGNS

MONEY = "#,##0.00;[Red]-#,##0.00"
_DAY = "yyyy-mm-dd"
_LONGEST_TEXT = 32_767  # what a cell holds
_HEAD = Font(name="Calibri", bold=True, color="FFFFFF")
_FILL = PatternFill("solid", fgColor="33475B")
_BOLD = Font(name="Calibri", bold=True)
_LEFT = Alignment(horizontal="left", vertical="top", indent=1)
_WRAPPED = Alignment(horizontal="left", vertical="top", indent=1, wrap_text=True)
_RIGHT = Alignment(horizontal="right", vertical="top")
_LINE = 15  # points


@dataclass(frozen=True, slots=True)
class Formula:
    """Ours, with `{row}` for the number of its own row."""

    text: str


Value = str | Decimal | date | int | Formula | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column's name, whether it holds money, whether its sum stands below it, and how wide it may grow."""

    name: str
    money: bool = False
    summed: bool = False
    widest: int = 60


def write_sheet(book: Workbook, name: str, columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> Sheet:
    """A sheet with a header that stays, a filter and sums below where a column is summed, and a page to print."""
    sheet = book.create_sheet(name)
    last = write_rows(sheet, columns, rows, 1)
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    if any(column.summed for column in columns) and last > 1:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{last}"
        _put(sheet.cell(last + 1, 1), "Total")
        for number, column in enumerate(columns, 1):
            if column.summed:
                letter = get_column_letter(number)
                _put(sheet.cell(last + 1, number), Formula(f"=SUM({letter}2:{letter}{last})"), money=True)
        make_bold(sheet, last + 1)
    return sheet


def write_rows(sheet: Sheet, columns: Sequence[Column], rows: Iterable[Sequence[Value]], start: int) -> int:
    """A header and what stands below it; the number of the last row written."""
    for number, column in enumerate(columns, 1):
        head = sheet.cell(start, number, column.name)
        head.font, head.fill = _HEAD, _FILL
        head.alignment = _RIGHT if column.money else _LEFT
        _widen(sheet, number, column, len(column.name))
    for row, values in enumerate(rows, start + 1):
        for number, (column, value) in enumerate(zip(columns, values, strict=True), 1):
            _put(sheet.cell(row, number), value, money=column.money)
            _widen(sheet, number, column, _width(value, money=column.money))
        lines = max(_lines_of(column, value) for column, value in zip(columns, values, strict=True))
        if lines > 1:
            sheet.row_dimensions[row].height = lines * _LINE
    last: int = sheet.max_row
    return last


def _put(cell: Cell, value: Value, *, money: bool = False) -> None:
    """A value in a cell, typed. Only a Formula becomes a formula."""
    if isinstance(value, Formula):
        cell.value = value.text.format(row=cell.row)
    elif isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:_LONGEST_TEXT]
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(FORMULA_SIGNS)
        cell.alignment = _WRAPPED
        return
    else:
        cell.value = value
    cell.alignment = _RIGHT
    if money:
        cell.number_format = MONEY
    elif isinstance(value, date):
        cell.number_format = _DAY
        cell.alignment = _LEFT
    elif isinstance(value, Decimal):
        cell.number_format = _places(value)


def _places(amount: Decimal) -> str:
    """As many decimals as there are, so that 35 is not shown as `35.`."""
    exponent = amount.normalize().as_tuple().exponent
    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return f"#,##0.{'0' * places}" if places else "#,##0"


def _width(value: Value, *, money: bool) -> int:
    if isinstance(value, Formula) or value is None:
        return 0
    text = f"{value:,.2f}" if money and isinstance(value, Decimal) else str(value)
    return len(text)


def _lines_of(column: Column, value: Value) -> int:
    """How many lines a text takes in a column that may grow no wider."""
    return 1 + len(value) // (column.widest - 6) if isinstance(value, str) else 1


def _widen(sheet: Sheet, number: int, column: Column, characters: int) -> None:
    dimension = sheet.column_dimensions[get_column_letter(number)]
    least = dimension.width if dimension.customWidth else 11
    dimension.width = min(max(least, characters + 3), column.widest)


def make_bold(sheet: Sheet, row: int) -> None:
    """A whole row."""
    for cell in sheet[row]:
        cell.font = _BOLD


def saved(book: Workbook, made_on: datetime) -> bytes:
    """The workbook as a file, without the hour at which it was packed: the same plan makes the same bytes."""
    book.properties.creator = "harvest"
    book.properties.created = made_on
    content = io.BytesIO()
    book.save(content)
    stamp = f"{made_on:%Y-%m-%dT%H:%M:%SZ}".encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(content) as before, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as after:
        for part in before.infolist():
            body = before.read(part)
            if part.filename == "docProps/core.xml":
                body = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, body)
            after.writestr(zipfile.ZipInfo(part.filename, (made_on.year, made_on.month, made_on.day, 0, 0, 0)), body)
    return packed.getvalue()
