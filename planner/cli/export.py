"""`harvest export`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.compare import Sweeping
from planner.cli.comparing import SECONDS
from planner.cli.completion import export_formats
from planner.cli.export_formats import FORMATS, ExportRequest, Format, explained, listed
from planner.cli.options import (
    AsOf,
    Force,
    Household,
    Scenario,
    TimeLimit,
    WithReplacements,
    case_of,
    files_of,
    is_over,
)
from planner.cli.output import proven, refuse_to_show, say, say_bytes
from planner.cli.progress import waiting
from planner.domain.errors import ExitCode, InputError, Problem

if TYPE_CHECKING:
    from planner.domain.case import Case

STANDARD_OUTPUT = Path("-")


def _format(text: str) -> Format:
    if text not in FORMATS:
        raise typer.BadParameter(f"`{text}` is not a format. Write one of: {listed(FORMATS.values())}.")
    return FORMATS[text]


def export(
    path: Household,
    kind: Annotated[
        Format,
        typer.Argument(
            metavar="FORMAT", parser=_format, autocompletion=export_formats, help=f"{explained(FORMATS.values())}."
        ),
    ],
    output: Annotated[
        Path,
        typer.Option("--output", metavar="FILE", help="The file to write; - for standard output."),
    ],
    account: Annotated[
        str | None,
        typer.Option("--account", metavar="NAME", help="Only this account's orders or letter."),
    ] = None,
    sweep: Sweeping = None,
    as_of: AsOf = None,
    scenario: Scenario = None,
    force: Force = False,
    time_limit: TimeLimit = SECONDS,
    with_replacements: WithReplacements = False,
) -> ExitCode:
    """The plan as a file for another program."""
    if account is not None and not kind.by_account:
        raise typer.BadParameter(f"{kind.name} covers all accounts: remove --account.")
    if sweep is not None and not kind.draws_a_sweep:
        raise typer.BadParameter(f"{kind.name} has no charts: remove --sweep.")
    if with_replacements and not kind.carries_swaps:
        raise typer.BadParameter(f"{kind.name} has no room for purchases: remove --with-replacements.")
    from planner.report.files.whole_file import refuse_to_overwrite, write_whole

    inputs = files_of(path)
    if output == STANDARD_OUTPUT:
        refuse_to_show(kind.name, text=kind.is_text)
    else:
        refuse_to_overwrite(output, force=force, inputs=inputs)  # before the work, not only after it
    kind.refuse_without_library()
    from planner.optimizer import plan_with_sensitivities, year_as_it_was

    over = kind.after_year and is_over(path, as_of, scenario)
    case = case_of(path, as_of, scenario, planning=not over)
    if account is not None:
        account = _account(account, case)
    with waiting("planning"):
        plan = year_as_it_was(case) if over else plan_with_sensitivities(case, seconds=time_limit)
        if with_replacements and not over:
            from planner.scenarios.swaps import with_replacements as with_swaps

            plan = with_swaps(case, plan)
    exported = kind.export(ExportRequest(plan, case, account, sweep, time_limit))
    if output == STANDARD_OUTPUT:
        say_bytes(exported.content)
    else:
        write_whole(output, exported.content, force=force, inputs=inputs)
    for what in exported.left_out:
        say(f"{output}: {what}", error=True)
    if output != STANDARD_OUTPUT:
        say(f"{output}: {f'the year {plan.tax_year} as filed' if over else 'the plan'} was written as {kind.name}")
    return proven(plan)


def _account(named: str, case: Case) -> str:
    """The account of that name, in any case. Raises InputError where there is none."""
    known = {account.name.casefold(): account.name for account in case.household.accounts}
    if named.casefold() not in known:
        what = f"--account: the household has no account `{named}`"
        raise InputError([Problem("harvest export", what, f"write one of: {', '.join(known.values())}")])
    return known[named.casefold()]
