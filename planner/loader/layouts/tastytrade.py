"""tastytrade: the transaction history. Options are named by their OCC symbols; a transfer or a split is a delivery."""

from __future__ import annotations

import re
from functools import lru_cache

from planner.loader.reading.broker_history import EXCHANGE, SHORT, SPLIT, TRANSFER, Actions
from planner.loader.reading.broker_table import BrokerTable, Skip
from planner.loader.reading.layout import Findings, Layout, SourceFile
from planner.loader.tables.cells import amount_or_zero, normal_name
from planner.loader.tables.text_table import Table

_HISTORY = frozenset({"Date", "Type", "Sub Type", "Action", "Symbol", "Instrument Type", "Value", "Average Price"})
_TRADES = {"buytoopen": "bto", "selltoclose": "stc", "selltoopen": "sto", "buytoclose": "btc"}
_WORDS = {
    "bto": "buy",
    "stc": "sell",
    "sto": SHORT,
    "btc": SHORT,
    "expiration": "expire",
    "assignment": "assign",
    "exercise": "exercise",
    "cash settled assignment": "assign",
    "cash settled exercise": "sell",
    "acat": TRANSFER,
    "transfer": TRANSFER,
    "forward split": SPLIT,
    "reverse split": SPLIT,
    "stock split": SPLIT,
    "stock merger": EXCHANGE,
    "cash merger": EXCHANGE,
    "symbol change": EXCHANGE,
    "name change": EXCHANGE,
    "special dividend": "dividend",
    "stock dividend": "split",
    "dividend": "dividend",
    "deposit": TRANSFER,
    "withdrawal": TRANSFER,
    "credit interest": "interest",
    "debit interest": "fee",
    "balance adjustment": "other",
    "fee": "fee",
    "spin off": "spinoff",
    "spinoff": "spinoff",
}


def _named(source: SourceFile, _: Findings) -> Table:
    """The history with one word for each row, its units signed, and what it came to after costs."""
    lines: list[int] = []
    rows: list[list[str]] = []
    header: list[str] = []
    for line, cells in zip(source.table.lines, source.table.rows, strict=True):
        text = "\n".join(cells)
        names = list(map(normal_name, cells)) if "type" in text.casefold() or not text.isascii() else ()
        if "instrument type" in names and "sub type" in names:
            header = list(names)
            cells = [*cells, "Day", "Done", "Units", "Net", "Costs"]
        elif header and len(cells) >= 5:
            said = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if name in _ASKED}
            cells = [*cells[: len(header)], *[""] * (len(header) - len(cells)), *_told(said)]
        lines.append(line)
        rows.append(cells)
    return Table(lines, rows)


_ASKED = frozenset(
    {"action", "sub type", "quantity", "instrument type", "type", "commissions", "fees", "value", "total", "date"}
)


@lru_cache(maxsize=4096)
def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.casefold())


def _told(said: dict[str, str]) -> list[str]:
    action = _letters(said.get("action", ""))
    sub = normal_name(said.get("sub type", "")).replace("-", " ")
    opened = _TRADES.get(action, "")
    units, option = said.get("quantity", ""), "option" in said.get("instrument type", "").casefold()
    if said.get("type", "").casefold() == "trade" or (sub in ("buy to open", "sell to close") and not option):
        done = opened or sub
    else:
        done = sub or normal_name(said.get("type", ""))
        if sub in ("buy to open", "sell to open", "buy to close", "sell to close"):
            done = opened or sub  # the shares of an exercise or an assignment
        leaves = opened in ("stc", "sto") or "sell" in sub
        units = f"-{units}" if leaves and units and not units.startswith("-") else units
    costs = abs(amount_or_zero(said.get("commissions", ""))) + abs(amount_or_zero(said.get("fees", "")))
    value = amount_or_zero(said.get("value", ""))
    net = said.get("total", "") or f"{value - costs:f}"
    return [said.get("date", "").split("T")[0], done, units, net if value or amount_or_zero(net) else "", f"{costs:f}"]


LAYOUTS = (
    Layout(
        "tastytrade_history",
        "tastytrade",
        "transactions",
        _HISTORY,
        BrokerTable(
            {
                "date": "Day",
                "action": "Done",
                "symbol": "Symbol",
                "name": "Description",
                "asset_class": "Instrument Type",
                "quantity": "Units",
                "amount": "Net",
                "fees": "Costs",
                "currency": "Currency",
            },
            skip=(Skip("Instrument Type", "Future.*", "a contract marked to market at year end (§ 1256)"),),
            asset_classes={"Equity Option": "option", "Cryptocurrency": "crypto"},
            actions=Actions(_WORDS),
            rows=_named,
        ),
        "look for History in the browser, Transactions, the dates, CSV",
    ),
)
