"""Bitget's spot trades: a pair, units inside the cells, most of them against a dollar stablecoin. In UTC+8."""

from __future__ import annotations

from datetime import timedelta, timezone

from planner.loader.reading.alike import Row
from planner.loader.reading.exchange_legs import Legs, Rows, each, legs_table
from planner.loader.reading.exchange_rows import Coins, Happened, amount, asset_of, has, said, told, unclear
from planner.loader.reading.layout import Layout

_TRADES = frozenset({"Trading pair", "Direction", "Price", "Amount", "Total", "Fee coin"})


_QUOTES = ("USDT", "USDC", "USD", "BTC", "ETH", "BGB", "EUR", "BRL", "DAI")
_MOVED = frozenset({"Coin", "Amount", "Status", "Txid"})
_DONE = frozenset({"", "success", "successful", "completed", "complete", "credited", "finished"})


def _sides(pair: str) -> tuple[str, str]:
    """`BTC/USDT`, `BTC-USDT`, `BTC_USDT`, `BTCUSDT`, `BTCUSDT_SPBL`: what is traded, and in what it is priced."""
    bare = pair.strip().upper().removesuffix("_SPBL")
    for sign in "/-_":
        base, found, quote = bare.partition(sign)
        if found:
            return base, quote
    quote = next((quote for quote in _QUOTES if bare.endswith(quote) and len(bare) > len(quote)), "")
    return bare.removesuffix(quote) if quote else bare, quote


def _read(legs: Legs, rows: Rows) -> None:
    def one(line: int, row: Row) -> None:
        base, quote = _sides(said(row, "Trading pair"))
        side = said(row, "Direction").casefold()
        if not quote or side not in ("buy", "sell"):
            raise unclear(f"{said(row, 'Direction')} {said(row, 'Trading pair')}")
        event = Happened(line, told(row, "Date(UTC+8)", "Date"), "", said(row, "Trading pair"))
        coins, paid = Coins(base, abs(amount(row, "Amount"))), Coins(quote, abs(amount(row, "Total")))
        fee = Coins(said(row, "Fee coin").upper(), abs(amount(row, "Fee"))) if said(row, "Fee coin") else None
        legs.traded(event, *((paid, coins) if side == "buy" else (coins, paid)), fee)

    each(legs, rows, one)


def _read_moved(legs: Legs, rows: Rows) -> None:
    """Deposits and withdrawals. Which a file of one kind holds, its own columns tell: only a withdrawal has a fee."""

    def one(line: int, row: Row) -> None:
        state = said(row, "Status").casefold()
        word = said(row, "Type", "Direction", "Operation").casefold()
        moment = told(
            row, "Date(UTC+8)", "Time(UTC+8)", "Date", "Time", "Creation time", "Deposit time", "Withdrawal time"
        )
        event = Happened(line, moment, told(row, "Txid", "Order ID"), word)
        coins = Coins(asset_of(row, "Coin"), abs(amount(row, "Amount")))
        fee = abs(amount(row, "Fee", "Withdrawal fee", "Network fee"))
        leaves = "withdraw" in word or amount(row, "Amount") < 0 or (not word and has(row, "withdrawal address"))
        arrives = "deposit" in word or (not word and has(row, "deposit address"))
        if state not in _DONE:
            legs.skip(line, f"not carried out: {state}")
        elif leaves:
            legs.add(event, "transfer_out", coins)
            if fee:
                legs.add(event, "fee", Coins(coins.asset, fee))
        elif arrives:
            legs.add(event, "transfer_in", coins)
        elif any(has(row, name) for name in ("fee", "withdrawal fee", "network fee")):
            legs.add(event, "transfer_out", coins)
            if fee:
                legs.add(event, "fee", Coins(coins.asset, fee))
        else:
            legs.add(event, "transfer_in", coins)

    each(legs, rows, one)


LAYOUTS = (
    Layout(
        "bitget_moved",
        "Bitget",
        "transactions",
        _MOVED,
        legs_table(_read_moved, _MOVED, timezone(timedelta(hours=8))),
        "look for Export records under Assets, Deposits and Withdrawals",
        coins=True,
    ),
    Layout(
        "bitget_spot",
        "Bitget",
        "transactions",
        _TRADES,
        legs_table(_read, _TRADES, timezone(timedelta(hours=8))),
        "look for Export records under Assets, Spot transactions",
        coins=True,
    ),
)
