"""Stamps of an exchange, in UTC or a zone of its own, to the days on which things happened where the taxpayer lives.

A sale belongs to the year of the taxpayer's own calendar: interpretation I-26.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from planner.domain.errors import Caution, Problem
from planner.domain.household import Taxpayer
from planner.loader.assembly.files import FileRecords
from planner.loader.reading.records import RealizedRecord, TransactionRecord
from planner.loader.tables.cells import local_day

DEFAULT_TIME_ZONE = "America/New_York"


@dataclass(slots=True)
class LocalDays:
    """Turns the moments in files into days; `refusals` and `cautions` grow on the way."""

    taxpayer: Taxpayer
    as_of: date
    problems: list[Problem] = field(default_factory=list)
    cautions: list[Caution] = field(default_factory=list)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.taxpayer.time_zone or DEFAULT_TIME_ZONE)

    def settle(self, file: FileRecords) -> None:
        """Give every record of the file days without times."""
        zone = self.zone
        moved: list[tuple[int, date, date]] = []
        found = file.found

        def day_of(line: int, stamp: date) -> date:
            if not isinstance(stamp, datetime):
                return stamp
            day = local_day(stamp, zone)
            if day != stamp.date():
                moved.append((line, stamp.date(), day))
            if day > self.as_of:
                what = f"{stamp} is {day} in {zone.key}, which is after the as-of date {self.as_of}"
                remedy = "correct the date or `time_zone` in [taxpayer], or run with a later --as-of"
                self.problems.append(Problem(f"{file.shown}:{line}", what, remedy))
            return day

        def transaction(row: TransactionRecord) -> TransactionRecord:
            if not isinstance(row.date, datetime):
                return row
            return row._replace(date=day_of(row.line, row.date), moment=row.date.isoformat())

        def realized(row: RealizedRecord) -> RealizedRecord:
            if not isinstance(row.sold, datetime) and not isinstance(row.acquired, datetime):
                return row
            acquired = None if row.acquired is None else local_day(row.acquired, zone)
            return row._replace(sold=day_of(row.line, row.sold), acquired=acquired)

        found.transactions = [transaction(row) for row in found.transactions]
        found.realized = [realized(row) for row in found.realized]
        self.cautions += self._said(file, moved)

    def _said(self, file: FileRecords, moved: list[tuple[int, date, date]]) -> Iterator[Caution]:
        """Where a day depends on a zone that no one has stated, and always where the tax year does."""
        year = self.taxpayer.tax_year
        turned = [row for row in moved if (row[1].year == year) != (row[2].year == year)]
        told = turned or ([] if self.taxpayer.time_zone else moved)
        if not told:
            return
        line, stamped, day = told[0]
        rows = "1 row falls" if len(told) == 1 else f"{len(told):,} rows fall"
        where = f"into or out of the tax year {year}" if turned else "on a different day than their timestamps"
        remedy = "" if self.taxpayer.time_zone else "; set `time_zone` in [taxpayer] if you live elsewhere"
        text = (
            f"{file.shown}:{line}: {rows} {where} in the {self.zone.key} time zone: stamped {stamped}, local day {day}"
        )
        yield Caution("local_day", f"{text}{remedy} (I-26)")
