"""`harvest plan --out`: the plan in every format, each file whole or absent."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from planner.cli.export_formats import FORMATS, ExportRequest, Format
from planner.cli.output import complain, say
from planner.domain.errors import InputError, Problem

NAMED = 3  # files in the way that are named; more are counted


def refuse_to_fill(folder: Path, *, force: bool, inputs: Sequence[Path] = ()) -> None:
    """Raises InputError, in one message, where a folder cannot take the plan."""
    from planner.report.files.whole_file import refuse_to_overwrite

    if not os.path.lexists(folder):  # unlike Path.exists this has an answer for names that no system allows
        if not os.path.isdir(folder.parent):
            raise _refused(folder, f"there is no folder {folder.parent}", "create it, or choose another path")
        return
    if not os.path.isdir(folder):
        raise _refused(folder, "is not a folder", "choose another path")
    problems: list[Problem] = []
    for format in FORMATS.values():
        try:
            refuse_to_overwrite(folder / format.file, force=force, inputs=inputs)
        except InputError as refused:
            problems += refused.problems
    _refuse_together(folder, problems)


def _refuse_together(folder: Path, problems: list[Problem]) -> None:
    """Raises InputError: files of an earlier plan in one message, whatever else is in the way each in its own."""
    earlier = [problem for problem in problems if "--force" in problem.remedy]
    others = [problem for problem in problems if problem not in earlier]
    if earlier:
        names = [Path(problem.where).name for problem in earlier]
        listed = ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")
        exist = "exists" if len(names) == 1 else "exist"
        others.append(Problem(str(folder), f"{listed} {exist} already", earlier[0].remedy))
    if others:
        raise InputError(others)


def fill(folder: Path, answer: ExportRequest, *, force: bool, inputs: Sequence[Path] = ()) -> bool:
    """Write all formats into a folder, made if need be and then its owner's alone; whether all could be written.

    Everything is made before anything is written. A format whose library is missing, or that cannot carry this plan,
    stays out, and the others are written. What is left out or could not be written is said, each by its name.
    """
    from planner.report.files.whole_file import write_whole

    made = []
    for format in FORMATS.values():
        if not _concerns(format, answer):
            continue
        try:
            format.refuse_without_library()
            made.append((folder / format.file, format.export(answer)))
        except InputError as refused:
            for problem in refused.problems:
                say(f"{folder}: {format.file} was not written: {problem.what}\n  fix: {problem.remedy}", error=True)
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as why:
        complain(_refused(folder, f"could not be created: {why.strerror}", "choose another path"))
        return False
    written = []
    for path, exported in made:
        try:
            write_whole(path, exported.content, force=force, inputs=inputs)
        except InputError as refused:
            complain(refused)
            continue
        written.append(path.name)
        for what in exported.left_out:
            say(f"{path}: {what}", error=True)
    if written:
        say(f"{folder}: wrote the plan as {', '.join(written)}", error=True)
    return len(written) == len(made)


def _concerns(format: Format, answer: ExportRequest) -> bool:
    """Orders for one broker are nothing to a household that has no account there."""
    return not format.of_a_broker or any(read.layout.startswith(format.of_a_broker) for read in answer.case.files)


def _refused(folder: Path, what: str, remedy: str) -> InputError:
    return InputError([Problem(str(folder), what, remedy)])
