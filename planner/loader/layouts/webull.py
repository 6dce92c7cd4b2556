"""Webull: the orders, of which those filled are trades. No fees and no corporate actions are in it."""

from __future__ import annotations

import re

from planner.domain.case import SkippedRow
from planner.loader.reading.broker_history import SHORT, Actions
from planner.loader.reading.broker_table import BrokerTable
from planner.loader.reading.layout import Findings, Layout, SourceFile
from planner.loader.tables.cells import amount_or_zero, normal_name
from planner.loader.tables.text_table import Table
from rules.option_contracts import SHARES_PER_CONTRACT, option_underlying

_ORDERS = frozenset({"Symbol", "Side", "Status", "Filled", "Avg Price", "Filled Time"})
_stamp = re.compile(r"(\d{1,2}/\d{1,2}/\d{4}|\d{4}-\d{2}-\d{2})").search


def _filled(source: SourceFile, found: Findings) -> Table:
    """The orders that were filled, wholly or in part, with what they came to; the others did not happen."""
    lines: list[int] = []
    rows: list[list[str]] = []
    header: list[str] = []
    for line, cells in zip(source.table.lines, source.table.rows, strict=True):
        names = list(map(normal_name, cells))
        if "avg price" in names and "filled" in names:
            header = names
            cells = [*cells, "Day", "Dollars"]
        elif header and len(cells) >= len(header) - 1:
            said = dict(zip(header, cells, strict=False))
            units, price = amount_or_zero(said.get("filled", "")), amount_or_zero(said.get("avg price", "").lstrip("@"))
            if not units:
                found.skipped.append(
                    SkippedRow(line, f"an order that was not filled: {said.get('status', '').strip()}")
                )
                continue
            if option_underlying(said.get("symbol", "").strip()):
                price *= SHARES_PER_CONTRACT
            day = _stamp(said.get("filled time", "") or said.get("placed time", ""))
            padding = [""] * (len(header) - len(cells))
            cells = [*cells[: len(header)], *padding, day[0] if day else "", f"{units * price:f}" if price else ""]
        lines.append(line)
        rows.append(cells)
    return Table(lines, rows)


LAYOUTS = (
    Layout(
        "webull_orders",
        "Webull",
        "transactions",
        _ORDERS,
        BrokerTable(
            {
                "date": "Day",
                "action": "Side",
                "symbol": "Symbol",
                "name": "Name",
                "quantity": "Filled",
                "amount": "Dollars",
            },
            actions=Actions({"Buy": "buy", "Sell": "sell", "Short": SHORT, "Sell Short": SHORT, "Cover": SHORT}),
            rows=_filled,
        ),
        "look for Orders under your account, History, Export: it comes by mail",
    ),
)
