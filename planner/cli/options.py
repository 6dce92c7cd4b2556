"""The words that several commands share, and the case they name. The clock is read here, once, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.completion import scenarios
from planner.domain.input_limits import MOST_SECONDS

if TYPE_CHECKING:
    from planner.domain.case import Case

YEARS = range(1900, 2200)  # in which a day may lie that someone plans from


def day_of(text: str) -> date:
    """A day written on the command line."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if day.year not in YEARS:
        raise typer.BadParameter(f"`{text}` is not a day. Write year-month-day, such as 2026-12-08.")
    return day


Household = Annotated[Path, typer.Argument(metavar="PATH", help="A household's folder, or its household.toml.")]
AsOf = Annotated[
    date | None,
    typer.Option("--as-of", metavar="DATE", parser=day_of, help="The date of the plan; default: today."),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on standard output and nothing else.")]
Scenario = Annotated[
    str | None,
    typer.Option("--scenario", metavar="NAME", autocompletion=scenarios, help="Use this scenario of the household."),
]
WithReplacements = Annotated[
    bool,
    typer.Option(
        "--with-replacements", help="Also say what to buy with the proceeds, how much, and when to swap back."
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Replace existing files.")]
TimeLimit = Annotated[
    float,
    typer.Option(
        "--time-limit",
        metavar="SECONDS",
        min=0.0,
        callback=lambda seconds: min(seconds, MOST_SECONDS),
        help="Seconds to search for a proof.",
    ),
]


def the_day(as_of: date | None) -> date:
    """The as-of date asked for; today where none is."""
    return as_of or date.today()


def files_of(path: Path) -> tuple[Path, ...]:
    """household.toml and every file that it lists, under any scenario: nothing is ever written over one of them."""
    from planner.loader.assembly.files import files_under_every_scenario

    return files_under_every_scenario(path)


def case_of(
    path: Path, as_of: date | None, scenario: str | None = None, *, planning: bool = True, figures: bool = True
) -> Case:
    """The household at a path, read and checked. Raises InputError."""
    from planner import load

    return load(path, as_of=the_day(as_of), scenario=scenario, planning=planning, figures=figures)


def case_from_today(path: Path, as_of: date | None, scenario: str | None = None) -> Case:
    """The household at a path as of a day on or after its `sale_date`: for commands that look at a plan under way.
    Raises InputError."""
    case = case_of(path, as_of, scenario, planning=False)
    limits = case.household.plan_limits
    if limits.first_day is None or limits.first_day >= case.as_of:
        return case
    return replace(case, household=replace(case.household, plan_limits=limits.changed(sale_date=None)))


def is_over(path: Path, as_of: date | None, scenario: str | None = None) -> bool:
    """Whether the household's tax year has ended by the as-of date. Raises InputError."""
    from planner.loader import read_household

    return the_day(as_of).year > read_household(path, scenario).taxpayer.tax_year
