"""`harvest verify`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.options import Household, Json
from planner.cli.output import page_layout, say
from planner.cli.progress import waiting
from planner.domain.errors import ExitCode


def verify(
    path: Household,
    plan: Annotated[Path, typer.Argument(metavar="PLAN.json", help="A saved plan: plan.json of `plan --out`.")],
    json: Json = False,
) -> ExitCode:
    """Recompute a saved plan: figures, limits, wash sales, bound."""
    from planner.scenarios.verify_plan import verify_plan

    with waiting("verifying"):
        found = verify_plan(path, plan)
    if json:
        from planner.report.json_documents.text import as_json
        from planner.report.json_documents.verify import verify_document

        say(as_json(verify_document(found)))
    else:
        from planner.report.screens.verify import verify_screen

        say(verify_screen(found, **page_layout()))
    return ExitCode.DONE if found.holds else ExitCode.REFUSED
