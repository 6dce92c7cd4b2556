"""The year a sale counts in: Rev. Rul. 93-84, Rev. Rul. 2002-44, Reg. § 1.1233-1(a)."""

from datetime import date
from decimal import Decimal

import pytest

from rules.year_end import tax_year_of_sale, tax_year_of_short_close


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
