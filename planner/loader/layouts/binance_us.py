"""Binance.US: one asset for deposits and rewards, a base and a quote for trades, dollars for all of them. In UTC."""

from __future__ import annotations

import re

from planner.loader.reading.alike import Row
from planner.loader.reading.exchange_legs import DOLLAR, STABLECOINS, Legs, Rows, each, legs_table
from planner.loader.reading.exchange_rows import (
    Coins,
    Happened,
    NotRead,
    amount,
    asset_of,
    dollars_of,
    fits,
    said,
    told,
)
from planner.loader.reading.layout import Layout
from planner.loader.reading.moved_inside import MovedInside

_BROKER = "Binance.US"
_NOW = frozenset({"Time", "Category", "Operation", "Base Asset", "Quote Asset", "Fee Asset"})
_BEFORE = frozenset({"Time", "Category", "Operation", "Base_Asset", "Quote_Asset", "Fee_Asset"})
_earned = re.compile(r"reward|staking|interest|referral|distribution|airdrop|cashback", re.IGNORECASE).search
_goes_in = re.compile(r"staking (deposit|lock|purchase|subscription)|^stake\b", re.IGNORECASE).search
_comes_back = re.compile(r"staking (withdrawal|unlock|redemption)|^unstak", re.IGNORECASE).search


def _names(side: str) -> tuple[str, str]:
    return f"Realized Amount For {side} Asset", f"Realized_Amount_For_{side}_Asset"


def _in_dollars(side: str) -> tuple[str, str]:
    return f"Realized Amount For {side} Asset In USD", f"Realized_Amount_For_{side}_Asset_In_USD_Value"


def _coins(row: Row, side: str) -> Coins:
    """The coins of a side. Dollars whose amount is blank are those that are beside it: blank is not zero."""
    asset, units = asset_of(row, f"{side} Asset", f"{side}_Asset"), abs(amount(row, *_names(side)))
    if fits(row, bool, *_names(side)):
        return Coins(asset, units)
    stated = dollars_of(row, *_in_dollars(side))
    if stated is None or asset not in (DOLLAR, *STABLECOINS):
        name = _names(side)[0]
        raise NotRead(f"`{name}` is blank", "copy it from the exchange's screen; blank is not read as zero")
    return Coins(asset, stated)


def _read(legs: Legs, rows: Rows) -> None:
    inside = MovedInside(legs, _BROKER)

    def one(line: int, row: Row) -> None:
        word = said(row, "Operation")
        done = f"{said(row, 'Category')} {word}"
        event = Happened(line, told(row, "Time"), told(row, "Transaction ID", "Transaction_Id"), done)
        if said(row, "Base Asset", "Base_Asset") and said(row, "Quote Asset", "Quote_Asset"):
            base, quote = _coins(row, "Base"), _coins(row, "Quote")
            fee = _coins(row, "Fee") if said(row, "Fee Asset", "Fee_Asset") else None
            sides = (quote, base) if "buy" in word.casefold() else (base, quote)
            value = dollars_of(row, *_in_dollars("Quote")) or dollars_of(row, *_in_dollars("Base"))
            legs.traded(event, *sides, fee, value, dollars_of(row, *_in_dollars("Fee")))
            return
        coins = _coins(row, "Primary")
        if _goes_in(word) or _comes_back(word):  # staked coins stay the owner's
            inside.lock(event, word, coins.asset, -coins.units if _goes_in(word) else coins.units)
        elif _earned(done):
            legs.add(event, "income", coins, dollars_of(row, *_in_dollars("Primary")))
        elif "deposit" in done.casefold():
            legs.add(event, "transfer_in", coins)
        elif "withdraw" in done.casefold():
            legs.add(event, "transfer_out", coins)
            if said(row, "Fee Asset", "Fee_Asset") and (fee := _coins(row, "Fee")).units:
                legs.add(event, "fee", fee, dollars_of(row, *_in_dollars("Fee")))
        else:
            legs.unknown(event, word, coins)

    each(legs, rows, one)
    inside.settle()


LAYOUTS = tuple(
    Layout(
        name,
        _BROKER,
        "transactions",
        signature,
        legs_table(_read, signature),
        "look for Transaction history under Wallet, Generate statement, all of the time, CSV",
        coins=True,
    )
    for name, signature in (("binance_us", _NOW), ("binance_us_2021", _BEFORE))
)
