"""CoinLedger's transactions: double entry, the rows of one event under one internal id. In UTC, without dollars."""

from __future__ import annotations

import re
from collections import defaultdict

from planner.loader.reading.alike import OneRow
from planner.loader.reading.exchange_legs import Legs, Rows, legs_table, singly
from planner.loader.reading.exchange_rows import Coins, Happened, NotRead, amount, asset_of, said, unclear
from planner.loader.reading.layout import Layout

_MOVES = frozenset({"Timestamp (UTC)", "Internal Id", "Platform Id", "Record Type", "Asset", "Amount"})
_EARNED = re.compile(r"income|reward|staking|airdrop|mining|interest|fork", re.IGNORECASE).search


def _read(legs: Legs, rows: Rows) -> None:
    events: dict[str, list[tuple[int, OneRow]]] = defaultdict(list)
    for row in singly(legs, rows):
        events[said(row, "Internal Id") or str(row.line)].append((row.line, row))
    for sides in events.values():
        try:
            _event(legs, sides)
        except NotRead as why:
            legs.refuse(sides[0][0], why)


def _event(legs: Legs, sides: list[tuple[int, OneRow]]) -> None:
    line, first = sides[0]
    word = said(first, "Type")
    account = said(first, "Account Name", "Platform")
    moment, ref = said(first, "Timestamp (UTC)"), said(first, "Internal Id")
    event = Happened(line, moment, ref, said(first, "Description"), account)
    by_side: dict[str, list[Coins]] = defaultdict(list)
    for _, row in sides:
        side, units = said(row, "Record Type").casefold(), amount(row, "Amount")
        if (side == "credit" and units < 0) or (side == "debit" and units > 0):
            what = f"a {side} of {units:f}: the word and the sign say different things"
            raise NotRead(what, "see on CoinLedger's screen whether it came or went, and enter it in our own layout")
        by_side[side].append(Coins(asset_of(row, "Asset"), abs(units)))
    given, got, fees = by_side.pop("debit", []), by_side.pop("credit", []), by_side.pop("fee", [])
    if by_side or max(len(given), len(got), len(fees)) > 1:
        raise unclear(word)
    legs.moved(
        event,
        event,
        (next(iter(given), None), next(iter(got), None)),
        next(iter(fees), None),
        earned=_EARNED(word) is not None,
        given_away="gift" in word.casefold(),
    )


LAYOUTS = (
    Layout(
        "coinledger_transactions",
        "CoinLedger",
        "transactions",
        _MOVES,
        legs_table(_read, _MOVES),
        "look for Transactions, Export",
        coins=True,
    ),
)
