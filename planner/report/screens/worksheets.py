"""The worksheets of the year line by line, without the plan and with it."""

from __future__ import annotations

from decimal import Decimal

from planner.analysis.totals import LineChange, worksheet_changes
from planner.domain.plan import Plan
from planner.report.screens.text_page import TextColumn, TextPage
from planner.report.words import change_in_unit, in_unit
from rules.worksheet import Unit

BLANK = "-"


def show_worksheets(page: TextPage, plan: Plan) -> None:
    """Every worksheet with its lines as the form numbers them."""
    for sheet in worksheet_changes(plan):
        page.heading(sheet.name)
        head = [TextColumn("Line", rigid=True), TextColumn("", least=20)]
        if all(sheet.filled):
            head += [TextColumn(name, number=True) for name in ("Without", "With", "Change")]
            rows = [
                [_shown(line.baseline, line.unit), _shown(line.planned, line.unit), _change(line)]
                for line in sheet.lines
            ]
        else:
            before, _ = sheet.filled
            head.append(TextColumn("Without" if before else "With", number=True))
            rows = [[_shown(line.baseline if before else line.planned, line.unit)] for line in sheet.lines]
            page.say(f"Filled in only {'without' if before else 'with'} the plan.", indent=2)
        page.table(head, [[line.number, line.label, *row] for line, row in zip(sheet.lines, rows, strict=True)])
        page.say(f"Source: {sheet.source}", indent=2)


def _shown(amount: Decimal | None, unit: Unit) -> str:
    return BLANK if amount is None else in_unit(amount, unit)


def _change(line: LineChange) -> str:
    return BLANK if line.difference is None else change_in_unit(line.difference, line.unit)
