"""Shares of a stock plan reported twice: as they come into the brokerage account, without a value, and by the
plan's own history, with it. They are one vest: in the account that they came into, at the value of their day (§ 83(a)).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from planner.domain.case import SkippedRow
from planner.loader.assembly.deduplicate import Placed
from planner.loader.tables.cells import written_day

LATEST = timedelta(days=7)  # between the day of a vest and that on which its shares are in the account
PLAN = "Equity Awards"  # in the name of the broker of a plan's history


def vests_counted_once(rows: Sequence[Placed]) -> list[Placed]:
    """The rows, in which a vest without a value has that of the plan's history, whose own row is skipped."""
    unpriced = [row for row in rows if row.record.action == "vest" and not row.record.amount]
    priced = [
        row for row in rows if row.record.action == "vest" and row.record.amount and PLAN in row.file.layout.broker
    ]
    if not (unpriced and priced):
        return list(rows)
    value: dict[int, Placed] = {}
    for arrived in sorted(unpriced, key=_day):
        alike = [row for row in priced if id(row) not in set(map(id, value.values())) and _are_one(arrived, row)]
        if alike:
            value[id(arrived)] = min(alike, key=lambda row: (abs(_day(row) - _day(arrived)), row.record.line))
    told_twice = set(map(id, value.values()))
    kept = []
    for row in rows:
        if id(row) in told_twice:
            arrived = next(other for other in unpriced if value.get(id(other)) is row)
            why = f"these shares came into {arrived.account}: {arrived.file.shown}:{arrived.record.line}"
            row.file.found.skipped.append(SkippedRow(row.record.line, why))
        elif id(row) in value:
            vest = value[id(row)].record
            record = row.record._replace(amount=vest.amount, unpriced=False, date=vest.date)
            kept.append(Placed(row.account, record, row.file))
        else:
            kept.append(row)
    return kept


def _day(row: Placed) -> date:
    day: date = row.record.date
    return written_day(day)


def _are_one(arrived: Placed, vest: Placed) -> bool:
    same = arrived.record.symbol == vest.record.symbol and arrived.record.quantity == vest.record.quantity
    return same and abs(_day(arrived) - _day(vest)) <= LATEST
