"""Gemini: a workbook with an amount, a fee and a balance column for each asset ever held. In UTC."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from planner.loader.reading.alike import Row
from planner.loader.reading.exchange_legs import Legs, Rows, each, legs_table
from planner.loader.reading.exchange_rows import Coins, Happened, amount, fits, said, told, told_by, unclear
from planner.loader.reading.layout import Layout

_HISTORY = frozenset({"Date", "Time (UTC)", "Type", "Symbol", "Specification", "Liquidity Indicator"})
_amount_column = re.compile(r"\(?(?P<asset>\w+)\)? amount \(?(?P=asset)\)?", re.IGNORECASE).fullmatch
_fee_column = re.compile(r"fee \((?P<asset>\w+)\) \(?(?P=asset)\)?", re.IGNORECASE).fullmatch


@lru_cache
def _assets(names: tuple[str, ...], column: Callable[[str], re.Match[str] | None]) -> tuple[tuple[str, str], ...]:
    """Each asset that has such a column, with the column's name."""
    return tuple((match["asset"].upper(), name) for name in names if (match := column(name)))


_earned = re.compile(r"interest|reward|earn|staking|credit card", re.IGNORECASE).search


def _moment(time: str, day: str) -> str:
    return time if re.match(r"\d{4}-", time) else f"{day[:10]} {time}"


def _read(legs: Legs, rows: Rows) -> None:
    def one(line: int, row: Row) -> None:
        kind = said(row, "Type").casefold()
        if not kind:
            legs.skip(line, "a sum, not a row of the table")
            return
        moment = told_by(row, _moment, ("Time (UTC)",), ("Date",))
        event = Happened(line, moment, told(row, "Trade ID"), told(row, "Specification"))
        names = row.columns.header
        moved = {asset: amount(row, name) for asset, name in _assets(names, _amount_column)}
        paid = ((asset, abs(amount(row, name))) for asset, name in _assets(names, _fee_column))
        fees = [Coins(asset, units) for asset, units in paid if units]
        less = [Coins(asset, -units) for asset, units in moved.items() if units < 0]
        more = [Coins(asset, units) for asset, units in moved.items() if units > 0]
        if kind in ("buy", "sell") and len(less) == len(more) == 1 and len(fees) <= 1:
            legs.traded(event, less[0], more[0], next(iter(fees), None))
        elif kind == "credit" and len(more) == 1 and not less:
            legs.add(event, "income" if fits(row, _earned, "Specification") else "transfer_in", more[0])
        elif kind == "debit" and len(less) == 1 and not more:
            legs.add(event, "transfer_out", less[0])
            for fee in fees:
                legs.add(event, "fee", fee)
        elif kind in ("buy", "sell", "credit", "debit"):
            raise unclear(kind, event, (*less, *more))
        else:
            for coins in (*less, *more):
                legs.unknown(event, said(row, "Type"), coins)
            if not (less or more):
                legs.unknown(event, said(row, "Type"))

    each(legs, rows, one)


LAYOUTS = (
    Layout(
        "gemini_history",
        "Gemini",
        "transactions",
        _HISTORY,
        legs_table(_read, _HISTORY),
        "look for Download history under Balances; a workbook, which is read as it is",
        coins=True,
    ),
)
