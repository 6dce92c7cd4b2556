"""On which days US markets trade and settle. The holidays are those of the library `holidays`: docs/decisions.md, D-20.

A day is a session or it is not: a market that closes at one o'clock trades that day. Unscheduled closings are known
once the library is renewed; none can be known ahead. The days of the usual version are written out (D-200).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

from planner.domain.market_holidays import CLOSED, WRITTEN_FROM
from rules.terms import AssetClass

SATURDAY = 5
ONE_DAY = timedelta(days=1)
DAYS_TO_SETTLE = (  # for trades from this day on: 17 CFR 240.15c6-1(a) as amended
    (date(2024, 5, 28), 1),
    (date(2017, 9, 5), 2),
    (date(1995, 6, 7), 3),
    (date.min, 5),  # by custom, before there was a rule
)

_STOCK_EXCHANGES = "XNYS"
_BOND_MARKET = "XSIF"


def can_trade(asset_class: AssetClass, day: date) -> bool:
    """Whether something of this class can be bought or sold on this day.

    Crypto always; bonds where SIFMA recommends no full close; all else, funds and collectibles with it, in the sessions
    of NYSE and Nasdaq, which keep one calendar (NYSE Rule 7.2). A mutual fund's price is struck on those days too.
    """
    if asset_class is AssetClass.CRYPTO:
        return True
    return _is_open(_BOND_MARKET if asset_class is AssetClass.BOND else _STOCK_EXCHANGES, day)


def is_trading_day(day: date) -> bool:
    """Whether US stock exchanges hold a session on this day, be it a short one."""
    return _is_open(_STOCK_EXCHANGES, day)


def next_trading_day(day: date, asset_class: AssetClass = AssetClass.STOCK) -> date:
    """The day itself if something of this class trades on it, else the first day after it on which it does."""
    return next(later for later in _days(day, ONE_DAY) if can_trade(asset_class, later))


def previous_trading_day(day: date, asset_class: AssetClass = AssetClass.STOCK) -> date:
    """The day itself if something of this class trades on it, else the last day before it on which it does."""
    return next(earlier for earlier in _days(day, -ONE_DAY) if can_trade(asset_class, earlier))


def last_trading_day(year: int, asset_class: AssetClass = AssetClass.STOCK) -> date:
    """The last day of a year on which a sale still counts for it: the trade date decides, Rev. Rul. 93-84."""
    return previous_trading_day(date(year, 12, 31), asset_class)


@cache
def first_session(tax_year: int, asset_class: AssetClass = AssetClass.STOCK) -> date:
    """The first day of the year after a tax year on which a market is open: of coins, January 1."""
    return next_trading_day(date(tax_year + 1, 1, 1), asset_class)


def settles_on(trade_date: date) -> date:
    """The day on which a trade of a stock, ETF or bond made on this day settles: 17 CFR 240.15c6-1.

    One business day later for trades since 28 May 2024, two before, and more long ago. Columbus Day and Veterans Day
    are sessions but no settlement days, because banks are closed (FINRA's schedules of trade and settlement dates).
    Raises ValueError for a day on which neither stocks nor bonds trade.
    """
    if not (is_trading_day(trade_date) or _is_open(_BOND_MARKET, trade_date)):
        raise ValueError(f"{trade_date} is not a trading day: nothing traded on it can settle")
    wait = next(days for first, days in DAYS_TO_SETTLE if first <= trade_date)
    settlement_days = (day for day in _days(trade_date + ONE_DAY, ONE_DAY) if _settles(day))
    return next(islice(settlement_days, wait - 1, None))


def _settles(day: date) -> bool:
    return _is_open(_STOCK_EXCHANGES, day) and _is_open(_BOND_MARKET, day)


def _is_open(market: str, day: date) -> bool:
    return day.weekday() < SATURDAY and day not in _closed_days(market, day.year)


@cache
def _closed_days(market: str, year: int) -> frozenset[date]:
    if _is_written_out() and (days := CLOSED[market].get(year)) is not None:
        return frozenset(date.fromisoformat(f"{year}-{day}") for day in days.split())
    import holidays  # here: a tenth of a second

    return frozenset(holidays.financial_holidays(market, years=year))


@cache
def _is_written_out() -> bool:
    """Whether the library that is installed is the one that the days were written out of."""
    found = find_spec("holidays")
    places = (found.submodule_search_locations or []) if found is not None else []
    return any((Path(place).parent / f"holidays-{WRITTEN_FROM}.dist-info").is_dir() for place in places)


def _days(first: date, step: timedelta) -> Iterator[date]:
    day = first
    while True:
        yield day
        day += step
