"""M1 Finance: open and closed tax lots under one header, distinguished by their Close Date; holdings without lots."""

from __future__ import annotations

from planner.loader.reading.broker_table import BrokerTable, Skip
from planner.loader.reading.layout import Findings, Layout, SourceFile
from planner.loader.tables.cells import BadCell, normal_name, parse_amount
from planner.loader.tables.text_table import Table

_BROKER = "M1 Finance"
_LOT_COLUMNS = frozenset({"Symbol", "Acquisition Date", "M1 Tax Lot Id"})


def _with_proceeds(source: SourceFile, _: Findings) -> Table:
    """The closed lots with what they brought: their basis and their gain, whichever of its two columns holds it."""
    header: list[str] = []
    rows = []
    for cells in source.table.rows:
        if normal_name("M1 Tax Lot Id") in map(normal_name, cells):
            header = list(map(normal_name, cells))
            cells = [*cells, "Proceeds"]
        elif header and len(cells) == len(header):
            said = dict(zip(header, cells, strict=True))
            gains = [said.get(f"{term} term realized gain/loss", "") for term in ("short", "long")]
            cells = [*cells, _sum(said.get("cost basis", ""), next(filter(None, gains), ""))]
        rows.append(cells)
    return Table(source.table.lines, rows)


def _sum(*cells: str) -> str:
    """Their sum; blank where one of them is no amount."""
    try:
        return f"{sum(map(parse_amount, cells)):f}"
    except BadCell:
        return ""


_OPEN = BrokerTable(
    {
        "symbol": "Symbol",
        "quantity": "Quantity",
        "acquired": "Acquisition Date",
        "basis": "Cost Basis",
        "gain": "Unrealized Gain/Loss",
        "term": "Short/Long Term Holding",
    },
    skip=(Skip("Close Date", ".+", "closed: list the file under `realized` too"),),
)
_CLOSED = BrokerTable(
    {
        "symbol": "Symbol",
        "quantity": "Quantity",
        "acquired": "Acquisition Date",
        "sold": "Close Date",
        "proceeds": "Proceeds",
        "basis": "Cost Basis",
        "term": "Short/Long Term Holding",
        "disallowed_loss": "Disallowed Wash Sale Amount",
    },
    skip=(Skip("Close Date", "", "still open: list the file under `lots` too"),),
    rows=_with_proceeds,
)

LAYOUTS = (
    Layout(
        "m1_open_tax_lots",
        _BROKER,
        "lots",
        _LOT_COLUMNS,
        _OPEN,
        "look for Holdings under Invest, Download, Open tax lots",
    ),
    Layout(
        "m1_closed_tax_lots",
        _BROKER,
        "realized",
        _LOT_COLUMNS,
        _CLOSED,
        "look for Holdings under Invest, Download, Closed tax lots",
    ),
    Layout(
        "m1_holdings",
        _BROKER,
        "positions",
        frozenset({"Symbol", "Avg. Price", "Cost Basis", "Unrealized Gain ($)", "Value"}),
        BrokerTable(
            {
                "symbol": "Symbol",
                "name": "Name",
                "quantity": "Quantity",
                "basis": "Cost Basis",
                "market_value": "Value",
            }
        ),
        "look for Holdings under Invest, Download, Holdings",
    ),
)
