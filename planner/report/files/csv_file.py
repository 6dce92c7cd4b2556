"""A table as a CSV file (RFC 4180) that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from planner.domain.visible_text import visible

Cell = str | Decimal | date | int | None
_CENTS = -2
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")
_WIDE_SIGNS = tuple(
    "\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212\u207c\u208c\u207a\u208a\u207b\u208b"
)  # =+-@ of other widths


def csv_file(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with a byte-order mark, without which Excel takes it for another encoding."""
    return csv_text(header, rows).encode("utf-8-sig")


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """The table as text: days in ISO form, amounts as plain decimals, what is not known as an empty cell."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_written(cell) for cell in row] for row in rows)
    return written.getvalue()


def harmless(text: str) -> str:
    """Text as a cell, behind an apostrophe where a spreadsheet would take it for a formula."""
    text = visible(text)
    return f"'{text}" if is_formula(text) else text


def is_formula(text: str) -> bool:
    """Whether a spreadsheet may take a text for a formula, also one that narrows wide signs or skips blanks."""
    return text.startswith(FORMULA_SIGNS) or text.lstrip().startswith(FORMULA_SIGNS + _WIDE_SIGNS)


def number(amount: Decimal) -> str:
    """A number without exponent or thousands separators; cents as cents, others without needless zeros."""
    text = f"{amount:f}"
    in_cents = amount.as_tuple().exponent == _CENTS
    return text if in_cents or "." not in text else text.rstrip("0").rstrip(".")


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return harmless(cell)
    return number(cell) if isinstance(cell, Decimal) else str(cell)
