"""§ 1(h)(11)(B)(iii): how long a share is held around its ex-dividend day for a dividend on it to be qualified.

The days of § 246(c), with 60 days in place of 45 and a period of 121 days in place of 91.
"""

from __future__ import annotations

from datetime import date, timedelta

MORE_THAN = timedelta(days=60)
BEFORE = AFTER = timedelta(days=60)
"""The 121 days begin 60 days before the day on which the share becomes ex-dividend. § 246(c)(1)(A)."""


def is_held_long_enough(bought: date, sold: date, ex_dividend: date) -> bool:
    """Whether a share was held for more than 60 of the 121 days. The day of the sale counts, that of the purchase does
    not: § 246(c)(3)(A)."""
    first = max(bought + timedelta(days=1), ex_dividend - BEFORE)
    last = min(sold, ex_dividend + AFTER)
    return last - first + timedelta(days=1) > MORE_THAN


def first_day_held_long_enough(bought: date) -> date:
    """The first day on which a sale leaves more than 60 days of holding, whatever the day in them it went
    ex-dividend."""
    return bought + MORE_THAN + timedelta(days=1)
