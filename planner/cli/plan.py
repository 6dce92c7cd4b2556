"""`harvest plan`."""

from __future__ import annotations

from planner.cli.answers import page_layout, proven, say
from planner.cli.words import SECONDS, AsOf, Household, Json, Scenario, TimeLimit, case_of
from planner.refusals import ExitCode


def plan(
    path: Household,
    as_of: AsOf = None,
    json: Json = False,
    scenario: Scenario = None,
    time_limit: TimeLimit = SECONDS,
) -> ExitCode:
    """What to sell, and why."""
    from planner.optimizer import plan_case

    case = case_of(path, as_of, scenario)
    answer = plan_case(case, seconds=time_limit)
    if json:
        from planner.report.data import as_json, plan_document

        say(as_json(plan_document(answer)))
    else:
        from planner.report.screen import plan_screen

        say(plan_screen(answer, case, **page_layout()))
    return proven(answer)
