"""In which tax year a sale counts, and the last days on which something can still be done for the year."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

SATURDAY = 5


def tax_year_of_sale(traded: date) -> int:
    """The tax year of a sale of what is held, at a gain or a loss: that of the trade. § 453(k)(2); Rev. Rul. 93-84."""
    return traded.year


def tax_year_of_short_close(traded: date, settled: date, gain: Decimal) -> int:
    """The tax year of closing a short sale; `gain` is signed.

    A loss counts on delivery, that is settlement (Reg. § 1.1233-1(a)); a gain on the day of the trade, because
    buying the shares is a constructive sale (§ 1259; Rev. Rul. 2002-44).
    """
    return settled.year if gain < 0 else traded.year


def last_trading_day(year: int) -> date:
    """The last session of US exchanges in a year: the last weekday. They stay open on a year's last weekday even
    where New Year's Day falls on a Saturday (NYSE Rule 7.2)."""
    return _weekday_on_or_before(date(year, 12, 31))


def last_day_to_close_short_at_loss(year: int) -> date:
    """The last trade date of a closing purchase that settles within the year, one business day later.

    Settlement on the next business day since 28 May 2024 (17 CFR 240.15c6-1).
    """
    return _weekday_on_or_before(last_trading_day(year) - timedelta(days=1))


def _weekday_on_or_before(day: date) -> date:
    return day - timedelta(days=max(day.weekday() - SATURDAY + 1, 0))
