"""Vanguard: the cost basis export has lots; `OfxDownload.csv`, which is no OFX, has holdings and then transactions."""

from __future__ import annotations

from planner.loader.reading.broker_history import EXCHANGE, SPLIT, TRANSFER, Actions
from planner.loader.reading.broker_table import BrokerTable
from planner.loader.reading.layout import Layout

_BROKER = "Vanguard"
_DOWNLOAD = "look for the Download center under Activity: spreadsheet-compatible CSV, the accounts, the dates"

_UNREALIZED = BrokerTable(
    {
        "account": "Account",
        "symbol": "Symbol/CUSIP",
        "name": "Description",
        "quantity": "Quantity",
        "acquired": "Acquired date",  # `Various` for a fund at average cost: its lots cannot be told apart
        "basis": "Total cost",
        "market_value": "Market value*",
        "short_gain": "Short term gain loss*",
        "long_gain": "Long term gain loss*",
    },
)

_HELD = frozenset({"Account Number", "Investment Name", "Symbol", "Shares", "Share Price", "Total Value"})
_TRADED = frozenset({"Account Number", "Trade Date", "Transaction Type", "Net Amount"})

_HOLDINGS = BrokerTable(
    {
        "account": "Account Number",
        "symbol": "Symbol",
        "name": "Investment Name",
        "quantity": "Shares",
        "price": "Share Price",
        "market_value": "Total Value",
    },
    other_tables={_TRADED: "a transaction: list the file under `transactions` too"},
)

_TRANSACTIONS = BrokerTable(
    {
        "account": "Account Number",
        "date": "Trade Date",
        "action": "Transaction Type",
        "symbol": "Symbol",
        "name": "Investment Name",
        "quantity": "Shares",
        "price": "Share Price",
        "amount": "Net Amount",
        "fees": ("Commissions and Fees", "Commission Fees"),
        "accrued": "Accrued Interest",
    },
    other_tables={_HELD: "a holding without its lots, not a transaction"},
    actions=Actions(
        {
            "Buy": "buy",
            "Buy (exchange)": "buy",
            "Sell": "sell",
            "Sell (exchange)": "sell",
            "Reinvestment": "reinvest",
            "Reinvestment (LT gain)": "reinvest",
            "Reinvestment (ST gain)": "reinvest",
            "Dividend": "dividend",
            "Capital gain (LT)": "dividend",
            "Capital gain (ST)": "dividend",
            "Interest": "interest",
            "Stock split": SPLIT,  # of two rows, the old shares out and the new ones in; alone, the shares added
            "Corp Action (Stock Split)": SPLIT,
            "Corp Action (Reverse Split)": SPLIT,
            "Corp Action (Stock Dividend)": "split",
            "Stock dividend": "split",
            "Corp Action (Merger)": EXCHANGE,
            "Corp Action (Exchange)": EXCHANGE,
            "Corp Action (Sec Exchange)": EXCHANGE,
            "Corp Action (Name Change)": EXCHANGE,
            "Corp Action (Conversion)": EXCHANGE,
            "Merger (incoming)": EXCHANGE,
            "Merger (outgoing)": EXCHANGE,
            "Corp Action (Redemption)": "sell",
            "Corp Action (Spinoff)": "spinoff",
            "Spinoff": "spinoff",
            "Corp Action (Cash in Lieu)": "cash_in_lieu",
            "Cash in lieu": "cash_in_lieu",
            "Return of capital": "return_of_capital",
            "Corp Action (Return of Capital)": "return_of_capital",
            "Corp Action (Worthless)": "worthless",
            "Worthless": "worthless",
            "Buy Cancel": "undone buy",
            "Sell Cancel": "undone sell",
            "Interest charge": "fee",
            "Withholding": "fee",
            "Contribution": TRANSFER,
            "Distribution": TRANSFER,
            "Rollover (incoming)": TRANSFER,
            "Rollover (outgoing)": TRANSFER,
            "Transfer": TRANSFER,
            "Sweep in": "other",  # cash by another name
            "Sweep out": "other",
            "Funds Received": TRANSFER,
            "Withdrawal": TRANSFER,
            "Transfer (incoming)": TRANSFER,
            "Transfer (outgoing)": TRANSFER,
            "Conversion (incoming)": EXCHANGE,  # to another class of shares of the fund: §§ 1036, 368(a)(1)(E)
            "Conversion (outgoing)": EXCHANGE,
            "Fee": "fee",
        }
    ),
)

LAYOUTS = (
    Layout(
        "vanguard_unrealized",
        _BROKER,
        "lots",
        frozenset({"Symbol/CUSIP", "Acquired date", "Cost basis method", "Total cost"}),
        _UNREALIZED,
        "look for Cost basis export on the cost basis page: the accounts, Unrealized, Export",
    ),
    Layout("vanguard_holdings", _BROKER, "positions", _HELD, _HOLDINGS, _DOWNLOAD),
    Layout("vanguard_ofxdownload", _BROKER, "transactions", _TRADED, _TRANSACTIONS, _DOWNLOAD),
)
