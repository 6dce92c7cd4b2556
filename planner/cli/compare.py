"""`harvest compare`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.answers import complain, page_layout, proven, say
from planner.cli.completion import compared as to_compare
from planner.cli.progress import progress
from planner.cli.words import SECONDS, AsOf, Household, Json, TimeLimit, case_of
from planner.refusals import ExitCode, Refused

if TYPE_CHECKING:
    from planner.case import Case
    from planner.comparison import Comparison
    from planner.plan import Plan

MOST_STEPS = 500


@dataclass(frozen=True, slots=True)
class Range:
    """A key of household.toml, and the values it is moved over: so many, from the first to the last."""

    key: str
    first: Decimal
    last: Decimal
    steps: int


def _range(text: str) -> Range:
    key, _, span = text.partition("=")
    try:
        first, last, steps = span.split(":")
        asked = Range(key.strip(), Decimal(first), Decimal(last), int(steps))
    except (ValueError, InvalidOperation):
        asked = Range("", Decimal(0), Decimal(0), 0)
    if not asked.key or not 1 <= asked.steps <= MOST_STEPS or not (asked.first.is_finite() and asked.last.is_finite()):
        example = "plan.max_turnover=0:200000:21"
        raise typer.BadParameter(
            f"`{text}` is no range. Write KEY=FROM:TO:STEPS with 1 to {MOST_STEPS} steps, such as {example}."
        )
    return asked


Sweeping = Annotated[
    Range | None,
    typer.Option(
        "--sweep",
        metavar="KEY=FROM:TO:STEPS",
        parser=_range,
        help="Move a number of household.toml over so many values, both ends included.",
    ),
]
Names = Annotated[
    list[str] | None,
    typer.Option("--scenario", metavar="NAME", autocompletion=to_compare, help="Compare only these; may be repeated."),
]


def compare(
    path: Household,
    as_of: AsOf = None,
    json: Json = False,
    scenario: Names = None,
    sweep: Sweeping = None,
    time_limit: TimeLimit = SECONDS,
) -> ExitCode:
    """The plan beside other scenarios and rules of thumb."""
    case = case_of(path, as_of)
    answer = compared(case, scenario or (), sweep, time_limit)
    if json:
        from planner.report.compare_data import compare_document
        from planner.report.data import as_json

        say(as_json(compare_document(answer)))
    else:
        from planner.report.compare import compare_screen

        say(compare_screen(answer, case, **page_layout()))
    as_given = answer.as_given
    if as_given.plan is not None:
        return proven(as_given.plan)
    complain(Refused(as_given.refusals))
    return as_given.exit_code


def compared(
    case: Case, names: Sequence[str], sweep: Range | None, seconds: float, plan: Plan | None = None
) -> Comparison:
    """The case beside its scenarios, and with a key moved where one is; how far that is, is told on the way.

    `plan` is that of the case as given, where there is one already.
    """
    from planner.scenarios import compare_case, even_steps, sweep_case

    with progress("comparing") as told:
        comparison = compare_case(case, names, plan=plan, seconds=seconds, told=told)
    if sweep is None:
        return comparison
    values = even_steps(sweep.first, sweep.last, sweep.steps)
    with progress(f"moving {sweep.key}") as told:
        return replace(comparison, sweep=sweep_case(case, sweep.key, values, seconds=seconds, told=told))
