"""`harvest batch`."""

from __future__ import annotations

import gc
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.comparing import SECONDS
from planner.cli.options import AsOf, Force, Json, TimeLimit, the_day
from planner.cli.output import page_layout, say
from planner.cli.progress import progress
from planner.domain.errors import ExitCode, InputError, Problem

if TYPE_CHECKING:
    from planner.domain.plan import Plan
    from planner.scenarios.batch import Place


def batch(
    folders: Annotated[list[Path], typer.Argument(metavar="FOLDER...", help="Folders with households in them.")],
    as_of: AsOf = None,
    json: Json = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FOLDER", help="Write each plan whole into a folder, as JSON.")
    ] = None,
    force: Force = False,
    time_limit: TimeLimit = SECONDS,
) -> ExitCode:
    """Many households at once, a line each."""
    from planner.scenarios.batch import places_in, plan_places

    gc.enable()  # of thousands of households not all can be kept until the end
    places = places_in(folders)
    if out is not None:
        _refuse_to_fill(out, places, force=force)
    keep = partial(write_plan, out, force) if out is not None else None
    with progress("planning") as told:
        planned = plan_places(places, the_day(as_of), seconds=time_limit, keep=keep, told=told)
    if json:
        from planner.report.json_documents.batch import batch_document
        from planner.report.json_documents.plan import as_json

        say(as_json(batch_document(planned)))
    else:
        from planner.report.screens.batch import batch_screen

        say(batch_screen(planned, **page_layout()))
    return planned.exit_code


def write_plan(folder: Path, force: bool, name: str, plan: Plan) -> None:
    """A household's plan under its name: a function of the module, so that other processes may run it."""
    from planner.report.files.whole_file import write_whole
    from planner.report.json_documents.plan import as_json, plan_document

    path = _file(folder, name)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as why:
        problem = Problem(str(path.parent), f"could not be made: {why.strerror}", "choose another place")
        raise InputError([problem]) from why
    write_whole(path, f"{as_json(plan_document(plan))}\n".encode(), force=force)


def _file(folder: Path, name: str) -> Path:
    return folder / f"{name}.json"


def _refuse_to_fill(folder: Path, places: list[Place], *, force: bool) -> None:
    """Raises Refused, before any work, with every file that stands in the way."""
    from planner.report.files.whole_file import refuse_to_overwrite

    problems: list[Problem] = []
    for path in (_file(folder, place.name) for place in places):
        try:
            if path.parent.is_dir():
                refuse_to_overwrite(path, force=force)
        except InputError as refused:
            problems += refused.problems
    if problems:
        raise InputError(problems)
