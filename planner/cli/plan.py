"""`harvest plan`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.comparing import SECONDS
from planner.cli.options import AsOf, Force, Household, Json, Scenario, TimeLimit, WithReplacements, case_of, files_of
from planner.cli.output import Unwritten, page_layout, proven, say, say_in_pager
from planner.cli.progress import waiting
from planner.domain.errors import ExitCode

if TYPE_CHECKING:
    from planner.domain.case import Case
    from planner.report.frames.results import PlanResult


def plan(
    path: Household,
    as_of: AsOf = None,
    json: Json = False,
    scenario: Scenario = None,
    time_limit: TimeLimit = SECONDS,
    full: Annotated[
        bool,
        typer.Option("--full", help=("Show everything: each lot with its reason, the lots held back, all warnings.")),
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FOLDER", help="Also write the plan to a folder, in every format.")
    ] = None,
    force: Force = False,
    with_replacements: WithReplacements = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Plan again whenever a file of the household changes; Ctrl-C ends.")
    ] = False,
) -> ExitCode:
    """What to sell, and why."""
    if watch:
        if json or out is not None:
            raise typer.BadParameter("it shows plans as they change: remove --json and --out", param_hint="--watch")
        if with_replacements:
            raise typer.BadParameter("it shows the sales alone: remove --with-replacements", param_hint="--watch")
        from planner.cli.watch import watch_plan

        return watch_plan(path, as_of, scenario, time_limit, full=full)
    if out is not None:
        from planner.cli.out_folder import refuse_to_fill

        refuse_to_fill(out, force=force, inputs=files_of(path))  # before the work, not only after it
    import planner

    case = case_of(path, as_of, scenario)
    with waiting("planning"):
        result = planner.plan(case, time_limit=time_limit, with_replacements=with_replacements)
    answer = result.plan
    whole = True
    if out is not None:  # first: whether or not anyone reads the screen
        from planner.cli.export_formats import ExportRequest
        from planner.cli.out_folder import fill

        whole = fill(out, ExportRequest(answer, case), force=force, inputs=files_of(path))
    try:
        _show(result, case, path, json=json, full=full)
    except Unwritten:
        if whole:
            raise
    code = proven(answer)
    return code if whole else ExitCode.REFUSED


def _show(result: PlanResult, case: Case, path: Path, *, json: bool, full: bool) -> None:
    """The plan on standard output. Raises Unwritten."""
    if json:
        say(result.to_json())
    elif full:
        from planner.report.screens.plan import plan_screen

        say_in_pager(plan_screen(result.plan, case, **page_layout()))
    else:
        from planner.report.screens.first import first_screen

        say(first_screen(result.plan, case, shlex.quote(str(path)), **page_layout()))
