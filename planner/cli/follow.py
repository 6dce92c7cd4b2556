"""`harvest follow`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.comparing import SECONDS
from planner.cli.options import AsOf, Household, Json, TimeLimit, case_from_today
from planner.cli.output import page_layout, say
from planner.cli.progress import waiting
from planner.domain.errors import ExitCode, InputError, Problem

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
    from planner.analysis.follow import followed
    from planner.analysis.unlisted_sales import with_planned_lots
    from planner.ledger import household_ledger
    from planner.loader.saved_plan import read_saved_plan

    saved = read_saved_plan(plan)
    case = case_from_today(path, as_of, saved.scenario)
    _refuse_another_household(saved, case, plan)
    case, by_plan_alone = with_planned_lots(saved, case, household_ledger(case))
    with waiting("planning what is left"):
        left = _left(case, saved, time_limit)
    answer = replace(followed(saved, case, household_ledger(case)), by_plan_alone=by_plan_alone, left=left)
    if json:
        from planner.report.json_documents.follow import follow_document
        from planner.report.json_documents.text import as_json

        say(as_json(follow_document(answer)))
    else:
        from planner.report.screens.follow import follow_screen

        say(follow_screen(answer, **page_layout()))
    return ExitCode.DONE


def _refuse_another_household(saved: SavedPlan, case: Case, path: Path) -> None:
    """Raises InputError where the plan sells in an account that the household does not have."""
    accounts = {account.name for account in case.household.accounts}
    if missing := sorted({sale.account for sale in saved.sales} - accounts):
        what = f"sells in `{missing[0]}`, which is not an account of this household"
        raise InputError([Problem(str(path), what, "give the plan that was saved for this household")])


def _left(case: Case, saved: SavedPlan, seconds: float) -> Decimal:
    """The net benefit of a plan of what is left from the as-of date on, in dollars; zero once the year is over."""
    import planner
    from rules.terms import ZERO

    if case.as_of.year > saved.tax_year:
        return ZERO
    return planner.plan(case, time_limit=seconds).plan.benefit.total
