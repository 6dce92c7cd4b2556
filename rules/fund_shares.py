"""§ 852(b)(4): losses on shares of a regulated investment company held for six months or less."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rules.holding_period import first_day_held_longer

MONTHS = 6


@dataclass(frozen=True, slots=True)
class SixMonthLoss:
    """A loss divided: what is disallowed, what is long-term whatever the holding period, and the rest. All positive."""

    disallowed: Decimal
    long_term: Decimal
    rest: Decimal


def first_day_free(acquired: date) -> date:
    """The first day on which shares have been held for more than six months. § 852(b)(4)(C)."""
    return first_day_held_longer(acquired, MONTHS)


def six_month_loss(loss: Decimal, capital_gain_dividends: Decimal, exempt_interest: Decimal) -> SixMonthLoss:
    """Disallowed to the extent exempt-interest dividends were received on the shares, § 852(b)(4)(B); of what is left,
    long-term to the extent capital gain dividends were, (A). All amounts positive. A fund that declares exempt interest
    daily is excepted from the first, (E)."""
    disallowed = min(loss, exempt_interest)
    long_term = min(loss - disallowed, capital_gain_dividends)
    return SixMonthLoss(disallowed, long_term, loss - disallowed - long_term)
