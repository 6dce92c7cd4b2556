"""Cash App: one list of payments, coins and shares. Its times are of the zone they name, and its days are those."""

from __future__ import annotations

import re

from planner.domain.case import SkippedRow
from planner.loader.reading.broker_history import Actions
from planner.loader.reading.broker_table import BrokerTable
from planner.loader.reading.layout import Findings, Layout, SourceFile
from planner.loader.tables.cells import normal_name
from planner.loader.tables.text_table import Table

_LIST = frozenset({"Transaction ID", "Transaction Type", "Asset Type", "Asset Amount", "Net Amount", "Status"})
_not_done = re.compile(r"fail|cancel|declin|revers|refund|expired|pending|waiting", re.IGNORECASE).search
_DONE = (
    (re.compile(r"round.?ups|(?:recurring )?(?:buy|purchase)$", re.IGNORECASE), "buy"),
    (re.compile(r"(?:sale|sell|sold)$", re.IGNORECASE), "sell"),
    (re.compile(r"boost|reward|bonus|giveaway|earn", re.IGNORECASE), "income"),
    (re.compile(r"dividend", re.IGNORECASE), "dividend"),
    (re.compile(r"split", re.IGNORECASE), "split"),
    (re.compile(r"withdraw|sent|send|p2p out", re.IGNORECASE), "transfer_out"),
    (re.compile(r"deposit|received|receive|p2p in", re.IGNORECASE), "transfer_in"),
)


def _assets(source: SourceFile, found: Findings) -> Table:
    """The rows that name an asset and an amount of it; the others are money."""
    lines: list[int] = []
    rows: list[list[str]] = []
    header: list[str] = []
    for line, cells in zip(source.table.lines, source.table.rows, strict=True):
        names = list(map(normal_name, cells))
        if "asset amount" in names and "transaction type" in names:
            header = names
            cells = [*cells, "Day", "Done", "Class"]
        elif header and len(cells) >= 3:
            said = {name: cell.strip() for name, cell in zip(header, cells, strict=False)}
            word = said.get("transaction type", "")
            if not said.get("asset type") or not said.get("asset amount"):
                found.skipped.append(SkippedRow(line, "money, which moves no units"))
                continue
            if _not_done(said.get("status", "")):
                found.skipped.append(SkippedRow(line, f"not carried out: {said['status']}"))
                continue
            done = next((done for pattern, done in _DONE if pattern.search(word)), word)
            asset = "crypto" if said["asset type"].upper() == "BTC" or "bitcoin" in word.casefold() else ""
            padding = [""] * (len(header) - len(cells))
            cells = [*cells[: len(header)], *padding, said.get("date", "").split(" ")[0], done, asset]
        lines.append(line)
        rows.append(cells)
    return Table(lines, rows)


LAYOUTS = (
    Layout(
        "cash_app",
        "Cash App",
        "transactions",
        _LIST,
        BrokerTable(
            {
                "date": "Day",
                "action": "Done",
                "symbol": "Asset Type",
                "name": "Transaction Type",
                "quantity": "Asset Amount",
                "amount": "Net Amount",
                "fees": "Fee",
                "id": "Transaction ID",
                "asset_class": "Class",
                "currency": "Currency",
            },
            asset_classes={"crypto": "crypto"},
            actions=Actions({done: done for _, done in _DONE}),
            rows=_assets,
        ),
        "look for Documents under your profile in the browser, Account statements, Export CSV",
    ),
)
