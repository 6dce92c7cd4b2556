"""Kraken: ledgers, in which a trade is two rows of one refid, and trades. In UTC, with codes of its own for coins."""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal
from functools import lru_cache

from planner.loader.reading.alike import OneRow, Row
from planner.loader.reading.exchange_legs import DOLLAR, STABLECOINS, Legs, Rows, each, each_alone, legs_table, singly
from planner.loader.reading.exchange_rows import Coins, Happened, NotRead, amount, dollars_of, said, told, unclear
from planner.loader.reading.layout import Layout
from planner.loader.reading.migrations import MIGRATIONS
from planner.loader.reading.moved_inside import MovedInside
from planner.loader.reading.records import UNDONE
from rules.terms import ZERO

_BROKER = "Kraken"
_LEDGERS = frozenset({"txid", "refid", "time", "type", "aclass", "asset", "amount", "fee", "balance"})
_TRADES = frozenset({"txid", "ordertxid", "pair", "time", "type", "vol", "cost", "fee"})
_CODES = {"XBT": "BTC", "XXBT": "BTC", "XDG": "DOGE", "XXDG": "DOGE", "ETH2": "ETH"}
_PREFIXED = re.compile(r"[XZ]([A-Z]{3})").fullmatch  # XETH, ZUSD: of the first coins and the currencies
_QUOTES = re.compile(r"(.{2,}?)(ZUSD|USDT|USDC|USD|ZEUR|EUR|ZGBP|GBP|ZCAD|CAD|XXBT|XBT|XETH|ETH|DAI)").fullmatch
_TRADED = frozenset({"trade", "spend", "receive", "sale", "conversion", "settled"})
_INCOME = frozenset({"staking", "dividend", "reward", "airdrop", "invite bonus", "bonus"})
_EARNED = frozenset({"", "reward", "airdrop"})  # subtypes of `earn`
_INSIDE = frozenset(
    {
        *("spottostaking", "stakingfromspot", "stakingtospot", "spotfromstaking", "spottofutures", "spotfromfutures"),
        *("futurestospot", "futuresfromspot", "allocation", "deallocation", "autoallocation", "migration", "bonding"),
        *("unbonding", "spottoearn", "earnfromspot", "earntospot", "spotfromearn", "spottospot", "spotfromspot"),
    }
)
_DELISTED = "delistingconversion"  # the exchange itself exchanged a coin that it stopped to list
_FUTURES = "futures"
_MARGIN = frozenset({"margin", "rollover", "margin trade", "adjustment margin"})


@lru_cache(maxsize=4096)
def _asset(code: str) -> str:
    """`XXBT`, `XBT.F`, `ETH2.S`, `ZUSD` as everybody calls them."""
    bare = re.sub(r"\.(S|M|F|B|P|HOLD)$", "", code.strip().upper())
    bare = re.sub(r"^(\w{2,}?)\d{2}$", r"\1", bare)  # DOT28: bonded for 28 days
    if bare in _CODES:
        return _CODES[bare]
    prefixed = _PREFIXED(bare)
    return prefixed[1] if prefixed else bare


def _read_ledgers(legs: Legs, rows: Rows) -> None:
    trades: dict[str, list[tuple[int, OneRow]]] = defaultdict(list)
    delisted: list[tuple[int, OneRow]] = []
    inside = MovedInside(legs, _BROKER)

    def one(line: int, row: OneRow) -> None:
        kind, subtype = said(row, "type").casefold(), said(row, "subtype").casefold()
        if not said(row, "txid"):
            legs.skip(line, "pending: it comes again once it is settled")
        elif kind in _TRADED:
            trades[said(row, "refid")].append((line, row))
        elif kind in _MARGIN:
            legs.skip(line, "margin trades and their costs are not covered")
        elif subtype == _DELISTED or kind == "adjustment":
            delisted.append((line, row))
        elif kind in ("earn", "transfer") and subtype in _INSIDE:
            _inside(inside, line, row)
        else:
            _single(legs, line, row, kind, subtype)

    each_alone(legs, singly(legs, rows), one)
    inside.settle()
    for sides in trades.values():
        line = sides[0][0]
        try:
            _trade(legs, sides)
        except NotRead as why:
            legs.refuse(line, why)
    _delisted(legs, delisted)


def _event(line: int, row: OneRow) -> Happened:
    return Happened(line, said(row, "time"), said(row, "txid"))


def _inside(inside: MovedInside, line: int, row: OneRow) -> None:
    """Between spot, staking and earning, of which both sides are in the file; to futures, of which one is."""
    word = f"{said(row, 'type')} {said(row, 'subtype')}"
    add = inside.lock if _FUTURES in word.casefold() else inside.add
    add(_event(line, row), word, _asset(said(row, "asset")), amount(row, "amount") - abs(amount(row, "fee")))


def _delisted(legs: Legs, rows: list[tuple[int, OneRow]]) -> None:
    """Coins that the exchange itself exchanged: sold where the other side is dollars or the value is stated, the same
    coin under a new name where that is publicly so, else not explained. Sides may have refids of their own."""
    groups: dict[str, list[tuple[int, OneRow]]] = defaultdict(list)
    for line, row in rows:
        groups[said(row, "refid")].append((line, row))
    alone: list[tuple[int, OneRow]] = []
    for sides in groups.values():
        if len({_asset(said(row, "asset")) for _, row in sides}) < 2 or not _exchanged_sides(legs, sides):
            alone += sides
    gone = [side for side in alone if amount(side[1], "amount") < 0]
    came = [side for side in alone if amount(side[1], "amount") > 0]
    for out in list(gone):
        renamed = {new for old, new in MIGRATIONS if old == _asset(said(out[1], "asset"))}
        into = next((side for side in came if _asset(said(side[1], "asset")) in renamed), None)
        if into is None and len(gone) == len(came) == 1:
            into = came[0]
        if into is not None and _exchanged_sides(legs, [out, into]):
            gone.remove(out)
            came.remove(into)
    for line, row in [*gone, *came]:
        coins = Coins(_asset(said(row, "asset")), abs(amount(row, "amount")))
        legs.unknown(_event(line, row), f"{said(row, 'type')} {said(row, 'subtype')}".strip(), coins)


def _exchanged_sides(legs: Legs, sides: list[tuple[int, OneRow]]) -> bool:
    """Whether two sides were one exchange that can be read, which is then added."""
    out = [(line, row) for line, row in sides if amount(row, "amount") < 0]
    into = [(line, row) for line, row in sides if amount(row, "amount") > 0]
    if len(out) != 1 or len(into) != 1:
        return False
    given = Coins(_asset(said(out[0][1], "asset")), -amount(out[0][1], "amount") + abs(amount(out[0][1], "fee")))
    got = Coins(_asset(said(into[0][1], "asset")), amount(into[0][1], "amount") - abs(amount(into[0][1], "fee")))
    event = Happened(out[0][0], said(out[0][1], "time"), said(out[0][1], "refid"))
    legs.together((out[0][0], into[0][0]))
    if (given.asset, got.asset) in MIGRATIONS:
        legs.exchanged(event, given, got)
        return True
    worth = dollars_of(into[0][1], "amountusd") or dollars_of(out[0][1], "amountusd")
    if worth is None and not {given.asset, got.asset} & {DOLLAR, *STABLECOINS}:
        return False
    legs.traded(event, given, got, dollars=worth)
    return True


def _single(legs: Legs, line: int, row: OneRow, kind: str, subtype: str) -> None:
    event = _event(line, row)
    moved, fee = amount(row, "amount"), abs(amount(row, "fee"))
    asset = _asset(said(row, "asset"))
    back = UNDONE if moved < 0 else ""  # it is taken back; of a withdrawal, whose amount is negative, the other way
    came_for_nothing = kind == "transfer" and subtype in _EARNED and moved > 0  # an airdrop, or a fork
    if kind in _INCOME or (kind == "earn" and subtype in _EARNED) or came_for_nothing:
        units = abs(moved) - fee if moved > 0 else abs(moved)
        legs.add(event, f"{back}income", Coins(asset, units), dollars_of(row, "amountusd"))
    elif kind == "deposit":
        legs.add(event, f"{back}transfer_in", Coins(asset, abs(moved) - (fee if moved > 0 else ZERO)))
    elif kind == "withdrawal":
        back = UNDONE if moved > 0 else ""
        legs.add(event, f"{back}transfer_out", Coins(asset, abs(moved)))
        if fee:
            legs.add(event, f"{back}fee", Coins(asset, fee), dollars_of(row, "feeusd"))
    else:
        legs.unknown(event, f"{said(row, 'type')} {said(row, 'subtype')}".strip(), Coins(asset, abs(moved)))


def _trade(legs: Legs, sides: list[tuple[int, OneRow]]) -> None:
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
    legs.together(line for line, _ in sides)
    event = Happened(line, said(first, "time"), said(first, "refid"))
    if len(more) == 1 and len(less) > 1 and all(stated[asset] is not None for asset in moved):  # dust swept together
        for coins in less:
            legs.add(event, "sell", coins, stated[coins.asset])
        legs.add(event, "buy", more[0], stated[more[0].asset])
        return
    if len(less) != 1 or len(more) != 1:
        raise unclear(said(first, "type"), event, (*less, *more))
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
        event = Happened(line, told(row, "time"), told(row, "txid"))
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
