"""How a sheet of a workbook is written: columns, typed cells, formulas of ours, widths, and no trace of the clock."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet as Sheet

from planner.domain.visible_text import visible
from planner.report.files.csv_file import is_formula

MONEY = "#,##0.00;[Red]-#,##0.00"
_DAY = "yyyy-mm-dd"
_LONGEST_TEXT = 32_767  # what a cell holds
_escape = re.compile(
    "_(?=x[0-9A-Fa-f]{4}_)"
)  # `_x000D_` in a text is a control character to Excel (ISO 29500, ST_Xstring)
_HEAD = Font(name="Calibri", bold=True, color="FFFFFF")
_FILL = PatternFill("solid", fgColor="33475B")
_BOLD = Font(name="Calibri", bold=True)
_LEFT = Alignment(horizontal="left", vertical="top", indent=1)
_WRAPPED = Alignment(horizontal="left", vertical="top", indent=1, wrap_text=True)
_RIGHT = Alignment(horizontal="right", vertical="top")
_LINE = 15  # points
_MARGIN = 3  # characters
_NARROWEST = 11


@dataclass(frozen=True, slots=True)
class Formula:
    """Ours, with `{row}` for the number of its own row."""

    text: str


Value = str | Decimal | date | int | Formula | None


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column's name, whether it holds money, whether its sum is below it, and how wide it may grow."""

    name: str
    money: bool = False
    summed: bool = False
    widest: int = 60


class Look(NamedTuple):
    """How a cell is shown. `quoted`: text that a spreadsheet would take for a formula if it were typed in."""

    alignment: Alignment
    number_format: str = "General"
    quoted: bool = False


class SheetBook:
    """A workbook in the making. Each look is made once, however many cells have it."""

    def __init__(self) -> None:
        self._book = Workbook()
        self._book.remove(self._book.worksheets[0])
        self._styles: dict[tuple[str, str, bool], Any] = {}

    def sheet(self, name: str, columns: Sequence[SheetColumn], rows: Iterable[Sequence[Value]]) -> Sheet:
        """A sheet with a header that stays, a filter and sums below where a column is summed, and a page to print."""
        sheet = self._book.create_sheet(name)
        last = self.rows(sheet, columns, rows, 1)
        sheet.freeze_panes = "A2"
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.print_title_rows = "1:1"
        if any(column.summed for column in columns) and last > 1:
            sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{last}"
            self._put(sheet.cell(last + 1, 1), "Total")
            for number, column in enumerate(columns, 1):
                if column.summed:
                    letter = get_column_letter(number)
                    self._put(sheet.cell(last + 1, number), Formula(f"=SUM({letter}2:{letter}{last})"), money=True)
            make_bold(sheet, last + 1)
        return sheet

    def rows(self, sheet: Sheet, columns: Sequence[SheetColumn], rows: Iterable[Sequence[Value]], start: int) -> int:
        """A header and what is below it; the number of the last row written."""
        for number, column in enumerate(columns, 1):
            head = sheet.cell(start, number, column.name)
            head.font, head.fill = _HEAD, _FILL
            head.alignment = _RIGHT if column.money else _LEFT
        last = start
        longest = [len(column.name) for column in columns]
        for last, values in enumerate(rows, start + 1):
            lines = 1
            for n, (column, value) in enumerate(zip(columns, values, strict=True)):
                self._put(sheet.cell(last, n + 1), value, money=column.money)
                longest[n] = max(longest[n], _length(value, money=column.money))
                if isinstance(value, str):
                    lines = max(lines, 1 + len(value) // (column.widest - _MARGIN))
            if lines > 1:
                sheet.row_dimensions[last].height = lines * _LINE
        for number, (column, length) in enumerate(zip(columns, longest, strict=True), 1):
            dimension = sheet.column_dimensions[get_column_letter(number)]
            least = dimension.width if dimension.customWidth else _NARROWEST
            dimension.width = min(max(least, length + _MARGIN), column.widest)
        return last

    def _put(self, cell: Cell, value: Value, *, money: bool = False) -> None:
        """A value in a cell, typed. Only a Formula becomes a formula."""
        if isinstance(value, str):
            cell.value = _escape.sub("_x005F_", visible(value))[:_LONGEST_TEXT]
            cell.data_type = "s"
            self._show(cell, Look(_WRAPPED, quoted=is_formula(value)))
            return
        cell.value = value.text.format(row=cell.row) if isinstance(value, Formula) else value
        if money:
            self._show(cell, Look(_RIGHT, MONEY))
        elif isinstance(value, date):
            self._show(cell, Look(_LEFT, _DAY))
        elif isinstance(value, Decimal):
            self._show(cell, Look(_RIGHT, _places(value)))

    def _show(self, cell: Cell, look: Look) -> None:
        key = look.alignment.horizontal, look.number_format, look.quoted
        if key in self._styles:
            cell._style = copy(self._styles[key])  # each its own: a bold total must not make others bold
            return
        cell.alignment, cell.number_format, cell.quotePrefix = look.alignment, look.number_format, look.quoted
        self._styles[key] = copy(cell._style)

    def saved(self, made_on: datetime) -> bytes:
        """The workbook as a file, without the hour at which it was packed: the same plan makes the same bytes."""
        self._book.properties.creator = "harvest"
        self._book.properties.created = made_on
        content, packed = io.BytesIO(), io.BytesIO()
        self._book.save(content)
        stamp = f"{made_on:%Y-%m-%dT%H:%M:%SZ}".encode()
        with zipfile.ZipFile(content) as before, zipfile.ZipFile(packed, "w") as after:
            for part in before.infolist():
                body = before.read(part)
                if part.filename == "docProps/core.xml":
                    body = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, body)
                kept = zipfile.ZipInfo(part.filename, (made_on.year, made_on.month, made_on.day, 0, 0, 0))
                after.writestr(kept, body, compress_type=zipfile.ZIP_DEFLATED)
        return packed.getvalue()


def make_bold(sheet: Sheet, row: int) -> None:
    """A whole row."""
    for cell in sheet[row]:
        cell.font = _BOLD


def _places(amount: Decimal) -> str:
    """As many decimals as there are, so that 35 is not shown as `35.`."""
    exponent = amount.normalize().as_tuple().exponent
    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return f"#,##0.{'0' * places}" if places else "#,##0"


def _length(value: Value, *, money: bool) -> int:
    if isinstance(value, Formula) or value is None:
        return 0
    text = f"{value:,.2f}" if money and isinstance(value, Decimal) else str(value)
    return len(text)
