"""The days of which each file of a history tells all, by account: as the file states them, else from its oldest row on.

A download of several accounts covers the same days for each of them: where one account's rows begin in 2024, an account
in which nothing happened until later is covered from 2024 too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from planner.domain.case import FileRead
from planner.domain.errors import file_of
from planner.domain.portfolio import Transaction
from planner.loader.assembly.files import FileRecords


def with_periods(
    read: Iterable[FileRead], files: Sequence[FileRecords], transactions: Iterable[Transaction]
) -> Iterator[FileRead]:
    """The files with the days that each covers. A file of our own covers what it covers for its own accounts alone."""
    days: dict[str, list[date]] = defaultdict(list)
    whose: dict[str, set[str]] = defaultdict(set)
    for row in transactions:
        file = file_of(row.where)
        days[file].append(row.date)
        whose[file].add(row.account)
    records = {file.shown: file for file in files if file.layout.kind == "transactions"}
    for one in read:
        record = records.get(one.path)
        if record is None:
            yield one
            continue
        stated, rows = record.found.covers, days[one.path]
        several = not record.layout.ours and len(whose[one.path] | set(record.accounts)) > 1
        if stated is not None:
            yield replace(one, covers=dict.fromkeys(record.accounts, stated))
        elif rows and several:
            yield replace(one, covers=dict.fromkeys(record.accounts, (min(rows), max(rows))))
        else:
            yield one
