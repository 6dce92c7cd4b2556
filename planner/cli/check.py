"""`harvest check`."""

from __future__ import annotations

from planner.cli.answers import page_layout, say
from planner.cli.words import AsOf, Household, Json, case_of
from planner.refusals import ExitCode


def check(path: Household, as_of: AsOf = None, json: Json = False) -> ExitCode:
    """What was read, per account and file, with totals."""
    from planner.memory import nothing_collected

    with nothing_collected():
        case = case_of(path, as_of, planning=False)
        if json:
            from planner.report.data import as_json, check_document

            say(as_json(check_document(case)))
        else:
            from planner.report.readings import check_screen

            say(check_screen(case, **page_layout()))
    return ExitCode.DONE
