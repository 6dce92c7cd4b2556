"""Moments of an exchange become the taxpayer's own days: I-26."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from planner.domain.household import Taxpayer
from planner.loader.assembly.files import FileRecords
from planner.loader.assembly.time_zones import LocalDays
from planner.loader.reading.layout import Findings, all_layouts
from planner.loader.reading.records import RealizedRecord, TransactionRecord
from planner.loader.tables.cells import BadCell, earliest_day, local_day, parse_instant
from rules.terms import ZERO, FilingStatus

CHINA = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("text", "zone", "moment"),
    [
        ("2026-11-09 15:02:11 UTC", CHINA, datetime(2026, 11, 9, 15, 2, 11, tzinfo=UTC)),
        ("2026-11-18 14:00:01", UTC, datetime(2026, 11, 18, 14, 0, 1, tzinfo=UTC)),
        ("2026-11-11T10:00:00.123Z", CHINA, datetime(2026, 11, 11, 10, 0, 0, 123000, tzinfo=UTC)),
        ("2026-11-16 05:30:00", CHINA, datetime(2026, 11, 15, 21, 30, tzinfo=UTC)),
    ],
)
def test_a_stamp_is_a_moment(text, zone, moment):
    assert parse_instant(text, zone) == moment


@pytest.mark.parametrize(
    "text", ["2026-11-09", "yesterday", "2026-13-09 15:02:11", "0026-11-09 15:02:11", "٢٠٢٦-11-09 10:00"]
)
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(BadCell):
        parse_instant(text)


def test_a_day_without_a_time_is_a_day_anywhere():
    assert local_day(date(2026, 12, 31), CHINA) == earliest_day(date(2026, 12, 31)) == date(2026, 12, 31)


def transaction(line: int, day: date) -> TransactionRecord:
    return TransactionRecord(line, None, day, "sell", "BTC", ZERO, ZERO, None, None, None, None, None, None)


def settled(*days: date, zone: str | None = None, as_of: date = date(2027, 1, 2)) -> tuple[list[date], LocalDays]:
    local = LocalDays(Taxpayer(2026, FilingStatus.SINGLE, ZERO, time_zone=zone), as_of)
    found = Findings(transactions=[transaction(n + 2, day) for n, day in enumerate(days)])
    local.settle(FileRecords("coins.csv", ("Wallet",), all_layouts()[0], found))
    return [row.date for row in found.transactions], local


NEW_YEAR = datetime(2027, 1, 1, 3, 10, tzinfo=UTC)  # the evening of 31 December in America


def test_a_sale_of_new_years_eve_stays_in_the_old_year_and_that_is_said():
    days, local = settled(date(2026, 5, 1), NEW_YEAR)
    assert days == [date(2026, 5, 1), date(2026, 12, 31)]
    (caution,) = local.cautions
    assert caution.code == "local_day"
    assert caution.text.startswith("coins.csv:3: 1 row falls into or out of the tax year 2026 in the America/")
    assert "set `time_zone`" in caution.text


def test_a_stated_zone_decides_and_only_the_year_is_still_said():
    days, local = settled(NEW_YEAR, zone="Europe/Berlin")
    assert (days, local.cautions) == ([date(2027, 1, 1)], [])
    days, local = settled(NEW_YEAR, NEW_YEAR - timedelta(days=90), zone="Pacific/Honolulu")
    assert days == [date(2026, 12, 31), date(2026, 10, 2)]
    assert "set `time_zone`" not in local.cautions[0].text


def test_without_a_stated_zone_another_day_is_said_once_a_file():
    _, local = settled(*(datetime(2026, 11, day, 2, tzinfo=UTC) for day in (3, 4, 5)))
    (caution,) = local.cautions
    assert "3 rows fall on a different day than their timestamps" in caution.text


def test_a_moment_of_tomorrow_in_the_taxpayers_zone_is_refused():
    _, local = settled(datetime(2026, 12, 8, 20, tzinfo=UTC), zone="Asia/Tokyo", as_of=date(2026, 12, 8))
    (problem,) = local.problems
    assert problem.where == "coins.csv:2"


def test_a_realized_row_takes_both_its_days():
    row = RealizedRecord(2, None, "BTC", ZERO, NEW_YEAR, False, NEW_YEAR, ZERO, ZERO, None, None, None)
    found = Findings(realized=[row])
    LocalDays(Taxpayer(2026, FilingStatus.SINGLE, ZERO), date(2027, 1, 2)).settle(
        FileRecords("coins.csv", ("Wallet",), all_layouts()[0], found)
    )
    assert (found.realized[0].acquired, found.realized[0].sold) == (date(2026, 12, 31), date(2026, 12, 31))


def test_a_time_zone_that_does_not_exist_is_refused_with_the_nearest(refused):
    whole = (
        '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 1\ntime_zone = "America/Chigaco"\n'
    )
    assert refused(whole=whole) == [
        "household.toml:5: `time_zone` is `America/Chigaco`, which is not a time zone; did you mean `America/Chicago`"
    ]


def test_a_stated_time_zone_is_kept(load):
    whole = '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 1\ntime_zone = "America/Denver"\n'
    assert load(whole=whole).household.taxpayer.time_zone == "America/Denver"
