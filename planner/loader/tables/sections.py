"""A broker's table cut into sections: titles, a header, the rows under it, a total; and what is in none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from planner.domain.case import SkippedRow
from planner.loader.tables.cells import find_day, normal_name, parse_symbol
from planner.loader.tables.text_table import Table

FEW = 4  # cells of a row that may be a title or a note
SHARED = 2  # words that a further header shares with one before

_is_total = re.compile(r"(?:grand |overall |account |positions |transactions )?totals?:?", re.IGNORECASE).fullmatch
_ELSEWHERE = frozenset({"Total", "Total ", "TOTAL", "Overall Total", "Overall Total ", "Grand Total"})  # than in front
_dated = re.compile(r"\b(?:as of|generated at|date downloaded)\b(.*)", re.IGNORECASE).search


@dataclass(slots=True)
class Section:
    """A header and the rows under it; `said` is what the titles above said of all of them, by our fields. `columns`,
    by title, and `amounts`, by field, are those that need not be read from the rows."""

    line: int
    header: list[str]
    said: dict[str, str]
    lines: list[int] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    total: tuple[int, list[str]] | None = None
    total_first: bool = False  # above the rows that it is the total of
    columns: dict[str, list[str]] = field(default_factory=dict)
    amounts: dict[str, list[Decimal | None]] = field(default_factory=dict)


@dataclass(slots=True)
class Cutter:
    """Cuts tables at the headers that have all of `signature`.

    `titles` are patterns of rows that say something of the rows below them, by the names of their groups: an account
    until another is named, within a table too; a symbol for one section only. `other_tables` are signatures of what
    else the file holds, and why it is not read; `footer` is how the first row below a table begins.
    Beside the sections, it gathers the rows of none (`skipped`), the days that titles and notes are of (`days`), and
    the lines at which a title names a symbol (`parts`).
    """

    signature: frozenset[str]
    titles: Sequence[str] = ()
    other_tables: Mapping[frozenset[str], str] = field(default_factory=dict)
    footer: str = ""
    skipped: list[SkippedRow] = field(default_factory=list)
    days: list[date] = field(default_factory=list)
    parts: list[tuple[str, int]] = field(default_factory=list)
    _said: dict[str, str] = field(default_factory=dict)
    _words: set[str] = field(default_factory=set)  # of the headers so far
    _seen: bool = False  # whether one of them was ours

    @property
    def found_table(self) -> bool:
        """Whether any header was ours, once all is cut."""
        return self._seen

    def sections(self, table: Table) -> Iterator[Section]:
        """Each section, once the whole of it has been seen."""
        ends = re.compile(self.footer, re.IGNORECASE).match if self.footer else None
        section: Section | None = None
        outside = "above the table"
        odd: set[str] = set()  # cells of headers and totals
        for line, cells in zip(table.lines, table.rows, strict=True):
            few = len(cells) - cells.count("") <= FEW
            if section is not None and section.rows and section.total is None and not few:
                begin = cells[0].strip()
                if "total" not in begin.casefold() and odd.isdisjoint(cells) and not (ends and ends(begin)):
                    section.lines.append(line)  # as nearly all rows are
                    section.rows.append(cells)
                    continue
            filled = list(filter(None, map(str.strip, cells))) if few or not self._seen else cells
            if filled is not cells and self._is_title(filled, line):
                yield from _closed(section)
                goes_on = section is not None and "symbol" not in self._said
                section = self._begun(section.line, section.header) if section is not None and goes_on else None
                outside = "above the table"
                continue
            why = self._header(cells)
            if why is not None:
                yield from _closed(section)
                section, outside = (None, why) if why else (self._begun(line, cells), "")
                odd = self._words | _ELSEWHERE
                continue
            if section is None:
                why = outside
            elif ends and ends(cells[0].strip()):
                yield from _closed(section)
                section, why = None, "below the table"
                outside = why
            elif section.total is not None and not section.total_first:
                why = "below the total"
            elif few and len(filled) == 1 < len(section.header) - 1:
                why = "a note, not a row of the table"
            elif section.total is None and not section.rows and cells[0].strip().casefold() == "summary":
                section.total, section.total_first = (line, cells), True
            elif _is_total(cells[0].strip()) or not _ELSEWHERE.isdisjoint(cells):
                section.total = line, cells
            else:
                section.lines.append(line)
                section.rows.append(cells)
            if why is not None:
                self.skipped.append(SkippedRow(line, why))
                self._note_day(filled)
        yield from _closed(section)

    def _is_title(self, filled: Sequence[str], line: int) -> bool:
        """Whether a row is a title. What it says is kept for the sections below."""
        text = ",".join(filled)
        match = next((match for pattern in self.titles if (match := re.search(pattern, text))), None)
        if match is None:
            return False
        self._note_day(filled)
        self._said |= {name: words.strip() for name, words in match.groupdict().items() if words}
        if "symbol" in match.groupdict():
            self._said["symbol"] = parse_symbol(self._said["symbol"])
            self.parts.append((f"{self._said['symbol']} in account {self._said.get('account', '')}", line))
        return True

    def _header(self, cells: list[str]) -> str | None:
        """Blank where the row is our header, why not where it is another table's; None where it is none."""
        if self._seen and (self._words.isdisjoint(cells) or len(self._words.intersection(cells)) < SHARED):
            return None
        names = frozenset(map(normal_name, cells))
        for signature, why in ((self.signature, ""), *self.other_tables.items()):
            if names.issuperset(map(normal_name, signature)):
                self._words |= set(filter(None, cells))
                self._seen = self._seen or not why
                return why
        return None

    def _begun(self, line: int, cells: list[str]) -> Section:
        self._note_day(cells)
        said = dict(self._said)
        self._said.pop("symbol", None)
        return Section(line, cells, said)

    def _note_day(self, cells: Iterable[str]) -> None:
        """Keep the day that a title, a note or a header says its figures are of."""
        match = _dated(",".join(cells))
        day = find_day(match[1]) if match else None
        if day is not None:
            self.days.append(day)


def _closed(section: Section | None) -> Iterator[Section]:
    if section is not None and (section.rows or section.total):
        yield section
