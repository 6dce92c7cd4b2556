"""Bitget's spot trades: a pair, units inside the cells, most of them against a dollar stablecoin. In UTC+8."""

from __future__ import annotations

from datetime import timedelta, timezone

from planner.loader.reading.exchange_legs import (
    Coins,
    Happened,
    Legs,
    Row,
    Rows,
    amount,
    each,
    legs_table,
    said,
    unclear,
)
from planner.loader.reading.layout import Layout

_TRADES = frozenset({"Trading pair", "Direction", "Price", "Amount", "Total", "Fee coin"})


def _read(legs: Legs, rows: Rows) -> None:
    def one(line: int, row: Row) -> None:
        base, _, quote = said(row, "Trading pair").upper().partition("/")
        side = said(row, "Direction").casefold()
        if not quote or side not in ("buy", "sell"):
            raise unclear(f"{said(row, 'Direction')} {said(row, 'Trading pair')}")
        event = Happened(line, said(row, "Date(UTC+8)", "Date"), "", said(row, "Trading pair"))
        coins, paid = Coins(base, abs(amount(row, "Amount"))), Coins(quote, abs(amount(row, "Total")))
        fee = Coins(said(row, "Fee coin").upper(), abs(amount(row, "Fee"))) if said(row, "Fee coin") else None
        legs.traded(event, *((paid, coins) if side == "buy" else (coins, paid)), fee)

    each(legs, rows, one)


LAYOUTS = (
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
