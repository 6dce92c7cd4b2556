"""`harvest init`: the questions are asked here, on standard error; what nobody answers is assumed, and said."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from planner.cli.options import AsOf, Force, the_day
from planner.cli.output import page_layout, say
from planner.domain.errors import ExitCode, InputError, Problem

if TYPE_CHECKING:
    from planner.domain.household_draft import DraftAccount, DraftHousehold

Answer = TypeVar("Answer")


def init(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the household is to be, and its files lie.")],
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: assume, and say what was assumed.")] = False,
    as_of: AsOf = None,
    force: Force = False,
) -> ExitCode:
    """A commented household to start from."""
    from planner.domain.household_draft import DraftHousehold
    from planner.loader import load_case
    from planner.loader.assembly.discovery import discover
    from planner.report.files.household_toml import household_toml
    from planner.report.files.whole_file import refuse_to_overwrite, write_whole
    from planner.report.screens.init import initiation_screen

    day = the_day(as_of)
    file = folder / "household.toml"
    if folder.exists() and not folder.is_dir():
        raise InputError([Problem(str(folder), "is a file, not a folder", "name the folder that your files lie in")])
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as why:
        raise InputError([Problem(str(folder), f"cannot be made: {why.strerror}", "choose another folder")]) from why
    refuse_to_overwrite(file, force=force)
    found = discover(folder, day)
    draft = DraftHousehold(
        day.year, accounts=found.accounts, prices=found.prices, assumed=("filing_status", "ordinary_income")
    )
    if not yes and sys.stdin is not None and sys.stdin.isatty():
        draft = _asked(draft)
    write_whole(file, household_toml(draft).encode(), force=force)
    try:
        case = load_case(folder, as_of=day, planning=False)
    except InputError as refused:
        say(initiation_screen(found, draft, None, str(file), **page_layout()))
        raise refused from None
    say(initiation_screen(found, draft, case, str(file), **page_layout()))
    return ExitCode.DONE


def _asked(draft: DraftHousehold) -> DraftHousehold:
    """The draft with the answers of the person at the terminal; Return takes what stands in brackets."""
    from rules.terms import FilingStatus

    def status(text: str) -> FilingStatus:
        return FilingStatus(text.strip().casefold().replace(" ", "_").replace("-", "_"))

    say("Return takes the answer in brackets; everything can be changed in household.toml later.", error=True)
    married = {FilingStatus.MARRIED_JOINTLY, FilingStatus.MARRIED_SEPARATELY}
    draft = replace(
        draft,
        tax_year=_ask("Tax year", draft.tax_year, int),
        filing_status=_ask(f"Filing status ({', '.join(FilingStatus)})", draft.filing_status, status),
        ordinary_income=_ask("Ordinary income, before deductions and without capital gains", Decimal(100_000), _money),
        state=_ask("State, two letters (empty: no state tax)", "", _state) or None,
        carryover_short=_ask("Short-term loss carried over from last year", Decimal(0), _loss),
        carryover_long=_ask("Long-term loss carried over from last year", Decimal(0), _loss),
        assumed=(),
    )
    accounts = tuple(_account(account, married=draft.filing_status in married) for account in draft.accounts)
    return replace(draft, accounts=accounts)


def _account(account: DraftAccount, *, married: bool) -> DraftAccount:
    from planner.domain.household_draft import TAXABLE_ASSUMED
    from rules.terms import AccountKind, Owner

    kind = _ask(f"{account.name}: kind ({', '.join(AccountKind)})", account.kind, AccountKind)
    owner = _ask(f"{account.name}: owner (taxpayer, spouse)", account.owner, Owner) if married else account.owner
    assumed = tuple(sentence for sentence in account.assumed if sentence != TAXABLE_ASSUMED)
    return replace(account, kind=kind, owner=owner, assumed=assumed)


def _ask(question: str, default: Answer, parse: Callable[[str], Answer]) -> Answer:
    """The answer to a question, asked again until it can be understood."""
    while True:
        text = typer.prompt(question, default=str(default), err=True)
        try:
            return parse(text)
        except (ValueError, InvalidOperation):
            say(f"  `{text}` is no answer to this", error=True)


def _money(text: str) -> Decimal:
    amount = Decimal(text.replace("$", "").replace(",", "").replace("_", "").strip())
    if not amount.is_finite():
        raise ValueError(text)
    return amount


def _loss(text: str) -> Decimal:
    return abs(_money(text))  # people write losses with and without a minus


def _state(text: str) -> str:
    text = text.strip().upper()
    if text and not (len(text) == 2 and text.isascii() and text.isalpha()):
        raise ValueError(text)
    return text
