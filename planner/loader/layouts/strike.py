"""Strike: the statement of a bitcoin account, in UTC, with columns of dollars and of coins."""

from __future__ import annotations

import re

from planner.loader.reading.alike import Row
from planner.loader.reading.exchange_legs import DOLLAR, Legs, Rows, each, legs_table
from planner.loader.reading.exchange_rows import Coins, Happened, NotRead, amount, dollars_of, said, told, told_by
from planner.loader.reading.layout import Layout

_STATEMENT = frozenset({"Transaction Type", "Amount USD", "Amount BTC", "Fee BTC"})
_stamp = re.compile(r"([A-Z][a-z]{2}) (\d{1,2}) (\d{4}) (\d{1,2}:\d{2}:\d{2})").fullmatch
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_spent = re.compile(r"sale|sell|payment|purchase of|bill", re.IGNORECASE).search


_DAY = ("Date & Time (UTC)", "Time (UTC)", "Completed Date (UTC)", "Initiated Date (UTC)")
_CLOCK = ("Completed Time (UTC)", "Initiated Time (UTC)")


def _moment(text: str, clock: str) -> str:
    """`Jan 03 2026 10:00:00` as a moment is usually written."""
    text = f"{text} {clock}".strip() if clock else text
    match = _stamp(text)
    if match is None or match[1] not in _MONTHS:
        return text
    return f"{match[3]}-{_MONTHS.index(match[1]) + 1:02}-{int(match[2]):02} {match[4].zfill(8)}"


def _read(legs: Legs, rows: Rows) -> None:
    def one(line: int, row: Row) -> None:
        word = said(row, "Transaction Type")
        state = said(row, "State", "Status").casefold()
        if state and state not in ("completed", "complete", "paid", "settled"):
            legs.skip(line, f"not carried out: {state}")
            return
        named = told(row, "Reference", "Transaction ID"), told(row, "Description")
        event = Happened(line, told_by(row, _moment, _DAY, _CLOCK), *named)
        units, fee = amount(row, "Amount BTC"), abs(amount(row, "Fee BTC"))
        paid, cost = dollars_of(row, "Amount USD"), abs(amount(row, "Fee USD"))
        coins = Coins("BTC", abs(units))
        if not units:
            legs.skip(line, "money, which moves no coins")
        elif word.casefold() in ("purchase", "buy", "recurring purchase") and units > 0 and paid is not None:
            basis = dollars_of(row, "Cost Basis (USD)")
            legs.add(event, "buy", coins, basis if basis is not None else paid + cost, cost)
        elif _spent(word) and units < 0 and paid is not None:
            legs.add(event, "sell", coins, paid, cost)  # the amount is what arrived, after the fee
        elif word.casefold() in ("receive", "deposit", "reward", "bonus") and units > 0:
            earned = word.casefold() in ("reward", "bonus")
            legs.add(event, "income" if earned else "transfer_in", coins, paid if earned else None)
        elif word.casefold() in ("send", "withdrawal") and units < 0:
            legs.add(event, "transfer_out", coins)
            if fee:
                legs.add(event, "fee", Coins("BTC", fee))
        elif DOLLAR in word:
            raise NotRead(f"the sides of this `{word}` are not clear", "enter it in our own layout")
        else:
            legs.unknown(event, word, coins)

    each(legs, rows, one)


LAYOUTS = (
    Layout(
        "strike_statement",
        "Strike",
        "transactions",
        _STATEMENT,
        legs_table(_read, _STATEMENT),
        "look for Documents or Statements under your profile, Bitcoin account, CSV",
        coins=True,
    ),
)
