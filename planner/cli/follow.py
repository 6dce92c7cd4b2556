"""`harvest follow`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.comparing import SECONDS
from planner.cli.options import AsOf, Household, Json, TimeLimit, case_of
from planner.cli.output import page_layout, say
from planner.domain.errors import ExitCode

if TYPE_CHECKING:
    from decimal import Decimal

    from planner.domain.case import Case
    from planner.domain.saved_plan import SavedPlan


def follow(
    path: Household,
    plan: Annotated[Path, typer.Argument(metavar="PLAN.json", help="A saved plan: plan.json of `plan --out`.")],
    as_of: AsOf = None,
    json: Json = False,
    time_limit: TimeLimit = SECONDS,
) -> ExitCode:
    """What of a saved plan is done, what went otherwise, what is left."""
    from planner.analysis.follow import followed, with_planned_lots
    from planner.ledger import household_ledger
    from planner.loader.saved_plan import read_saved_plan

    saved = read_saved_plan(plan)
    case = case_of(path, as_of, saved.scenario, planning=False)
    case = with_planned_lots(saved, case, household_ledger(case))
    left = _left(case, saved, time_limit)
    answer = replace(followed(saved, case, household_ledger(case)), left=left)
    if json:
        from planner.report.json_documents.follow import follow_document
        from planner.report.json_documents.text import as_json

        say(as_json(follow_document(answer)))
    else:
        from planner.report.screens.follow import follow_screen

        say(follow_screen(answer, **page_layout()))
    return ExitCode.DONE


def _left(case: Case, saved: SavedPlan, seconds: float) -> Decimal:
    """The net benefit of a plan of what is left from the as-of date on, in dollars; zero once the year is over."""
    import planner
    from rules.terms import ZERO

    if case.as_of.year > saved.tax_year:
        return ZERO
    limits = case.household.plan_limits
    if limits.first_day is not None and limits.first_day < case.as_of:
        household = replace(case.household, plan_limits=limits.changed(sale_date=None))
        case = replace(case, household=household)
    return planner.plan(case, time_limit=seconds).plan.benefit.total
