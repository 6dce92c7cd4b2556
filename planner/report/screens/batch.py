"""Many households: a line each on the screen."""

from __future__ import annotations

from planner.analysis.batch_results import Batch, BatchLine
from planner.domain.errors import ExitCode
from planner.domain.plan import Status
from planner.report.screens.text_page import TextColumn, TextPage
from planner.report.words import count, day, money

_ENDED = {
    ExitCode.REFUSED: "refused",
    ExitCode.LAW_NOT_COVERED: "law not covered",
    ExitCode.NO_PLAN: "no plan",
    ExitCode.OUR_FAULT: "internal error",
}


def batch_screen(batch: Batch, *, width: int, color: bool, plain: bool = False) -> str:
    """Every household on a line, the sums, and then what is refused, with its remedy."""
    page = TextPage(width, color, plain)
    totals = batch.totals
    page.say(f"{count(totals.households, 'household')} as of {day(batch.as_of)}, {totals.planned:,} with a plan")
    page.blank()
    page.table(
        [
            TextColumn("Household", least=20),
            TextColumn("Net benefit", number=True),
            TextColumn("Tax saved", number=True),
            TextColumn("Lots", number=True),
            TextColumn("Turnover", number=True),
            TextColumn("Status", rigid=True),
        ],
        [_row(line) for line in batch.lines],
        total=[
            "Total with a plan",
            money(totals.worth),
            money(totals.tax_saved),
            f"{totals.sales:,}",
            money(totals.proceeds),
            f"{totals.proven:,} proven",
        ],
    )
    refused = [line for line in batch.lines if line.problems]
    if refused:
        page.heading(f"Without a plan: {count(len(refused), 'household')}")
    for line in refused:
        page.say(line.name, indent=2)
        for problem in line.problems:
            page.say(f"{problem.where}: {problem.what}", indent=4, hanging=2)
            page.say(f"fix: {problem.remedy}", indent=6, hanging=2)
    return page.text


def _row(line: BatchLine) -> list[str]:
    if line.benefit is None:
        ended = _ENDED[line.exit_code]
        return [line.name, "-", "-", "-", "-", f"{ended} ({len(line.problems)})"]
    return [
        line.name,
        money(line.benefit.total),
        money(line.benefit.tax_saved),
        f"{line.sales:,}",
        money(line.proceeds),
        "proven" if line.status is Status.PROVEN else "not proven",
    ]
