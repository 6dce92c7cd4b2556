"""`harvest plan --out`: the plan in every format, each file whole or absent."""

from __future__ import annotations

import os
from pathlib import Path

from planner.cli.export_formats import FORMATS, ExportRequest
from planner.cli.output import say
from planner.domain.errors import InputError, Problem


def refuse_to_fill(folder: Path, *, force: bool) -> None:
    """Raises Refused, with every file that stands in the way, where a folder cannot take the plan."""
    from planner.report.files.whole_file import refuse_to_overwrite

    if not os.path.lexists(folder):  # unlike Path.exists this has an answer for names that no system allows
        if not os.path.isdir(folder.parent):
            raise _refused(folder, f"there is no folder {folder.parent}", "make it, or choose another place")
        return
    if not os.path.isdir(folder):
        raise _refused(folder, "is no folder", "choose another place")
    problems: list[Problem] = []
    for format in FORMATS.values():
        try:
            refuse_to_overwrite(folder / format.file, force=force)
        except InputError as refused:
            problems += refused.problems
    if problems:
        raise InputError(problems)


def fill(folder: Path, answer: ExportRequest, *, force: bool) -> None:
    """Write all formats into a folder, made if need be and then its owner's alone. What is left out is said.

    Everything is made before anything is written. A format whose library is missing, or that cannot carry this plan,
    stays out, and the others are written. Raises Refused where one cannot be.
    """
    from planner.report.files.whole_file import write_whole

    made = []
    for format in FORMATS.values():
        try:
            format.refuse_without_library()
            made.append((folder / format.file, format.export(answer)))
        except InputError as refused:
            for problem in refused.problems:
                say(f"{folder}: {format.file} is left out: {problem.what}\n  fix: {problem.remedy}", error=True)
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as why:
        raise _refused(folder, f"could not be made: {why.strerror}", "choose another place") from why
    for path, exported in made:
        write_whole(path, exported.content, force=force)
        for what in exported.left_out:
            say(f"{path}: {what}", error=True)
    say(f"{folder}: the plan is written as {', '.join(path.name for path, _ in made)}", error=True)


def _refused(folder: Path, what: str, remedy: str) -> InputError:
    return InputError([Problem(str(folder), what, remedy)])
