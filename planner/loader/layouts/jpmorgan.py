"""J.P. Morgan and Chase: sixty-odd columns, eight of them a cost; lots where the view was of tax lots."""

from __future__ import annotations

from planner.loader.reading.broker_table import BrokerTable, Skip, column_of
from planner.loader.reading.layout import Findings, Layout, SourceFile
from planner.loader.tables.text_table import Table

_SIGNATURE = frozenset({"Asset Strategy Detail", "Orig Cost (Base)", "Acquisition Date"})


def _lots_if_dated(source: SourceFile, found: Findings) -> Table:
    """The file as it is: positions where no row has a day of acquisition."""
    table = source.table
    at, dated = -1, False
    for cells in table.rows:
        if at < 0 and all(column_of(cells, title) for title in _SIGNATURE):
            at = cells.index(column_of(cells, "Acquisition Date"))
        elif 0 <= at < len(cells) and cells[at].strip():
            dated = True
    if not dated:
        found.kind = "positions"
    return table


LAYOUTS = (
    Layout(
        "jpmorgan_holdings",
        "J.P. Morgan / Chase",
        "lots",
        _SIGNATURE,
        BrokerTable(
            {
                "symbol": "Ticker",
                "name": "Description",
                "asset_class": "Asset Class",
                "quantity": "Quantity",
                "price": "Price",
                "market_value": "Value",
                "basis": "Cost",
                "acquired": "Acquisition Date",
                "as_of": "As of",
                "currency": "Local CCY",
            },
            skip=(Skip("Asset Class", "Cash.*", "cash"),),
            footer="FOOTNOTES",
            rows=_lots_if_dated,
        ),
        "look for Holdings, the view of tax lots, Export",
    ),
)
