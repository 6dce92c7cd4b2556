"""DaLI's manual file of what came in, for rp2: one row an acquisition, its dollars with and without the fee."""

from __future__ import annotations

from planner.loader.reading.alike import Row
from planner.loader.reading.exchange_legs import Legs, Rows, each, legs_table
from planner.loader.reading.exchange_rows import Coins, Happened, amount, asset_of, dollars_of, said, told
from planner.loader.reading.layout import Layout

_IN = frozenset({"Unique ID", "Timestamp", "Asset", "Exchange", "Transaction Type", "Spot Price", "Crypto In"})
_EARNED = frozenset({"airdrop", "hardfork", "income", "interest", "mining", "staking", "wages"})


def _read(legs: Legs, rows: Rows) -> None:
    def one(line: int, row: Row) -> None:
        kind = said(row, "Transaction Type").casefold()
        coins = Coins(asset_of(row, "Asset"), amount(row, "Crypto In"))
        event = Happened(
            line, told(row, "Timestamp"), told(row, "Unique ID"), told(row, "Notes"), told(row, "Exchange")
        )
        stated = dollars_of(row, "USD In With Fee") or dollars_of(row, "USD In No Fee")
        paid = stated if stated is not None else coins.units * amount(row, "Spot Price") or None
        if kind == "buy":
            legs.add(event, "buy", coins, paid, abs(amount(row, "USD Fee")))
        elif kind in _EARNED:
            legs.add(event, "income", coins, paid)
        elif kind == "gift":
            legs.add(event, "gift_in", coins, paid)
        else:
            legs.unknown(event, said(row, "Transaction Type"), coins)

    each(legs, rows, one)


LAYOUTS = (
    Layout(
        "dali_manual_in",
        "DaLI/rp2",
        "transactions",
        _IN,
        legs_table(_read, _IN),
        "look for the file of the manual plugin that lists what came in",
        coins=True,
    ),
)
