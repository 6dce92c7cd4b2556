"""What a corporate action does to basis, gain and holding period, as the sections say it, unit for unit.

None of these is a sale, but to the extent money comes: a split or stock dividend divides a basis (§§ 305(a), 307), a
reorganization carries it over (§§ 354, 358), a spin-off shares it by value (§§ 355, 358(b), (c); Reg. § 1.358-2),
and capital returned uses it up (§ 301(c)(2)). The holding period goes on with it: § 1223(1) of what was exchanged or
spun off, § 1223(4) of a stock dividend.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from rules.terms import ZERO


class Received(NamedTuple):
    """What an exchange with money beside leaves: the gain that is recognized, and the basis of what was received."""

    gain: Decimal
    basis: Decimal


class Returned(NamedTuple):
    """What a distribution leaves: the basis that is left, and the gain of what went beyond it."""

    basis: Decimal
    gain: Decimal


def shared_by_value(basis: Decimal, values: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """A basis divided among securities in proportion to what each is worth on the day: § 358(b)(2), (c); Reg. § 1.358-2
    (a)(2)(iv); of a stock dividend of another class § 307(a), Reg. § 1.307-1(a).

    Raises ValueError where a value is negative, or none is worth anything: then there is nothing to divide by.
    """
    whole = sum(values.values(), ZERO)
    if whole <= 0 or min(values.values()) < 0:
        raise ValueError("a basis is divided by values, of which one at least is above zero and none below")
    return {name: basis * value / whole for name, value in values.items()}


def part_of_basis(kept_value: Decimal, received_value: Decimal) -> Decimal:
    """The part of the parent's basis that a spin-off's shares take, by what both are worth after it: § 358(c)."""
    return shared_by_value(Decimal(1), {"kept": kept_value, "received": received_value})["received"]


def exchanged_with_money(basis: Decimal, received_value: Decimal, money: Decimal) -> Received:
    """A lot exchanged in a reorganization for securities and money. § 356(a)(1): gain, but not beyond the money; (c):
    no loss. § 358(a)(1): the basis goes over, less the money, plus the gain recognized.

    Lot by lot: a loss on one does not lessen another's gain (Rev. Rul. 68-23; Reg. § 1.356-1(b)).
    """
    realized = received_value + money - basis
    gain = max(min(realized, money), ZERO)
    return Received(gain, basis - money + gain)


def capital_returned(basis: Decimal, paid: Decimal) -> Returned:
    """A distribution that is no dividend: it lowers basis, § 301(c)(2), and is gain beyond it, § 301(c)(3)(A)."""
    return Returned(max(basis - paid, ZERO), max(paid - basis, ZERO))
