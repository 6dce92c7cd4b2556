"""`harvest explain`."""

from __future__ import annotations

from typing import Annotated

import typer

from planner.cli.comparing import SECONDS
from planner.cli.completion import lots
from planner.cli.options import AsOf, Household, Json, Scenario, TimeLimit, case_of
from planner.cli.output import page_layout, proven, say
from planner.cli.progress import waiting
from planner.domain.errors import ExitCode


def explain(
    path: Household,
    lot: Annotated[
        str | None,
        typer.Argument(
            metavar="LOT", autocompletion=lots, help="A lot id, the start of one, or a symbol for all its lots."
        ),
    ] = None,
    tax: Annotated[
        bool, typer.Option("--tax", help="Show the tax worksheets line by line, without the plan and with it.")
    ] = False,
    as_of: AsOf = None,
    json: Json = False,
    scenario: Scenario = None,
    time_limit: TimeLimit = SECONDS,
) -> ExitCode:
    """Why a lot is or is not sold; the tax, line by line."""
    if lot is None and not tax:
        raise typer.BadParameter("name a lot or a symbol, or ask for --tax", param_hint="LOT")
    from planner.optimizer.explain.explain import explain_case

    with waiting("explaining"):
        explanation = explain_case(case_of(path, as_of, scenario), lot, seconds=time_limit)
    if json:
        from planner.report.json_documents.explain import explain_document
        from planner.report.json_documents.text import as_json

        say(as_json(explain_document(explanation, tax=tax)))
    else:
        from planner.report.screens.explain import explain_screen

        say(explain_screen(explanation, tax=tax, **page_layout()))
    return proven(explanation.plan)
