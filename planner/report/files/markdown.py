"""A plan as Markdown (CommonMark with tables), to paste into a mail: nothing of a file's text can become markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from planner.analysis.totals import by_account_and_symbol, closed_rows, safe_days, total_of, year_changes
from planner.domain.case import Case
from planner.domain.plan import Plan, Sale
from planner.domain.swaps import HIGHER
from planner.domain.visible_text import visible_line
from planner.report.screens.giving import giving_in_full
from planner.report.screens.sensitivities import hangs_on
from planner.report.screens.swaps import bought, drift_in_words, everywhere_safe, exposures, how_to_swap, moved, note
from planner.report.screens.value import proof, put_off_instead, valued, waiting, why_nothing, worth_rows
from planner.report.screens.watch_list import so_too
from planner.report.words import (
    FILING_STATUS,
    TERM,
    change,
    cost,
    count,
    day,
    loss_or_gain,
    money,
    percent,
    quantity,
    year_label,
)
from rules.terms import AssetClass

_MARKS = re.compile(r"[\\`*_\[\]<>|~&#@]|:(?=//)|(?<=www)\.", re.IGNORECASE)  # addresses become links in some dialects
_BLOCK = re.compile(r"^(\d*)([-+=.)])")  # what begins a list or a heading where it begins a line
Row = Sequence[str]


def markdown_file(plan: Plan, case: Case) -> bytes:
    """The plan in the order in which one acts: net benefit, sales, purchases, gifts, what not to buy, year, rest."""
    parts = (
        _headline(plan, case),
        _sales(plan),
        _purchases(plan),
        _giving(plan),
        _watch(plan, case),
        _year(plan),
        _end(plan),
    )
    return "\n".join(line for part in parts for line in part).encode()


def plain(text: str) -> str:
    """Text in which no sign is markup, on one line."""
    return _BLOCK.sub(r"\1\\\2", _cell(text))


def _cell(text: str) -> str:
    """The same within a line."""
    return _MARKS.sub(r"\\\g<0>", visible_line(text))


def _headline(plan: Plan, case: Case) -> Iterator[str]:
    status = FILING_STATUS[case.household.taxpayer.filing_status]
    scenario = f", scenario “{plan.scenario}”" if plan.scenario else ""
    yield f"# Tax-loss harvesting {plan.tax_year}"
    yield ""
    yield plain(f"Tax year {plan.tax_year}, {status}, as of {day(plan.as_of)}{scenario}.")
    yield ""
    if not plan.sales:
        yield "**Nothing to sell.**"
        yield ""
        proven = proof(plan) if case.household.plan_limits.sell else ""
        yield plain(" ".join(filter(None, (why_nothing(plan, case), put_off_instead(plan, case), proven))))
        yield ""
        return
    yield f"**Net benefit: {plain(money(plan.benefit.total))}**"
    yield ""
    yield from _table(
        ("Part", ">Amount"),
        [
            *worth_rows(plan, case.household.assumptions),
            ("Net benefit", money(plan.benefit.total)),
        ],
    )
    said = (waiting(plan), proof(plan), valued(case.household.assumptions), hangs_on(plan))
    yield plain(" ".join(filter(None, said)))
    yield ""


def _buy_again(sale: Sale, plan: Plan) -> str:
    """The first day on which buying the security disallows no loss; of a lot without a loss, that of its symbol's other
    sales."""
    if sale.asset_class is AssetClass.CRYPTO and sale.rebuy_on is None:
        return "no wash-sale rule"
    days = safe_days(plan.windows, sale.symbol)
    return max([*days, *filter(None, [sale.rebuy_on])]).isoformat() if days or sale.rebuy_on else ""


def _sales(plan: Plan) -> Iterator[str]:
    if not plan.sales:
        return
    yield f"## Sell {count(len(plan.sales), 'lot')}"
    yield ""
    yield plain(
        "Identify each lot to the broker when you place the order; for coins, in your own books before the "
        "sale (Reg. § 1.1012-1(c), (j)). Proceeds, gains and losses are estimates at today's prices."
    )
    yield ""
    header = ("Day", "Lot", ">Quantity", ">Proceeds", ">Gain", "Term", "Buy again from")
    for account, groups in by_account_and_symbol(plan.sales):
        sales = [sale for group in groups for sale in group]
        total = total_of(sales)
        yield f"### {plain(account)}"
        yield ""
        yield from _table(
            header,
            [
                *(
                    (
                        sale.date.isoformat(),
                        sale.lot_id,
                        quantity(sale.quantity),
                        money(sale.proceeds),
                        money(sale.gain),
                        TERM[sale.character],
                        _buy_again(sale, plan),
                    )
                    for sale in sales
                ),
                (count(total.lots, "lot"), "", "", money(total.proceeds), money(total.gain), "", ""),
            ],
        )
    total = total_of(plan.sales)
    washed = f" Loss disallowed by § 1091: {money(total.disallowed_loss)}." if total.disallowed_loss else ""
    yield plain(f"All accounts: proceeds {money(total.proceeds)}, {loss_or_gain(total.gain)}.{washed}")
    yield ""


def _purchases(plan: Plan) -> Iterator[str]:
    """What is bought with the proceeds, where that was asked for, and what is held meanwhile."""
    if plan.swaps is None or not plan.swaps.swaps:
        return
    everywhere = everywhere_safe(plan.swaps)
    yield "## Buy with the proceeds"
    yield ""
    yield from _table(
        ("Day", "Account", "Instead of", "Buy", ">Dollars", "Swap back from", f">Tax if {percent(HIGHER)} up", "Note"),
        [
            (
                swap.day.isoformat(),
                swap.account,
                swap.symbol,
                bought(swap) if swap.instead is not None else "nothing",
                money(swap.dollars if swap.cost is None else swap.cost) if swap.instead is not None else "",
                swap.back.on.isoformat() if swap.back is not None else "",
                money(swap.back.tax) if swap.back is not None else "",
                note(swap, everywhere),
            )
            for swap in plan.swaps.swaps
        ],
    )
    for sentence in how_to_swap(plan.swaps, everywhere):
        yield f"* {plain(sentence)}"
    yield ""
    yield plain(drift_in_words(plan.swaps))
    yield ""
    for heading, rows in exposures(plan.swaps):
        if found := moved(rows):
            yield from _table(
                (heading, ">Before", ">Until the swap back", ">After"),
                [(row.name or "", money(row.before), money(row.during), money(row.after)) for row in found],
            )


def _giving(plan: Plan) -> Iterator[str]:
    if plan.giving is not None:
        yield "## Give to charity"
        yield ""
        for sentence in giving_in_full(plan.giving):
            yield f"* {plain(sentence)}"
        yield ""


def _watch(plan: Plan, case: Case) -> Iterator[str]:
    if plan.windows:
        yield "## Do not buy"
        yield ""
        yield "No one in the household, in any account, from the first day through the last day."
        yield ""
        rows = closed_rows(plan.windows, (holding.lot.symbol for holding in case.holdings))
        yield from _table(
            ("Symbol", "First day", "Last day", "Safe on", "Because"),
            [
                (
                    row.window.symbol,
                    row.window.first.isoformat(),
                    row.window.last.isoformat(),
                    row.window.safe_on.isoformat(),
                    "; ".join(filter(None, (row.window.because, so_too(row)))),
                )
                for row in rows
            ],
        )
    if plan.cancellations:
        yield "## Cancel these planned purchases"
        yield ""
        yield from _table(
            ("Date", "Account", "Symbol", ">Quantity", ">Canceling saves"),
            [
                (c.date.isoformat(), c.account, c.symbol, quantity(c.quantity), money(c.saves))
                for c in plan.cancellations
            ],
        )
    scheduled = [(window, planned) for window in plan.windows for planned in window.scheduled]
    if scheduled:
        yield "## Planned purchases that remain inside these windows"
        yield ""
        yield from _table(
            ("Date", "Account", "Symbol", ">Quantity", ">Costs", "Safe from"),
            [
                (
                    planned.date.isoformat(),
                    planned.account,
                    planned.symbol,
                    quantity(planned.quantity),
                    cost(planned.costs),
                    window.safe_on.isoformat(),
                )
                for window, planned in scheduled
            ],
        )


def _year(plan: Plan) -> Iterator[str]:
    yield f"## The year {plan.tax_year}"
    yield ""
    yield from _table(
        ("Line", ">Without", ">With", ">Change"),
        [
            (
                year_label(line.line, plan.tax_year),
                money(line.baseline),
                money(line.planned),
                change(line.difference),
            )
            for line in year_changes(plan)
        ],
    )


def _end(plan: Plan) -> Iterator[str]:
    if plan.cautions:
        yield "## Warnings"
        yield ""
        for caution in plan.cautions:
            yield f"* {plain(f'{caution.text} [{caution.code}]')}"
        yield ""
    yield plain(f"An estimate under the law held for {plan.tax_year}, not tax advice.")
    yield ""


def _table(header: Row, rows: Sequence[Row]) -> Iterator[str]:
    """A column whose name begins with `>` is set to the right."""
    yield _row([name.removeprefix(">") for name in header])
    yield f"|{'|'.join('---:' if name.startswith('>') else '---' for name in header)}|"
    for row in rows:
        yield _row([_cell(cell) for cell in row])
    yield ""


def _row(cells: Row) -> str:
    return f"| {' | '.join(cells)} |"
