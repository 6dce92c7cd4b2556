"""Interactive Brokers' Flex query of trades as CSV, the columns those that the user chose.

Orders, executions and closed lots may come together; one level of them is read.
"""

from __future__ import annotations

from planner.domain.case import SkippedRow
from planner.loader.layouts.ibkr import ASSETS, BROKER, NO_LOTS, TRADED, WHY_NO_LOTS
from planner.loader.reading.broker_table import BrokerTable, Skip
from planner.loader.reading.layout import Findings, Layout, SourceFile
from planner.loader.tables.cells import normal_name
from planner.loader.tables.text_table import Table

_TRADES = frozenset({"Symbol", "TradeDate", "Quantity", "TradePrice", "Buy/Sell", "NetCash"})
_ABOUT_THE_FILE = frozenset({"BOF", "BOA", "BOS", "EOS", "EOA", "EOF"})


def _trades(source: SourceFile, found: Findings) -> Table:
    """The executions; the orders where the query has none. Each with its side and whether it opened or closed."""
    table = source.table
    wanted = frozenset(map(normal_name, _TRADES))
    top = next(n for n, cells in enumerate(table.rows) if wanted <= set(map(normal_name, cells)))
    header = list(map(normal_name, table.rows[top]))
    said_of = [dict(zip(header, map(str.strip, cells), strict=False)) for cells in table.rows]
    levels = {said.get("levelofdetail", "").upper() for said in said_of[top + 1 :]}
    level = next((name for name in ("EXECUTION", "ORDER") if name in levels), None)
    lines, rows = [table.lines[top]], [[*table.rows[top], "Done", "Kind"]]
    for n, (line, cells) in enumerate(zip(table.lines, table.rows, strict=True)):
        said = said_of[n]
        if n == top:
            continue
        if n < top or cells[0].strip() in _ABOUT_THE_FILE:
            found.skipped.append(SkippedRow(line, "a record about the file, not a trade"))
        elif list(map(normal_name, cells)) == header:
            found.skipped.append(SkippedRow(line, "the header again"))
        elif level is not None and said.get("levelofdetail", "").upper() != level:
            found.skipped.append(
                SkippedRow(line, f"a {said.get('levelofdetail', '')} row, which repeats the executions")
            )
        else:
            done = f"{said.get('buy/sell', '')} {said.get('open/closeindicator', '')}".strip()
            lines.append(line)
            rows.append([*cells[: len(header)], *[""] * (len(header) - len(cells)), done, _kind(said)])
    return Table(lines, rows)


def _kind(said: dict[str, str]) -> str:
    category = said.get("assetclass", "")
    if category != "STK":
        return category
    kind = said.get("subcategory", "")
    return kind if kind in ASSETS else ""


LAYOUTS = (
    Layout(
        "ibkr_flex_csv_trades",
        BROKER,
        "transactions",
        _TRADES,
        BrokerTable(
            {
                "account": ("ClientAccountID", "AccountId"),
                "date": "TradeDate",
                "action": "Done",
                "symbol": "Symbol",
                "name": "Description",
                "asset_class": "Kind",
                "quantity": "Quantity",
                "price": "TradePrice",
                "amount": "NetCash",
                "fees": "IBCommission",
                "id": ("TransactionID", "TradeID"),
                "stated_basis": "CostBasis",
                "currency": ("CurrencyPrimary", "Currency"),
            },
            skip=(Skip("AssetClass", NO_LOTS, WHY_NO_LOTS),),
            asset_classes=ASSETS,
            actions=TRADED,
            rows=_trades,
        ),
        "look for Flex Queries under Performance & Reports, a Trade Confirmation or Activity query with Trades, CSV",
    ),
)
