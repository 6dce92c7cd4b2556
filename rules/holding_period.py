"""§§ 1222, 1223: from which day on a sale is long-term."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from rules.terms import Character, Lot

MONTHS_TO_LONG_TERM = 12


@lru_cache(maxsize=65_536)
def first_day_held_longer(acquired: date, months: int) -> date:
    """The first day on which something has been held for more than a number of calendar months.

    The day of acquisition is not counted and the day of sale is (Pub. 544), so the count begins on the day after
    and ends when that day of the month comes round. Where the month has no such day it ends on the first of the
    next: what was bought on the last day of a month is held longer from the first day of a month on (Rev. Rul. 66-7).
    """
    day_one = acquired + timedelta(days=1)
    year, month = divmod(day_one.year * 12 + day_one.month - 1 + months, 12)
    try:
        return date(year, month + 1, day_one.day)
    except ValueError:
        return date(year, month + 2, 1)  # December has every day, so the next month is in the same year


@lru_cache(maxsize=65_536)
def first_long_term_day(acquired: date) -> date:
    """The first day on which a sale is long-term: held for more than one year. § 1222(3); trade dates."""
    return first_day_held_longer(acquired, MONTHS_TO_LONG_TERM)


def character(
    acquired: date | None, sold: date, *, holding_since: date | None = None, inherited: bool = False
) -> Character:
    """Short- or long-term, § 1222(1)-(4). Trade dates.

    `holding_since` is a tacked start (§ 1223(1)-(3): exchange, gift, wash sale) and goes before `acquired`; what
    was inherited is always long-term, § 1223(9). Raises ValueError where neither date is known and nothing is
    inherited: then no one can tell.
    """
    return _character(holding_since or acquired, sold, inherited)


def _character(start: date | None, sold: date, inherited: bool) -> Character:
    if inherited:
        return Character.LONG
    if start is None:
        raise ValueError("the day of acquisition is not known, so the sale is neither short- nor long-term")
    return Character.LONG if sold >= first_long_term_day(start) else Character.SHORT


def character_of_sale(lot: Lot, sold: date, *, at_loss_basis: bool = False) -> Character:
    """The character of selling a lot. Raises ValueError as `character` does.

    `at_loss_basis` says that the loss is measured from a gift's value on the day it was given (§ 1015(a)): then
    nothing is tacked and the holding period begins on the day after the gift, `lot.acquired` (Pub. 550).
    """
    start = lot.acquired if at_loss_basis else lot.holding_since or lot.acquired
    return _character(start, sold, lot.inherited)
