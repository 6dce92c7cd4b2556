"""Cells of a workbook's sheets as they lie in the archive: what the reader does not tell, asked only where there are
such cells.

Errors (`#N/A`) come out of the reader blank, and a blank cell is not an error. Shared texts are copied into every cell
that names one: how much text that makes is found before it is made.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from posixpath import join, normpath
from xml.parsers import expat
from zipfile import ZipFile

SHARED_TEXTS = "xl/sharedStrings.xml"
_BOOK, _LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_reference = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})").fullmatch


def error_cells(archive: ZipFile, part: str) -> dict[tuple[int, int], str]:
    """The errors that are in a sheet, by row and column, counted from nought."""
    return _Cells(archive, part, "e").found


def length_of_shared_texts(archive: ZipFile, parts: Mapping[str, int]) -> int:
    """How many characters shared texts take up in the cells of these sheets."""
    lengths = _lengths(archive)
    named = (int(text) for part in parts for text in _Cells(archive, part, "s").found.values() if text.isdecimal())
    return sum(lengths[index] for index in named if index < len(lengths))


def sheet_parts(archive: ZipFile) -> dict[str, str]:
    """The part of the archive that holds each sheet, by the sheet's name."""
    targets: dict[str, str] = {}
    parts: dict[str, str] = {}

    def link(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "sheet":
            named = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            target = targets.get(named, "")
            part = target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
            parts[attributes.get("name", "")] = part

    names = set(archive.namelist())
    for part, start in ((_LINKS, link), (_BOOK, sheet)):
        if part in names:
            parser = expat.ParserCreate()
            parser.StartElementHandler = start
            _parsed(parser, archive, part)
    return parts


def column_number(letters: str) -> int:
    """A is 1."""
    number = 0
    for letter in letters.upper():
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def _lengths(archive: ZipFile) -> list[int]:
    """Of each shared text its length."""
    lengths: list[int] = []

    def start(tag: str, _: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "si":
            lengths.append(0)

    def text(data: str) -> None:
        if lengths:
            lengths[-1] += len(data)

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.CharacterDataHandler = start, text
    _parsed(parser, archive, SHARED_TEXTS)
    return lengths


def _parsed(parser: expat.XMLParserType, archive: ZipFile, part: str) -> None:
    """What is no whole XML is left to the reader, which calls it damaged."""
    with archive.open(part) as content:
        try:
            parser.ParseFile(content)
        except expat.ExpatError:
            return


@dataclass(slots=True)
class _Cells:
    """The values of one sheet's cells of one type, by place."""

    archive: ZipFile
    part: str
    kind: str
    found: dict[tuple[int, int], str] = field(default_factory=dict)
    row: int = -1
    column: int = -1
    inside: bool = False
    value: list[str] | None = None

    def __post_init__(self) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text
        _parsed(parser, self.archive, self.part)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "row":
            stated = attributes.get("r", "")
            self.row = int(stated) - 1 if stated.isdecimal() else self.row + 1
            self.column = -1
        elif name == "c":
            place = _reference(attributes.get("r", ""))
            self.column = column_number(place[1]) - 1 if place else self.column + 1
            self.inside = attributes.get("t") == self.kind
        elif name == "v" and self.inside:
            self.value = []

    def _text(self, data: str) -> None:
        if self.value is not None:
            self.value.append(data)

    def _end(self, tag: str) -> None:
        if self.value is not None and tag.rpartition(":")[2] == "v":
            self.found[self.row, self.column] = "".join(self.value).strip()
            self.value = None
