"""One security under one symbol: options that two files of an account spell differently, and descriptions that are a
sale in its history.

A realized row without a ticker that is a history's sale, by day, quantity and proceeds, is that sale (§ 1001: it counts
once). Where that cannot be told, the realized file counts alone, and `ticker_missing` says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TypeVar

from planner.domain.portfolio import Holding, RealizedDisposition, Transaction, UncountedSale
from rules.substantially_identical import spelling

A_DOLLAR = Decimal(1)  # what two files may round or charge differently

Sold = TypeVar("Sold", RealizedDisposition, UncountedSale)
Symbols = Mapping[tuple[str, str], str]


def symbols_used(holdings: Iterable[Holding], transactions: Iterable[Transaction]) -> Symbols:
    """By account and usual spelling the symbol that its lots have, else its history."""
    found: dict[tuple[str, str], str] = {}
    for account, symbol in (
        *((holding.lot.account, holding.lot.symbol) for holding in holdings),
        *((row.account, row.symbol) for row in transactions if row.symbol),
    ):
        found.setdefault((account, spelling(symbol)), symbol)
    return found


def as_spelled(rows: Sequence[Transaction], used: Symbols) -> tuple[Transaction, ...]:
    """The transactions under the symbols that their accounts use."""
    return tuple(
        row
        if (symbol := used.get((row.account, spelling(row.symbol)), row.symbol)) == row.symbol
        else replace(row, symbol=symbol)
        for row in rows
    )


def sold_as_spelled(
    sold: Sequence[Sold], used: Symbols, transactions: Iterable[Transaction], unnamed: Iterable[str]
) -> tuple[Sold, ...]:
    """Sales of realized files under the symbols that their accounts use; those without a ticker under that of the sale
    in the account's history that they are."""
    nameless = frozenset(unnamed)
    sales: dict[tuple[str, date, Decimal], list[Transaction]] = defaultdict(list)
    for row in transactions:
        if row.sells:
            sales[row.account, row.date, row.quantity].append(row)
    found = []
    for sale in sold:
        symbol = used.get((sale.account, spelling(sale.symbol)), sale.symbol)
        if sale.symbol in nameless:
            waiting = sales[sale.account, sale.sold, sale.quantity]
            fits = [row for row in waiting if abs(row.amount - sale.proceeds) <= A_DOLLAR]
            if len({row.symbol for row in fits}) == 1:
                symbol = fits[0].symbol
                waiting.remove(fits[0])
        found.append(sale if symbol == sale.symbol else replace(sale, symbol=symbol))
    return tuple(found)
