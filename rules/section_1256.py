"""§ 1256: regulated futures, foreign currency contracts and options on broad indexes, marked at year end."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from rules.terms import ZERO, Gains

LONG_SHARE = Decimal("0.6")


def sixty_forty(gain: Decimal) -> Gains:
    """60 percent long-term and 40 percent short-term, however long it was held: § 1256(a)(3); Form 6781, lines 8, 9.

    Marked or ended during the year alike, § 1256(a)(1), (c)(1).
    """
    long_term = LONG_SHARE * gain
    return Gains(short_term=gain - long_term, long_term=long_term)


def net_contracts_loss(contracts: Decimal, carryover: Decimal, limit: Decimal) -> Decimal:
    """What may be carried back three years at the taxpayer's choice (Form 6781, box D and line 6). Positive.

    The smaller of the net capital loss on contracts alone, § 1212(c)(4)(A), and of what would else be carried over,
    (B). A net capital loss is what is above the sum that § 1211 allows (§ 1222(10)), so `limit`, the $3,000 of
    § 1211(b)(1) or $1,500 of a separate return, comes off the loss on contracts too (Form 6781, instructions, box D).
    """
    return min(max(-contracts - limit, ZERO), carryover)


def carried_back(loss: Decimal, gains: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """How much of a net contracts loss each earlier year takes: its own net gain on contracts at most, the earliest
    first. § 1212(c)(1)-(3), (5)."""
    taken: dict[int, Decimal] = {}
    for year in sorted(gains):
        taken[year] = min(loss, max(gains[year], ZERO))
        loss -= taken[year]
    return {year: part for year, part in taken.items() if part}
