"""Bytes to rows of text, each with its line: the one home of table readers.

Python's own `csv` module does this, not pandas: it is exact (no cell is ever anything but text, so `NA` stays a
ticker), it keeps real line numbers and ragged rows, and it needs no import of half a second.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from dataclasses import dataclass

_MAGIC = (
    (b"PK\x03\x04", "an Excel workbook or a zip archive", "open it and save the sheet as CSV UTF-8"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "open it and save the sheet as CSV UTF-8"),
    (b"%PDF", "a PDF", "download the CSV form of it from your broker"),
    (b"\x1f\x8b", "a compressed file", "unpack it first"),
)
_PAGE_STARTS = ("<!doctype html", "<html", "<head", "<body", "<script")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_control_character = re.compile(r"[\x00-\x08\x0e-\x1f]").search


class Unreadable(Exception):  # noqa: N818 (it is the user's file, not our error)
    """A file that is no table of text: the line where that shows (0: the file as a whole), why, and the remedy."""

    def __init__(self, line: int, what: str, remedy: str) -> None:
        self.line = line
        self.what = what
        self.remedy = remedy
        super().__init__(what)


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file that hold anything: `lines[i]` is the line of the file on which `rows[i]` starts."""

    lines: list[int]
    rows: list[list[str]]


def decode(content: bytes) -> str:
    """The text of a file in UTF-8 or UTF-16. Raises Unreadable where it is empty, binary, a web page or neither."""
    if not content.strip():
        raise Unreadable(0, "the file is empty", "write it, or download it again")
    for start, kind, remedy in _MAGIC:
        if content.startswith(start):
            raise Unreadable(0, f"this is {kind}, whatever its name says", remedy)
    text = _to_text(content)
    if not text.strip():
        raise Unreadable(0, "the file is empty", "write it, or download it again")
    if text.lstrip()[:200].casefold().startswith(_PAGE_STARTS):
        raise Unreadable(
            0,
            "this is a web page, whatever its name says",
            "log in and download the file again: probably the session with your broker had ended",
        )
    if _control_character(text):
        raise Unreadable(0, "this is a binary file, not text", "save it as plain text, a table as CSV")
    return text


def _to_text(content: bytes) -> str:
    encoding = "utf-8"
    for bom, named in _BOMS:
        if content.startswith(bom):
            content, encoding = content[len(bom) :], named
            break
    else:
        if len(content) >= 4 and b"\0" in content:  # UTF-16 without its mark: every other byte of plain text is zero
            if not any(content[1:200:2]):
                encoding = "utf-16-le"
            elif not any(content[0:200:2]):
                encoding = "utf-16-be"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8" or b"\0" in content:
            raise Unreadable(0, "this is a binary file, not text", "save it as plain text, a table as CSV") from None
        line = content.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            line,
            f"the byte 0x{content[error.start]:02X} here is not UTF-8 text",
            "save the file as `CSV UTF-8` (in Excel: Save As, CSV UTF-8)",
        ) from None


def read_table(text: str) -> Table:
    """The rows of comma- or tab-separated text, but for blank ones. Raises Unreadable where quotes do not match."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), skipinitialspace=True, strict=True)
    lines: list[int] = []
    rows: list[list[str]] = []
    first = 1
    try:
        for cells in reader:
            if cells and (cells[0].strip() or any(map(str.strip, cells))):
                rows.append(cells)
                lines.append(first)
            first = reader.line_num + 1
    except csv.Error as error:
        if "field limit" in str(error):  # a quotation mark left open swallows all that follows
            raise Unreadable(
                first,
                f"a cell in this row is longer than {csv.field_size_limit():,} characters",
                "close the quotation mark that it begins with, or take the cell out",
            ) from None
        raise Unreadable(
            first,
            "a quotation mark in this row is never closed, or stands inside a cell",
            "put the whole cell in quotes, and write a quote inside it twice",
        ) from None
    return Table(lines, rows)


def _delimiter(text: str) -> str:
    """Tab where the first lines hold more tabs than commas, else comma. (Semicolons come with decimal commas.)"""
    start = text[:4000]
    return "\t" if start.count("\t") > start.count(",") else ","
