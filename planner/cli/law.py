"""`harvest law`."""

from __future__ import annotations

from typing import Annotated

import typer

from planner.cli.completion import years
from planner.cli.output import page_layout, say
from planner.domain.errors import ExitCode, Problem, UnsupportedLaw


def law(year: Annotated[int, typer.Argument(metavar="YEAR", autocompletion=years, help="A tax year.")]) -> ExitCode:
    """The figures in force for a year, each with its source."""
    from planner.report.screens.law import law_screen
    from rules.tax_year import LawNotHeld, tax_year

    try:
        figures = tax_year(year)
    except LawNotHeld as gap:
        raise UnsupportedLaw([Problem(f"harvest law {year}", gap.what, "ask for one of these years")]) from gap
    say(law_screen(figures, **page_layout()))
    return ExitCode.DONE
