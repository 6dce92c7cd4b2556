"""Coinbase's raw transactions, a report for taxes, and the fills of Coinbase Pro and Advanced. In UTC."""

from __future__ import annotations

import re

from planner.loader.reading.alike import Row
from planner.loader.reading.exchange_legs import DOLLAR, Legs, Rows, each, legs_table
from planner.loader.reading.exchange_rows import Coins, Happened, amount, asset_of, dollars_of, said, told, unclear
from planner.loader.reading.layout import Layout

_BROKER = "Coinbase"
_RAW = frozenset({"Transaction ID", "Transaction Type", "Date & time", "Asset Acquired", "Quantity Disposed"})
_ACQUIRED, _DISPOSED = "Quantity Acquired (Bought, Received, etc)", "Asset Disposed (Sold, Sent, etc)"
_COST = (
    "Cost Basis (incl. fees and/or spread) (USD)",
    "Cost Basis (incl. fees paid) (USD)",
    "Cost Basis (incl. fees) (USD)",
)
_PROCEEDS = (
    "Proceeds (excl. fees and/or spread) (USD)",
    "Proceeds (excl. fees paid) (USD)",
    "Proceeds (excl. fees) (USD)",
)
_earned = re.compile(r"reward|income|interest|earn|airdrop|incentive|rebate|bonus", re.IGNORECASE).search
_became = re.compile(r"wrap|migrat|redenominat|deprecat", re.IGNORECASE).search
_bought = re.compile(r"buy|trade|convert", re.IGNORECASE).search
_sold = re.compile(r"sell|trade|convert|spend|card|pay", re.IGNORECASE).search
_SAME = {"ETH2": "ETH"}


def _read_raw(legs: Legs, rows: Rows) -> None:
    """What came is in columns of its own, and so does what went; a conversion has both."""

    def one(line: int, row: Row) -> None:
        word = said(row, "Transaction Type")
        event = Happened(line, told(row, "Date & time"), told(row, "Transaction ID"), told(row, "Data Source"))
        got = _side(row, _ACQUIRED, "Asset Acquired")
        given = _side(row, "Quantity Disposed", _DISPOSED)
        cost, brought = dollars_of(row, *_COST), dollars_of(row, *_PROCEEDS)
        if given and got:
            if given.asset == got.asset:
                legs.skip(line, "one coin under two names")
            elif _became(word):
                legs.exchanged(event, given, got)
            elif brought is not None and cost is not None and DOLLAR not in (given.asset, got.asset):
                legs.add(event, "sell", given, brought)
                legs.add(event, "buy", got, cost)
            else:
                legs.traded(event, given, got, dollars=brought if brought is not None else cost)
        elif got and _earned(word):
            legs.add(event, "income", got, cost)
        elif got and _bought(word) and got.asset != DOLLAR:
            legs.add(event, "buy", got, cost)
        elif got:
            legs.add(event, "transfer_in", got)
        elif given and _sold(word) and given.asset != DOLLAR:
            legs.add(event, "sell", given, brought)
        elif given and word.casefold() in ("send", "withdrawal", "pro deposit", "exchange deposit", "deposit"):
            legs.add(event, "transfer_out", given)
        elif given:
            legs.unknown(event, word, given)
        else:
            legs.skip(line, "nothing moved")

    each(legs, rows, one)


def _side(row: Row, units: str, asset: str) -> Coins | None:
    moved = abs(amount(row, units))
    if not moved:
        return None
    named = asset_of(row, asset)
    return Coins(_SAME.get(named, named), moved)


_FILLS = frozenset({"trade id", "product", "side", "created at", "size", "price", "fee", "total"})


def _read_fills(legs: Legs, rows: Rows) -> None:
    """Each fill of an order; its fee is in what it is priced in, and within the total."""

    def one(line: int, row: Row) -> None:
        base, _, quote = said(row, "product").upper().partition("-")
        side = said(row, "side").casefold()
        if not quote or side not in ("buy", "sell"):
            raise unclear(f"{side} {said(row, 'product')}")
        event = Happened(line, told(row, "created at"), told(row, "trade id"), told(row, "product"))
        coins, fee = Coins(base, abs(amount(row, "size"))), abs(amount(row, "fee"))
        total = abs(amount(row, "total"))
        price = Coins(quote, total - fee if side == "buy" else total + fee)  # before the fee, which `traded` adds
        legs.traded(event, *((price, coins) if side == "buy" else (coins, price)), Coins(quote, fee))

    each(legs, rows, one)


LAYOUTS = (
    Layout(
        "coinbase_raw_transactions",
        _BROKER,
        "transactions",
        _RAW,
        legs_table(_read_raw, _RAW),
        "look for Documents under Taxes, Raw transactions, CSV",
        coins=True,
    ),
    Layout(
        "coinbase_fills",
        _BROKER,
        "transactions",
        _FILLS,
        legs_table(_read_fills, _FILLS),
        "look for Statements under your profile, Pro or Advanced, Fills, CSV; deposits are in the other statement",
        coins=True,
    ),
)
