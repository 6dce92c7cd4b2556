"""`harvest compare`."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from planner.cli.comparing import SECONDS, Range, compared
from planner.cli.completion import compared as to_compare
from planner.cli.options import AsOf, Household, Json, TimeLimit, case_of
from planner.cli.output import complain, page_layout, proven, say
from planner.domain.errors import ExitCode, InputError
from planner.domain.input_limits import MOST_KEY_DEPTH, MOST_NUMBER_CHARACTERS, MOST_SWEEP_STEPS, is_bounded


def _range(text: str) -> Range:
    key, _, span = text.partition("=")
    try:
        first, last, steps = span.split(":")
        asked = Range(key.strip(), _bounded(first), _bounded(last), int(steps))
    except (ValueError, InvalidOperation):
        asked = Range("", Decimal(0), Decimal(0), 0)
    if not asked.key or not 1 <= asked.steps <= MOST_SWEEP_STEPS or asked.key.count(".") >= MOST_KEY_DEPTH:
        example = "plan.max_turnover=0:200000:21"
        raise typer.BadParameter(
            f"`{text}` is not a range. Write KEY=FROM:TO:STEPS with 1 to {MOST_SWEEP_STEPS} steps, such as {example}."
        )
    return asked


def _one_or_two(ranges: list[Range]) -> tuple[Range | None, Range | None]:
    """The keys to move. Two make a table, of no more plans than one key may have."""
    first, second, *more = [*ranges, None, None]
    if any(more) or (first and second and first.key == second.key):
        raise typer.BadParameter("it moves one key, or two different ones together", param_hint="--sweep")
    if first and second and first.steps * second.steps > MOST_SWEEP_STEPS:
        raise typer.BadParameter(f"these are more than {MOST_SWEEP_STEPS} plans", param_hint="--sweep")
    return first, second


def _bounded(text: str) -> Decimal:
    """A number that a key may be moved to. Raises ValueError for one that only a mistake or a trap has."""
    number = Decimal(text) if len(text) <= MOST_NUMBER_CHARACTERS else Decimal("NaN")
    if not is_bounded(number):
        raise ValueError(text)
    return number


Sweeping = Annotated[
    Range | None,
    typer.Option(
        "--sweep",
        metavar="KEY=FROM:TO:STEPS",
        parser=_range,
        help="Vary one number of household.toml over STEPS values, both ends included.",
    ),
]
SweepingTwo = Annotated[
    list[Range] | None,
    typer.Option(
        "--sweep",
        metavar="KEY=FROM:TO:STEPS",
        parser=_range,
        help="Move a number of household.toml over so many values, both ends included; twice: two keys, as a table.",
    ),
]
Names = Annotated[
    list[str] | None,
    typer.Option(
        "--scenario", metavar="NAME", autocompletion=to_compare, help=("Compare only this scenario; can be repeated.")
    ),
]

Sales = Annotated[
    Path | None,
    typer.Option(
        "--sales",
        metavar="FILE",
        help="Also value the sales listed in FILE: an edited trade list, or any CSV with lot_id and quantity.",
    ),
]


def compare(
    path: Household,
    as_of: AsOf = None,
    json: Json = False,
    scenario: Names = None,
    sweep: SweepingTwo = None,
    sales: Sales = None,
    time_limit: TimeLimit = SECONDS,
) -> ExitCode:
    """The plan beside other scenarios and rules of thumb."""
    first, second = _one_or_two(sweep or [])
    case = case_of(path, as_of)
    answer = compared(case, scenario or (), first, time_limit, sales=sales, across=second)
    if json:
        from planner.report.json_documents.compare import compare_document
        from planner.report.json_documents.text import as_json

        say(as_json(compare_document(answer)))
    else:
        from planner.report.screens.compare import compare_screen

        say(compare_screen(answer, case, **page_layout()))
    as_given = answer.as_given
    if as_given.plan is not None:
        return proven(as_given.plan)
    complain(InputError(as_given.problems))
    return as_given.exit_code
