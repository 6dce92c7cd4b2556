"""Wealthfront: hundreds of small lots, the cost before the quantity, the day in the title."""

from __future__ import annotations

from planner.loader.reading.broker_table import BrokerTable
from planner.loader.reading.layout import Layout

LAYOUTS = (
    Layout(
        "wealthfront_unrealized",
        "Wealthfront",
        "lots",
        frozenset({"Symbol", "Display Name", "Lot Date", "Cost Basis", "Market Value"}),
        BrokerTable(
            {
                "symbol": "Symbol",
                "name": "Display Name",
                "acquired": "Lot Date",
                "basis": "Cost Basis",
                "quantity": "Quantity",
                "market_value": "Market Value",
            }
        ),
        "look for Manage, View cost basis details, Unrealized, on the web; Download CSV",
    ),
)
