"""QIF, Quicken's old interchange format: the investment accounts in it. A line is a field, a caret ends a record.

Securities are named by their description; where the file lists them (`!Type:Security`) it has their symbols too. Dates
are written month first, an apostrophe before the years of this century: `3/2'26`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from planner.domain.case import SkippedRow
from planner.loader.reading.broker_history import EXCHANGE, SHORT, TRANSFER, Actions
from planner.loader.reading.broker_table import BrokerTable
from planner.loader.reading.layout import ANY_BROKER, Findings, Layout, SourceFile
from planner.loader.tables.cells import parse_symbol
from planner.loader.tables.text_table import Table
from planner.loader.tables.unreadable import Unreadable

_HEADER = ["Account", "Date", "Done", "Security", "Units", "Price", "Total", "Fees", "Memo", "Ratio"]
_ACTIONS = {
    **dict.fromkeys(("Buy", "BuyX"), "buy"),
    **dict.fromkeys(("Sell", "SellX"), "sell"),
    **dict.fromkeys(("ReinvDiv", "ReinvInt", "ReinvLg", "ReinvMd", "ReinvSh"), "reinvest"),
    **dict.fromkeys(("Div", "DivX", "CGLong", "CGLongX", "CGMid", "CGMidX", "CGShort", "CGShortX"), "dividend"),
    **dict.fromkeys(("IntInc", "IntIncX"), "interest"),
    **dict.fromkeys(("MiscExp", "MiscExpX", "MargInt", "MargIntX"), "fee"),
    **dict.fromkeys(("MiscInc", "MiscIncX", "Cash", "Reminder"), "other"),
    **dict.fromkeys(("XIn", "ContribX"), "deposit"),
    **dict.fromkeys(("XOut", "WithdrwX"), "withdrawal"),
    "ShrsIn": "transfer_in",
    "ShrsOut": "transfer_out",
    "StkSplit": "split",
    "RtrnCap": "return_of_capital",
    "RtrnCapX": "return_of_capital",
    "ShtSell": SHORT,
    "ShtSellX": SHORT,
    "CvrShrt": SHORT,
    "CvrShrtX": SHORT,
    "Vest": "vest",
    "Exercise": "exercise",
    "ExerciseX": "exercise",
    "Expire": "expire",
    "Grant": "other",
    "Exchange": EXCHANGE,
    "Transfer": TRANSFER,
}
_day = re.compile(r"\s*(\d{1,2})[/-]\s*(\d{1,2})([/'-])\s*(\d{2,4})\s*").fullmatch
_CENTURY = 1900


def _is_investments(source: SourceFile) -> bool:
    """Whether it begins as QIF does and has an investment account in it."""
    begins = source.opening.lstrip().startswith(("!Type:", "!Account", "!Option", "!Clear"))
    return begins and "!type:invst" in source.content.decode("latin-1").casefold()


def _records(text: str) -> Iterator[tuple[str, int, dict[str, str]]]:
    """The section of each record, its line, and its fields by their letter; of a field that comes twice the first."""
    section, begun = "", 0
    fields: dict[str, str] = {}
    for line, row in enumerate(text.splitlines(), 1):
        row = row.rstrip()
        if row.startswith("!"):
            word = row[1:].strip().casefold()
            if word.startswith(("type:", "account")):
                section = word.removeprefix("type:")
            fields = {}
        elif row == "^":
            if fields:
                yield section, begun, fields
            fields = {}
        elif row:
            begun = begun if fields else line
            fields.setdefault(row[0], row[1:].strip())
    if fields:
        raise Unreadable(begun, "the file breaks off: this record is never ended", "export it again")


def _history(source: SourceFile, found: Findings) -> Table:
    """Every record of an investment account; of other accounts it is cash, and skipped."""
    records = list(_records(source.text))
    symbols = {f["N"]: f["S"] for section, _, f in records if section == "security" and f.get("N") and f.get("S")}
    account = ""
    lines, rows = [1], [_HEADER]
    for section, line, fields in records:
        if section == "account":
            account = fields.get("N", account)
        elif section == "invst":
            lines.append(line)
            rows.append(_told(account, fields, symbols, found))
        elif section != "security":
            found.skipped.append(SkippedRow(line, f"of another kind of account or list: {section}"))
    return Table(lines, rows)


def _told(account: str, fields: dict[str, str], symbols: dict[str, str], found: Findings) -> list[str]:
    word, name = fields.get("N", ""), fields.get("Y", "")
    symbol = symbols.get(name, "")
    if name and not symbol:
        found.unnamed.add(parse_symbol(name))
    units = fields.get("Q", "")
    if word == "StkSplit":  # the ratio, times ten: new shares for each old one
        return [account, _date(fields), word, symbol or name, "", "", "", "", fields.get("M", ""), _ratio(units)]
    total = fields.get("T", "") or fields.get("U", "")
    return [account, _date(fields), word, symbol or name, units, fields.get("I", ""), total, fields.get("O", ""),
            fields.get("M", ""), ""]  # fmt: skip


def _ratio(units: str) -> str:
    return f"{units}:10" if units else ""


def _date(fields: dict[str, str]) -> str:
    """`3/2'26`, `3/ 2'26` and `03/02/2026` as a day; an apostrophe means this century, a slash the last."""
    written = _day(fields.get("D", ""))
    if written is None:
        return fields.get("D", "")
    month, day, sign, year = written.groups()
    this_century = sign == "'" or int(year) < 70
    whole = int(year) + (0 if len(year) == 4 else 2000 if this_century else _CENTURY)
    return f"{whole}-{int(month):02}-{int(day):02}"


LAYOUTS = (
    Layout(
        "qif_investments",
        ANY_BROKER,
        "transactions",
        frozenset(),
        BrokerTable(
            {
                "account": "Account",
                "date": "Date",
                "action": "Done",
                "symbol": "Security",
                "name": "Memo",
                "quantity": "Units",
                "price": "Price",
                "amount": "Total",
                "fees": "Fees",
                "ratio": "Ratio",
            },
            header=frozenset(_HEADER),
            actions=Actions(_ACTIONS),
            rows=_history,
        ),
        "look for Export, QIF, the investment accounts and their securities",
        recognizes=_is_investments,
    ),
)
