"""A saved plan beside what happened since, for a terminal: what needs an answer comes first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from json import dumps
from typing import TypeVar

from planner.analysis.follow import BrokenWindow, Followed, FollowedSale, Progress, UnplannedSale, disallowed_by
from planner.domain.portfolio import RealizedDisposition
from planner.report.screens.text_page import TextColumn, TextPage
from planner.report.words import UNKNOWN, count, day, money, quantity

MOST_ROWS = 200  # of a list: --json has all

_WORDS = {
    Progress.DONE: "done",
    Progress.PARTLY: "partly done",
    Progress.OPEN: "open",
    Progress.OTHER_LOT: "another lot was sold",
    Progress.UNKNOWN: "unknown",
}


def follow_screen(followed: Followed, *, width: int, color: bool, plain: bool = False) -> str:
    """The whole of it as text of that many columns."""
    page = TextPage(width, color, plain)
    page.say(f"Plan of {day(followed.plan.as_of)}, checked as of {day(followed.as_of)}")
    in_order = sorted(followed.sales, key=lambda sale: list(Progress).index(sale.progress))
    counted = Counter(_status(sale, followed) for sale in in_order)
    said = ", ".join(f"{number} {words}" for words, number in counted.items())
    page.heading(f"{count(len(followed.sales), 'planned sale')}: {said}" if said else "The plan sells nothing")
    page.say(
        f"Gain or loss before wash sales (§ 1091): {money(followed.realized_so_far)} so far, "
        f"{money(followed.realized_planned)} planned.",
        indent=2,
    )
    page.say(
        f"After wash sales: {money(followed.recognized_so_far)} so far, {money(followed.recognized_planned)} planned.",
        indent=2,
    )
    if followed.as_of.year == followed.plan.tax_year:
        page.say(f"Net benefit of a new plan for what is left: {money(followed.left)}.", indent=2)
    _broken(page, followed)
    _other_lots(page, followed)
    _sales(page, followed)
    _not_planned(page, followed.not_planned)
    _by_plan_alone(page, followed.by_plan_alone)
    return page.text


def _by_plan_alone(page: TextPage, sales: Sequence[RealizedDisposition]) -> None:
    """What other commands do not know, as household.toml takes it."""
    if not sales:
        return
    page.heading("Known from this plan alone")
    page.say(
        "No file says what these units had cost, so other commands, and the forms of the return, leave the sales "
        "out. Give the account's realized gains; or compare with its confirmation, and add to household.toml:",
        indent=2,
    )
    for sale in _shown(page, sales):
        page.blank()
        for line in _as_toml(sale):
            page.say(line, indent=4, hanging=8)


def _as_toml(sale: RealizedDisposition) -> list[str]:
    lines = ["[[basis]]", f"account = {dumps(sale.account, ensure_ascii=False)}"]
    lines += [f"symbol = {dumps(sale.symbol, ensure_ascii=False)}", f"sold = {sale.sold}"]
    lines += [f"acquired = {sale.acquired}"] if sale.acquired is not None else []
    return [*lines, f"quantity = {sale.quantity.normalize():f}", f"basis = {sale.basis:.2f}"]


def _broken(page: TextPage, followed: Followed) -> None:
    """Every purchase that disallows a loss taken since the plan: those made since, and those that it knew of."""
    windows = (*followed.broken_windows, *followed.older_purchases)
    if not windows:
        return
    page.heading(f"Wash sales since the plan: {money(disallowed_by(windows))} of loss is disallowed (§ 1091(a))")
    columns = [
        TextColumn("Bought on", rigid=True),
        TextColumn("Account"),
        TextColumn("What", rigid=True),
        TextColumn("Disallowed", number=True),
        TextColumn("Permanently lost", number=True),
    ]
    if followed.broken_windows:
        total = money(disallowed_by(followed.broken_windows))
        page.say(f"Bought back too early: {total} of loss is disallowed", indent=2)
        page.table(columns, [_purchase(window) for window in _shown(page, followed.broken_windows)])
    if followed.older_purchases:
        total = money(disallowed_by(followed.older_purchases))
        page.say(
            f"Bought before the plan, and held when other shares were sold at a loss: {total} is disallowed", indent=2
        )
        page.table(
            [*columns, TextColumn("Planned sale of it")],
            [
                [*_purchase(window), _status(window.its_sale, followed) if window.its_sale else "none"]
                for window in _shown(page, followed.older_purchases)
            ],
        )


T = TypeVar("T")


def _shown(page: TextPage, rows: Sequence[T]) -> Sequence[T]:
    """The first rows of a list that may be as long as a book's; how many more there are is said."""
    if len(rows) > MOST_ROWS:
        page.say(f"The first {MOST_ROWS} of {len(rows):,} are shown; --json has all.", indent=2)
    return rows[:MOST_ROWS]


def _purchase(window: BrokenWindow) -> list[str]:
    return [
        _day(window.bought),
        window.account,
        f"{quantity(window.quantity)} {window.symbol}",
        money(window.disallowed_loss),
        money(window.permanently_lost),
    ]


def _other_lots(page: TextPage, followed: Followed) -> None:
    sales = [sale for sale in followed.sales if sale.progress is Progress.OTHER_LOT]
    if not sales:
        return
    page.heading("A different lot was sold than the plan names")
    if followed.may_be_corrected:
        page.say(
            "Ask the broker to correct it before the trade settles, with the letter of harvest export letter: a "
            "lot is identified by the settlement date at the latest (Reg. § 1.1012-1(c)). After that, the lot "
            "that was sold counts.",
            indent=2,
        )
    else:
        page.say(
            "The trade has settled, so the lot that was sold counts, unless the plan's was identified in time (Reg. § "
            "1.1012-1(c)): then ask the broker for a corrected statement.",
            indent=2,
        )
    for sale in _shown(page, sales):
        planned = sale.planned
        taken = [f"{quantity(units)} acquired {_day(acquired)}" for acquired, units in sale.instead]
        if sale.sold_of_the_lot:
            taken = [f"{quantity(sale.sold_of_the_lot)} of it", *taken]
        page.say(
            f"* {planned.account}: {planned.symbol}: the plan names {quantity(planned.quantity)} of the lot acquired "
            f"{_day(planned.acquired)}; sold: {' and '.join(taken)}",
            indent=2,
            hanging=2,
        )


def _day(acquired: date | None) -> str:
    return acquired.isoformat() if acquired else UNKNOWN


def _status(sale: FollowedSale, followed: Followed) -> str:
    """In words; what is still open after its day is overdue, and when the year is over was not sold in it."""
    if sale.progress is Progress.OTHER_LOT and sale.sold_of_the_lot:
        return "partly another lot"
    if sale.progress is not Progress.OPEN:
        return _WORDS[sale.progress]
    if followed.as_of.year > followed.plan.tax_year:
        return "not sold"
    return "overdue" if sale.planned.sold < followed.as_of else _WORDS[Progress.OPEN]


def _sales(page: TextPage, followed: Followed) -> None:
    sales: Sequence[FollowedSale] = followed.sales
    if not sales:
        return
    page.heading("Sale by sale")
    if len(sales) > MOST_ROWS:
        page.say("What is not done comes first.", indent=2)
        sales = sorted(sales, key=lambda sale: sale.progress is Progress.DONE)
    page.table(
        [
            TextColumn("Planned for", rigid=True),
            TextColumn("Lot", least=18),
            TextColumn("Planned", number=True),
            TextColumn("Sold", number=True),
            TextColumn("Proceeds", number=True),
            TextColumn("Status", rigid=True),
        ],
        [
            [
                sale.planned.sold.isoformat(),
                sale.planned.lot_id,
                quantity(sale.planned.quantity),
                quantity(sale.sold_quantity),
                money(sale.proceeds) if sale.sold_quantity else "-",
                _status(sale, followed),
            ]
            for sale in _shown(page, sales)
        ],
    )
    if any(sale.progress is Progress.UNKNOWN for sale in sales):
        page.say("Unknown: no file of the account covers the day. Download its history again.", indent=2)


def _not_planned(page: TextPage, sales: tuple[UnplannedSale, ...]) -> None:
    if not sales:
        return
    page.heading(f"Sold since then, but not in the plan: {count(len(sales), 'lot')}")
    page.table(
        [
            TextColumn("Sold on", rigid=True),
            TextColumn("Lot", least=18),
            TextColumn("Quantity", number=True),
            TextColumn("Gain or loss", number=True),
        ],
        [
            [sale.sold.isoformat(), sale.lot_id, quantity(sale.quantity), money(sale.gain)]
            for sale in _shown(page, sales)
        ],
    )
