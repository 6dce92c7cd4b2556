"""TradeStation: the trades of a clearing account, a side in one letter, what they came to after costs beside them."""

from __future__ import annotations

from planner.loader.reading.broker_history import SHORT, Actions
from planner.loader.reading.broker_table import BrokerTable
from planner.loader.reading.layout import Layout

LAYOUTS = (
    Layout(
        "tradestation_trades",
        "TradeStation",
        "transactions",
        frozenset({"Account", "T/D", "S/D", "Side", "Symbol", "Qty", "Price", "Net Proceeds"}),
        BrokerTable(
            {
                "account": "Account",
                "date": "T/D",
                "action": "Side",
                "symbol": "Symbol",
                "quantity": "Qty",
                "price": "Price",
                "amount": "Net Proceeds",
                "commission": "Comm",
                "fees": "SEC",
                "currency": "Currency",
            },
            actions=Actions(
                {
                    "B": "buy",
                    "S": "sell",
                    "Buy": "buy",
                    "Sell": "sell",
                    "SS": SHORT,
                    "Sell Short": SHORT,
                    "BC": SHORT,
                    "Buy to Cover": SHORT,
                    "BO": "buy",
                    "SC": "sell",
                    "SO": SHORT,
                }
            ),
        ),
        "look for Trades in the client portal, the dates, Export to CSV",
    ),
)
