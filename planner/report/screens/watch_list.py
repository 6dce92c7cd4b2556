"""What no one may buy and until when, what to cancel, and what to hold in the meantime."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from planner.analysis.totals import ClosedRow, closed_rows
from planner.domain.case import Case
from planner.domain.plan import Cancellation, Plan, Window
from planner.domain.swaps import Replacements
from planner.report.screens.text_page import READABLE, TextColumn, TextPage
from planner.report.screens.timeline import timeline
from planner.report.words import cost, count, day, money, quantity

MOST_REPLACED = 40  # rows; above this --json has the others
ALSO_NAMED = 5  # share classes named beside the fund

CANDIDATES = (
    "None of these is substantially identical to a security sold at a loss, by our reading (I-07) and your "
    "own groups. They are candidates, not advice to buy. Name your own under [replacements]."
)

_INDENT = 2


def show_windows(page: TextPage, plan: Plan, case: Case) -> None:
    """The days on which no one buys, as a table and as bars, and the planned purchases that fall into them."""
    if plan.windows:
        rows = closed_rows(plan.windows, (holding.lot.symbol for holding in case.holdings))
        page.heading("Do not buy: wash-sale windows (§ 1091)")
        page.say(
            "No one in the household should buy these, or an option on them, in any account. IRAs, "
            "reinvested dividends and employer shares count. From the safe day on, a purchase cannot wash "
            "the sale.",
            indent=_INDENT,
        )
        _closed_days(page, rows)
        show_timeline(page, [row.window for row in rows], plan.cancellations, plan.as_of)
        if double_up := doubling_up(plan):
            page.blank()
            page.say(double_up, indent=_INDENT)
    _cancellations(page, plan)
    show_scheduled(page, plan.windows)


def show_timeline(
    page: TextPage, windows: Sequence[Window], cancellations: Sequence[Cancellation], today: date
) -> None:
    """The windows as bars, below a blank line."""
    bars, legend = timeline(windows, cancellations, today, min(page.width, READABLE) - _INDENT)
    page.blank()
    for bar in bars:
        page.say(bar, indent=_INDENT)
    page.say(legend, indent=_INDENT)


def _closed_days(page: TextPage, rows: list[ClosedRow]) -> None:
    for alike in closed_together(rows):
        window = alike[0].window
        page.blank()
        page.say(f"{day(window.first)} through {day(window.last)}; safe on {day(window.safe_on)}:", indent=_INDENT)
        page.table(
            [TextColumn("Symbol", least=6), TextColumn("Because", least=20)],
            [[row.window.symbol, row.window.because] for row in alike],
            notes=[so_too(row) for row in alike],
            indent=4,
        )


def closed_together(rows: Sequence[ClosedRow]) -> list[list[ClosedRow]]:
    """The rows by their days."""
    together: dict[tuple[date, date, date], list[ClosedRow]] = defaultdict(list)
    for row in rows:
        together[row.window.first, row.window.last, row.window.safe_on].append(row)
    return list(together.values())


def so_too(row: ClosedRow) -> str:
    """What is closed with a row, for no other reason than being identical to it; empty where nothing is."""
    if not row.so_too:
        return ""
    more = len(row.so_too) - ALSO_NAMED
    others = ", ".join(row.so_too[:ALSO_NAMED]) + (f" and {more:,} more" if more > 0 else "")
    return f"also {others} (substantially identical)"


def _cancellations(page: TextPage, plan: Plan) -> None:
    if not plan.cancellations:
        return
    page.heading("Cancel these planned purchases")
    page.table(
        [
            TextColumn("Date", rigid=True),
            TextColumn("Account"),
            TextColumn("Symbol", least=6),
            TextColumn("Quantity", number=True),
            TextColumn("Canceling saves", number=True),
        ],
        [[c.date.isoformat(), c.account, c.symbol, quantity(c.quantity), money(c.saves)] for c in plan.cancellations],
    )
    page.say("These savings are included in the net benefit.", indent=_INDENT)


def show_scheduled(page: TextPage, windows: Sequence[Window]) -> None:
    """The planned purchases that fall into the windows; with what each costs, where a plan has said it."""
    scheduled = [(window, planned) for window in windows for planned in window.scheduled]
    if not scheduled:
        return
    valued = any(planned.costs is not None for _, planned in scheduled)
    page.heading(
        "Planned purchases that remain inside these windows" if valued else ("Planned purchases inside these windows")
    )
    page.table(
        [
            TextColumn("Date", rigid=True),
            TextColumn("Account"),
            TextColumn("Symbol", least=6),
            TextColumn("Quantity", number=True),
            *([TextColumn("Costs", number=True)] if valued else []),
            TextColumn("Safe from", rigid=True),
        ],
        [
            [
                planned.date.isoformat(),
                planned.account,
                planned.symbol,
                quantity(planned.quantity),
                *([cost(planned.costs)] if valued else []),
                window.safe_on.isoformat(),
            ]
            for window, planned in scheduled
        ],
    )
    if valued and not any(planned.costs is not None and planned.costs > 0 for _, planned in scheduled):
        page.say("They cost the plan nothing: no need to postpone them.", indent=_INDENT)
        return
    worth = (
        "Without it, the net benefit would be that much higher. "
        if valued
        else ("harvest plan shows what each costs. ")
    )
    page.say(f"{worth}Postpone it to the last column’s day if you can.", indent=_INDENT)


def doubling_up(plan: Plan) -> str:
    """Shown while it is ahead; afterwards only as past. Empty where no day is known."""
    if plan.double_up is None:
        return ""
    buy_by, sell_on = day(plan.double_up.buy_by), day(plan.double_up.sell_on)
    if plan.as_of > plan.double_up.buy_by:
        return f"The last day to double up ahead of a sale on {sell_on} was {buy_by}."
    return (
        f"To stay invested in the same security, buy the same quantity by {buy_by} (the last day to double "
        f"up) and sell the older lot on {sell_on}."
    )


def show_replacements(page: TextPage, plan: Plan) -> None:
    """Write them."""
    rows = replacement_rows(plan)
    if not rows:
        return
    page.heading("What to hold in the meantime")
    page.say(f"{CANDIDATES} --json gives the reasons.", indent=_INDENT)
    page.table(
        [TextColumn("Instead of", least=10), TextColumn("Candidates", least=30)],
        [[", ".join(symbols), text] for symbols, text in rows[:MOST_REPLACED]],
    )
    if len(rows) > MOST_REPLACED:
        page.say(f"and {count(len(rows) - MOST_REPLACED, 'more row')}; see --json.", indent=_INDENT)


def replacement_rows(plan: Plan) -> list[tuple[list[str], str]]:
    """For the symbols sold at a loss, those with the same candidates together: what keeps the exposure, or why nothing.

    Empty where coins alone are sold: what is said of digital assets is enough.
    """
    if all(_is_its_own(instead) for instead in plan.replacements):
        return []
    alike: dict[str, list[str]] = defaultdict(list)
    for instead in plan.replacements:
        alike[_instead(instead)].append(instead.symbol)
    return [(symbols, text) for text, symbols in alike.items()]


def _is_its_own(instead: Replacements) -> bool:
    return any(candidate.symbol == instead.symbol for candidate in instead.candidates)


def _instead(instead: Replacements) -> str:
    if not instead.candidates:
        return f"none: {instead.why_none}"
    if _is_its_own(instead):
        return "the same asset: § 1091 does not reach it (see Digital assets)"
    by_exposure: dict[str, list[str]] = defaultdict(list)
    for candidate in instead.candidates:
        by_exposure[candidate.holds].append(candidate.symbol)
    return "; ".join(
        f"{', '.join(symbols)} ({holds})" if holds else ", ".join(symbols) for holds, symbols in by_exposure.items()
    )
