"""A plan as a calendar (RFC 5545): days on which no one buys, sales to make, planned purchases to cancel.

Every entry keeps its id from one plan of a household and year to the next, so that a calendar that takes in the file
twice has it once. The library `icalendar` writes it; it comes with the extra `calendar`, of which the command line
makes sure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from itertools import groupby
from pathlib import Path

import icalendar

from planner.analysis.action_calendar import cancel_by
from planner.analysis.totals import ClosedRow, closed_rows
from planner.domain.case import Case
from planner.domain.giving import Giving
from planner.domain.plan import Cancellation, Plan, Sale
from planner.domain.swaps import Swap
from planner.domain.visible_text import visible, visible_line
from planner.report.files.swap_rows import purchase_order, swap_back_in_words
from planner.report.words import cost, count, money, quantity

MOST_LOTS = 40  # named in one entry; more are counted
_ONE_DAY = timedelta(days=1)
_PRODUCT = "-//harvest//wash-sale calendar//EN"
_NOT_ADVICE = "From harvest plan: an estimate, not tax advice."


@dataclass(frozen=True, slots=True)
class Entry:
    """Whole days, inclusive. `kind` is what it is about; with the household and the year it makes the id."""

    kind: str
    first: date
    last: date
    summary: str
    description: str


def calendar_file(plan: Plan, case: Case) -> bytes:
    """The calendar, the same bytes for the same plan."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"harvest {plan.tax_year}")
    for entry in entries(plan, case):
        calendar.add_component(_event(entry, plan, case.household.path))
    written: bytes = calendar.to_ical()
    return written


def entries(plan: Plan, case: Case) -> list[Entry]:
    """What the calendar holds, by day."""
    rows = closed_rows(plan.windows, (holding.lot.symbol for holding in case.holdings))
    found = [*_sales(plan.sales), *_windows(rows, plan.as_of), *_cancellations(plan.cancellations, plan.as_of)]
    found += _swaps(plan.swaps.swaps) if plan.swaps is not None else ()
    found += _gifts(plan.giving, plan.tax_year) if plan.giving is not None else ()
    return sorted(found, key=lambda entry: (entry.first, entry.kind))


def _event(entry: Entry, plan: Plan, household: Path) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", _uid(entry.kind, plan.tax_year, household))
    event.add("dtstamp", datetime.combine(plan.as_of, time(), UTC))
    event.add("sequence", max((plan.as_of - date(plan.tax_year, 1, 1)).days, 0))  # a later plan prevails
    event.add("dtstart", entry.first)
    event.add("dtend", entry.last + _ONE_DAY)  # the first day that is not in it, RFC 5545, 3.8.2.2
    event.add("summary", visible_line(entry.summary))  # RFC 5545, 3.3.11: no control characters
    event.add("description", visible(f"{entry.description}\n{_NOT_ADVICE}"))
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")  # no one is busy because of it
    return event


def _uid(kind: str, tax_year: int, household: Path) -> str:
    """The same on every machine: of a household's place only its folder's and its file's name."""
    path = household.resolve()
    named = "\n".join((path.parent.name, path.name, str(tax_year), kind))
    return f"{sha256(named.encode('utf-8', 'surrogateescape')).hexdigest()[:32]}@harvest"


def _windows(rows: Sequence[ClosedRow], as_of: date) -> Iterator[Entry]:
    """One entry for each window, which ends where one may buy again."""
    for row in rows:
        window = row.window
        said = [f"Wash sale, § 1091: {window.because}.", f"Do not buy in any account: {', '.join(window.accounts)}."]
        if row.so_too:
            said.append(f"Also substantially identical: {', '.join(row.so_too)}.")
        for planned in window.scheduled:
            costs = f"; it costs {cost(planned.costs)}" if planned.costs is not None else ""
            said.append(
                f"Still planned: {quantity(planned.quantity)} {planned.symbol} in {planned.account} on "
                f"{planned.date}{costs}."
            )
        said.append(
            f"Safe to buy from {window.safe_on}, the day after this entry: a purchase then cannot wash the "
            f"sales of {', '.join(map(str, window.sold))}."
        )
        closed = f"Do not buy {window.symbol} (any account)"
        yield Entry(f"closed {window.symbol}", max(window.first, as_of), window.last, closed, "\n".join(said))


def _sales(sales: Sequence[Sale]) -> Iterator[Entry]:
    """One entry for each symbol and day; a symbol's days are numbered, so that a day put off keeps its entry."""
    in_order = sorted(sales, key=lambda sale: (sale.symbol, sale.date, sale.lot_id))
    for symbol, its in groupby(in_order, key=lambda sale: sale.symbol):
        for number, (day, alike) in enumerate(groupby(its, key=lambda sale: sale.date), 1):
            lots = list(alike)
            named = [f"{sale.account}: {quantity(sale.quantity)} of lot {sale.lot_id}" for sale in lots[:MOST_LOTS]]
            if len(lots) > MOST_LOTS:
                named.append(f"and {count(len(lots) - MOST_LOTS, 'more lot')}; see harvest plan")
            named.append("Identify each lot to the broker when you place the order.")
            yield Entry(
                f"sell {symbol} {number}", day, day, f"Sell {symbol}: {count(len(lots), 'lot')}", "\n".join(named)
            )


def _gifts(giving: Giving, year: int) -> Iterator[Entry]:
    """One entry on the last day of the year: a gift counts on the day on which it arrives."""
    if giving.lots:
        named = [f"{lot.account}: {quantity(lot.quantity)} {lot.symbol} of lot {lot.lot_id}" for lot in giving.lots]
        named.append("A gift counts on the day on which the charity has it: ask the broker days ahead.")
        last = date(year, 12, 31)
        yield Entry(
            "give", last, last, f"Last day for the charity to have {count(len(giving.lots), 'lot')}", "\n".join(named)
        )


def _swaps(swaps: Sequence[Swap]) -> Iterator[Entry]:
    """One entry for what is bought on a day, and one for each day on which some of it may be swapped back."""
    bought = [swap for swap in swaps if swap.instead is not None]
    for day, alike in groupby(sorted(bought, key=lambda swap: swap.day), key=lambda swap: swap.day):
        its = list(alike)
        named = [f"{swap.account}: {purchase_order(swap)}, for {swap.symbol}" for swap in its]
        yield Entry(f"replace {day}", day, day, f"Buy {count(len(its), 'replacement')}", "\n".join(named))
    back = [(swap.back.on, swap) for swap in bought if swap.back is not None]
    for day, due in groupby(sorted(back, key=lambda pair: pair[0]), key=lambda pair: pair[0]):
        named = []
        for _, swap in due:
            assert swap.instead is not None
            words = f"sell {swap.instead.symbol}, buy {swap.symbol}: {swap_back_in_words(swap)}"
            named.append(f"{swap.account}: {words}")
        summary = f"May swap back: {count(len(named), 'replacement')}"
        yield Entry(f"swap back {day}", day, day, summary, "\n".join(named))


def _cancellations(cancellations: Sequence[Cancellation], as_of: date) -> Iterator[Entry]:
    for c in cancellations:
        day = cancel_by(c, as_of)
        what = f"{quantity(c.quantity)} {c.symbol} in {c.account}, planned for {c.date}"
        said = f"{what}. Canceling it by then saves {money(c.saves)}."
        yield Entry(f"cancel {c.symbol} {c.account} {c.date}", day, day, f"Cancel the purchase of {what}", said)
