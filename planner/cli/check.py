"""`harvest check`."""

from __future__ import annotations

from planner.cli.options import AsOf, Household, Json, case_of
from planner.cli.output import page_layout, say
from planner.domain.errors import ExitCode


def check(path: Household, as_of: AsOf = None, json: Json = False) -> ExitCode:
    """What was read, per account and file, with totals."""
    import planner

    case = case_of(path, as_of, planning=False, figures=False)
    if json:
        say(planner.check(case).to_json())
    else:
        from planner.report.screens.check import check_screen

        say(check_screen(case, **page_layout()))
    return ExitCode.DONE
