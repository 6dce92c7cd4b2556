"""The lots that files list, put together column by column: whose they are, their ids, what each security is.

What comes out is in an order of its own, by account, symbol and day, then by content: the order of rows in a file, or
of files, changes nothing.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import chain, count
from typing import Any

import numpy as np

from planner.domain.columns import InOrder, Ints, Places, alike, coded
from planner.domain.lot_table import LotTable
from planner.domain.written_amounts import WrittenAmounts
from planner.loader.assembly.asset_classes import AssetClasses
from planner.loader.assembly.deduplicate import Placed
from planner.loader.assembly.files import FileRecords
from planner.loader.reading.records import LotRecord
from planner.loader.tables.joined_texts import JoinedTexts
from planner.loader.tables.record_table import RecordTable
from rules.terms import ZERO

_UNKNOWN = Decimal(-1)  # sorts before every amount
_CONTENT: dict[str, Any] = {
    "quantity": ZERO,
    "basis": _UNKNOWN,
    "price": _UNKNOWN,
    "holding_since": date.min,
    "loss_basis": _UNKNOWN,
    "inherited": False,
    "frozen": False,
    "purchased": date.min,
    "market_value": _UNKNOWN,
    "asset_class": "",
    "name": "",
    "lot_id": "",
    "worthless": False,
}
"""What tells lots of one day apart, what matters most first; and where a lot sorts of which it is not known."""


_CODED = ("account", "symbol", "asset_class", "acquired")  # columns of few different values
_NOT_KEPT = ("asset_class", "term", "market_value")  # as the files state them
Codes = Mapping[str, tuple[list[Any], Ints]]


@dataclass(frozen=True)
class FileLots:
    """The lots or positions of a file, and the account that each word for one in its rows means."""

    file: FileRecords
    account_of: Mapping[str | None, str]

    @cached_property
    def records(self) -> RecordTable[LotRecord]:
        return RecordTable.of(LotRecord, self.file.found.lots)

    @cached_property
    def accounts(self) -> list[str]:
        """Of each row the account."""
        return list(map(self.account_of.__getitem__, self.records.columns["account"]))


def accounts_with_files(lots: Iterable[FileLots]) -> list[tuple[str, FileRecords]]:
    """Every account of these lots with each file that lists some."""
    return [(account, its.file) for its in lots for account in dict.fromkeys(its.accounts)]


def in_several_files(lots: Sequence[FileLots]) -> list[Placed]:
    """The rows of accounts of which several files list lots: only of these may anything be there twice."""
    accounts = [account for account, _ in accounts_with_files(lots)]
    several = {account for account in accounts if accounts.count(account) > 1}
    return [
        Placed(account, record, its.file)
        for its in lots
        if not several.isdisjoint(its.account_of.values())
        for account, record in zip(its.accounts, its.records, strict=True)
        if account in several
    ]


def lot_table(lots: Sequence[FileLots], stated: Container[str], classes: AssetClasses) -> LotTable:
    """All these lots, each with the id it states or one made of account, symbol, day and its number among its like;
    `stated` ids are not given to others."""
    lots = [its for its in lots if its.records]
    if not lots:
        return LotTable.of(())
    files = [its.file for its in lots]
    of_file = np.repeat(np.arange(len(lots)), [len(its.records) for its in lots])
    lines = np.concatenate([np.array(its.records.columns["line"], dtype=np.int64) for its in lots])
    parts = {name: [its.records.columns[name] for its in lots] for name in LotRecord._fields if name != "line"}
    parts["account"] = [its.accounts for its in lots]
    column = {name: _together(its) for name, its in parts.items() if not all(map(_blank, its))}
    codes = {name: coded(column.get(name) or [None] * len(of_file)) for name in _CODED}
    order, lot_ids = _named(column, codes, stated)
    symbols, stated_classes = codes["symbol"], codes["asset_class"]
    kind, firsts = alike([symbols[1][order], stated_classes[1][order], of_file[order]])
    kinds = [
        (symbols[0][symbols[1][row]], stated_classes[0][stated_classes[1][row]], files[of_file[row]])
        for row in order[firsts].tolist()
    ]
    its_class = [classes.of_lot(*one) for one in kinds]
    unnamed = [symbol in file.found.unnamed for symbol, _, file in kinds]
    places = Places([file.shown for file in files], of_file[order], lines[order])
    column |= {name: list(map(bool, column[name])) for name in ("frozen", "worthless") if name in column}
    if "name" in column:
        column["name"] = [name or "" for name in column["name"]]
    if "market_value" in column:
        column["stated_value"] = column["market_value"]
    column |= {name: [None] * len(order) for name in ("acquired", "basis", "price") if name not in column}
    its = {name: InOrder(values, order, codes.get(name)) for name, values in column.items() if name not in _NOT_KEPT}
    named = {"unnamed": list(map(unnamed.__getitem__, kind.tolist()))} if any(unnamed) else {}
    asset_classes = list(map(its_class.__getitem__, kind.tolist()))
    return LotTable({**its, **named, "lot_id": lot_ids, "asset_class": asset_classes, "where": places})


def _together(columns: Sequence[Sequence[Any]]) -> Sequence[Any]:
    """A column of all files."""
    written = [column for column in columns if isinstance(column, WrittenAmounts)]
    joined = [column for column in columns if isinstance(column, JoinedTexts)]
    if len(written) == len(columns):
        return WrittenAmounts.together(written)
    return JoinedTexts.together(joined) if len(joined) == len(columns) else list(chain.from_iterable(columns))


def _blank(column: Sequence[Any]) -> bool:
    """Whether no row says anything in a column: None in each, or False."""
    blank = isinstance(column, (list, tuple)) and (column[0] is None or column[0] is False)
    return blank and column.count(column[0]) == len(column)


def _named(column: dict[str, Sequence[Any]], codes: Codes, stated: Container[str]) -> tuple[Ints, Sequence[str]]:
    """The order of the lots by account and symbol, by day, then by content; and in that order their ids. Those that
    content does not tell apart are interchangeable."""
    accounts, symbols = column["account"], column["symbol"]
    of_security, firsts = alike([codes["account"][1], codes["symbol"][1]])
    begins, by_security = _ranked([f"{accounts[row]}:{symbols[row]}:" for row in firsts.tolist()])
    days, of_day = codes["acquired"]
    if "inherited" in column:
        no_day = np.array([day is None for day in days], dtype=bool)[of_day]
        of_day = np.where(no_day & np.array(column["inherited"], dtype=bool), len(days), of_day)
    ends, by_day = _ranked([*("Various" if day is None else str(day) for day in days), "Inherited"])
    place = by_security[of_security] * len(ends) + by_day[of_day]
    order = np.argsort(place, kind="stable")
    in_order = place[order]
    again = in_order[1:] == in_order[:-1]
    several = np.flatnonzero(np.append(again, False) | np.insert(again, 0, False))
    order[several] = _by_content(order[several], place, column)
    ids = column.pop("lot_id", None)
    if ids is not None and (isinstance(ids, JoinedTexts) or None not in ids):
        return order, InOrder(ids, order)
    lot_ids: list[str] = []
    number, before = count(1), -1
    for row, here in zip(order.tolist(), in_order.tolist(), strict=True):
        if here != before:
            number, before = count(1), here
        lot_id = ids[row] if ids is not None else None
        while lot_id is None:
            free = f"{begins[here // len(ends)]}{ends[here % len(ends)]}:{next(number)}"
            lot_id = free if free not in stated else None
        lot_ids.append(lot_id)
    return order, lot_ids


def _ranked(values: Sequence[Any]) -> tuple[list[Any], Ints]:
    """The different values in order, and the place of each of `values` among them."""
    ranked = sorted(set(values))
    rank = {value: n for n, value in enumerate(ranked)}
    return ranked, np.array([rank[value] for value in values], dtype=np.int64)


def _by_content(rows: Ints, place: Ints, column: Mapping[str, Sequence[Any]]) -> Ints:
    """Rows that share their place with others, by what their lots are; a column is looked at while any are alike."""
    rank = np.unique(place[rows], return_inverse=True)[1]
    for name, unknown in _CONTENT.items():
        alike_yet = np.flatnonzero(np.bincount(rank)[rank] > 1)
        if name in column and len(alike_yet):
            by_value = np.zeros_like(rank)
            by_value[alike_yet] = _ranks(column[name], rows[alike_yet], unknown)
            rank = np.unique(rank * (by_value.max() + 1) + by_value, return_inverse=True)[1]
    return rows[np.argsort(rank, kind="stable")]


def _ranks(column: Sequence[Any], rows: Ints, unknown: object) -> Ints:
    """The places of these rows' values among one another."""
    if isinstance(column, WrittenAmounts):
        return np.unique(column.numbers[rows], return_inverse=True)[1]
    every = list(column)
    return _ranked([unknown if every[row] is None else every[row] for row in rows.tolist()])[1]
