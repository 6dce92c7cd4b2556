"""The year a sale counts in: Rev. Rul. 93-84, Rev. Rul. 2002-44, Reg. § 1.1233-1(a); and the year's last sessions."""

from datetime import date
from decimal import Decimal

import pytest

from rules.year_end import (
    last_day_to_close_short_at_loss,
    last_trading_day,
    tax_year_of_sale,
    tax_year_of_short_close,
)


def test_rev_rul_93_84_sold_on_the_last_day_and_settled_in_january() -> None:
    assert tax_year_of_sale(date(1992, 12, 31)) == 1992


@pytest.mark.parametrize(
    ("traded", "settled", "gain", "year"),
    [
        (date(2026, 12, 31), date(2027, 1, 4), -1, 2027),  # a loss waits for delivery
        (date(2026, 12, 31), date(2027, 1, 4), 1, 2026),  # a gain does not
        (date(2026, 12, 30), date(2026, 12, 31), -1, 2026),
    ],
)
def test_rev_rul_2002_44_closing_a_short_sale(traded: date, settled: date, gain: int, year: int) -> None:
    assert tax_year_of_short_close(traded, settled, Decimal(gain)) == year


@pytest.mark.parametrize(
    ("year", "last", "last_for_a_short"),
    [
        (2024, date(2024, 12, 31), date(2024, 12, 30)),
        (2026, date(2026, 12, 31), date(2026, 12, 30)),
        (2027, date(2027, 12, 31), date(2027, 12, 30)),  # a Friday, although New Year's Day is a Saturday
        (2028, date(2028, 12, 29), date(2028, 12, 28)),  # the 31st is a Sunday
        (2033, date(2033, 12, 30), date(2033, 12, 29)),  # and here a Saturday
        (2029, date(2029, 12, 31), date(2029, 12, 28)),  # a Monday: the business day before is a Friday
    ],
)
def test_last_sessions_of_the_year(year: int, last: date, last_for_a_short: date) -> None:
    assert last_trading_day(year) == last
    assert last_day_to_close_short_at_loss(year) == last_for_a_short
