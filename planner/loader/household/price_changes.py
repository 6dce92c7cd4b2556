"""Prices under a scenario: they override what a lot's own row says, in dollars or by so many percent."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from planner.domain.case import Case
from planner.domain.errors import Caution
from planner.domain.household import PriceChange
from planner.loader.household.toml_table import TomlTable
from planner.loader.tables.cells import parse_symbol
from rules.substantially_identical import spelling
from rules.terms import ZERO

EVERY_SYMBOL = "*"
_PERCENT = re.compile(r"([+-]?\d+(?:\.\d+)?) ?%")


def changed_keys(document: Mapping[str, Any], scenario: str | None) -> frozenset[str]:
    """The keys of `[prices]` that a scenario writes itself."""
    below: Any = document
    for name in ("scenarios", scenario, "prices"):
        below = below.get(name) if isinstance(below, dict) else None
    return frozenset(below) - {"file"} if isinstance(below, dict) else frozenset()


def read_price_changes(table: TomlTable, keys: Collection[str]) -> tuple[PriceChange, ...]:
    """The prices that a scenario changes: `BTC = 70_000`, `"*" = "-10%"`."""
    return tuple(change for key in sorted(keys) if (change := _change(table, key)) is not None)


def _change(table: TomlTable, key: str) -> PriceChange | None:
    where = table.page.where((*table.path, key))
    symbol = None if key == EVERY_SYMBOL else parse_symbol(key)
    written = table.table[key]
    if isinstance(written, str):
        table.value(key)
        found = _PERCENT.fullmatch(written.strip())
        factor = 1 + Decimal(found[1]) / 100 if found else None
        if factor is None or factor < 0:
            table.refuse(key, f"`{key}` is `{written}`, which is not a price change", 'write a price, or "-10%"')
            return None
        return PriceChange(symbol, None, factor, where)
    if symbol is None:
        table.value(key)
        table.refuse(key, '`"*"` means every security, so it cannot be one price', 'write a change, such as "-10%"')
        return None
    price = table.amount(key, least=ZERO)
    return PriceChange(symbol, price, None, where) if price is not None else None


def with_price_changes(case: Case) -> Case:
    """The case at the prices of its scenario. A symbol's own change comes before that of every symbol."""
    changes = case.household.price_changes
    if not changes:
        return case
    by_symbol = {spelling(change.symbol): change for change in changes if change.symbol is not None}
    every = next((change for change in changes if change.symbol is None), None)
    lots = case.lots
    symbols, of_row = lots.coded("symbol")
    of_symbol = [by_symbol.get(spelling(symbol), every) for symbol in symbols]
    found, values = list(lots.prices), list(lots.column("stated_value"))
    for row, change in enumerate(map(of_symbol.__getitem__, of_row.tolist())):
        price = found[row]
        if change is not None and (change.price is not None or price is not None):
            found[row], values[row] = _price(price or ZERO, change), None
    prices = {symbol: _price(price, by_symbol.get(symbol, every)) for symbol, price in case.prices.items()}
    stated = {symbol: change.price for symbol, change in by_symbol.items() if change.price is not None}
    cautions = (*case.cautions, *_not_held(case, changes))
    holdings = lots.changed(price=found, stated_value=values)
    return replace(case, holdings=holdings, cautions=cautions, prices=prices | stated)


def _price(price: Decimal, change: PriceChange | None) -> Decimal:
    if change is not None and change.price is not None:
        return change.price
    return price * change.factor if change is not None and change.factor is not None else price


def _not_held(case: Case, changes: Collection[PriceChange]) -> Iterator[Caution]:
    held = set(map(spelling, case.lots.coded("symbol")[0]))
    for change in changes:
        if change.symbol is not None and spelling(change.symbol) not in held:
            text = f"{change.where}: the scenario changes the price of {change.symbol}, which is not held"
            yield Caution("price_not_held", text)
