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
from itertools import pairwise
from typing import NamedTuple

from planner.domain.case import SkippedRow
from planner.domain.errors import Caution, Problem
from planner.loader.reading.broker_history import TRANSFER, Actions
from planner.loader.reading.broker_table import BrokerTable
from planner.loader.reading.exchange_columns import Columns
from planner.loader.reading.layout import Findings, SourceFile
from planner.loader.reading.records import ACTIONS, UNDONE
from planner.loader.tables.cells import BadCell, normal_name, shown
from planner.loader.tables.sections import Section
from rules.digital_assets import DOLLAR_STABLECOINS
from rules.terms import ZERO

DOLLAR = "USD"
STABLECOINS = DOLLAR_STABLECOINS
AT_ONCE = 1000  # rows whose columns are read together: few enough to be at hand while their events are put together
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


class Coins(NamedTuple):
    """An amount of one asset, positive; of dollars too."""

    asset: str
    units: Decimal


class Happened(NamedTuple):
    """What all legs of one event share: its line, its moment as written, its id, its note, the account as named."""

    line: int
    moment: str
    ref: str = ""
    note: str = ""
    account: str = ""


class NotRead(Exception):  # noqa: N818  a row of the user's, not an error of ours
    """A row that cannot be read: why, and the remedy. Where the coins that it moved are known, as `held` with the
    event, it refuses nothing: those coins are not explained, and held back."""

    def __init__(self, what: str, remedy: str, event: Happened | None = None, held: tuple[Coins, ...] = ()) -> None:
        self.what = what
        self.remedy = remedy
        self.event = event
        self.held = held
        super().__init__(what)


Row = tuple[Columns, int]
"""A row of a file: its columns, and its place in them."""
Rows = Iterator[tuple[int, Row]]
"""Rows with their lines."""


@dataclass(slots=True)
class Legs:
    """The legs of a file being put together, in the order of the file."""

    source: SourceFile
    found: Findings
    lines: list[int] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    at_par: int = 0
    refs: dict[str, int] = field(default_factory=dict)

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
        ref = event.ref
        if ref:
            number = self.refs[ref] = self.refs.get(ref, 0) + 1
            ref = ref if number == 1 else f"{ref} ({number})"
        paid = "" if dollars is None else f"{dollars:f}"
        self.lines.append(event.line)
        cost = f"{fee:f}" if fee else "0"
        self.rows.append([event.moment, action, asset, f"{units:f}", paid, cost, ref, event.note, event.account, group])

    def together(self, lines: Iterable[int]) -> None:
        """Rows that tell of one event, which is read under the first of these lines."""
        first, *more = lines
        self.found.together.update(dict.fromkeys(more, first))

    def exchanged(self, event: Happened, given: Coins, got: Coins) -> None:
        """One coin became another without a sale: a migration, a redenomination, a wrap (I-42)."""
        group = event.ref or f"line {event.line}"
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
                self.at_par += 1
                return side.units
        what = f"{given.asset} was exchanged for {got.asset}, and the file does not say what that was worth in dollars"
        held = (given, got, *([fee] if fee and fee.units and fee.asset not in (given.asset, got.asset) else []))
        raise NotRead(what, "enter it in our own layout: a `sell` and a `buy` at the value of that moment", event, held)

    def skip(self, line: int, why: str) -> None:
        self.found.skipped.append(SkippedRow(line, why))

    def refuse(self, line: int, why: NotRead) -> None:
        """A row that cannot be read: its coins are held back where they are known, else the file is refused there."""
        if why.event is not None and any(coins.asset not in {DOLLAR, *_FIAT} for coins in why.held):
            for coins in why.held:
                self.unknown(why.event, why.what, coins)
            return
        self.found.problems.append((line, Problem(f"{self.source.shown}:{line}", why.what, why.remedy)))

    def unknown(self, event: Happened, word: str, coins: Coins | None = None) -> None:
        """A word for what happened that the layout does not list. Where it moves coins their asset is `unexplained`."""
        asset, units = coins if coins and coins.asset not in {DOLLAR, *_FIAT} else Coins("", ZERO)
        self.lines.append(event.line)
        self.rows.append([event.moment, word, asset, f"{units:f}", "", "0", event.ref, event.note, event.account, ""])

    def section(self) -> Section:
        if self.at_par:
            text = f"{self.source.shown}: {self.at_par:,} exchanges are valued at one dollar per coin of a dollar "
            self.found.cautions.append(
                Caution("stablecoin_at_par", f"{text}stablecoin, because the file states no value (I-32)")
            )
        return Section(0, _HEADER, {}, self.lines, self.rows)


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
    """The rows under the header, blank cells where they are short; others are skipped."""
    lines, rows = source.table.lines, source.table.rows
    headers = list(_headers(source, frozenset(map(normal_name, signature))))
    for line in lines[: headers[0] if headers else len(lines)]:
        legs.skip(line, "above the table")
    for top, end in pairwise([*headers, len(rows)]):
        width = len(rows[top])
        for begin in range(top + 1, end, AT_ONCE):
            its = rows[begin : min(begin + AT_ONCE, end)]
            columns = Columns(
                rows[top],
                [cells if len(cells) == width else cells[:width] + [""] * (width - len(cells)) for cells in its],
            )
            for n, cells in enumerate(its):
                two = len(cells) > 1 and cells[0].strip() and cells[1].strip()
                if not two and width > 2 and sum(map(bool, map(str.strip, cells))) == 1:
                    legs.skip(lines[begin + n], "a note, not a row of the table")
                else:
                    yield lines[begin + n], (columns, n)


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
    """Read row by row; what cannot be read is refused with its line."""
    for line, row in rows:
        try:
            read(line, row)
        except NotRead as why:
            legs.refuse(line, why)


def has(row: Row, name: str) -> bool:
    """Whether the row has such a column, by its normalized name."""
    return name in row[0].header


def said(row: Row, *names: str) -> str:
    """The first cell that the row has under one of these names and that holds anything."""
    columns, n = row
    for name in names:
        if cell := columns[name][n]:
            return cell
    return ""


def amount(row: Row, *names: str) -> Decimal:
    """A cell as an amount, its unit left off (`0.5 ETH`); zero where blank. Raises NotRead where it is none."""
    read = _stated(row, names)
    return ZERO if read is None else read


def _stated(row: Row, names: Sequence[str]) -> Decimal | None:
    """The first cell under one of these names that holds anything, as an amount; None where all are blank."""
    columns, n = row
    for name in names:
        if columns[name][n]:
            read = columns.amounts[name][n]
            if isinstance(read, BadCell):
                raise no_amount(read, names[0])
            return read
    return None


def no_amount(bad: BadCell, name: str) -> NotRead:
    return NotRead(f"`{name}` {bad.what}", bad.remedy)


def dollars_of(row: Row, *names: str) -> Decimal | None:
    """Dollars as stated, without their sign; None where the cell is blank."""
    read = _stated(row, names)
    return None if read is None else abs(read)


def coins_of(row: Row, units: str, asset: str) -> Coins | None:
    """An amount and its asset; None where the amount is blank or zero."""
    moved = abs(amount(row, units))
    return Coins(asset_of(row, asset), moved) if moved else None


def asset_of(row: Row, *names: str) -> str:
    """The asset that a cell names. Raises NotRead where it names none."""
    if not (text := said(row, *names)):
        raise NotRead(f"`{names[0]}` is empty", "copy it from the exchange's screen")
    return text.upper()


def unclear(word: str, event: Happened | None = None, held: Iterable[Coins] = ()) -> NotRead:
    """A row whose legs do not fit together; `held`: the coins that it moved, to the extent they are known."""
    what = f"the sides of this `{shown(word)}` are not clear"
    return NotRead(what, "enter it in our own layout, with `replaces`", event, tuple(held))
