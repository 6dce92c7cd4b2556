"""TD Ameritrade, whose accounts went to Schwab in 2023: what people kept of its history and its realized gains."""

from __future__ import annotations

import re

from planner.loader.reading.broker_history import EXCHANGE, SPLIT, TRANSFER, Actions
from planner.loader.reading.broker_table import BrokerTable, Skip
from planner.loader.reading.layout import Layout

_BROKER = "TD Ameritrade"
_in_parentheses = re.compile(r".*\(([^()]+)\)\s*").fullmatch


def _symbol(security: str) -> str:
    """`Quartz Lantern Inc (QLTN)` by its symbol alone."""
    match = _in_parentheses(security)
    return match[1] if match else security


LAYOUTS = (
    Layout(
        "tda_gain_loss",
        _BROKER,
        "realized",
        frozenset({"Security", "Trans type", "Open date", "Adj cost", "Close date", "Adj proceeds"}),
        BrokerTable(
            {
                "symbol": "Security",
                "name": "Security",
                "quantity": "Qty",
                "acquired": "Open date",
                "sold": "Close date",
                "proceeds": "Adj proceeds",
                "basis": "Adj cost",
                "term": "Term",
            },
            rewrite={"symbol": _symbol},
            totals={"proceeds": "Adj proceeds", "basis": "Adj cost"},
        ),
        "an old download: the accounts are at Schwab now, and so is their history",
    ),
    Layout(
        "tda_transactions",
        _BROKER,
        "transactions",
        frozenset({"TRANSACTION ID", "NET CASH BALANCE", "REG FEE"}),
        BrokerTable(
            {
                "date": "DATE",
                "id": "TRANSACTION ID",
                "action": "DESCRIPTION",
                "symbol": "SYMBOL",
                "name": "DESCRIPTION",
                "quantity": "QUANTITY",
                "price": "PRICE",
                "amount": "AMOUNT",
                "fees": "COMMISSION",
            },
            skip=(Skip("DATE", r"\*+\s*END OF FILE\s*\*+", "the end of the file"),),
            actions=Actions(
                {
                    "Bought": "buy",
                    "Sold": "sell",
                    "Qualified Dividend": "dividend",
                    "Ordinary Dividend": "dividend",
                    "Non-Taxable Dividends": "dividend",
                    "Long Term Gain Distribution": "dividend",
                    "Short Term Capital Gains": "dividend",
                    "Free Balance Interest Adjustment": "interest",
                    "Margin Interest Adjustment": "interest",
                    "Interest": "interest",
                    "Stock Split": "split",
                    "Stock Dividend": "split",
                    "Mandatory - Exchange": EXCHANGE,
                    "Mandatory - Name Change": EXCHANGE,
                    "Mandatory Reverse Split": SPLIT,
                    "Mandatory - Reverse Split": SPLIT,
                    "Mandatory - Merger": EXCHANGE,
                    "Stock Merger": EXCHANGE,
                    "Spin-Off": "spinoff",
                    "Cash In Lieu": "cash_in_lieu",
                    "Return of Capital": "return_of_capital",
                    "Removal of Option Due to Expiration": "expire",
                    "Removal of Option Due to Assignment": "assign",
                    "Removal of Option Due to Exercise": "exercise",
                    "Transfer of Security or Option In": "transfer_in",
                    "Transfer of Security or Option Out": "transfer_out",
                    "Client Requested Electronic Funding": TRANSFER,
                    "Wire": TRANSFER,
                    "Foreign Tax Withheld": "fee",
                },
                begins=True,
            ),
        ),
        "an old download: the accounts are at Schwab now, and so is their history",
    ),
)
