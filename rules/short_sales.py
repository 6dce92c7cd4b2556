"""§ 1233: what a short sale comes to, and what it does to the holding period of the same property held long."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from rules.holding_period import character, first_long_term_day
from rules.terms import Character


def held_short_term(acquired: date, opened: date) -> bool:
    """Whether the property had been held for a year or less when the sale was opened. § 1233(b), (d)."""
    return opened < first_long_term_day(acquired)


def character_of_close(
    gain: Decimal, opened: date, closed: date, held: date | None = None, delivered: date | None = None
) -> Character:
    """Of closing a short sale of stock. `held`: the day on which identical property held at the opening, or bought
    while it was open, was acquired; `delivered` that of the property handed over, the closing day by default.

    * A gain is short-term where property held a year or less stood against it, § 1233(b)(1).
    * A loss is long-term where property held more than a year did, § 1233(d).
    * Otherwise the property delivered decides, § 1233(a).
    """
    if held is not None and held_short_term(held, opened) and gain > 0:
        return Character.SHORT
    if held is not None and not held_short_term(held, opened) and gain < 0:
        return Character.LONG
    return character(delivered or closed, closed)


def holding_period_starts(acquired: date, opened: date, closed: date) -> date:
    """From when on property counts that was held while a short sale was open: where it had been held a year or less,
    from the close on, § 1233(b)(2); else as before. A put bought is a short sale here, § 1233(b), but one married to
    its stock on the day that both were bought, § 1233(c)."""
    return closed if held_short_term(acquired, opened) else acquired
