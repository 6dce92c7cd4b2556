"""Many households: a line each on the screen and in `harvest.batch/1`."""

from __future__ import annotations

from planner.analysis.batch_results import Batch, BatchLine
from planner.domain.errors import ExitCode
from planner.domain.plan import Status
from planner.report.json_documents.compare import problem_documents
from planner.report.json_documents.plan import Document, benefit_document, in_cents
from planner.report.screens.text_page import TextColumn, TextPage
from planner.report.words import count, day, money

_ENDED = {
    ExitCode.REFUSED: "refused",
    ExitCode.LAW_NOT_COVERED: "law not covered",
    ExitCode.NO_PLAN: "no plan",
    ExitCode.OUR_FAULT: "our fault",
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
            TextColumn("Worth", number=True),
            TextColumn("Tax saved", number=True),
            TextColumn("Lots", number=True),
            TextColumn("Turnover", number=True),
            TextColumn("Status", rigid=True),
        ],
        [_row(line) for line in batch.lines],
        total=[
            "All with a plan",
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


def batch_document(batch: Batch) -> Document:
    """`harvest.batch/1`. A household without a plan has null for its figures, and its refusals."""
    totals = batch.totals
    return {
        "schema": "harvest.batch/1",
        "as_of": batch.as_of.isoformat(),
        "exit_code": int(batch.exit_code),
        "households": [
            {
                "name": line.name,
                "path": line.path,
                "status": line.status and line.status.value,
                "exit_code": int(line.exit_code),
                "benefit": line.benefit and benefit_document(line.benefit),
                "sales": line.sales,
                "turnover": in_cents(line.proceeds),
                "refusals": problem_documents(line.problems),
            }
            for line in batch.lines
        ],
        "totals": {
            "households": totals.households,
            "planned": totals.planned,
            "proven": totals.proven,
            "worth": in_cents(totals.worth),
            "tax_saved": in_cents(totals.tax_saved),
            "sales": totals.sales,
            "turnover": in_cents(totals.proceeds),
        },
    }
