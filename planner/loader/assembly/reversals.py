"""Rows that take an earlier row back, and rows of our own that stand for a broker's: each is settled before anything
else looks at a history.

A reversal and what it reverses are nothing that happened. A reversal whose row is not there is not explained.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from planner.domain.case import SkippedRow
from planner.domain.errors import Problem
from planner.domain.portfolio import UNEXPLAINED
from planner.loader.assembly.deduplicate import Placed
from planner.loader.reading.records import UNDONE, TransactionRecord
from planner.loader.tables.cells import nearest, written_day

_WITH_A_PAST = frozenset({"transfer_in", "gift_in", "inherit", "vest", "buy", "income"})  # of ours
_WITHOUT_A_PAST = frozenset({"transfer_in", "exchange_in", "spinoff", "vest", "income", UNEXPLAINED})  # of a broker


def without_reversed(rows: Sequence[Placed]) -> list[Placed]:
    """The transactions without those that a later row takes back, and without that row; both are skipped, with why."""
    if not any(row.record.action.startswith(UNDONE) for row in rows):
        return list(rows)
    gone: set[int] = set()
    settled: list[Placed] = []
    for row in rows:
        record: TransactionRecord = row.record
        if not record.action.startswith(UNDONE):
            settled.append(row)
            continue
        action = record.action.removeprefix(UNDONE)
        earlier = _taken_back(row, action, [other for other in rows if id(other.record) not in gone])
        if earlier is not None:
            gone |= {id(row.record), id(earlier.record)}
            row.file.found.skipped.append(SkippedRow(record.line, f"reverses {earlier.where}"))
            earlier.file.found.skipped.append(SkippedRow(earlier.record.line, f"reversed by {row.where}"))
        elif record.symbol:
            said = f"the reversal of a `{action}` that is in no file"
            settled.append(row._replace(record=record._replace(action=UNEXPLAINED, said=said)))
        else:
            row.file.found.skipped.append(SkippedRow(record.line, f"reverses a `{action}` of cash"))
    for file in {id(row.file): row.file for row in rows}.values():
        file.found.transactions = [record for record in file.found.transactions if id(record) not in gone]
    return [row for row in settled if id(row.record) not in gone]


def _taken_back(row: Placed, action: str, rows: Iterable[Placed]) -> Placed | None:
    """The row that a reversal takes back: the same units of its security, the latest before it, by id first."""
    record: TransactionRecord = row.record
    alike = [
        other
        for other in rows
        if (other.account, other.record.action, other.record.symbol) == (row.account, action, record.symbol)
        and other.record.quantity == record.quantity
        and (not record.amount or not other.record.amount or other.record.amount == record.amount)
        and written_day(other.record.date) <= written_day(record.date)
    ]

    def nearness(other: Placed) -> tuple[bool, date, int]:
        same_id = other.record.transaction_id is not None and other.record.transaction_id == record.transaction_id
        return same_id, written_day(other.record.date), -abs(other.record.line - record.line)

    return max(alike, key=nearness, default=None)


def with_our_own(rows: Sequence[Placed], problems: list[Problem]) -> list[Placed]:
    """The transactions without those that a row of ours replaces: one that `replaces` their place, whatever the
    layout, or has a broker's id, or tells of the same units that came in on the same day what they had cost. So a row
    of a download is explained without being edited."""
    ours = [row for row in rows if row.file.layout.ours]
    if not ours or (len(ours) == len(rows) and all(row.record.replaces is None for row in ours)):
        return list(rows)
    at_place: dict[str, list[Placed]] = {}
    for row in rows:
        if not row.file.layout.ours or row.record.replaces is None:
            at_place.setdefault(row.where, []).append(row)
    by_id: dict[tuple[str, str], list[Placed]] = defaultdict(list)
    for row in rows:
        if not row.file.layout.ours and row.record.transaction_id is not None:
            by_id[row.account, row.record.transaction_id].append(row)
    came: dict[tuple[object, ...], list[Placed]] = defaultdict(list)
    for row in rows:
        record = row.record
        if not row.file.layout.ours and record.action in _WITHOUT_A_PAST and not record.amount:
            came[row.account, written_day(record.date), record.symbol, record.quantity].append(row)
    replaced: dict[int, Placed] = {}
    for row in ours:
        found: list[Placed] = []
        place = row.record.replaces
        if place is not None:
            found = [other for other in at_place.get(place, ()) if other.account == row.account]
            if not found:
                what = f"`replaces` is `{place}`, and {row.account} has no row there{nearest(place, at_place)}"
                remedy = "write the file and line as in the message, such as history.csv:17"
                problems.append(Problem(row.where, what, remedy))
        elif row.record.transaction_id is not None:
            found = by_id[row.account, row.record.transaction_id]
        if place is None and not found and row.record.action in _WITH_A_PAST:
            found = [
                other
                for other in came.get((row.account, row.record.date, row.record.symbol, row.record.quantity), [])
                if id(other.record) not in replaced
            ][:1]
        for other in found:
            if id(other.record) not in replaced:
                replaced[id(other.record)] = other
                skipped = SkippedRow(other.record.line, f"{row.where} replaces it")
                other.file.found.skipped.append(skipped)
    given = {id(row.record) for row in _given_up(rows, replaced)}
    for file in {id(row.file): row.file for row in replaced.values()}.values():
        file.found.transactions = [record for record in file.found.transactions if id(record) not in replaced]
    kept = [row for row in rows if id(row.record) not in replaced]
    return [
        row._replace(record=row.record._replace(action="removed")) if id(row.record) in given else row for row in kept
    ]


def _given_up(rows: Sequence[Placed], replaced: Mapping[int, Placed]) -> Iterator[Placed]:
    """What was given up in an exchange of which rows of ours tell all that came in: its units are gone, and "
    "explained."""

    def event(row: Placed) -> tuple[object, ...]:
        return row.account, written_day(row.record.date), row.record.change.group

    told = {event(row) for row in replaced.values() if row.record.action == "exchange_in"}
    open_ones = {event(row) for row in rows if row.record.action == "exchange_in" and id(row.record) not in replaced}
    for row in rows:
        if row.record.action == "exchange_out" and id(row.record) not in replaced and event(row) in told - open_ones:
            yield row
