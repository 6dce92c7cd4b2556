"""One security under one symbol: options that two files of an account spell differently, and descriptions that are a
sale in its history.

Rows of a realized file under a name that the account's history does not use, which sell as much on a day, for as much,
as the history does of one security, are those sales (§ 1001: each counts once). Where that is open, the realized
file counts beside the history, and `ticker_missing` says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TypeVar

from planner.domain.lot_table import LotTable
from planner.domain.portfolio import Holding, RealizedDisposition, Transaction, UncountedSale
from rules.substantially_identical import spelling
from rules.terms import ZERO

A_DOLLAR = Decimal(1)  # for each row: what two files may round or charge differently

Sold = TypeVar("Sold", RealizedDisposition, UncountedSale)
Symbols = Mapping[tuple[str, str], str]
Day = tuple[str, date]  # the account's name, and the day of sale


def symbols_used(holdings: Iterable[Holding], transactions: Iterable[Transaction]) -> Symbols:
    """By account and usual spelling the symbol that its lots have, else its history."""
    found: dict[tuple[str, str], str] = {}
    traded = dict.fromkeys([(row.account, row.symbol) for row in transactions if row.symbol])
    held = dict.fromkeys((account, symbol) for account, symbol, _ in LotTable.of(holdings).kinds)
    for account, symbol in {**held, **traded}:
        found.setdefault((account, spelling(symbol)), symbol)
    return found


def as_spelled(rows: Sequence[Transaction], used: Symbols) -> tuple[Transaction, ...]:
    """The transactions under the symbols that their accounts use."""
    places = dict.fromkeys([(row.account, row.symbol) for row in rows])
    meant = {(account, symbol): used.get((account, spelling(symbol)), symbol) for account, symbol in places}
    if all(symbol == place[1] for place, symbol in meant.items()):
        return tuple(rows)
    renamed = ((row, meant[row.account, row.symbol]) for row in rows)
    return tuple(row if symbol == row.symbol else replace(row, symbol=symbol) for row, symbol in renamed)


def named_by_history(
    sold: Sequence[RealizedDisposition | UncountedSale], used: Symbols, transactions: Iterable[Transaction]
) -> Mapping[tuple[str, date, str], str]:
    """By account, day and name the sales of realized files that are a history's: the symbol that it has for them."""
    if not sold:
        return {}
    by_day: dict[Day, dict[str, list[Transaction]]] = defaultdict(lambda: defaultdict(list))
    for row in transactions:
        if row.action == "sell":
            by_day[row.account, row.date][row.symbol].append(row)
    taken = {(sale.account, sale.sold, used.get((sale.account, spelling(sale.symbol)))) for sale in sold}
    strange: dict[tuple[str, date, str], list[RealizedDisposition | UncountedSale]] = defaultdict(list)
    for sale in sold:
        if (sale.account, spelling(sale.symbol)) not in used:
            strange[sale.account, sale.sold, sale.symbol].append(sale)
    found: dict[tuple[str, date, str], str] = {}
    for (account, day, name), rows in strange.items():
        fits = [
            symbol
            for symbol, sales in by_day[account, day].items()
            if (account, day, symbol) not in taken and _alike(rows, sales)
        ]
        if len(fits) == 1:
            found[account, day, name] = fits[0]
            taken.add((account, day, fits[0]))
    return found


def sold_as_spelled(
    sold: Sequence[Sold], used: Symbols, named: Mapping[tuple[str, date, str], str]
) -> tuple[Sold, ...]:
    """Sales of realized files under the symbols that their accounts use."""
    found = []
    for sale in sold:
        symbol = used.get((sale.account, spelling(sale.symbol)), sale.symbol)
        symbol = named.get((sale.account, sale.sold, sale.symbol), symbol)
        found.append(sale if symbol == sale.symbol else replace(sale, symbol=symbol))
    return tuple(found)


def _alike(rows: Collection[RealizedDisposition | UncountedSale], sales: Collection[Transaction]) -> bool:
    """Whether both sell as many units for as much."""
    units = sum((row.quantity for row in rows), ZERO) == sum((sale.quantity for sale in sales), ZERO)
    apart = sum((row.proceeds for row in rows), ZERO) - sum((sale.amount for sale in sales), ZERO)
    return units and abs(apart) <= A_DOLLAR * max(len(rows), len(sales))
