"""Etherscan, and explorers of other chains made like it: what a wallet sent and received, and what gas it paid. In UTC.

The native coin has a column in and one out. Of tokens only sender and receiver are named: the wallet is the one address
that all rows share.
"""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from functools import lru_cache

from planner.loader.reading.alike import Row
from planner.loader.reading.exchange_legs import Legs, Rows, each, legs_table
from planner.loader.reading.exchange_rows import Coins, Happened, amount, fits, said, told
from planner.loader.reading.layout import Layout, SourceFile

_NATIVE = frozenset({"From", "To", "ContractAddress", "Status", "ErrCode"})
_TOKENS = frozenset({"From", "To", "ContractAddress", "TokenName", "TokenSymbol"})
_coin = re.compile(r"value_in\((\w+)\)").fullmatch
_failed = re.compile(r"error|fail|dropped|replaced|out of gas|revert", re.IGNORECASE).search


@lru_cache
def _value_in(header: tuple[str, ...]) -> str:
    """The native coin, from the name of its column: `Value_IN(ETH)`."""
    return next((match[1].upper() for name in header if (match := _coin(name))), "ETH")


def _event(line: int, row: Row) -> Happened:
    moment = told(row, "DateTime (UTC)", "DateTime", "Date Time (UTC)")
    return Happened(line, moment, told(row, "Transaction Hash", "Txhash"), told(row, "Method"))


def _read_native(legs: Legs, rows: Rows) -> None:
    listed = list(rows)
    wallet = _wallet(listed)

    def one(line: int, row: Row) -> None:
        coin = _value_in(row.columns.header)
        event = _event(line, row)
        into, out = amount(row, f"Value_IN({coin})"), amount(row, f"Value_OUT({coin})")
        gas = amount(row, f"TxnFee({coin})")
        price = amount(row, f"Historical $Price/{coin.title()}", f"Historical $Price/{coin}")
        failed = fits(row, _failed, "Status") or fits(row, _failed, "ErrCode")
        if into and not failed:
            legs.add(event, "transfer_in", Coins(coin, into))
        if out and not failed:
            legs.add(event, "transfer_out", Coins(coin, out))
        paid = gas and (out or failed or not into) and fits(row, lambda cell: cell.casefold() in (wallet, ""), "From")
        if paid:
            dollars = _dollars(row, gas, price)
            legs.add(event, "fee", Coins(coin, gas), dollars)
        if not ((into or out) and not failed) and not paid:
            legs.skip(line, "nothing moved")

    each(legs, iter(listed), one)


def _dollars(row: Row, gas: Decimal, price: Decimal) -> Decimal | None:
    stated = amount(row, "TxnFee(USD)")
    return gas * price if price else stated or None


def _read_tokens(legs: Legs, rows: Rows) -> None:
    listed = list(rows)
    wallet = _wallet(listed)

    def one(line: int, row: Row) -> None:
        coins = Coins(said(row, "TokenSymbol").upper(), abs(amount(row, "TokenValue", "Value", "Quantity")))
        sends = fits(row, lambda cell: cell.casefold() == wallet, "From")
        if not coins.units or not coins.asset:
            legs.skip(line, "nothing moved")
        elif not wallet:
            legs.unknown(_event(line, row), "a token, and no address that all rows share", coins)
        elif sends and fits(row, lambda cell: cell.casefold() == wallet, "To"):
            legs.skip(line, "sent to oneself")
        else:
            legs.add(_event(line, row), "transfer_out" if sends else "transfer_in", coins)

    each(legs, iter(listed), one)


def _wallet(listed: list[Row]) -> str:
    """The address that every row has as sender or receiver; blank where there is none, or more than one."""
    seen: Counter[str] = Counter()
    sides = Counter(pair for rows in listed for pair in zip(rows.cells(("From",)), rows.cells(("To",)), strict=True))
    for (start, end), times in sides.items():
        seen.update(dict.fromkeys((start.casefold(), end.casefold()), times))
    always = [address for address, times in seen.items() if address and times == sides.total()]
    return always[0] if len(always) == 1 else ""


def _has_native(source: SourceFile) -> bool:
    return re.search(r"value_in\(\w+\)", source.opening[:2000], re.IGNORECASE) is not None


LAYOUTS = (
    Layout(
        "etherscan_transactions",
        "Etherscan",
        "transactions",
        _NATIVE,
        legs_table(_read_native, _NATIVE),
        "look for Transactions of your address, Download: CSV Export, all of the time; tokens are a file of their own",
        recognizes=_has_native,
        coins=True,
    ),
    Layout(
        "etherscan_tokens",
        "Etherscan",
        "transactions",
        _TOKENS,
        legs_table(_read_tokens, _TOKENS),
        "look for Token Transfers (ERC-20) of your address, Download: CSV Export, all of the time",
        coins=True,
    ),
)
