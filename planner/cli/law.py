"""`harvest law`."""

from __future__ import annotations

from typing import Annotated

import typer

from planner.cli.completion import years
from planner.cli.output import page_layout, say
from planner.domain.errors import ExitCode, Problem, UnsupportedLaw


def law(
    year: Annotated[int | None, typer.Argument(metavar="YEAR", autocompletion=years, help="A tax year.")] = None,
    state: Annotated[
        str | None, typer.Option(metavar="XX", help="Show a state's figures instead (two letters).")
    ] = None,
    pending: Annotated[bool, typer.Option(help="Bills that are not law instead, as last seen.")] = False,
) -> ExitCode:
    """The figures in force for a year, each with its source."""
    from planner.report.screens.law import law_screen, state_law_screen
    from planner.report.screens.pending_law import pending_law_screen
    from rules.digital_assets import all_proposals
    from rules.states.law import state_tax_law
    from rules.tax_year import LawNotHeld, tax_year
    from rules.terms import FilingStatus

    if pending:
        say(pending_law_screen(all_proposals(), **page_layout()))
        return ExitCode.DONE
    if year is None:
        raise typer.BadParameter("name a tax year, or --pending", param_hint="YEAR")
    try:
        if state is not None:
            say(state_law_screen(state_tax_law(state.upper(), year, FilingStatus.SINGLE), year, **page_layout()))
            return ExitCode.DONE
        figures = tax_year(year)
    except LawNotHeld as gap:
        remedy = "ask for one of these years" if state is None else "ask for another year or place"
        raise UnsupportedLaw([Problem(f"harvest law {year}", gap.what, remedy)]) from gap
    say(law_screen(figures, **page_layout()))
    return ExitCode.DONE
