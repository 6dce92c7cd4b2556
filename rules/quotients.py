"""Where the law multiplies or divides two amounts that move (§§ 199A(b)(3), 1(g)): straight lines that are close to it.

Both are cut into short stretches (see `rules.cells`), the same ones however the law came there.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rules.cells import Amount

SECANTS = 128  # into so many parts a square of § 199A's range is cut, for straight lines below it
STEP = Decimal("0.02")  # of a divisor: a stretch of it, and of what is divided, is no longer
GROWTH = 1 + STEP
MOST_STRETCHES = 400  # beyond which a quotient is not followed


def product(one: Amount, other: Amount) -> Amount:
    """§ 199A alone multiplies two amounts: parts u and v of one range, from 0 to 1. Cut into short stretches of u, the
    product is replaced by the chord, which is below it where v falls as u rises: so a deduction is not too small."""
    if not any(other.slopes):
        return one * other.constant
    n = next(n for n, slope in enumerate(other.slopes) if slope)
    ratio = one.slopes[n] / other.slopes[n]
    if any(abs(a - ratio * b) > Decimal("1e-18") for a, b in zip(one.slopes, other.slopes, strict=True)):
        raise TypeError("two amounts that move apart are not multiplied")
    offset = one.constant - ratio * other.constant  # one = offset + ratio * other
    low, high = 0, SECANTS
    while high - low > 1:
        middle = (low + high) // 2
        if other < Decimal(middle) / SECANTS:
            high = middle
        else:
            low = middle
    a, b = Decimal(low) / SECANTS, Decimal(high) / SECANTS
    at_a, at_b = (offset + ratio * a) * a, (offset + ratio * b) * b
    slope = (at_b - at_a) / (b - a)
    return (other - a) * slope + at_a


def quotient(one: Amount, other: Amount) -> Amount | None:
    """A quotient as r + a / other, with the r by which `a` moves least. On a stretch of `other` 1 / other is replaced
    by its chord c, on a stretch of `a` a·c by what it is around their middles.

    It is off by less than STEP² / 2 of the largest slope of `one`, where that is the largest a / other too. None where
    it takes too many stretches, or where `other` is not above zero.
    """
    if not any(other.slopes):
        return one * (1 / other.constant) if other.constant else None
    low, high = other.range()
    if low <= 0:
        return None
    ways = [(r, one - other * r) for r in {a / b for a, b in zip(one.slopes, other.slopes, strict=True) if b}]
    r, a = min(ways, key=lambda way: (_width(way[1]), way[0]))
    least, most = a.range()
    steep = max(Decimal(1), *map(abs, one.slopes))
    first, last = (_floor(end.ln() / GROWTH.ln()) for end in (low, high))
    if (last - first + 1) * ((most - least) / (low * STEP * steep) + 1) > MOST_STRETCHES:
        return None
    start = _stretch(other, first, last + 1, lambda n: GROWTH**n)
    end = start * GROWTH
    chord = (other - start) * ((1 / end - 1 / start) / (end - start)) + 1 / start
    width = start * STEP * steep
    at = _stretch(a, _floor(least / width), _floor(most / width) + 1, lambda n: width * n)
    middle = at + width / 2 if most > least else least
    about = 2 / (start + end)
    return (a - middle) * about + chord * middle + r


def _floor(amount: Decimal) -> int:
    return int(amount.to_integral_value(ROUND_FLOOR))


def _width(amount: Amount) -> Decimal:
    least, most = amount.range()
    return most - least


def _stretch(amount: Amount, low: int, high: int, bound: Callable[[int], Decimal]) -> Decimal:
    """Where the stretch begins in which the amount lies: the region is cut there."""
    while high - low > 1:
        half = (low + high) // 2
        if amount < bound(half):
            high = half
        else:
            low = half
    return bound(low)
