"""What has changed in the plan since the last one: said before the plan itself, which shows it all again."""

from __future__ import annotations

from collections.abc import Sequence

from planner.analysis.comparison import LotDifference, Since
from planner.report.screens.text_page import TextPage
from planner.report.words import count, day, money, quantity

MOST_LOTS = 20


def since_screen(since: Since, changed: Sequence[str], *, width: int, color: bool, plain: bool = False) -> str:
    """The net benefit before and now, and every lot that is no longer sold alike. `changed` are names of files."""
    page = TextPage(width, color, plain)
    page.heading(f"Changed: {', '.join(changed)}")
    if since.more:
        more = f"{money(abs(since.more))} {'more' if since.more > 0 else 'less'} than before"
        page.say(f"The net benefit is now {money(since.now)}, {more}.", indent=2)
    else:
        page.say(f"The net benefit is still {money(since.now)}.", indent=2)
    if not since.lots:
        page.say("It sells the same lots on the same days.", indent=2)
    for lot in since.lots[:MOST_LOTS]:
        page.say(f"* {_said(lot)}", indent=2, hanging=2)
    if len(since.lots) > MOST_LOTS:
        page.say(f"* and {count(len(since.lots) - MOST_LOTS, 'lot')} more", indent=2)
    page.blank()
    return page.text


def _said(lot: LotDifference) -> str:
    if lot.day_here is None:
        return f"{lot.lot_id}: no longer sold"
    now = f"{quantity(lot.quantity_here)} sold on {day(lot.day_here)}"
    if lot.day_as_given is None:
        return f"{lot.lot_id}: {now}, new"
    return f"{lot.lot_id}: {now}, before {quantity(lot.quantity_as_given)} on {day(lot.day_as_given)}"
