"""Merrill Edge: no signs, thousands in commas, negatives and even the terms in parentheses, the day in a column."""

from __future__ import annotations

from planner.loader.reading.broker_history import EXCHANGE, SPLIT, TRANSFER, Actions
from planner.loader.reading.broker_table import BrokerTable, Skip
from planner.loader.reading.layout import Layout

_BROKER = "Merrill Edge"

_CASH = (
    Skip("CUSIP #", "990156937", "cash sweep"),
    Skip("Symbol", "IIAXX", "cash sweep"),
)
_HELD = {
    "account": "Account #",
    "symbol": "Symbol",
    "name": "Security Description",
    "quantity": "Quantity",
    "market_value": "Value ($)",
    "gain": "Unrealized Gain/Loss ($)",
    "as_of": "COB Date",
}

LAYOUTS = (
    Layout(
        "merrill_unrealized",
        _BROKER,
        "lots",
        frozenset({"COB Date", "Acquisition Date", "Cost Basis ($)", "Short/Long"}),
        BrokerTable(
            _HELD | {"acquired": "Acquisition Date", "basis": "Cost Basis ($)", "term": "Short/Long"}, skip=_CASH
        ),
        "look for Unrealized gain/loss under Portfolio or Holdings, all accounts, Download",
    ),
    Layout(
        "merrill_holdings",
        _BROKER,
        "positions",
        frozenset({"COB Date", "Account Registration", "Value ($)", "Price ($)"}),
        BrokerTable(_HELD | {"price": "Price ($)"}, skip=_CASH),
        "look for Holdings under Accounts, Download",
    ),
    Layout(
        "merrill_realized",
        _BROKER,
        "realized",
        frozenset({"Liquidation Date", "Liquidation Amount ($)", "Acquisition Cost ($)"}),
        BrokerTable(
            {
                "account": "Account #",
                "symbol": "Security",  # Merrill's own code, not the ticker
                "name": "Security Description",
                "quantity": "Quantity",
                "acquired": "Acquisition Date",
                "sold": "Liquidation Date",
                "proceeds": "Liquidation Amount ($)",
                "basis": "Acquisition Cost ($)",
                "term": "Short/Long",
            },
            tickers=False,
        ),
        "look for Realized gain/loss under Accounts, this year, Download",
    ),
    Layout(
        "merrill_activity",
        _BROKER,
        "transactions",
        frozenset({"Pending/Settled", "Account Registration", "Symbol/CUSIP #"}),
        BrokerTable(
            {
                "account": "Account #",
                "date": "Trade Date",
                "action": "Description 1",
                "symbol": "Symbol/CUSIP #",
                "name": "Description 2",
                "quantity": "Quantity",
                "price": "Price ($)",
                "amount": "Amount ($)",
            },
            skip=(Skip("Pending/Settled", "Pending", "pending: it comes again once it is settled"),),
            actions=Actions(
                {
                    "Purchase": "buy",
                    "Sale": "sell",
                    "Reinvestment Share(s)": "reinvest",
                    "Reinvestment Program": "dividend",  # the cash leg of it
                    "Dividend": "dividend",
                    "Stock Split": SPLIT,
                    "Stk Splt": "split",
                    "Stock Dividend": "split",
                    "Stock Dividend/Split": "split",
                    "Reverse Split": SPLIT,
                    "Reverse Stock Split": SPLIT,
                    "Exchange": EXCHANGE,
                    "Merger": EXCHANGE,
                    "Name Change": EXCHANGE,
                    "Conversion": EXCHANGE,
                    "Reorganization": EXCHANGE,
                    "Spin Off": "spinoff",
                    "Spin-Off": "spinoff",
                    "Spinoff": "spinoff",
                    "Cash in Lieu": "cash_in_lieu",
                    "Cash In Lieu of Shares": "cash_in_lieu",
                    "Return of Capital": "return_of_capital",
                    "Return/Capital": "return_of_capital",
                    "Worthless Securities": "worthless",
                    "Redemption": "sell",
                    "Option Assignment": "assign",
                    "Option Exercise": "exercise",
                    "Option Expiration": "expire",
                    "Foreign Dividend": "dividend",
                    "Long Term Capital Gain": "dividend",
                    "Short Term Capital Gain": "dividend",
                    "Bank Interest": "interest",
                    "Interest": "interest",
                    "Funds Received": TRANSFER,
                    "Deposit": TRANSFER,
                    "Withdrawal": TRANSFER,
                }
            ),
        ),
        "look for Activity under Accounts, the last 90 days at least, Download",
    ),
)
