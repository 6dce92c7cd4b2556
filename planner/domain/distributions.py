"""Distributions that funds are expected to make this year: `[[distributions]]`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class DistributionKind(StrEnum):
    """What a fund pays out. Its short-term gains are ordinary dividends (§ 852(b)(3)(B) passes on long-term gain alone;
    instructions for Schedule D, "Capital Gain Distributions")."""

    LONG_TERM = "long_term"
    QUALIFIED = "qualified"
    ORDINARY = "ordinary"
    EXEMPT_INTEREST = "exempt_interest"


Day = date


@dataclass(frozen=True, slots=True)
class Distribution:
    """So many dollars a share to who holds the fund when it goes ex-dividend, on `date`. `where` is its place."""

    date: Day
    symbol: str
    per_share: Decimal
    kind: DistributionKind
    where: str = ""
