"""The period that a history says it covers: then nothing else happened in it, although its rows may begin later."""

from __future__ import annotations

import re
from datetime import date

from planner.loader.reading.layout import SourceFile
from planner.loader.tables.cells import find_day
from planner.loader.tables.unreadable import Unreadable

FIRST_ROWS = 40  # a period is above the table

_words = re.compile(
    r"\b(?:from|period|between|range|activity|history|transactions|statement)\b(.*?\d)\W{0,3}"
    r"\s(?:to|through|thru|and|[-\u2013\u2014])\s(.*)",
    re.IGNORECASE,
).search
_attributes = re.compile(r'fromDate="(\d{8})"\s+toDate="(\d{8})"').search  # Flex queries
_aggregates = re.compile(r"<DTSTART>\s*(\d{8})\S*\s*(?:</DTSTART>)?\s*<DTEND>\s*(\d{8})").search  # OFX


def stated_period(source: SourceFile) -> tuple[date, date] | None:
    """First and last day, from a title, a note, or what XML and OFX have for them; None where the file states none."""
    if found := _attributes(source.opening) or _aggregates(source.opening):
        return _in_order(*(_compact(text) for text in found.groups()))
    try:
        rows = source.table.rows[:FIRST_ROWS]
    except Unreadable:
        return None
    for cells in rows:
        if (period := period_in(",".join(cells))) is not None:
            return period
    return None


def period_in(text: str) -> tuple[date, date] | None:
    """The period that a sentence states."""
    found = _words(text)
    return _in_order(find_day(found[1]), find_day(found[2])) if found else None


def _in_order(first: date | None, last: date | None) -> tuple[date, date] | None:
    return (first, last) if first is not None and last is not None and first < last else None


def _compact(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
