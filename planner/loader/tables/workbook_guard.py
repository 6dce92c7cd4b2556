"""What a workbook would cost, found before a library takes it up: one pass over its parts, in pieces, keeping nothing.

The archive states how long each part is, and a zip file yields no more than that. What it does not state is how far out
a row stands, how many cells there are, and how long one tag is: readers make room for all of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat
from zipfile import ZipFile

from planner.domain.input_limits import (
    MOST_COLUMNS,
    MOST_FILE_BYTES,
    MOST_ROWS,
    MOST_SHEET_CELLS,
    MOST_TAG_BYTES,
    MOST_UNPACKED_BYTES,
)
from planner.loader.tables.unreadable import Unreadable

SAVE_AS_CSV = "open it and save the sheet as CSV UTF-8"
_PIECE = 2**16
_MOST_ELEMENTS = 4 * MOST_SHEET_CELLS  # a cell has a value, and may name a shared text
_MOST_AREA = 4 * MOST_SHEET_CELLS  # with the blank cells before those that are there
_LAST_COLUMN = 16_384  # XFD, Excel's own
_DEEPEST = 50
_reference = re.compile(r"([A-Za-z]{1,4})([0-9]{1,8})").fullmatch


def refuse_excess(archive: ZipFile) -> None:
    """Raises Unreadable where a workbook is larger than any that can be read, or brings a document type."""
    members = archive.infolist()
    if sum(member.file_size for member in members) > MOST_UNPACKED_BYTES:
        raise _too_large(f"unpacks to more than {MOST_UNPACKED_BYTES // 2**20} MB")
    count = _Count()
    for member in members:
        if member.filename.endswith((".xml", ".rels")):
            with archive.open(member) as part:
                _Part(count, member.filename.startswith("xl/worksheets/")).look_at(part)


@dataclass(slots=True)
class _Count:
    """What all parts hold together."""

    elements: int = 0
    cells: int = 0
    area: int = 0


@dataclass(slots=True)
class _Part:
    """One part of the archive; `is_sheet` where it has rows and cells."""

    count: _Count
    is_sheet: bool
    rows: int = 0
    column: int = 0
    widest: int = 0  # of this row, so far
    depth: int = 0
    parser: expat.XMLParserType = field(default_factory=expat.ParserCreate)

    def look_at(self, part: IO[bytes]) -> None:
        """What is no whole XML is left to the reader, which calls it damaged."""
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
        self.count.elements += 1
        self.depth += 1
        if self.count.elements > _MOST_ELEMENTS or self.depth > _DEEPEST:
            raise _too_large("holds more than any sheet has room for")
        if not self.is_sheet:
            return
        name = tag.rpartition(":")[2]
        if name == "row":
            self._row(attributes.get("r", ""))
        elif name == "c":
            self.count.cells += 1
            if self.count.cells > MOST_SHEET_CELLS:
                raise _too_large(f"has more than {MOST_SHEET_CELLS:,} cells")
            self._cell(attributes.get("r", ""))

    def _end(self, tag: str) -> None:
        self.depth -= 1

    def _row(self, number: str) -> None:
        self.rows += 1
        self.column = self.widest = 0
        stated = int(number) if number.isdecimal() and len(number) < 20 else len(number) and MOST_ROWS + 1
        if max(stated, self.rows) > MOST_ROWS:
            raise _too_large(f"has a row beyond {MOST_ROWS:,}, the last of Excel")

    def _cell(self, place: str) -> None:
        """Beyond the columns that we read is refused later, in words of its own; beyond Excel's, here."""
        self.column += 1
        if place:
            found = _reference(place)
            self.column = _column(found[1]) if found else _LAST_COLUMN + 1
            if found is None or self.column > _LAST_COLUMN or int(found[2]) > MOST_ROWS:
                raise _too_large("names a cell beyond Excel's last")
        self.count.area += max(self.column - self.widest, 0)
        self.widest = max(self.column, self.widest)
        if self.count.area > _MOST_AREA:
            raise _too_large(f"has more than {_MOST_AREA:,} cells, the blank ones counted")


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def _too_large(what: str) -> Unreadable:
    return Unreadable(0, f"this Excel workbook {what}, as no broker's does", SAVE_AS_CSV)


def too_many_columns() -> Unreadable:
    return Unreadable(
        0, f"a sheet of this Excel workbook has more than {MOST_COLUMNS:,} columns, as no broker's has", SAVE_AS_CSV
    )


def too_much_text() -> Unreadable:
    return _too_large(f"holds more than {MOST_FILE_BYTES // 2**20} MB of text")


def _refuse_document_type(*_: object) -> None:
    raise Unreadable(
        0,
        "this Excel workbook has a document type, which none needs and a trap has: it is damaged or broke off",
        f"download it again, or {SAVE_AS_CSV}",
    )
