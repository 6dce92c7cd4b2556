"""What a workbook would cost, found before a library takes it up: one pass over its parts, in pieces, keeping nothing.

The archive states how long each part is, and a zip file yields no more than that. What it does not state is how far out
a row is, how many cells there are, and how long one tag is: readers make room for all of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import IO
from xml.parsers import expat
from zipfile import ZipFile, ZipInfo

from planner.domain.input_limits import (
    MOST_COLUMNS,
    MOST_FILE_BYTES,
    MOST_ROWS,
    MOST_SHEET_CELLS,
    MOST_TAG_BYTES,
    MOST_UNPACKED_BYTES,
)
from planner.loader.tables.unreadable import Unreadable
from planner.loader.tables.workbook_cells import SHARED_TEXTS, column_number, length_of_shared_texts

SAVE_AS_CSV = "open it and save the sheet as CSV UTF-8"
_PIECE = 2**16
_MOST_ELEMENTS = 4 * MOST_SHEET_CELLS  # a cell has a value, and may name a shared text
_MOST_AREA = 4 * MOST_SHEET_CELLS  # with the blank cells before those that are there, and with those between rows
_LAST_COLUMN = 16_384  # XFD, Excel's own
_DEEPEST = 50
_letters = re.compile(r"[A-Za-z]{1,4}").fullmatch


def refuse_excess(archive: ZipFile) -> frozenset[str]:
    """Raises Unreadable where a workbook is larger than any that can be read, or brings a document type. The parts are
    returned that hold errors in place of values."""
    members = archive.infolist()
    if sum(member.file_size for member in members) > MOST_UNPACKED_BYTES:
        raise _too_large(f"unpacks to more than {MOST_UNPACKED_BYTES // 2**20} MB")
    count = _Count()
    for member in members:
        if member.filename.endswith((".xml", ".rels")):
            if member.file_size > MOST_SHEET_CELLS * len("<c/>"):
                _refuse_many_cells(archive, member)
            with archive.open(member) as part:
                _Part(count, member.filename).look_at(part)
    longest = archive.getinfo(SHARED_TEXTS).file_size if SHARED_TEXTS in archive.namelist() else 0
    if longest * sum(count.shared.values()) > MOST_FILE_BYTES and _copied(archive, count) > MOST_FILE_BYTES:
        raise too_much_text()
    return frozenset(count.errors)


def _refuse_many_cells(archive: ZipFile, member: ZipInfo) -> None:
    """Looks for the openings of cells, in a hundredth of the time that reading them takes."""
    cells, last = 0, b""
    with archive.open(member) as part:
        while piece := part.read(_PIECE):
            piece = last + piece
            cells += piece.count(b"<c ") + piece.count(b"<c/") + piece.count(b"<c>")
            last = piece[-2:]
    if cells > MOST_SHEET_CELLS:
        raise _too_many_cells()


def _copied(archive: ZipFile, count: _Count) -> int:
    return length_of_shared_texts(archive, count.shared)


@dataclass(slots=True)
class _Count:
    """What all parts hold together."""

    elements: int = 0
    cells: int = 0
    area: int = 0
    shared: dict[str, int] = field(default_factory=dict)  # cells that name a shared text, by part
    errors: set[str] = field(default_factory=set)  # parts with a cell that holds an error


@dataclass(slots=True)
class _Part:
    """One part of the archive."""

    count: _Count
    name: str
    rows: int = 0
    row: int = 0  # its number, stated or counted
    column: int = 0
    widest: int = 0  # of this row, so far
    first: int = 0  # row that holds a cell
    farthest: int = 0  # column of any row
    depth: int = 0
    is_sheet: bool = False  # with rows and cells
    parser: expat.XMLParserType = field(default_factory=expat.ParserCreate)

    def look_at(self, part: IO[bytes]) -> None:
        """What is no whole XML is left to the reader, which calls it damaged."""
        self.is_sheet = self.name.startswith("xl/worksheets/")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = _refuse_document_type
        given = 0
        while piece := part.read(_PIECE):
            given += len(piece)
            try:
                self.parser.Parse(piece, False)
            except expat.ExpatError:
                return
            if given - self.parser.CurrentByteIndex > MOST_TAG_BYTES:
                raise _too_large(f"has a tag of more than {MOST_TAG_BYTES // 2**20} MB")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        count = self.count
        count.elements += 1
        self.depth += 1
        if count.elements > _MOST_ELEMENTS or self.depth > _DEEPEST:
            raise _too_large("holds more than any sheet has room for")
        if tag == "v" or not self.is_sheet:
            return
        name = tag.rpartition(":")[2] if ":" in tag else tag
        if name == "row":
            self._row(attributes.get("r", ""))
        elif name == "c":
            count.cells += 1
            if count.cells > MOST_SHEET_CELLS:
                raise _too_many_cells()
            kind = attributes.get("t")
            if kind == "s":
                count.shared[self.name] = count.shared.get(self.name, 0) + 1
            elif kind == "e":
                count.errors.add(self.name)
            self._cell(attributes.get("r", ""))

    def _end(self, tag: str) -> None:
        self.depth -= 1

    def _row(self, number: str) -> None:
        self.rows += 1
        self.column = self.widest = 0
        stated = int(number) if number.isdecimal() and len(number) < 20 else len(number) and MOST_ROWS + 1
        if max(stated, self.rows) > MOST_ROWS:
            raise _too_large(f"has a row beyond {MOST_ROWS:,}, the last of Excel")
        self.row = max(stated, self.row + 1)

    def _cell(self, place: str) -> None:
        """Beyond the columns that we read is refused later, in words of its own; beyond Excel's, here."""
        self.column += 1
        if place:
            letters = place.rstrip("0123456789")
            number = place[len(letters) :]
            self.column = _column(letters)
            if self.column > _LAST_COLUMN or not 1 <= len(number) <= 8 or int(number) > MOST_ROWS:
                raise _too_large("names a cell beyond Excel's last")
        if self.column > self.widest:
            self.count.area += self.column - self.widest
            self.widest = self.column
        self.first = self.first or self.row
        if self.widest > self.farthest:
            self.farthest = self.widest
        area = (self.row - self.first + 1) * (self.farthest if self.farthest < MOST_COLUMNS else MOST_COLUMNS)
        if area > _MOST_AREA or self.count.area > _MOST_AREA:
            raise _too_large(f"has more than {_MOST_AREA:,} cells, the blank ones counted")


@lru_cache(maxsize=_LAST_COLUMN)
def _column(letters: str) -> int:
    """The number of a column; beyond Excel's last where this is none."""
    return column_number(letters) if _letters(letters) else _LAST_COLUMN + 1


def _too_large(what: str) -> Unreadable:
    return Unreadable(0, f"this Excel workbook {what}, as no broker's does", SAVE_AS_CSV)


def _too_many_cells() -> Unreadable:
    return _too_large(f"has more than {MOST_SHEET_CELLS:,} cells")


def too_many_columns() -> Unreadable:
    return Unreadable(
        0, f"a sheet of this Excel workbook has more than {MOST_COLUMNS:,} columns, as no broker's has", SAVE_AS_CSV
    )


def too_much_text() -> Unreadable:
    return _too_large(f"holds more than {MOST_FILE_BYTES // 2**20} MB of text")


def _refuse_document_type(*_: object) -> None:
    raise Unreadable(
        0,
        "this Excel workbook has a document type, which is never needed and can be an attack: it is damaged or unsafe",
        f"download it again, or {SAVE_AS_CSV}",
    )
