"""The first screen of a plan: what it brings and how sure that is, what to do on which day, what not to buy until when.

At most 50 lines of 80 columns for any household, the last of them a summary: what scrolls away is never what matters.
`harvest plan --full` has everything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from planner.analysis.estimated_tax import estimated_tax
from planner.analysis.first_screen import (
    ClosedUntil,
    DayInAnAccount,
    Rests,
    closed_until,
    days_in_accounts,
    warnings_in_order,
    what_it_rests_on,
    year_in_short,
)
from planner.domain.case import Case
from planner.domain.plan import Plan, Status
from planner.report.screens.edges import near_an_edge, room_at_zero
from planner.report.screens.estimated_tax import estimated_words
from planner.report.screens.giving import giving_in_short
from planner.report.screens.sensitivities import hangs_on
from planner.report.screens.swaps import show_swaps_in_short, sold_in_words
from planner.report.screens.text_page import TextColumn, TextPage
from planner.report.screens.value import (
    carried_words,
    is_worth_more_in_january,
    not_in_the_plan,
    proof,
    put_off_instead,
    rests_in_words,
    spent_at_zero,
    waiting,
    why_nothing,
)
from planner.report.words import FILING_STATUS, change, count, day, loss_or_gain, money, quantity
from rules.terms import ZERO

MOST_LINES = 50
NAMED = 4  # symbols named in a row
ROW_LINES = 2  # of one row


@dataclass(frozen=True, slots=True)
class _Room:
    """How many rows each part gets: of days and accounts, of what not to buy, of warnings, of purchases."""

    days: int
    closed: int
    warnings: int
    bought: int


ROOMS = (  # the first that fits
    _Room(8, 5, 5, 5),
    _Room(8, 5, 3, 5),
    _Room(6, 4, 2, 4),
    _Room(4, 3, 2, 3),
    _Room(3, 2, 1, 2),
    _Room(2, 1, 1, 1),
    _Room(1, 1, 1, 0),
)


YEAR = {
    "net": "Net gain or loss",
    "taxable_income": "Taxable income",
    "federal": "Federal tax{credits}",
    "state_tax": "State income tax",
    "total_tax": "Total tax",
    "carried": "Loss carryover to {next}",
}


def first_screen(plan: Plan, case: Case, path: str, *, width: int, color: bool, plain: bool = False) -> str:
    """The screen. `path` is what the user typed for the household, for the commands to go on with."""
    rests, days = what_it_rests_on(plan, case), days_in_accounts(plan)
    in_cash = sold_in_words(plan, case) if days and plan.swaps is None else ""
    for room in ROOMS:
        page = TextPage(width, color, plain)
        _head(page, plan, case, rests)
        _sell(page, plan, days, in_cash, room.days)
        if plan.swaps is not None:
            show_swaps_in_short(page, plan.swaps, room.bought)
        _year(page, plan, case)
        _closed(page, closed_until(plan), room.closed)
        shown = _warnings(page, plan, room.warnings)
        _next(page, plan, path)
        page.blank()
        page.say(_summary(plan, shown), style="bold", most=ROW_LINES)
        if page.lines <= MOST_LINES:
            break
    return page.text


def _head(page: TextPage, plan: Plan, case: Case, rests: Rests) -> None:
    status = FILING_STATUS[case.household.taxpayer.filing_status]
    scenario = f" · scenario “{plan.scenario}”" if plan.scenario else ""
    page.say(f"Tax year {plan.tax_year} · {status} · as of {day(plan.as_of)}{scenario}", hanging=2, most=ROW_LINES)
    page.blank()
    if not plan.sales:
        page.say("Nothing to sell", style="bold")
        page.say(why_nothing(plan, case), indent=2)
    else:
        benefit = plan.benefit
        page.say(f"Net benefit {money(benefit.total)}", style="bold green")
        saved = "tax saved" if benefit.tax_saved >= 0 else "more tax"
        parts = [f"{change(benefit.tax_saved)} {saved} for {plan.tax_year}"]
        put_off = plan.january.value if plan.january else ZERO
        carried = benefit.carryover_value - put_off
        parts += [f"{change(carried)} {carried_words(plan)}"] if carried else []
        parts += [f"{change(put_off)} sales in January {plan.tax_year + 1}"] if put_off else []
        later = "deferred tax" if benefit.deferred_tax >= 0 else "later tax avoided"
        parts += [f"{change(-benefit.deferred_tax)} {later}", f"{change(-benefit.trading_cost)} trading costs"]
        page.say("; ".join(parts), indent=2, hanging=2, most=ROW_LINES)
    if case.household.plan_limits.sell:
        page.say(proof(plan), indent=2, hanging=2, style="yellow" if plan.status is Status.UNPROVEN else "")
    for words in filter(None, (waiting(plan), spent_at_zero(plan, case), room_at_zero(plan, case))):
        page.say(words, indent=2, hanging=2, style="bold red" if is_worth_more_in_january(plan) else "", most=ROW_LINES)
    for words in filter(None, (put_off_instead(plan, case), near_an_edge(plan))):
        page.say(words, indent=2, hanging=2, most=ROW_LINES)
    if words := hangs_on(plan):
        page.say(words, indent=2, hanging=2, most=2 * ROW_LINES)
    if left_out := not_in_the_plan(plan, case):
        page.say(left_out, indent=2, hanging=2, style="yellow", most=ROW_LINES)
    trust = f"Based on: {'; '.join(text for text, _ in rests_in_words(rests))}"
    page.say(trust, indent=2, hanging=2, style="" if rests.seen == rests.accounts and not rests.ends else "yellow")


def _sell(page: TextPage, plan: Plan, days: Sequence[DayInAnAccount], in_cash: str, most: int) -> None:
    if not days and not plan.cancellations and plan.giving is None:
        return
    page.blank()
    if days:
        page.say(f"Sell {count(len(plan.sales), 'lot')}", style="bold")
    most = _or_all(most, len(days))
    for row in days[:most]:
        page.say(f"{row.day:%a %b} {row.day.day}  {row.account}: {_named(row)}", indent=2, hanging=2, most=ROW_LINES)
    if len(days) > most:
        left = days[most:]
        page.say(f"and {count(sum(len(row.sales) for row in left), 'lot')} more, through {day(left[-1].day)}", indent=2)
    if in_cash:
        page.say(in_cash, indent=2, hanging=2, most=ROW_LINES)
    if little := sum(sale.edge for sale in plan.sales):
        less = "1 sale adds less than $5.00" if little == 1 else f"{little:,} sales add less than $5.00 each"
        page.say(f"{less}: --full", indent=2)
    for cancel in plan.cancellations[:2]:
        page.say(
            f"Cancel the purchase of {quantity(cancel.quantity)} {cancel.symbol} on {cancel.date} in {cancel.account}",
            indent=2,
            hanging=2,
            most=ROW_LINES,
        )
    if len(plan.cancellations) > 2:
        page.say(f"and cancel {len(plan.cancellations) - 2} more planned purchases", indent=2)
    if plan.giving is not None:
        page.say(giving_in_short(plan.giving), indent=2, hanging=2, most=ROW_LINES + 1)


def _or_all(most: int, rows: int) -> int:
    """A last row takes no more room than the words that one more is left out."""
    return rows if rows == most + 1 else most


def _named(row: DayInAnAccount) -> str:
    """`PFE (2 lots), NKE, UPS and 3 more; proceeds $1,234.00, loss $567.00`."""
    lots = Counter(sale.symbol for sale in row.sales)
    named = [symbol if number == 1 else f"{symbol} ({number} lots)" for symbol, number in list(lots.items())[:NAMED]]
    more = len(lots) - NAMED
    names = ", ".join(named) + (f" and {more} more" if more > 0 else "")
    return f"{names}; proceeds {money(row.proceeds)}, {loss_or_gain(row.gain)}"


def _year(page: TextPage, plan: Plan, case: Case) -> None:
    columns = [TextColumn(f"The year {plan.tax_year}", least=22), TextColumn("Without", number=True)]
    rows = year_in_short(plan)
    credits = " after credits" if plan.baseline.credits or plan.planned.credits else ""
    named = {key: name.format(next=plan.tax_year + 1, credits=credits) for key, name in YEAR.items()}
    page.blank()
    if plan.sales:
        page.table(
            [*columns, TextColumn("With", number=True), TextColumn("Change", number=True)],
            [
                [
                    named[row.key],
                    money(row.without),
                    money(row.with_plan),
                    change(row.change),
                ]
                for row in rows
            ],
        )
    else:
        page.table(columns, [[named[row.key], money(row.without)] for row in rows])
    if estimated := estimated_tax(plan, case):
        page.say(estimated_words(estimated), indent=2, hanging=2, most=3)


def _closed(page: TextPage, closed: Sequence[ClosedUntil], most: int) -> None:
    if not closed:
        return
    page.blank()
    page.say("Do not buy, in any account of the household (§ 1091)", style="bold")
    most = _or_all(most, len(closed))
    for row in closed[:most]:
        names = ", ".join(row.symbols[:8]) + (f" and {len(row.symbols) - 8} more" if len(row.symbols) > 8 else "")
        page.say(f"before {day(row.safe_on)}: {names}", indent=2, hanging=2, most=ROW_LINES)
    if len(closed) > most:
        page.say(f"and {count(sum(len(row.symbols) for row in closed[most:]), 'symbol')} more", indent=2)


def _warnings(page: TextPage, plan: Plan, most: int) -> int:
    """The warnings by which a figure may be wrong; how many the plan has in all, or none where none is such."""
    shown, others = warnings_in_order(plan.cautions)
    if not shown:
        return 0
    page.blank()
    page.say("Warnings that may change a figure", style="bold yellow")
    for caution in shown[:most]:
        page.say(f"* {caution.text} [{caution.code}]", indent=2, hanging=2, most=ROW_LINES)
    others += len(shown) - min(len(shown), most)
    if others:
        page.say(f"and {count(others, 'more warning', 'more warnings')}: --full", indent=2)
    return len(plan.cautions)


def _next(page: TextPage, plan: Plan, path: str) -> None:
    page.blank()
    also = " --with-replacements" if plan.swaps is not None else ""
    what = ("", "") if also else ("     lot by lot, with reasons", "  orders, letter, forms, page")
    lines = [f"harvest plan {path}{also} --full{what[0]}"]
    lines += [f"harvest plan {path}{also} --out DIR{what[1]}"] if plan.sales else []
    for line in lines:
        page.say(line, indent=2, hanging=4, style="dim", most=ROW_LINES)


def _summary(plan: Plan, warnings: int) -> str:
    """The line that is seen when the prompt returns."""
    said = f"{count(warnings, 'warning')}" if warnings else "no warnings that may change a figure"
    if not plan.sales:
        return f"Nothing to sell · {said} · an estimate, not tax advice"
    last = max(sale.date for sale in plan.sales)
    sure = "not proven" if plan.status is Status.UNPROVEN else f"proven within {money(plan.benefit.gap)}"
    lots = count(len(plan.sales), "lot")
    return f"Sell {lots} by {day(last)} · net benefit {money(plan.benefit.total)} · {sure} · {said} · not tax advice"
