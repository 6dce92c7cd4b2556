"""Dates written with the day before the month, where that can be seen: read the other way they are no market days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

import numpy as np

from planner.domain.case import Case
from planner.domain.columns import alike
from planner.domain.errors import file_of
from planner.loader.plausibility.question import PlausibilityQuestion
from rules.terms import AssetClass

_LEAST = 3  # different dates that must all have a day that could be a month
_SATURDAY = 5
_MONTHS = 12


def days_asked_about(case: Case) -> Iterator[PlausibilityQuestion]:
    """A file all of whose dates could be read both ways, that trades on weekends in the one and never in the other."""
    told: dict[str, dict[date, str]] = defaultdict(dict)
    plain: set[str] = set()  # files of which a day could be no month
    last = ""  # the place of the latest of them up to its line: rows of one file come together
    for day, where in _dated(case):
        if last and where.startswith(last) and where[len(last) :].isdecimal():
            continue
        file = file_of(where)
        if day.day > _MONTHS:
            plain.add(file)
            last = f"{file}:"
        elif file not in plain:
            told[file].setdefault(day, where)
    for file, days in told.items():
        if len(days) < _LEAST or file in plain:
            continue
        swapped = [date(day.year, day.day, day.month) for day in days]
        weekend = [day for day in days if day.weekday() >= _SATURDAY]
        if weekend and all(day.weekday() < _SATURDAY and day <= case.as_of for day in swapped):
            first = weekend[0]
            what = (
                f"{first} is a {first:%A}, and no market was open; with day and month swapped, all "
                f"{len(days)} dates of this file are weekdays: are its dates day first?"
            )
            yield PlausibilityQuestion("days_before_months", days[first], what, (file,))


def _dated(case: Case) -> Iterator[tuple[date, str]]:
    """The days of trades in securities; coins trade on every day. Of lots each day of a file once; where one of them
    could be no month, that one alone."""
    lots = case.lots
    bought = np.flatnonzero(
        (lots.days > 0) & ~lots.having("asset_class", AssetClass.CRYPTO) & ~lots.having("inherited", True)
    )
    days, of_day = lots.coded("acquired")
    no_month = np.array([day is not None and day.day > _MONTHS for day in days], dtype=bool)[of_day[bought]]
    file = lots.files[1][bought]
    plain = np.bincount(file, no_month)[file] > 0
    looked_at = no_month | ~plain
    alike_days = np.where(plain, 0, of_day[bought] + 1)
    for row in bought[looked_at][alike([file[looked_at], alike_days[looked_at]])[1]].tolist():
        yield lots.acquired[row], lots.places[row]
    for trade in case.transactions:
        if trade.asset_class is not AssetClass.CRYPTO and trade.action in ("buy", "sell"):
            yield trade.date, trade.where
    for sold in case.realized:
        if sold.asset_class is not AssetClass.CRYPTO:
            yield sold.sold, sold.where
