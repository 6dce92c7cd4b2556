"""Histories of exchanges and wallets, whatever their shape, to rows of one asset each: the legs of what happened.

A swap is a sale and a purchase at the dollars that the file states (Notice 2014-21; Reg. § 1.1001-7). Where it states
none, a side that is a dollar stablecoin tells, at a dollar each (I-32); else the row is refused. A fee in dollars
changes what a purchase cost or a sale brought, of a swap what the coins given away brought (Reg. § 1.1001-7(c)(2)(ii));
one in what was given away goes with it, one in what was received never arrived, one in a third coin sells it (I-27).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from decimal import Decimal
from itertools import groupby, pairwise
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple, TypeVar, cast

from planner.domain.case import SkippedRow
from planner.domain.errors import Caution, Problem
from planner.loader.reading.alike import Figures, OneRow, Parted, Row
from planner.loader.reading.broker_history import TRANSFER, Actions
from planner.loader.reading.broker_table import BrokerTable
from planner.loader.reading.exchange_columns import Columns
from planner.loader.reading.exchange_rows import Coins, Happened, NotRead
from planner.loader.reading.layout import Findings, SourceFile
from planner.loader.reading.records import ACTIONS, UNDONE
from planner.loader.tables.cells import normal_name
from planner.loader.tables.sections import Section
from rules.digital_assets import DOLLAR_STABLECOINS
from rules.terms import ZERO

DOLLAR = "USD"
STABLECOINS = DOLLAR_STABLECOINS
_FIAT = frozenset({"EUR", "GBP", "CAD", "AUD", "JPY", "CHF", "SGD", "HKD", "BRL", "MXN", "TRY", "PLN"})
_HEADER = ["Time", "Done", "Asset", "Units", "Dollars", "Fee", "Id", "Note", "Account", "Group"]
_COLUMNS = {
    "date": "Time",
    "action": "Done",
    "symbol": "Asset",
    "quantity": "Units",
    "amount": "Dollars",
    "fees": "Fee",
    "id": "Id",
    "name": "Note",
    "account": "Account",
    "group": "Group",
}
_NO_CELLS = [""] * len(_HEADER)  # of a leg: what it holds is in columns


Side = TypeVar("Side", bound=tuple[Any, ...])


Rows = Iterator[Row]
"""Rows under each header, read together."""


class Leg(NamedTuple):
    """One leg, of one row or of many that are alike: then what differs is a list, and amounts are `Figures`."""

    event: Happened
    action: str
    asset: str
    units: Decimal
    dollars: Decimal | None
    fee: Decimal
    group: str
    counted: bool  # whether it is known by its place among the legs of its id


@dataclass(slots=True)
class Legs:
    """The legs of a file being put together."""

    source: SourceFile
    found: Findings
    legs: list[Leg] = field(default_factory=list)
    at_par: int = 0
    _columns: list[list[Any]] = field(default_factory=lambda: [[] for _ in (*Happened._fields, *Leg._fields[1:])])

    def add(
        self,
        event: Happened,
        action: str,
        coins: Coins,
        dollars: Decimal | None = None,
        fee: Decimal = ZERO,
        group: str = "",
    ) -> None:
        """One leg. Dollars alone are a deposit or withdrawal; `None` dollars: the file does not say (I-29)."""
        if coins.asset in _FIAT:
            what = f"this row is in {coins.asset}: only dollars are read, and nothing is converted"
            raise NotRead(what, "enter it in our own layout, in dollars at the rate of its day")
        asset, units = coins
        if asset == DOLLAR:
            cash = {"transfer_in": "deposit", "transfer_out": "withdrawal", "income": "interest", "fee": "fee"}
            action, dollars, asset, units = cash.get(action, action), units, "", ZERO
        self.legs.append(Leg(event, action, asset.strip(), units, dollars, fee, group, True))

    def together(self, lines: Iterable[int]) -> None:
        """Rows that tell of one event, which is read under the first of these lines."""
        first, *more = lines
        self.found.together.update(dict.fromkeys(more, first))

    def exchanged(self, event: Happened, given: Coins, got: Coins) -> None:
        """One coin became another without a sale: a migration, a redenomination, a wrap (I-42)."""
        lines = _list_of(event.line, 1)
        refs = _list_of(event.ref, len(lines))
        groups = [ref or f"line {line}" for ref, line in zip(refs, lines, strict=True)]
        group = cast(str, groups) if isinstance(event.line, list) else groups[0]
        self.add(event, "exchange_out", given, group=group)
        self.add(event, "exchange_in", got, group=group)

    def traded(
        self,
        event: Happened,
        given: Coins,
        got: Coins,
        fee: Coins | None = None,
        dollars: Decimal | None = None,
        fee_worth: Decimal | None = None,
    ) -> None:
        """A purchase, a sale or a swap. `fee_worth`: the dollars that the file states a fee in a third coin was worth;
        they are part of the cost of a purchase, and lessen what a sale brought. Raises NotRead where nothing tells what
        a swap was worth."""
        other: Coins | None = None
        cost = ZERO
        if fee is not None and fee.units:
            if fee.asset == DOLLAR:
                cost = fee.units
            elif fee.asset == given.asset:
                given = given._replace(units=given.units + fee.units)
            elif fee.asset == got.asset:
                got = got._replace(units=got.units - fee.units)
            else:
                other = fee
                if fee_worth is None and fee.asset in STABLECOINS:
                    fee_worth = fee.units
                cost = fee_worth or ZERO
        if given.asset == DOLLAR:
            self.add(event, "buy", got, given.units + cost, cost)
        elif got.asset == DOLLAR:
            self.add(event, "sell", given, got.units - cost, cost)
        else:
            value = self._worth(event, given, got, fee) if dollars is None else dollars
            self.add(event, "sell", given, value - cost, cost)
            self.add(event, "buy", got, value)
        if other is not None:
            self.add(event, "fee", other, fee_worth)

    def moved(
        self,
        out: Happened,
        into: Happened,
        sides: tuple[Coins | None, Coins | None],
        fee: Coins | None,
        *,
        worth: Decimal | None = None,
        fee_worth: Decimal | None = None,
        earned: bool = False,
        given_away: bool = False,
    ) -> None:
        """An event as a gatherer of wallets tells it: what left and what came, either of which may be missing, each in
        a wallet of its own. `earned`: what came is income; `given_away`: what left is a gift."""
        given, got = sides
        if given and got and given.asset != got.asset:
            self.traded(out, given, got, fee, None if DOLLAR in (given.asset, got.asset) else worth, fee_worth)
            return
        if given:
            self.add(out, "gift_out" if given_away else "transfer_out", given)
        if got:
            income = earned and not given
            self.add(into, "income" if income else "transfer_in", got, worth if income else None)
        if fee:
            self.add(out, "fee", fee, fee_worth)
        if not (given or got or fee):
            self.skip(out.line, "nothing moved")

    def _worth(self, event: Happened, given: Coins, got: Coins, fee: Coins | None) -> Decimal:
        for side in (got, given):
            if side.asset in STABLECOINS:
                self.at_par += len(_list_of(event.line, 1))
                return side.units
        what = f"{given.asset} was exchanged for {got.asset}, and the file does not say what that was worth in dollars"
        held = (given, got, *([fee] if fee and fee.units and fee.asset not in (given.asset, got.asset) else []))
        raise NotRead(what, "enter it in our own layout: a `sell` and a `buy` at the value of that moment", event, held)

    def skip(self, line: int, why: str) -> None:
        self.found.skipped += [SkippedRow(each_line, why) for each_line in _list_of(line, 1)]

    def refuse(self, line: int, why: NotRead) -> None:
        """A row that cannot be read: its coins are held back where they are known, else the file is refused there."""
        if why.event is not None and any(coins.asset not in {DOLLAR, *_FIAT} for coins in why.held):
            for coins in why.held:
                self.unknown(why.event, why.what, coins)
            return
        self.found.problems += [
            (each_line, Problem(f"{self.source.shown}:{each_line}", why.what, why.remedy))
            for each_line in _list_of(line, 1)
        ]

    def unknown(self, event: Happened, word: str, coins: Coins | None = None) -> None:
        """A word for what happened that the layout does not list. Where it moves coins their asset is `unexplained`."""
        asset, units = coins if coins and coins.asset not in {DOLLAR, *_FIAT} else Coins("", ZERO)
        self.legs.append(Leg(event, word.strip(), asset.strip(), units, None, ZERO, "", False))

    def read_together(self, rows: Row, read: Callable[[int, Row], None]) -> None:
        """Read rows as one, in parts where they are not alike; what comes of them is in the order of their lines."""
        found = self.found
        self._spread()
        waiting = [rows] if rows.lines else []
        while waiting:
            some = waiting.pop()
            before = len(self.legs), len(found.skipped), len(found.problems), self.at_par
            try:
                read(some.line, some)
            except NotRead as why:
                self.refuse(some.line, why)
            except Parted as parted:
                legs, skipped, problems, self.at_par = before
                del self.legs[legs:], found.skipped[skipped:], found.problems[problems:]
                waiting += some.parts(parted.answers)
        self._spread(in_order=True)
        self.order_findings()

    def order_findings(self) -> None:
        """What came of rows so far in the order of their lines."""
        self.found.skipped.sort(key=attrgetter("line"))
        self.found.problems.sort(key=itemgetter(0))

    def section(self) -> Section:
        """All legs as the rows of one table, whose amounts are at hand."""
        if self.at_par:
            text = f"{self.source.shown}: {self.at_par:,} exchanges are valued at one dollar per coin of a dollar "
            self.found.cautions.append(
                Caution("stablecoin_at_par", f"{text}stablecoin, because the file states no value (I-32)")
            )
        self._spread()
        lines, moments, refs, notes, accounts, done, assets, units, dollars, fees, groups, counted = self._columns
        cells = {
            "Time": list(map(str.strip, moments)),
            "Done": done,
            "Asset": assets,
            "Id": _numbered(refs, counted),
            "Note": list(map(str.strip, notes)),
            "Account": accounts,
            "Group": groups,
        }
        amounts = {"quantity": [each_one or ZERO for each_one in units], "amount": dollars, "fees": fees}
        return Section(0, _HEADER, {}, lines, [_NO_CELLS] * len(lines), columns=cells, amounts=amounts)

    def _spread(self, *, in_order: bool = False) -> None:
        """Put the legs so far into columns, those of rows read together in the order of their lines."""
        columns: list[list[Any]] = [[] for _ in self._columns]
        for alone, legs in groupby(self.legs, lambda leg: type(leg.event.line) is int):
            rows = [(*leg.event, *leg[1:]) for leg in legs]
            if alone:
                for column, cells in zip(columns, zip(*rows, strict=True), strict=True):
                    column += cells
                continue
            for row in rows:
                count = len(_list_of(row[0], 1))
                for column, cell in zip(columns, row, strict=True):
                    column += _list_of(cell, count)
        lines = columns[0]
        order = sorted(range(len(lines)), key=lines.__getitem__) if in_order else range(len(lines))
        for column, more in zip(self._columns, columns, strict=True):
            column += map(more.__getitem__, order) if in_order else more
        self.legs.clear()


def _list_of(of_rows: Any, count: int) -> list[Any]:
    """What of some rows is one for all, or a list, as a list."""
    if type(of_rows) is list:
        return of_rows
    return of_rows.of if type(of_rows) is Figures else [of_rows] * count


def events_of(event: Happened, units: Decimal) -> list[tuple[Happened, Decimal]]:
    """What happened in each of some rows, with its units."""
    count = len(_list_of(event.line, 1))
    fields = zip(*(_list_of(of_rows, count) for of_rows in event), strict=True)
    return list(zip(map(Happened._make, fields), _list_of(units, count), strict=True))


def _numbered(refs: list[str], counted: list[bool]) -> list[str]:
    """Ids, those of a leg after the first of its id with its place among them."""
    seen: dict[str, int] = {}
    ids = list(refs)
    for index, (ref, counts) in enumerate(zip(refs, counted, strict=True)):
        if ref and counts:
            number = seen[ref] = seen.get(ref, 0) + 1
            if number > 1:
                ids[index] = f"{ref} ({number})"
    return ids


def legs_table(read: Callable[[Legs, Rows], None], signature: frozenset[str], zone: tzinfo = UTC) -> BrokerTable:
    """The `read` of an exchange's layout: `read` is given the file's rows with their lines, and adds their legs."""

    def rows(source: SourceFile, found: Findings) -> Section:
        legs = Legs(source, found)
        read(legs, _rows_under(source, signature, legs))
        return legs.section()

    return BrokerTable(
        _COLUMNS,
        header=frozenset(_HEADER),
        actions=Actions(
            {TRANSFER: TRANSFER, **{done + word: done + word for word in ACTIONS for done in ("", UNDONE)}}
        ),
        stamps=zone,
        rows=rows,
    )


def _rows_under(source: SourceFile, signature: frozenset[str], legs: Legs) -> Rows:
    """The rows under each header, blank cells where they are short; others are skipped."""
    lines, rows = source.table.lines, source.table.rows
    headers = list(_headers(source, frozenset(map(normal_name, signature))))
    for line in lines[: headers[0] if headers else len(lines)]:
        legs.skip(line, "above the table")
    for top, end in pairwise([*headers, len(rows)]):
        width = len(rows[top])
        its = rows[top + 1 : end]
        if not {width}.issuperset(map(len, its)):
            its = [cells if len(cells) == width else cells[:width] + [""] * (width - len(cells)) for cells in its]
        plain = [width > 1 and cells[0].strip() != "" != cells[1].strip() for cells in its]
        if not all(plain) and width > 2:
            plain = [
                two or sum(map(bool, map(str.strip, cells))) != 1
                for two, cells in zip(plain, rows[top + 1 : end], strict=True)
            ]
            for line in [line for line, fits in zip(lines[top + 1 : end], plain, strict=True) if not fits]:
                legs.skip(line, "a note, not a row of the table")
            places = [place for place, fits in enumerate(plain) if fits]
        else:
            places = list(range(len(its)))
        yield Row(Columns(rows[top], its), places, [lines[top + 1 + place] for place in places])


def _headers(source: SourceFile, wanted: frozenset[str]) -> Iterator[int]:
    """The places of the rows that have all of these names."""
    mark = max((word for name in wanted for word in name.split()), key=len)  # in every header, and in few other rows
    often = source.text.casefold().count(mark) if source.text.isascii() else None
    for n, cells in enumerate(source.table.rows):
        text = "\n".join(cells)
        if (mark in text.casefold() or not text.isascii()) and wanted <= set(map(normal_name, cells)):
            yield n
            if text.casefold().count(mark) == often:
                return  # no other row has it


def each(legs: Legs, rows: Rows, read: Callable[[int, Row], None]) -> None:
    """Read rows together; what cannot be read is refused with its line."""
    for some in rows:
        legs.read_together(some, read)


def each_alone(legs: Legs, rows: Iterable[OneRow], read: Callable[[int, OneRow], None]) -> None:
    """The same row by row."""
    for row in rows:
        try:
            read(row.line, row)
        except NotRead as why:
            legs.refuse(row.line, why)


def singly(legs: Legs, rows: Rows) -> Iterator[OneRow]:
    """All rows, each for itself."""
    for some in rows:
        yield from some.singly()
        legs.order_findings()


def in_order(groups: Iterable[list[Side]]) -> list[list[Side]]:
    """Sides of events, each of which begins with what happened, in the order of their lines."""
    return sorted((sorted(sides, key=_line_of) for sides in groups), key=lambda sides: _line_of(sides[0]))


def _line_of(side: Sequence[Any]) -> int:
    return cast(int, side[0].line)
