"""Charles Schwab's Equity Award Center: the history as CSV, in both of its headers, and as JSON.

An event is a row, and what it is made of is in rows below it without a date (in JSON: `TransactionDetails`). Shares
that vest have the value of their day for a basis (§ 83(a), Reg. § 1.83-4(b)); those withheld for taxes never arrive. A
lapse and the deposit of its shares are one event in two files.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from planner.domain.case import SkippedRow
from planner.loader.reading.broker_history import TRANSFER, Actions
from planner.loader.reading.broker_table import BrokerTable
from planner.loader.reading.layout import Findings, Layout, SourceFile
from planner.loader.tables.cells import amount_or_zero, find_day, normal_name
from planner.loader.tables.json_rows import json_rows
from planner.loader.tables.text_table import Table
from planner.loader.tables.unreadable import Unreadable
from rules.terms import ZERO

_BROKER = "Charles Schwab (Equity Awards)"
_HEADER = ["Date", "Done", "Symbol", "Units", "Dollars", "Fee", "Lot", "Note"]
_LIST = "Transactions"
_OUT = frozenset({"sale", "forced quick sell", "quick sale", "sell", "exercise and sell", "same day sale"})
_WORDS = {
    "dividend": "dividend",
    "cash dividend": "dividend",
    "tax withholding": "fee",
    "tax reversal": "fee",
    "adjustment": "other",
    "wire transfer": TRANSFER,
    "forced disbursement": TRANSFER,
    "disbursement": TRANSFER,
    "journal": TRANSFER,
    "transfer": TRANSFER,
    "dividend reinvested": "reinvest",
    "dividend reinvestment": "reinvest",
}


@dataclass(slots=True)
class _Award:
    """An event of the history: its cells by normalised name, and those of what it is made of."""

    line: int
    said: dict[str, str]
    details: list[dict[str, str]] = field(default_factory=list)

    @property
    def word(self) -> str:
        return normal_name(self.said.get("action", ""))

    def of(self, name: str) -> str:
        """A cell of the event, or of its first detail."""
        return self.said.get(name, "") or next((d[name] for d in self.details if d.get(name)), "")


def _csv_events(source: SourceFile, found: Findings) -> Iterator[_Award]:
    table = source.table
    top = next((n for n, cells in enumerate(table.rows) if "feesandcommissions" in map(normal_name, cells)), None)
    if top is None:
        return
    header = list(map(normal_name, table.rows[top]))
    found.skipped += [SkippedRow(line, "above the table") for line in table.lines[:top]]
    event: _Award | None = None
    for line, cells in zip(table.lines[top + 1 :], table.rows[top + 1 :], strict=True):
        said = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if cell.strip()}
        if said.get("date"):
            if event is not None:
                yield event
            event = _Award(line, said)
        elif event is not None:
            event.details.append(said)
            found.skipped.append(SkippedRow(line, f"part of the row in line {event.line}"))
    if event is not None:
        yield event


def _json_events(source: SourceFile, _: Findings) -> Iterator[_Award]:
    table, _beside = json_rows(source.text, _LIST)
    listed = json.loads(source.text, parse_float=str, parse_int=str)[_LIST]
    for line, row in zip(table.lines[1:], listed, strict=True):
        details = [part.get("Details", part) for part in row.get("TransactionDetails") or [] if isinstance(part, dict)]
        yield _Award(line, _plain(row), [_plain(part) for part in details if isinstance(part, dict)])


def _plain(row: dict[str, object]) -> dict[str, str]:
    return {normal_name(name): value.strip() for name, value in row.items() if isinstance(value, str) and value.strip()}


def _rows(source: SourceFile, found: Findings) -> Table:
    """A row for each event, or each lot of a sale."""
    csv = not source.opening.startswith("{")
    events = list(_csv_events(source, found) if csv else _json_events(source, found))
    if not events:
        raise Unreadable(0, "this looks like a history of equity awards, and has no events", "download it again")
    deposited = {(e.of("symbol"), _net(e)) for e in events if e.word == "deposit" and not e.of("purchaseprice")}
    lines, rows = [events[0].line], [_HEADER]
    named = Counter(_lot_of(event) for event in events if _brings(event))
    lots = {lot for lot, times in named.items() if times == 1}
    for event in events:
        if event.word == "lapse" and (event.of("symbol"), _net(event)) in deposited:
            found.skipped.append(SkippedRow(event.line, "these shares are deposited in a row of their own"))
            continue
        made = list(_made(event, lots))
        lines += [event.line] * len(made)
        rows += made
    return Table(lines, rows)


def _brings(event: _Award) -> bool:
    return event.word in ("deposit", "lapse")


def _made(event: _Award, lots: set[str]) -> Iterator[list[str]]:
    """The row that one event becomes."""
    day, symbol, note = event.of("date"), event.of("symbol"), event.of("description")
    fee = event.of("feesandcommissions")
    if _brings(event):
        price, action = event.of("purchaseprice"), "buy"
        if not price:
            price, action = event.of("vestfairmarketvalue") or event.of("fairmarketvalueprice"), "vest"
        units = _net(event)
        lot = _lot_of(event) if _lot_of(event) in lots else ""
        vested = event.of("vestdate") if action == "vest" else event.of("purchasedate")
        yield [vested or day, action, symbol, f"{units:f}", _product(units, price), "", lot, note]
    elif event.word in _OUT:
        yield from _sold(event, lots)
    else:
        moved, action = event.of("quantity"), _WORDS.get(event.word, event.said.get("action", ""))
        if action == TRANSFER and moved and not moved.startswith("-"):
            moved = f"-{moved}"  # out of the plan, to the brokerage account
        yield [day, action, symbol, moved, event.of("amount"), fee, "", note]


def _sold(event: _Award, lots: set[str]) -> Iterator[list[str]]:
    """A sale, lot by lot where the file names them; what it brought is net of fees, and is shared by their shares."""
    day, symbol, note = event.of("date"), event.of("symbol"), event.of("description")
    parts = [part for part in event.details if amount_or_zero(part.get("shares", ""))]
    whole = sum((amount_or_zero(part["shares"]) for part in parts), ZERO)
    if not parts or whole != amount_or_zero(event.said.get("quantity", "")):
        yield [day, "sell", symbol, event.of("quantity"), event.of("amount"), event.of("feesandcommissions"), "", note]
        return
    net, fees = amount_or_zero(event.of("amount")), amount_or_zero(event.of("feesandcommissions"))
    for part in parts:
        share = amount_or_zero(part["shares"]) / whole
        lot = _lot(symbol, part.get("vestdate", "") or part.get("purchasedate", ""), part.get("grantid", ""))
        brought = f"{net * share:.4f}" if net else _product(amount_or_zero(part["shares"]), part.get("saleprice", ""))
        yield [day, "sell", symbol, part["shares"], brought, f"{fees * share:.4f}", lot if lot in lots else "", note]


def _net(event: _Award) -> Decimal:
    """The shares that arrive: of a lapse those not withheld for taxes."""
    net = event.of("netsharesdeposited")
    if net:
        return amount_or_zero(net)
    withheld = amount_or_zero(event.of("sharessoldwithheldfortaxes") or event.of("shareswithheld"))
    return amount_or_zero(event.of("quantity")) - (withheld if event.word == "lapse" else ZERO)


def _lot_of(event: _Award) -> str:
    """A name for the lot that an event brings, by which its sale finds it: what it came from, and when."""
    day = event.of("vestdate") or event.of("purchasedate") or event.of("date")
    return _lot(event.of("symbol"), day, event.of("awardid") or event.of("grantid"))


def _lot(symbol: str, day: str, award: str) -> str:
    found = find_day(day)
    return f"{symbol} {found} {award}" if found and award else ""


def _product(units: Decimal, price: str) -> str:
    return f"{units * amount_or_zero(price):f}" if amount_or_zero(price) else ""


_TABLE = BrokerTable(
    {
        "date": "Date",
        "action": "Done",
        "symbol": "Symbol",
        "quantity": "Units",
        "amount": "Dollars",
        "fees": "Fee",
        "lot_id": "Lot",
        "name": "Note",
    },
    header=frozenset(_HEADER),
    actions=Actions({word: word for word in ("buy", "vest", "sell", *_WORDS.values())}),
    rows=_rows,
)
_HOW = "look for History under your Equity Award Center account, the dates, Export"

LAYOUTS = (
    Layout(
        "schwab_equity_awards",
        _BROKER,
        "transactions",
        frozenset({"Date", "Action", "Symbol", "Quantity", "FeesAndCommissions", "DisbursementElection", "Amount"}),
        _TABLE,
        f"{_HOW} as CSV",
    ),
    Layout(
        "schwab_equity_awards_json",
        _BROKER,
        "transactions",
        frozenset(),
        _TABLE,
        f"{_HOW} as JSON",
        recognizes=lambda source: (
            source.opening.startswith("{") and f'"{_LIST}"' in source.opening and "TransactionDetails" in source.opening
        ),
    ),
)
