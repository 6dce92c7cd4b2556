"""Morgan Stanley at Work (StockPlan Connect): the reports of releases and of withdrawals. Neither names the ticker.

A release is shares that vest, at the value of their day (§ 83(a)); only the net ones arrive. A withdrawal of `Cash` is
money; of a plan's shares it is their sale.
"""

from __future__ import annotations

from planner.domain.case import SkippedRow
from planner.loader.reading.broker_history import Actions
from planner.loader.reading.broker_table import BrokerTable, Skip
from planner.loader.reading.layout import Findings, Layout, SourceFile
from planner.loader.tables.cells import amount_or_zero, normal_name
from planner.loader.tables.text_table import Table

_BROKER = "Morgan Stanley at Work"
_RELEASES = frozenset({"Vest Date", "Order Number", "Plan", "Net Cash Proceeds", "Net Share Proceeds"})
_WITHDRAWALS = frozenset({"Execution Date", "Order Number", "Plan", "Order Status", "Net Amount"})
_NOT_DONE = Skip(("Status", "Order Status"), "cancell?ed|rejected|pending|.*in progress.*|failed", "not carried out")


def _released(source: SourceFile, found: Findings) -> Table:
    """The releases with the value of the shares that arrive; those of which all were sold bring none."""
    return _with_dollars(source, found, "vest date", "net share proceeds", "release", "no shares arrive")


def _withdrawn(source: SourceFile, found: Findings) -> Table:
    return _with_dollars(source, found, "execution date", "quantity", "sale", "nothing is withdrawn")


def _with_dollars(source: SourceFile, found: Findings, first: str, units: str, word: str, nothing: str) -> Table:
    """The table with a column of the day's value of the units, and without rows of none."""
    lines: list[int] = []
    rows: list[list[str]] = []
    header: list[str] = []
    for line, cells in zip(source.table.lines, source.table.rows, strict=True):
        names = list(map(normal_name, cells))
        if first in names:
            header = names
            cells = [*cells, "Dollars", "Done"]
        elif header and len(list(filter(str.strip, cells))) > 1 and len(cells) >= len(header) - 1:
            said = dict(zip(header, cells, strict=False))
            if not amount_or_zero(said.get(units, "")):
                found.skipped.append(SkippedRow(line, nothing))
                continue
            cash = word == "sale" and said.get("plan", "").strip().casefold() == "cash"
            dollars = said.get("net amount", "")
            if word == "release":
                price = amount_or_zero(said.get("price", ""))
                dollars = f"{abs(price * amount_or_zero(said[units])):f}" if price else ""
            cells = [*cells[: len(header)], *[""] * (len(header) - len(cells)), dollars, "cash" if cash else word]
        lines.append(line)
        rows.append(cells)
    return Table(lines, rows)


_ACTIONS = Actions({"release": "vest", "sale": "sell", "cash": "withdrawal"})
_HOW = "look for Reports under Activity in StockPlan Connect"

LAYOUTS = (
    Layout(
        "morgan_stanley_releases",
        _BROKER,
        "transactions",
        _RELEASES,
        BrokerTable(
            {
                "date": "Vest Date",
                "action": "Done",
                "symbol": "Plan",  # there is no ticker: [symbols] tells it
                "name": "Type",
                "quantity": "Net Share Proceeds",
                "amount": "Dollars",
            },
            skip=(_NOT_DONE,),
            actions=_ACTIONS,
            tickers=False,
            rows=_released,
        ),
        f"{_HOW}, Releases, CSV",
    ),
    Layout(
        "morgan_stanley_withdrawals",
        _BROKER,
        "transactions",
        _WITHDRAWALS,
        BrokerTable(
            {
                "date": "Execution Date",
                "action": "Done",
                "symbol": "Plan",
                "name": "Type",
                "quantity": "Quantity",
                "amount": "Dollars",
            },
            skip=(_NOT_DONE,),
            actions=_ACTIONS,
            tickers=False,
            rows=_withdrawn,
        ),
        f"{_HOW}, Withdrawals, CSV",
    ),
)
