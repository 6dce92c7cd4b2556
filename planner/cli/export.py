"""`harvest export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.answers import proven, say
from planner.cli.words import SECONDS, AsOf, Household, Scenario, TimeLimit, case_of
from planner.refusals import ExitCode

FORMATS = ("ics",)


def _format(text: str) -> str:
    if text not in FORMATS:
        raise typer.BadParameter(f"`{text}` is no format. Write one of: {', '.join(FORMATS)}.")
    return text


def export(
    path: Household,
    kind: Annotated[str, typer.Argument(metavar="FORMAT", parser=_format, help=f"One of: {', '.join(FORMATS)}.")],
    output: Annotated[Path, typer.Option("--output", metavar="FILE", help="The file to write; whole or not at all.")],
    as_of: AsOf = None,
    scenario: Scenario = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
    time_limit: TimeLimit = SECONDS,
) -> ExitCode:
    """The plan as a file for another program."""
    from planner.report.ics import calendar_file, calendar_library
    from planner.report.whole_file import refuse_to_overwrite, write_whole

    refuse_to_overwrite(output, force=force)  # before the work, not only after it
    calendar_library()
    from planner.optimizer import plan_case

    case = case_of(path, as_of, scenario)
    answer = plan_case(case, seconds=time_limit)
    write_whole(output, calendar_file(answer, case), force=force)
    say(f"{output}: the plan is written as {kind}")
    return proven(answer)
