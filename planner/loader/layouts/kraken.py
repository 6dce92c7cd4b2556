"""Kraken: ledgers, in which a trade is two rows of one refid, and trades. In UTC, with codes of its own for coins."""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal

from planner.loader.reading.exchange_legs import (
    Coins,
    Happened,
    Legs,
    NotRead,
    Row,
    Rows,
    amount,
    dollars_of,
    each,
    legs_table,
    said,
    unclear,
)
from planner.loader.reading.layout import Layout

_BROKER = "Kraken"
_LEDGERS = frozenset({"txid", "refid", "time", "type", "aclass", "asset", "amount", "fee", "balance"})
_TRADES = frozenset({"txid", "ordertxid", "pair", "time", "type", "vol", "cost", "fee"})
_CODES = {"XBT": "BTC", "XXBT": "BTC", "XDG": "DOGE", "XXDG": "DOGE", "ETH2": "ETH"}
_PREFIXED = re.compile(r"[XZ]([A-Z]{3})").fullmatch  # XETH, ZUSD: of the first coins and the currencies
_QUOTES = re.compile(r"(.{2,}?)(ZUSD|USDT|USDC|USD|ZEUR|EUR|ZGBP|GBP|ZCAD|CAD|XXBT|XBT|XETH|ETH|DAI)").fullmatch
_TRADED = frozenset({"trade", "spend", "receive", "sale", "conversion", "settled"})
_INCOME = frozenset({"staking", "dividend", "reward", "airdrop"})
_MARGIN = frozenset({"margin", "rollover", "margin trade", "adjustment margin"})


def _asset(code: str) -> str:
    """`XXBT`, `XBT.F`, `ETH2.S`, `ZUSD` as everybody calls them."""
    bare = re.sub(r"\.(S|M|F|B|P|HOLD)$", "", code.strip().upper())
    bare = re.sub(r"^(\w{2,}?)\d{2}$", r"\1", bare)  # DOT28: bonded for 28 days
    if bare in _CODES:
        return _CODES[bare]
    prefixed = _PREFIXED(bare)
    return prefixed[1] if prefixed else bare


def _read_ledgers(legs: Legs, rows: Rows) -> None:
    trades: dict[str, list[tuple[int, Row]]] = defaultdict(list)

    def one(line: int, row: Row) -> None:
        kind, subtype = said(row, "type").casefold(), said(row, "subtype").casefold()
        if not said(row, "txid"):
            legs.skip(line, "pending: it comes again once it is settled")
        elif kind in _TRADED:
            trades[said(row, "refid")].append((line, row))
        elif kind in _MARGIN:
            legs.skip(line, "margin trades and their costs are not covered")
        else:
            _single(legs, line, row, kind, subtype)

    each(legs, rows, one)
    for sides in trades.values():
        line = sides[0][0]
        try:
            _trade(legs, sides)
        except NotRead as why:
            legs.refuse(line, why)


def _single(legs: Legs, line: int, row: Row, kind: str, subtype: str) -> None:
    event = Happened(line, said(row, "time"), said(row, "txid"))
    moved, fee = amount(row, "amount"), abs(amount(row, "fee"))
    asset = _asset(said(row, "asset"))
    if kind in _INCOME or (kind == "earn" and subtype in ("", "reward")):
        legs.add(event, "income", Coins(asset, moved - fee), dollars_of(row, "amountusd"))
    elif kind in ("earn", "transfer"):
        legs.skip(line, "moved within Kraken")
    elif kind == "deposit":
        legs.add(event, "transfer_in", Coins(asset, moved - fee))
    elif kind == "withdrawal":
        legs.add(event, "transfer_out", Coins(asset, abs(moved)))
        if fee:
            legs.add(event, "fee", Coins(asset, fee), dollars_of(row, "feeusd"))
    else:
        legs.unknown(event, said(row, "type"))


def _trade(legs: Legs, sides: list[tuple[int, Row]]) -> None:
    """The rows of one refid: one asset less, one more; the fee of a row is in its own asset, and not in its amount."""
    moved: dict[str, Decimal] = defaultdict(Decimal)
    stated: dict[str, Decimal | None] = {}
    for _, row in sides:
        asset = _asset(said(row, "asset"))
        moved[asset] += amount(row, "amount") - abs(amount(row, "fee"))
        stated[asset] = dollars_of(row, "amountusd")
    less = [Coins(asset, -units) for asset, units in moved.items() if units < 0]
    more = [Coins(asset, units) for asset, units in moved.items() if units > 0]
    line, first = sides[0]
    if len(less) != 1 or len(more) != 1:
        raise unclear(said(first, "type"))
    event = Happened(line, said(first, "time"), said(first, "refid"))
    legs.traded(event, less[0], more[0], dollars=stated[more[0].asset] or stated[less[0].asset])


def _read_trades(legs: Legs, rows: Rows) -> None:
    def one(line: int, row: Row) -> None:
        if amount(row, "margin"):
            legs.skip(line, "margin trades and their costs are not covered")
            return
        pair = said(row, "pair").upper()
        base, slash, quote = pair.partition("/")
        if not slash:
            split = _QUOTES(pair)
            if split is None:
                raise NotRead(f"`pair` is {pair}, whose two sides are not clear", "enter it in our own layout")
            base, quote = split[1], split[2]
        coins = Coins(_asset(base), amount(row, "vol"))
        price = Coins(_asset(quote), amount(row, "cost"))
        fee = Coins(price.asset, abs(amount(row, "fee")))
        bought = said(row, "type").casefold() == "buy"
        event = Happened(line, said(row, "time"), said(row, "txid"))
        legs.traded(event, *((price, coins) if bought else (coins, price)), fee)

    each(legs, rows, one)


LAYOUTS = (
    Layout(
        "kraken_ledgers",
        _BROKER,
        "transactions",
        _LEDGERS,
        legs_table(_read_ledgers, _LEDGERS),
        "look for Documents under your profile, Create export, Ledgers, all fields, CSV; the zip holds ledgers.csv",
        coins=True,
    ),
    Layout(
        "kraken_trades",
        _BROKER,
        "transactions",
        _TRADES,
        legs_table(_read_trades, _TRADES),
        "look for Documents under your profile, Create export, Trades, CSV; Ledgers has rewards and transfers too",
        coins=True,
    ),
)
