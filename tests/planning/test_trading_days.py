"""The days on which US markets trade, against what NYSE and SIFMA published, not against a library."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain import trading_days
from planner.domain.trading_days import (
    can_trade,
    is_trading_day,
    last_trading_day,
    next_trading_day,
    previous_trading_day,
    settles_on,
)
from rules.terms import AssetClass
from tests.golden import market_holidays

# NYSE Group, press releases on holidays and early closings of 27 December 2021 (2024), 8 November 2024 (2025) and
# 23 December 2025 (2026 to 2028); the closing of 9 January 2025 was announced on 30 December 2024.
NYSE_HOLIDAYS = {
    2024: "01-01 01-15 02-19 03-29 05-27 06-19 07-04 09-02 11-28 12-25",
    2025: "01-01 01-09 01-20 02-17 04-18 05-26 06-19 07-04 09-01 11-27 12-25",
    2026: "01-01 01-19 02-16 04-03 05-25 06-19 07-03 09-07 11-26 12-25",
    2027: "01-01 01-18 02-15 03-26 05-31 06-18 07-05 09-06 11-25 12-24",
    2028: "01-17 02-21 04-14 05-29 06-19 07-04 09-04 11-23 12-25",
}
a_day = st.dates(date(2015, 1, 1), date(2060, 12, 31))
traded_classes = st.sampled_from([kind for kind in AssetClass if kind is not AssetClass.CRYPTO])


def days_of(year: int) -> list[date]:
    return [date(year, 1, 1) + timedelta(days=n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]


@pytest.mark.parametrize("year", NYSE_HOLIDAYS)
def test_the_exchanges_close_on_the_published_days_and_on_no_others(year: int) -> None:
    closed = [f"{day:%m-%d}" for day in days_of(year) if day.weekday() < 5 and not is_trading_day(day)]
    assert " ".join(closed) == NYSE_HOLIDAYS[year]


def test_no_session_on_a_weekend() -> None:
    assert not any(is_trading_day(day) for day in days_of(2026) if day.weekday() >= 5)


@pytest.mark.parametrize(
    ("day", "stocks", "bonds"),
    [
        (date(2026, 10, 12), True, False),  # Columbus Day
        (date(2026, 11, 11), True, False),  # Veterans Day
        (date(2026, 4, 3), False, True),  # Good Friday with a jobs report: SIFMA's release of 20 March 2026
        (date(2027, 3, 26), False, False),  # Good Friday as it usually is
        (date(2025, 1, 9), False, True),  # a day of mourning: bonds closed at two
        (date(2026, 11, 27), True, True),  # the day after Thanksgiving: a short session is a session
        (date(2026, 12, 24), True, True),
        (date(2026, 12, 25), False, False),
        (date(2026, 11, 22), False, False),  # a Sunday
    ],
)
def test_who_trades_when(day: date, stocks: bool, bonds: bool) -> None:
    for kind in AssetClass:
        expected = {AssetClass.BOND: bonds, AssetClass.CRYPTO: True}.get(kind, stocks)
        assert can_trade(kind, day) is expected, kind


@pytest.mark.parametrize(
    ("day", "following", "before"),
    [
        (date(2026, 12, 8), date(2026, 12, 8), date(2026, 12, 8)),
        (date(2026, 11, 26), date(2026, 11, 27), date(2026, 11, 25)),
        (date(2026, 12, 25), date(2026, 12, 28), date(2026, 12, 24)),
        (date(2027, 1, 1), date(2027, 1, 4), date(2026, 12, 31)),
    ],
)
def test_the_sessions_around_a_day(day: date, following: date, before: date) -> None:
    assert (next_trading_day(day), previous_trading_day(day)) == (following, before)


@settings(deadline=None)  # the library is loaded once, which takes long on a busy machine
@given(a_day, traded_classes)
def test_the_next_day_is_the_first_on_which_it_trades(day: date, kind: AssetClass) -> None:
    following, before = next_trading_day(day, kind), previous_trading_day(day, kind)
    assert can_trade(kind, following)
    assert can_trade(kind, before)
    between = [before + timedelta(days=n) for n in range(1, (following - before).days)]
    assert not any(can_trade(kind, closed) for closed in between)
    assert before <= day <= following


@settings(deadline=None)
@given(a_day)
def test_crypto_never_waits(day: date) -> None:
    assert next_trading_day(day, AssetClass.CRYPTO) == day == previous_trading_day(day, AssetClass.CRYPTO)


@pytest.mark.parametrize(
    ("year", "last"),
    [
        (2024, date(2024, 12, 31)),
        (2025, date(2025, 12, 31)),
        (2026, date(2026, 12, 31)),
        (2027, date(2027, 12, 31)),  # a Friday, although New Year's Day is a Saturday
        (2028, date(2028, 12, 29)),  # the 31st is a Sunday
        (2033, date(2033, 12, 30)),  # and here a Saturday
        (2029, date(2029, 12, 31)),
        (2023, date(2023, 12, 29)),
    ],
)
def test_last_sessions_of_the_year(year: int, last: date) -> None:
    assert last_trading_day(year) == last


def test_crypto_is_sold_to_the_last_day_of_the_year() -> None:
    assert last_trading_day(2028, AssetClass.CRYPTO) == date(2028, 12, 31)


@pytest.mark.parametrize(
    ("traded", "settled"),
    [
        (date(1992, 12, 31), date(1993, 1, 8)),  # Rev. Rul. 93-84
        (date(2017, 9, 1), date(2017, 9, 7)),  # the last day of T+3, and Labor Day after it
        (date(2017, 9, 5), date(2017, 9, 7)),
        (date(2024, 5, 24), date(2024, 5, 29)),  # the last day of T+2, and Memorial Day after it
        (date(2024, 5, 28), date(2024, 5, 29)),  # the first of T+1
        (date(2026, 12, 31), date(2027, 1, 4)),  # law.md, 1.5
        (date(2026, 12, 30), date(2026, 12, 31)),
        (date(2026, 10, 9), date(2026, 10, 13)),  # banks are closed on Columbus Day …
        (date(2026, 10, 12), date(2026, 10, 13)),  # … and its trades settle with Friday's
        (date(2026, 11, 10), date(2026, 11, 12)),  # Veterans Day
        (date(2026, 4, 2), date(2026, 4, 6)),  # Good Friday: bonds trade, nothing settles
    ],
)
def test_settlement(traded: date, settled: date) -> None:
    assert settles_on(traded) == settled


@settings(deadline=None)
@given(a_day.map(next_trading_day))
def test_settlement_follows_the_trade_in_order(traded: date) -> None:
    assert traded < settles_on(traded) <= settles_on(next_trading_day(traded + timedelta(days=1)))
    assert is_trading_day(settles_on(traded))


def test_what_was_not_traded_does_not_settle() -> None:
    with pytest.raises(ValueError, match="2026-12-25 is not a trading day"):
        settles_on(date(2026, 12, 25))


def test_the_days_written_out_are_those_of_the_library() -> None:
    assert market_holidays.FILE.read_text("utf-8") == market_holidays.text(), "run `make holidays`"


def test_the_library_is_not_loaded_for_days_that_are_written_out() -> None:
    show = "import sys; from planner.domain.trading_days import *; is_trading_day(date(2026, 11, 27)); " + (
        "print('holidays' in sys.modules); is_trading_day(date(2041, 11, 27)); print('holidays' in sys.modules)"
    )
    finished = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True, check=True)
    assert finished.stdout.split() == ["False", "True"]


def test_another_version_of_the_library_is_asked_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trading_days, "WRITTEN_FROM", "0.1")
    trading_days._is_written_out.cache_clear()
    try:
        assert not trading_days._is_written_out()
    finally:
        trading_days._is_written_out.cache_clear()
