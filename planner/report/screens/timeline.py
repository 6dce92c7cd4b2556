"""The days of the wash-sale windows as bars: where one sells, what is planned, from when buying is safe."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from planner.domain.plan import Cancellation, Window

DAY = timedelta(days=1)
CLOSED, OPEN = "─", " "
MARKS = {
    "S": "sale",
    "P": "planned purchase that remains",
    "X": "planned purchase to cancel",
    "T": "today",
    "O": "safe again",
}
"""What a day is marked with, the gravest first: where two fall into one column, the first is shown."""

LABEL = 12  # columns for the symbols of a bar; where they need more, they are counted
MOST_LABEL = 24  # so much for an option; what goes by a longer name has it on a line of its own
NARROWEST = 20  # columns of a bar


@dataclass(frozen=True, slots=True)
class Bar:
    """The symbols whose windows have the same days and the same marks (`signs`: a day and a sign of MARKS)."""

    symbols: tuple[str, ...]
    window: Window
    signs: tuple[tuple[date, str], ...]


def bars(windows: Iterable[Window], cancellations: Sequence[Cancellation], today: date) -> list[Bar]:
    """One bar for the windows that are alike, in the order of the first of each."""
    alike: dict[tuple[date, date, tuple[tuple[date, str], ...]], list[Window]] = defaultdict(list)
    for window in windows:
        signs = tuple(sorted(_marked(window, cancellations, today).items()))
        alike[window.first, window.last, signs].append(window)
    return [Bar(tuple(w.symbol for w in some), some[0], signs) for (_, _, signs), some in alike.items()]


def timeline(
    windows: Sequence[Window], cancellations: Sequence[Cancellation], today: date, room: int
) -> tuple[list[str], str]:
    """Lines no wider than `room`, unless that leaves a bar too little, and the legend of what they show.

    One bar a symbol; symbols with the same days and marks share it. A column is a day, or where that is too wide, some.
    """
    first, last = min(w.first for w in windows), max(w.safe_on for w in windows)
    alike: dict[str, list[str]] = defaultdict(list)
    label = max([LABEL, *(len(w.symbol) for w in windows if len(w.symbol) <= MOST_LABEL)])
    span = (last - first).days + 1
    step = -(-span // max(room - label - 1, NARROWEST))
    columns = -(-span // step)
    for window in windows:
        marked = _marked(window, cancellations, today)
        days = [[first + DAY * (column * step + n) for n in range(step)] for column in range(columns)]
        alike["".join(_sign(window, marked, some) for some in days)].append(window.symbol)
    lines = [" " * (label + 1) + _months(first, columns, step, room - label - 1)]
    for bar, symbols in alike.items():
        name = _label(symbols, label, len(alike))
        lines += [f"{name:<{label}} {bar}"] if len(name) <= label else [name, f"{'':<{label}} {bar}"]
    shown = set("".join(alike))
    legend = [f"{sign} {words}" for sign, words in MARKS.items() if sign in shown]
    return [line.rstrip() for line in lines], " · ".join(
        [*legend, "one day per column" if step == 1 else f"{step} days per column"]
    )


def _marked(window: Window, cancellations: Sequence[Cancellation], today: date) -> dict[date, str]:
    """The gravest sign of each day that has one."""
    days = {window.safe_on: "O", today: "T"}
    days |= {c.date: "X" for c in cancellations if c.symbol == window.symbol}
    days |= {planned.date: "P" for planned in window.scheduled}
    return days | dict.fromkeys(window.sold, "S")


def _sign(window: Window, marked: dict[date, str], days: Sequence[date]) -> str:
    signs = {marked[day] for day in days if day in marked}
    plain = CLOSED if any(window.first <= day <= window.last for day in days) else OPEN
    return next((sign for sign in MARKS if sign in signs), plain)


def _label(symbols: Sequence[str], width: int, bars: int) -> str:
    joined = " ".join(symbols)
    return (
        joined
        if len(joined) <= width or len(symbols) == 1
        else f"{len(symbols):,} {'symbols' if bars == 1 else 'others'}"
    )


def _months(first: date, columns: int, step: int, room: int) -> str:
    """The first day and each first of a month, where there is room for them."""
    line = f"{first:%b} {first.day}"
    for column in range(columns):
        for day in (first + DAY * (column * step + n) for n in range(step)):
            if day.day == 1 and len(line) < column <= room - len("Jan 1"):
                line = f"{line:<{column}}{day:%b} 1"
    return line
