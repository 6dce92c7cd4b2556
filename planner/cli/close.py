"""`harvest close`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.options import AsOf, Force, Household, case_of, files_of, is_over, the_day
from planner.cli.output import page_layout, say
from planner.cli.progress import waiting
from planner.domain.errors import ExitCode, InputError, Problem


def close(
    path: Household,
    output: Annotated[
        Path, typer.Option("--output", metavar="FOLDER", help="The folder of the next year's household.")
    ],
    as_of: AsOf = None,
    force: Force = False,
) -> ExitCode:
    """Next year's household: carryovers, lots, open windows."""
    from planner.analysis.next_year import next_year
    from planner.loader import document_of
    from planner.report.files.next_year import next_year_files
    from planner.report.files.whole_file import refuse_to_overwrite, write_whole
    from planner.report.screens.close import close_screen
    from rules.tax_year import YEARS_HELD

    if not is_over(path, as_of):
        what = f"the tax year is not over on {the_day(as_of)}"
        remedy = "run it after December 31; losses are final 31 days after the last sale at a loss"
        raise InputError([Problem("harvest close", what, remedy)])
    with waiting("closing the year"):
        case = case_of(path, as_of, planning=False)
        following = next_year(case)
    files = next_year_files(following, case, document_of(case))
    inputs = files_of(path)
    _make(output)
    if (output / "household.toml").resolve() == case.household.path.resolve():
        raise InputError([Problem(str(output), "is the folder of the year being closed", "choose another folder")])
    for name in files:
        refuse_to_overwrite(output / name, force=force, inputs=inputs)
    for name, content in files.items():
        write_whole(output / name, content, force=force, inputs=inputs)
    say(close_screen(following, str(output), following.tax_year in YEARS_HELD, **page_layout()))
    return ExitCode.DONE


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as why:
        raise InputError(
            [Problem(str(folder), f"could not be created: {why.strerror}", "choose another path")]
        ) from why
