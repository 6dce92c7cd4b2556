"""`harvest windows`."""

from __future__ import annotations

from planner.cli.answers import page_layout, say
from planner.cli.words import AsOf, Household, Json, case_of
from planner.refusals import ExitCode


def windows(path: Household, as_of: AsOf = None, json: Json = False) -> ExitCode:
    """The wash-sale ledger so far, and the open windows."""
    from planner.ledger import household_ledger
    from planner.memory import nothing_collected

    with nothing_collected():
        ledger = household_ledger(case_of(path, as_of, planning=False))
        if json:
            from planner.report.data import as_json
            from planner.report.windows import windows_document

            say(as_json(windows_document(ledger)))
        else:
            from planner.report.windows import windows_screen

            say(windows_screen(ledger, **page_layout()))
    return ExitCode.DONE
