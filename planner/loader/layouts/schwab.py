"""Charles Schwab. Lot details come a security at a time, its symbol, masked account and date in a title line.

People concatenate those downloads, and a security with a lot adjusted for a wash sale has more columns than others.
"""

from __future__ import annotations

from planner.loader.broker_table import BrokerTable
from planner.loader.layout import Layout

_BROKER = "Charles Schwab"

_STANDARD = frozenset({"Open Date", "Quantity", "Cost/Share", "Cost Basis", "Holding Period"})
_EXTENDED = frozenset({"Transaction Open", "Transaction CB", "Disallowed Loss"})
_LOT_DETAILS = BrokerTable(
    header=_STANDARD,
    columns={
        "quantity": "Quantity",
        "acquired": "Open Date",  # of an adjusted lot: the start of its holding period
        "purchased": "Transaction Open",
        "basis": "Cost Basis",
        "price": "Price",
        "market_value": "Market Value",
        "term": "Holding Period",
    },
    titles=(r"^(?P<symbol>.+?) Lot Details for\s+(?P<account>.+?) as of ",),
)
_HOW = "look for Positions, the dollar figure in the Cost Basis column of a holding, Lot Details, Export"

LAYOUTS = (
    Layout("schwab_lot_details", _BROKER, "lots", _STANDARD, _LOT_DETAILS, _HOW),
    Layout("schwab_lot_details_extended", _BROKER, "lots", _STANDARD | _EXTENDED, _LOT_DETAILS, _HOW),
)
