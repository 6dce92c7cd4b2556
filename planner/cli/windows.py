"""`harvest windows`."""

from __future__ import annotations

from planner.cli.options import AsOf, Household, Json, case_of
from planner.cli.output import page_layout, say
from planner.cli.progress import waiting
from planner.domain.errors import ExitCode


def windows(path: Household, as_of: AsOf = None, json: Json = False) -> ExitCode:
    """The wash-sale ledger so far, and the open windows."""
    import planner

    with waiting("matching sales with purchases"):
        result = planner.windows(case_of(path, as_of, planning=False, figures=False))
    if json:
        say(result.to_json())
    else:
        from planner.report.screens.windows import windows_screen

        say(windows_screen(result.ledger, **page_layout()))
    return ExitCode.DONE
