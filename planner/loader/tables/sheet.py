"""A header and the rows under it, read column by column; every cell that cannot be read is an input error with its
line."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar, cast

from planner.domain.case import SkippedRow
from planner.domain.errors import Problem
from planner.domain.input_limits import MOST_CELLS, MOST_PROBLEMS
from planner.domain.portfolio import UnitsOwed
from planner.domain.visible_text import unseen, visible_line
from planner.domain.written_amounts import WrittenAmounts
from planner.loader.tables.cells import (
    UNKNOWN_AMOUNTS,
    UNKNOWN_DATES,
    BadCell,
    all_plain,
    all_plausible,
    check_symbol,
    earliest_day,
    normal_name,
    parse_amount,
    parse_choice,
    parse_date,
    parse_dollars,
    parse_flag,
    parse_instant,
    parse_moment,
    parse_symbol,
    plain_amounts,
)
from planner.loader.tables.record_table import Record, RecordTable
from planner.loader.tables.text_table import AT_HAND, trimmed_columns
from planner.loader.tables.unreadable import Unreadable

IDENTIFIERS = frozenset({"account", "lot_id", "id"})
OF_UNITS = frozenset({"quantity"})
MANY = 1_000  # rows from which on amounts are kept as written; of fewer, a `Decimal` each is as quick
SOME = 100  # cells of a column that tell whether most of it is said once
NO_SYMBOL = frozenset({"-", "--", "—"})  # how a broker leaves it blank; `NA` is a ticker

T = TypeVar("T")
Choice = TypeVar("Choice", bound=StrEnum)


class RefusedRow(NamedTuple):
    """What a row that is refused still says of itself: for what is checked across rows and files."""

    line: int
    account: str | None
    lot_id: str | None


@dataclass(slots=True)
class Sheet:
    """Rows of one file under one header.

    `names` is a broker's column name for each of our fields that it has; in our own layouts (`ours`) the names are the
    fields'. There an empty required cell is refused; in a broker's, `--` and the like read as None. `given` are fields
    that have one value for all rows, from a title; `rewrite` turns a broker's way of writing a cell into the usual;
    `stamps` is the zone of moments that name none, where dates may be moments.
    `refusals` keep their line. A row that is skipped is refused for nothing more. `amounts_read` are the columns of
    amounts read so far, by field: what a total is compared with. `columns` are the trimmed cells by title, of those
    asked for so far; `amounts_at_hand` are known without their cells.
    """

    file: str
    as_of: date
    header: Sequence[str]
    lines: list[int]
    rows: list[list[str]]
    names: Mapping[str, str] = field(default_factory=dict)
    ours: bool = False
    given: Mapping[str, str] = field(default_factory=dict)
    rewrite: Mapping[str, Callable[[str], str]] = field(default_factory=dict)
    stamps: tzinfo | None = None
    problems: list[tuple[int, Problem]] = field(default_factory=list)
    skipped: list[SkippedRow] = field(default_factory=list)
    owed: list[UnitsOwed] = field(default_factory=list)
    refused_rows: set[int] = field(default_factory=set)
    skipped_rows: set[int] = field(default_factory=set)
    amounts_read: dict[str, Sequence[Decimal | None]] = field(default_factory=dict)
    columns: dict[str, list[str]] = field(default_factory=dict)
    amounts_at_hand: Mapping[str, list[Decimal | None]] = field(default_factory=dict)
    _rewritten: dict[str, list[str]] = field(default_factory=dict)  # by field

    def __post_init__(self) -> None:
        """Make every row as long as the header; cells beyond it are refused unless blank."""
        width = len(self.header)
        if width * len(self.rows) > MOST_CELLS:
            what = f"{len(self.rows):,} rows under {width:,} column names are more than {MOST_CELLS:,} cells"
            raise Unreadable(0, what, "split the file, and list all parts")
        if {width}.issuperset(map(len, self.rows)):
            return
        for index, cells in enumerate(self.rows):
            if len(cells) == width:
                continue
            if len(cells) > width and any(map(str.strip, cells[width:])):
                self.refuse(
                    index,
                    f"this row has {len(cells)} cells under {width} column names",
                    'put an amount with a comma in quotes ("1,234.50"), or write it without the comma',
                )
            self.rows[index] = cells[:width] + [""] * (width - len(cells))

    def refuse(self, index: int, what: str, remedy: str) -> None:
        """Refuse the row at `index`."""
        if index not in self.skipped_rows:
            line = self.lines[index]
            self.problems.append((line, Problem(f"{self.file}:{line}", what, remedy)))
            self.refused_rows.add(index)
            if len(self.problems) > MOST_PROBLEMS:
                first, problem = min(self.problems, key=lambda placed: placed[0])
                what = f"more than {MOST_PROBLEMS:,} rows or cells cannot be read; the first is here: {problem.what}"
                raise Unreadable(first, what, problem.remedy)

    def skip(self, index: int, why: str) -> None:
        """Leave out the row at `index`, and say so."""
        self.skipped.append(SkippedRow(self.lines[index], why))
        self.skipped_rows.add(index)

    def skip_owed(self, index: int, units: Decimal, why: str) -> None:
        """Leave out a row with units owed, of which the symbol is kept: it offsets what is held."""
        self.skip(index, why)
        self.owed.append(
            UnitsOwed(parse_symbol(self.cells("symbol")[index]), units, f"{self.file}:{self.lines[index]}")
        )

    @property
    def left_out(self) -> set[int]:
        """The rows, by index, of which there will be no record."""
        return self.refused_rows | self.skipped_rows

    def refused_names(self) -> list[RefusedRow]:
        """The refused rows by account and lot id, where they name them."""
        if not self.refused_rows:
            return []
        accounts, lot_ids = ([cell or None for cell in self.cells(name)] for name in ("account", "lot_id"))
        return [RefusedRow(self.lines[n], accounts[n], lot_ids[n]) for n in sorted(self.refused_rows)]

    def demand(
        self, values: Iterable[T | None], fair: Callable[[T], bool], what: Callable[[T], str], remedy: str
    ) -> None:
        """Refuse each row whose value is known and not `fair`."""
        for index, value in enumerate(values):
            if value is not None and not fair(value):
                self.refuse(index, what(value), remedy)

    def name(self, field_name: str) -> str:
        """The sheet's own name for one of our fields."""
        return field_name if self.ours else self.names.get(field_name, field_name)

    def cells(self, field_name: str) -> list[str]:
        """The trimmed cells of a column; blank ones where the sheet has no such column."""
        if field_name in self.given:
            return [self.given[field_name]] * len(self.rows)
        if not self.ours and field_name not in self.names:
            return [""] * len(self.rows)
        cells = self.column(self.name(field_name))
        rewrite = self.rewrite.get(field_name)
        if rewrite is None:
            return cells
        if field_name not in self._rewritten:
            usual = {cell: rewrite(cell) for cell in set(cells)}
            self._rewritten[field_name] = [usual[cell] for cell in cells]
        return self._rewritten[field_name]

    def column(self, title: str) -> list[str]:
        """The trimmed cells under a title of the header; blank ones where it has no such title."""
        if title not in self.columns:
            titles = {title} if len(self.rows) < AT_HAND else {title, *(self.names.values() or self.header)}
            places = {each: self._place(each) for each in titles - self.columns.keys()}
            there = {each: place for each, place in places.items() if place is not None}
            self.columns |= dict(zip(there, trimmed_columns(self.rows, list(there.values())), strict=True))
            if title not in there:
                self.columns[title] = [""] * len(self.rows)
        return self.columns[title]

    def _place(self, title: str) -> int | None:
        wanted = normal_name(title)
        return next((place for place, name in enumerate(self.header) if normal_name(name) == wanted), None)

    def read(
        self,
        field_name: str,
        parse: Callable[[str], T],
        *,
        empty: str = "",
        unknown: frozenset[str] = frozenset(),
        at_once: Callable[[Collection[str]], Mapping[str, T]] = lambda _: {},
    ) -> list[T | None]:
        """A column, parsed. A word in `unknown` is None; so is a blank cell, unless `empty` says how to fill it.

        `at_once` may parse cells as `parse` does, all together; what it leaves is parsed one by one."""
        cells = self.cells(field_name)
        if not (empty or any(cells)):
            return [None] * len(cells)

        different = dict.fromkeys(cells)  # a cell said twice is read once
        read: dict[str, T | None] = {**at_once(different)}
        if not (empty and "" not in unknown):
            read[""] = None
        for cell in [cell for cell in different if cell not in read]:
            try:
                if not cell:
                    raise BadCell("is empty", empty)
                read[cell] = parse(cell)
            except BadCell:
                if cell.casefold() not in unknown:
                    break
                read[cell] = None
        else:
            return list(map(read.__getitem__, cells))
        return self._read_by_row(field_name, parse, empty, unknown, read)

    def _read_by_row(
        self,
        field_name: str,
        parse: Callable[[str], T],
        empty: str,
        unknown: frozenset[str],
        read: dict[str, T | None],
    ) -> list[T | None]:
        """The same where some cell cannot be read, each for its line. `read` are those that were read already."""
        values: list[T | None] = []
        for index, cell in enumerate(self.cells(field_name)):
            if cell not in read:
                try:
                    if not cell:
                        raise BadCell("is empty", empty)
                    read[cell] = parse(cell)
                except BadCell as bad:
                    if cell.casefold() not in unknown:
                        self._refuse_cell(index, field_name, cell, bad)
                        values.append(None)
                        continue
                    read[cell] = None
            values.append(read[cell])
        return values

    def _refuse_cell(self, index: int, field_name: str, cell: str, bad: BadCell) -> None:
        """Refuse a row for a cell that cannot be read, or in which a broker says that it does not know."""
        what, remedy = bad.what, bad.remedy
        if cell and not self.ours and cell.casefold() in UNKNOWN_DATES:
            what = f"is `{cell}`: your broker does not report it, but it is required"
            remedy = "find the value and write it in this cell"
        self.refuse(index, f"`{self.name(field_name)}` {what}", remedy)

    def amounts(self, field_name: str, *, empty: str = "", known: bool = False) -> Sequence[Decimal | None]:
        """Signed amounts. `known`: not even a broker may leave this one unknown."""
        if self.ours and len(self.lines) > MANY and (plain := WrittenAmounts.of(self.cells(field_name))) is not None:
            self.amounts_read[field_name] = plain
            return plain
        unknown: frozenset[str] = frozenset() if self.ours or known else UNKNOWN_AMOUNTS
        parse = parse_amount if field_name in OF_UNITS else parse_dollars
        if field_name in self.amounts_at_hand:
            values = self.amounts_at_hand[field_name]
            if all_plausible(values, computed=field_name not in OF_UNITS):
                self.amounts_read[field_name] = values
                return values
            self.columns[self.name(field_name)] = ["" if each is None else f"{each:f}" for each in values]
        different = self._different_amounts(field_name, unknown if empty else unknown | {""})
        if different is None:
            different = self.read(field_name, parse, empty=empty, unknown=unknown, at_once=plain_amounts)
        self.amounts_read[field_name] = different
        return different

    def _different_amounts(self, field_name: str, unknown: frozenset[str]) -> list[Decimal | None] | None:
        """A column of plain amounts, few of them alike: each is read where it stands. None for any other column."""
        cells = self.cells(field_name)
        if len(cells) < SOME or len(set(cells[:SOME])) <= SOME // 4:
            return None
        known = [cell for cell in cells if cell not in unknown]
        amounts = all_plain(known)
        if amounts is None or len(known) == len(cells):
            return cast(list[Decimal | None] | None, amounts)
        following = iter(amounts)
        return [None if cell in unknown else next(following) for cell in cells]

    def not_negative(
        self, field_name: str, remedy: str, *, empty: str = "", known: bool = False
    ) -> Sequence[Decimal | None]:
        """Amounts of zero or more."""
        values = self.amounts(field_name, empty=empty, known=known)
        name = self.name(field_name)
        if isinstance(values, WrittenAmounts) or not "".join(self.cells(field_name)).strip("0123456789."):
            return values  # no cell has a sign
        self.demand(values, lambda amount: amount >= 0, lambda amount: f"`{name}` is negative: {amount}", remedy)
        return values

    def dates(
        self, field_name: str, *, empty: str = "", known: bool = False, words: frozenset[str] = frozenset()
    ) -> list[date | None]:
        """Days that have been. `words` are accepted where the day is not given."""
        name, as_of = self.name(field_name), self.as_of
        unknown = words if self.ours or known else UNKNOWN_DATES | words
        days = self.read(field_name, parse_date if self.ours else self._day, empty=empty, unknown=unknown)
        if self.stamps is None and all(day <= as_of for day in set(days) if day is not None):
            return days
        if {datetime} == set(map(type, days)) and earliest_day(max(filter(None, days))) <= as_of:
            return days
        self.demand(
            days,
            (lambda day: day <= as_of) if self.stamps is None else (lambda day: earliest_day(day) <= as_of),
            lambda day: f"`{name}` is {day}, which is after the as-of date {as_of}",
            "correct the date, or run with a later --as-of",
        )
        return days

    def _day(self, cell: str) -> date:
        """A day as a broker writes it, or in a sheet of stamps a moment."""
        if self.stamps is not None:
            try:
                return parse_instant(cell, self.stamps)
            except BadCell:
                pass
        return parse_moment(cell)

    def symbols(self, *, blank: Sequence[bool] = ()) -> list[str | None]:
        """The symbols; `blank[i]` says that row i need not have one."""
        if self.ours:
            found = self.read("symbol", _symbol)
        else:
            found, cusips = (self.read(name, _named, unknown=NO_SYMBOL) for name in ("symbol", "cusip"))
            if any(cusips):
                found = [symbol or cusip for symbol, cusip in zip(found, cusips, strict=True)]
        name = self.name("symbol")
        if None in found:
            for index, symbol in enumerate(found):
                if symbol is None and not (blank and blank[index]):
                    self.refuse(index, f"`{name}` is empty", "write the ticker, or a name of your own for it")
        return found

    def flags(self, field_name: str) -> list[bool | None]:
        return self.read(field_name, parse_flag)

    def texts(self, field_name: str) -> list[str | None]:
        """Text as it is, on one line; of a name or id no sign may show nothing."""
        cells = self.cells(field_name)
        every = "".join(cells)
        shows = every.isascii() and every.isprintable()
        if field_name in IDENTIFIERS:
            return [cell or None for cell in cells] if shows else self.read(field_name, _identifier)
        if shows and "  " not in every:
            return [cell or None for cell in cells]  # on one line with single blanks as they are
        shown = {cell: visible_line(cell) or None for cell in set(cells)}  # most are said many times, or nowhere
        return [shown[cell] for cell in cells]

    def choices(self, field_name: str, kind: type[Choice]) -> list[Choice | None]:
        """Members of an enumeration, in any case."""
        members = {member.value: member for member in kind}
        return self.read(field_name, lambda cell: members.get(cell) or parse_choice(cell, kind))

    def record_table(self, kind: type[Record], *columns: Sequence[Any]) -> RecordTable[Record]:
        """A record for each row that was not left out: its line, then a cell of each column."""
        each = range(self.lines[0], self.lines[0] + len(self.lines)) if self.lines else range(0)
        table = RecordTable(kind, [each if self.lines == list(each) else self.lines, *columns])
        if left_out := self.left_out:
            return table.kept([index not in left_out for index in range(len(self.lines))])
        return table

    def records(self, kind: type[Record], *columns: Sequence[Any]) -> list[Record]:
        """The same as a list."""
        return list(self.record_table(kind, *columns))


def _named(cell: str) -> str:
    """A broker's symbol; not the dashes in place of one."""
    if cell in NO_SYMBOL:
        raise BadCell("names no security", "write the ticker")
    return _symbol(cell)


def _symbol(cell: str) -> str:
    return check_symbol(parse_symbol(cell))


def _identifier(cell: str) -> str:
    """A name or id. What shows nothing would make two of them look alike."""
    if hidden := unseen(cell):
        raise BadCell(f"has {hidden} in it, which is invisible", "remove that character")
    return cell
