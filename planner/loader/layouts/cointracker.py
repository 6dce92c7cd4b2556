"""CoinTracker, which gathers wallets: its capital gains, and its transactions with both sides and their wallets."""

from __future__ import annotations

import re

from planner.loader.reading.alike import Row
from planner.loader.reading.broker_table import BrokerTable
from planner.loader.reading.exchange_legs import Legs, Rows, each, legs_table
from planner.loader.reading.exchange_rows import Happened, coins_of, dollars_of, said, told
from planner.loader.reading.layout import Layout

_BROKER = "CoinTracker"
_MOVES = frozenset({"Date", "Received Quantity", "Received Cost Basis (USD)", "Sent Quantity", "Realized Return (USD)"})
_EARNED = re.compile(r"reward|staking|airdrop|mining|mined|interest|income|fork|payment|cashback", re.IGNORECASE).search


def _read(legs: Legs, rows: Rows) -> None:
    def one(line: int, row: Row) -> None:
        word = " ".join(filter(None, (said(row, "Type"), said(row, "Received Tag"), said(row, "Sent Tag"))))
        start, end = told(row, "Sent Wallet", "Received Wallet"), told(row, "Received Wallet", "Sent Wallet")
        note = told(row, "Sent Comment", "Received Comment")
        out = Happened(line, told(row, "Date"), told(row, "Transaction ID", "Transaction Hash"), note, start)
        legs.moved(
            out,
            out._replace(account=end),
            (coins_of(row, "Sent Quantity", "Sent Currency"), coins_of(row, "Received Quantity", "Received Currency")),
            coins_of(row, "Fee Amount", "Fee Currency"),
            worth=dollars_of(row, "Received Cost Basis (USD)"),
            earned=_EARNED(word) is not None,
            given_away="gift" in word.casefold(),
        )

    each(legs, rows, one)


LAYOUTS = (
    Layout(
        "cointracker_capital_gains",
        _BROKER,
        "realized",
        frozenset({"Asset Amount", "Asset Name", "Received Date", "Date Sold", "Proceeds (USD)"}),
        BrokerTable(
            {
                "symbol": "Asset Name",
                "quantity": "Asset Amount",
                "acquired": "Received Date",
                "sold": "Date Sold",
                "proceeds": "Proceeds (USD)",
                "basis": "Cost Basis (USD)",
                "term": "Type",
            }
        ),
        "look for Taxes, Capital gains, Download CSV",
        coins=True,
    ),
    Layout(
        "cointracker_transactions",
        _BROKER,
        "transactions",
        _MOVES,
        legs_table(_read, _MOVES),
        "look for Transactions, Export CSV",
        coins=True,
    ),
)
