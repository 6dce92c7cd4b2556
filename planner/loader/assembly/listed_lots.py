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
from typing import Any, cast

import numpy as np

from planner.domain.lot_table import Ints, LotTable, Places, alike, coded
from planner.loader.assembly.asset_classes import AssetClasses
from planner.loader.assembly.deduplicate import Placed
from planner.loader.assembly.files import FileRecords
from planner.loader.reading.records import LotRecord
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
    parts = {name: [its.records.columns[name] for its in lots] for name in LotRecord._fields}
    parts["account"] = [its.accounts for its in lots]
    told = {name: list(chain.from_iterable(its)) for name, its in parts.items() if not all(map(_blank, its))}
    order, lot_ids = _named(told, stated)
    rows, of_file = order.tolist(), of_file[order]
    column: dict[str, Any] = {name: list(map(values.__getitem__, rows)) for name, values in told.items()}
    symbols, said = column["symbol"], column.get("asset_class") or [None] * len(rows)
    kind, firsts = alike([coded(symbols)[1], coded(said)[1], of_file])
    kinds = [(symbols[row], said[row], files[of_file[row]]) for row in firsts.tolist()]
    its_class = [classes.of_lot(*one) for one in kinds]
    unnamed = [symbol in file.found.unnamed for symbol, _, file in kinds]
    of_row = kind.tolist()
    column |= {
        "lot_id": lot_ids,
        "asset_class": list(map(its_class.__getitem__, of_row)),
        "where": Places([file.shown for file in files], of_file, np.array(column.pop("line"))),
        "unnamed": list(map(unnamed.__getitem__, of_row)) if any(unnamed) else None,
        "stated_value": column.pop("market_value", None),
        "name": [name or "" for name in column["name"]] if "name" in column else None,
    }
    column |= {name: list(map(bool, column[name])) for name in ("frozen", "worthless") if name in column}
    column |= {name: [None] * len(rows) for name in ("acquired", "basis", "price") if name not in column}
    column.pop("term", None)
    return LotTable({name: values for name, values in column.items() if values is not None})


def _blank(column: Sequence[Any]) -> bool:
    """Whether no row says anything in a column: None in each, or False."""
    return (column[0] is None or column[0] is False) and column.count(column[0]) == len(column)


def _named(column: Mapping[str, Sequence[Any]], stated: Container[str]) -> tuple[Ints, list[str]]:
    """The order of the lots by account and symbol, by day, then by content; and in that order their ids. Those that
    content does not tell apart are interchangeable."""
    accounts, symbols = column["account"], column["symbol"]
    of_security, firsts = alike([coded(accounts)[1], coded(symbols)[1]])
    begins, by_security = _ranked([f"{accounts[row]}:{symbols[row]}:" for row in firsts.tolist()])
    days, of_day = coded(_days(column, len(symbols)))
    ends, by_day = _ranked([str(day) for day in days])
    place = by_security[of_security] * len(ends) + by_day[of_day]
    order = np.argsort(place, kind="stable")
    in_order = place[order]
    again = in_order[1:] == in_order[:-1]
    several = np.flatnonzero(np.append(again, False) | np.insert(again, 0, False))
    order[several] = _by_content(order[several].tolist(), place, column)
    lot_ids: list[str | None] = (
        list(map(column["lot_id"].__getitem__, order.tolist())) if "lot_id" in column else [None] * len(order)
    )
    if None in lot_ids:
        number, before = count(1), -1
        for n, here in enumerate(in_order.tolist()):
            if here != before:
                number, before = count(1), here
            while lot_ids[n] is None:
                free = f"{begins[here // len(ends)]}{ends[here % len(ends)]}:{next(number)}"
                lot_ids[n] = free if free not in stated else None
    return order, cast("list[str]", lot_ids)


def _days(column: Mapping[str, Sequence[Any]], rows: int) -> Sequence[date | str]:
    """The day of each lot, or a word where it has none."""
    days: Sequence[date | None] = column["acquired"] if "acquired" in column else [None] * rows
    if "inherited" not in column:
        return ["Various" if day is None else day for day in days]
    told = zip(days, column["inherited"], strict=True)
    return [day if day is not None else "Inherited" if inherited else "Various" for day, inherited in told]


def _ranked(words: Sequence[str]) -> tuple[list[str], Ints]:
    """The different words in order, and the place of each of `words` among them."""
    ranked = sorted(set(words))
    rank = {word: n for n, word in enumerate(ranked)}
    return ranked, np.array([rank[word] for word in words], dtype=np.int64)


def _by_content(rows: Sequence[int], place: Ints, column: Mapping[str, Sequence[Any]]) -> list[int]:
    """Rows that share their place with others, by what their lots are."""
    content: list[Sequence[Any]] = [place[rows].tolist()]
    for name, unknown in _CONTENT.items():
        if name in column:
            values = map(column[name].__getitem__, rows)
            content.append([unknown if value is None else value for value in values])
    return [row for *_, row in sorted(zip(*content, count(), rows, strict=False))]
