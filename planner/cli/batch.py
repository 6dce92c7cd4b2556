"""`harvest batch`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.batch_folder import BatchFolder
from planner.cli.comparing import SECONDS
from planner.cli.options import AsOf, Force, Json, TimeLimit, the_day
from planner.cli.output import complain, page_layout, say
from planner.cli.progress import progress
from planner.domain.errors import ExitCode, InputError

if TYPE_CHECKING:
    from planner.analysis.batch_results import Batch
    from planner.scenarios.executors import Workers

FEW = 8  # households that are planned in this process, unless --jobs says otherwise


def batch(
    folders: Annotated[list[Path], typer.Argument(metavar="FOLDER...", help="Folders that contain households.")],
    as_of: AsOf = None,
    json: Json = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", help="Write results.csv and each plan, trade list and letter to this folder."
        ),
    ] = None,
    force: Force = False,
    time_limit: TimeLimit = SECONDS,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", metavar="N", min=1, help="Number of processes; default: one per processor."),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option("--scheduler", metavar="ADDRESS", help="Plan on a Dask cluster, such as tcp://10.0.0.5:8786."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Continue the batch in --out; finished households are not planned again.")
    ] = False,
) -> ExitCode:
    """Many households at once, a line each."""
    from planner.analysis.batch_results import Batch
    from planner.scenarios.batch import places_in, plan_places

    if resume and out is None:
        raise typer.BadParameter("it continues a batch in a folder: add --out", param_hint="--resume")
    places = places_in(folders)
    folder = None if out is None else BatchFolder(out, the_day(as_of), time_limit)
    done = [] if folder is None else folder.begin(places, force=force, resume=resume)
    left = [place for place in places if place.name not in {line.name for line in done}]
    workers = _workers(len(left), jobs, scheduler)
    try:
        with progress("planning") as told:
            planned = plan_places(
                left,
                the_day(as_of),
                seconds=time_limit,
                keep=folder.keep() if folder else None,
                told=told,
                workers=workers,
                finished=folder.note if folder else lambda line: None,
            )
    finally:
        if workers is not None:
            workers.close()
    whole = Batch(planned.as_of, tuple(sorted((*done, *planned.lines), key=lambda line: line.name)))
    code = whole.exit_code if folder is None else _finished(folder, whole)
    if json:
        from planner.report.json_documents.batch import batch_document
        from planner.report.json_documents.text import as_json

        say(as_json(batch_document(whole)))
    else:
        from planner.report.screens.batch import batch_screen

        say(batch_screen(whole, **page_layout()))
    return code


def _finished(folder: BatchFolder, batch: Batch) -> ExitCode:
    """Writes the results; what could not be written is said, and the results are still shown."""
    try:
        folder.finish(batch)
    except InputError as refused:
        complain(refused)
        return ExitCode.REFUSED
    return batch.exit_code


def _workers(households: int, jobs: int | None, scheduler: str | None) -> Workers | None:
    from planner.scenarios.executors import Cluster, Processes
    from planner.scenarios.workers import available_processors

    if scheduler is not None:
        return Cluster(scheduler)
    if jobs is None and households <= FEW:
        return None
    return Processes(min(jobs or available_processors(), max(1, households)))
