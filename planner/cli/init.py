"""`harvest init`: the questions are asked here, on standard error; what no one answers is assumed, and said."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from planner.cli.edge_questions import with_edges_asked
from planner.cli.options import AsOf, Force, the_day
from planner.cli.output import page_layout, say
from planner.domain.errors import ExitCode, InputError, Problem, UnsupportedLaw

if TYPE_CHECKING:
    from planner.domain.household_draft import Additions, Discovery, DraftAccount, DraftHousehold

Answer = TypeVar("Answer")


def init(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder for the household, with its files.")],
    yes: Annotated[bool, typer.Option("--yes", help="Ask no questions: use defaults and list them.")] = False,
    as_of: AsOf = None,
    force: Force = False,
) -> ExitCode:
    """A commented household to start from."""
    day = the_day(as_of)
    file = folder / "household.toml"
    if folder.exists() and not folder.is_dir():
        raise InputError([Problem(str(folder), "is a file, not a folder", "name the folder that contains your files")])
    asking = not yes and sys.stdin is not None and sys.stdin.isatty()
    try:
        if file.exists() and not force:
            return _add(folder, file, day, asking=asking)
        return _begin(folder, file, day, asking=asking)
    except (typer.Abort, KeyboardInterrupt):
        say("\nnothing was written", error=True)
        raise KeyboardInterrupt from None


def _begin(folder: Path, file: Path, day: date, *, asking: bool) -> ExitCode:
    """A new household; one that was there is kept beside it under another name."""
    from planner.domain.household_draft import DraftHousehold
    from planner.loader.assembly.discovery import discover
    from planner.report.files.household_toml import household_toml
    from planner.report.files.whole_file import refuse_to_overwrite, write_whole

    if file.parent.exists():
        refuse_to_overwrite(file, force=True)
    found = discover(folder, day)
    left_out = tuple(left.path for left in found.not_read if not left.ours)
    draft = DraftHousehold(
        day.year,
        accounts=found.accounts,
        prices=found.prices,
        assumed=("filing_status", "ordinary_income"),
        not_read=left_out,
    )
    if asking:
        draft = _asked(draft)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as why:
        raise InputError([Problem(str(folder), f"cannot be created: {why.strerror}", "choose another folder")]) from why
    kept = _kept_beside(file)
    write_whole(file, household_toml(draft).encode(), force=True)
    return _answer(folder, file, day, found, draft, kept=kept)


def _kept_beside(file: Path) -> str:
    """Where the earlier household was moved to; blank where there was none."""
    from planner.report.files.whole_file import write_whole

    if not file.is_file():
        return ""
    number = 1
    while (beside := file.with_name(f"household-{number}.toml.old")).exists():
        number += 1
    write_whole(beside, file.read_bytes(), force=False)
    return beside.name


def _add(folder: Path, file: Path, day: date, *, asking: bool) -> ExitCode:
    """What is new in the folder, added to the household that is there; every answer in it stays."""
    from planner.domain.household_draft import DraftHousehold
    from planner.loader.assembly.discovery import discover
    from planner.loader.household.additions import additions, with_additions
    from planner.loader.household.document import household_text
    from planner.loader.household.parse import parse_household
    from planner.report.files.household_toml import account_blocks
    from planner.report.files.whole_file import write_whole

    _, text = household_text(file)
    try:
        household = parse_household(file).asked.household
    except InputError as unreadable:
        remedy = (
            f"{unreadable.problems[0].remedy}; or add --force: a new file is written, and this one is saved beside it"
        )
        raise InputError([replace(unreadable.problems[0], remedy=remedy)]) from None
    found = discover(folder, day)
    added = additions(found, household)
    if asking and added.accounts:
        married = str(household.taxpayer.filing_status).startswith("married")
        added = replace(added, accounts=tuple(_account(account, married=married) for account in added.accounts))
    if not added.nothing:
        changed = with_additions(text, file.name, added, account_blocks(added.accounts))
        write_whole(file, changed.encode(), force=True)
    draft = DraftHousehold(household.taxpayer.tax_year, accounts=added.accounts, prices=added.prices)
    return _answer(folder, file, day, found, draft, added=added, ignored=household.ignore)


def _answer(
    folder: Path,
    file: Path,
    day: date,
    found: Discovery,
    draft: DraftHousehold,
    *,
    added: Additions | None = None,
    ignored: Sequence[str] = (),
    kept: str = "",
) -> ExitCode:
    """What was written and found, on the screen; what the files refuse, on standard error."""
    from fnmatch import fnmatchcase

    from planner.loader import load_case
    from planner.report.screens.init import initiation_screen

    not_read = tuple(n for n in found.not_read if not any(fnmatchcase(n.path, pattern) for pattern in ignored))
    found = replace(found, not_read=not_read)
    case, problem = None, None
    try:
        case = load_case(folder, as_of=day, planning=False)
    except InputError as refused:
        problem = refused
    say(initiation_screen(found, draft, case, str(file), added=added, kept=kept, **page_layout()))
    if problem is not None:
        raise problem
    return ExitCode.DONE


def _asked(draft: DraftHousehold) -> DraftHousehold:
    """The draft with the answers of the person at the terminal; Return takes what is in brackets."""
    from planner.cli.answers import STATUS, choice, loss, money, state, year, yes
    from planner.domain.state_names import STATE_NAMES
    from rules.terms import FilingStatus

    say("Press Return for the answer in brackets. You can change everything later in household.toml.", error=True)
    married = {FilingStatus.MARRIED_JOINTLY, FilingStatus.MARRIED_SEPARATELY}
    tax_year = ask("Tax year", draft.tax_year, year)
    _say_choices("Filing status", STATUS)
    draft = replace(
        draft,
        tax_year=tax_year,
        filing_status=ask("Filing status", draft.filing_status, lambda text: choice(text, STATUS)),
        ordinary_income=ask("Ordinary income, before deductions and without capital gains", Decimal(100_000), money),
        state=ask("State (empty: no state tax)", "", lambda text: state(text, STATE_NAMES)) or None,
        carryover_short=ask("Short-term loss carried over from last year", Decimal(0), loss),
        carryover_long=ask("Long-term loss carried over from last year", Decimal(0), loss),
        assumed=(),
    )
    trader = "Are you a dealer, or a trader with an election under § 475(f)? yes or no"
    if ask(trader, "no", lambda text: "yes" if yes(text) else "no") == "yes":
        from planner.loader import BY_ITS_OWN_RULES, MARK_TO_MARKET

        raise UnsupportedLaw([Problem("harvest init", MARK_TO_MARKET, BY_ITS_OWN_RULES)])
    draft = with_edges_asked(draft, ask)
    accounts = tuple(_account(account, married=draft.filing_status in married) for account in draft.accounts)
    return replace(draft, accounts=accounts)


def _account(account: DraftAccount, *, married: bool) -> DraftAccount:
    from planner.cli.answers import KIND, OWNER, choice
    from planner.domain.household_draft import TAXABLE_ASSUMED

    say(f"\n{account.name}: {', '.join(account.paths)}", error=True)
    _say_choices("Kinds", KIND)
    kind = ask(f"{account.name}: kind", account.kind, lambda text: choice(text, KIND))
    owner = account.owner
    if married:
        owner = ask(f"{account.name}: owner, taxpayer or spouse", account.owner, lambda text: choice(text, OWNER))
    assumed = tuple(sentence for sentence in account.assumed if sentence != TAXABLE_ASSUMED)
    return replace(account, kind=kind, owner=owner, assumed=assumed)


def _say_choices(what: str, choices: Iterable[str]) -> None:
    """The answers there are, each with its number, which does too."""
    lines = [f"{what}:"]
    choices = list(choices)
    for number, word in enumerate(choices, 1):
        said = f"{number} {word}"
        if len(lines[-1]) + len(said) + 2 > page_layout()["width"]:
            lines.append(" ")
        lines[-1] += f" {said}{',' if number < len(choices) else ''}"
    say("\n".join(lines), error=True)


def ask(question: str, default: Answer, parse: Callable[[str], Answer]) -> Answer:
    """The answer to a question, asked again until it can be understood, with what would be one."""
    while True:
        text = typer.prompt(question, default=str(default), err=True)
        try:
            return parse(text)
        except ValueError as why:
            say(f"  `{text}` is not a valid answer: {why}", error=True)
