"""Rows that take an earlier row back, and rows of our own that stand for a broker's: each is settled before anything
else looks at a history.

A reversal and what it reverses are nothing that happened. A reversal whose row is not there is not explained.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

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
    less: dict[int, Placed] = {}
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
        elif record.symbol and (whole := _of_more(row, action, [less.get(id(r.record), r) for r in rows])) is not None:
            first = next(r.record for r in rows if r.where == whole.where and r.record.action == action)
            less[id(first)] = _lessened(whole, record.quantity)
            gone.add(id(record))
            row.file.found.skipped.append(SkippedRow(record.line, f"reverses part of {whole.where}"))
        elif record.symbol:
            said = f"the reversal of a `{action}` that is in no file"
            settled.append(row._replace(record=record._replace(action=UNEXPLAINED, said=said)))
        else:
            row.file.found.skipped.append(SkippedRow(record.line, f"reverses a `{action}` of cash"))
    for file in {id(row.file): row.file for row in rows}.values():
        file.found.transactions = [record for record in file.found.transactions if id(record) not in gone]
    return [less.get(id(row.record), row) for row in settled if id(row.record) not in gone]


def _of_more(row: Placed, action: str, rows: Iterable[Placed]) -> Placed | None:
    """The row of income of which a reversal takes back a part: the latest before it, of the same year, of more units.
    What is given back in the year in which it came was never income. Rev. Rul. 80-58, I-165."""
    record: TransactionRecord = row.record
    day = written_day(record.date)
    more = [
        other
        for other in rows
        if (other.account, other.record.action, other.record.symbol) == (row.account, action, record.symbol)
        and action == "income"
        and other.record.quantity > record.quantity
        and written_day(other.record.date) <= day
        and written_day(other.record.date).year == day.year
    ]
    return max(more, key=lambda other: written_day(other.record.date), default=None)


def _lessened(row: Placed, units: Decimal) -> Placed:
    record: TransactionRecord = row.record
    left = record.quantity - units
    return row._replace(record=record._replace(quantity=left, amount=record.amount * left / record.quantity))


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
    for file in {id(row.file): row.file for row in rows}.values():
        for line, first in file.found.together.items():
            at_place.setdefault(f"{file.shown}:{line}", at_place.get(f"{file.shown}:{first}", []))
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
            found = _legs_meant(row, [other for other in at_place.get(place, ()) if other.account == row.account], rows)
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


def _legs_meant(row: Placed, named: Sequence[Placed], rows: Sequence[Placed]) -> list[Placed]:
    """Of the rows at a place those for which a row of ours stands: where an event has several legs, on one line or on
    two, whichever of them is named, the legs of its own security; all that are named where none is."""
    events = {_event(other) for other in named if other.record.action.startswith("exchange_")}
    legs = [other for other in rows if not other.file.layout.ours and events and _event(other) in events]
    of_its_own = [other for other in (*named, *legs) if other.record.symbol == row.record.symbol]
    exchanged = [other for other in of_its_own if other.record.action.startswith("exchange_")]
    return list({id(other): other for other in exchanged or of_its_own}.values()) or list(named)


def _event(row: Placed) -> tuple[object, ...]:
    return row.account, written_day(row.record.date), row.record.change.group


def _given_up(rows: Sequence[Placed], replaced: Mapping[int, Placed]) -> Iterator[Placed]:
    """What was given up in an exchange of which rows of ours tell all that came in: its units are gone, and "
    "explained."""
    told = {_event(row) for row in replaced.values() if row.record.action == "exchange_in"}
    open_ones = {_event(row) for row in rows if row.record.action == "exchange_in" and id(row.record) not in replaced}
    for row in rows:
        if row.record.action == "exchange_out" and id(row.record) not in replaced and _event(row) in told - open_ones:
            yield row
