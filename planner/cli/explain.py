"""`harvest explain`."""

from __future__ import annotations

from typing import Annotated

import typer

from planner.cli.answers import page_layout, proven, say
from planner.cli.completion import lots
from planner.cli.words import SECONDS, AsOf, Household, Json, Scenario, TimeLimit, case_of
from planner.refusals import ExitCode


def explain(
    path: Household,
    lot: Annotated[
        str | None,
        typer.Argument(
            metavar="LOT", autocompletion=lots, help="A lot id, the beginning of one, or a symbol for all its lots."
        ),
    ] = None,
    tax: Annotated[
        bool, typer.Option("--tax", help="The worksheets line by line, without the plan and with it.")
    ] = False,
    as_of: AsOf = None,
    json: Json = False,
    scenario: Scenario = None,
    time_limit: TimeLimit = SECONDS,
) -> ExitCode:
    """Why a lot is or is not sold; the tax, line by line."""
    if lot is None and not tax:
        raise typer.BadParameter("name a lot or a symbol, or ask for --tax", param_hint="LOT")
    from planner.optimizer.explain import explain_case

    explanation = explain_case(case_of(path, as_of, scenario), lot, seconds=time_limit)
    if json:
        from planner.report.data import as_json
        from planner.report.explain_data import explain_document

        say(as_json(explain_document(explanation, tax=tax)))
    else:
        from planner.report.explain import explain_screen

        say(explain_screen(explanation, tax=tax, **page_layout()))
    return proven(explanation.plan)
