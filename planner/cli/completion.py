"""What a shell offers when Tab is pressed: scenarios and lots of the household named earlier on the line, and formats.

A shell shows what is printed here, so nothing is ever said: what cannot be read is offered as nothing. Bash takes an
answer as it stands, and takes a colon for the end of a word; lots have colons and scenarios have blanks in their names.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import redirect_stdout
from functools import wraps
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from planner.domain.case import Case

Offer = tuple[str, str]  # a word, and what it stands for
ASKED = "_HARVEST_COMPLETE"  # set by the shell that wants to complete a line, and says which shell it is
_ESCAPED = re.compile(r"\\(.)")
SAFE_IN_BASH = frozenset("-_./:@%+=,")  # beside letters and digits: what a word may hold without being quoted


def _quietly(offers: Callable[[typer.Context, str], Iterable[Offer]]) -> Callable[[typer.Context, str], list[Offer]]:
    """Nothing to offer is an answer; a fault is none of the shell's business."""

    @wraps(offers)
    def offered(ctx: typer.Context, incomplete: str) -> list[Offer]:
        try:
            return list(offers(ctx, incomplete))
        except Exception:
            return []

    return offered


@_quietly
def scenarios(ctx: typer.Context, incomplete: str) -> Iterator[Offer]:
    """The scenarios of the household."""
    from planner.loader import read_household

    for name in read_household(_path(ctx)).scenarios:
        yield name, "a scenario of the household"


@_quietly
def compared(ctx: typer.Context, incomplete: str) -> Iterator[Offer]:
    """What the household as given can be compared with: its own scenarios, and those that every household gets."""
    from planner.analysis.comparison import AS_GIVEN
    from planner.scenarios.definitions import scenes_of

    for scene in scenes_of(_case(ctx)):
        if scene.name != AS_GIVEN:
            yield scene.name, scene.what


@_quietly
def lots(ctx: typer.Context, incomplete: str) -> Iterator[Offer]:
    """The symbols of the household, and when one lot's id has been begun, lots."""
    case = _case(ctx)
    held = [holding.lot for holding in case.holdings]
    for symbol in sorted({lot.symbol for lot in held}):
        number = sum(lot.symbol == symbol for lot in held)
        yield symbol, "1 lot" if number == 1 else f"{number} lots"
    for lot in held:
        yield lot.lot_id, f"{lot.quantity.normalize():f} {lot.symbol}"


@_quietly
def export_formats(ctx: typer.Context, incomplete: str) -> Iterator[Offer]:
    """What a plan can be exported as."""
    from planner.cli.export_formats import FORMATS

    for kind in FORMATS.values():
        yield kind.name, kind.purpose


@_quietly
def years(ctx: typer.Context, incomplete: str) -> Iterator[Offer]:
    """The tax years held."""
    from rules.tax_year import YEARS_HELD

    for year in YEARS_HELD:
        yield str(year), "a tax year held"


def _path(ctx: typer.Context) -> Path:
    """The household on the line; while an option still lacks its value, the words before it are not distinguished."""
    words = [word for word in (ctx.params.get("path"), *ctx.args) if word is not None]
    return next(path for path in (Path(str(word)).expanduser() for word in words) if path.exists())


def _case(ctx: typer.Context) -> Case:
    """As of a day after everything in its files: which lots there are does not depend on it."""
    from datetime import date

    from planner.loader import load_case, read_household

    year = read_household(_path(ctx)).taxpayer.tax_year
    return load_case(_path(ctx), as_of=date(year + 1, 12, 31), planning=False)


# --- bash --------------------------------------------------------------------------------------------------------


def is_bash_asking() -> bool:
    """Whether this run is bash's question how a line may go on."""
    return os.environ.get(ASKED) == "complete_bash"


def answer_bash(app: Callable[[], object]) -> None:
    """Answer in words that bash can put in place of the one under the cursor."""
    words, cursor = os.environ.get("COMP_WORDS", "").split("\n"), int(os.environ.get("COMP_CWORD", "0"))
    joined = _joined_at_colons(words[: cursor + 1])
    os.environ["COMP_WORDS"], os.environ["COMP_CWORD"] = "\n".join(joined), str(len(joined) - 1)
    answered = StringIO()
    try:
        with redirect_stdout(answered):
            app()
    finally:
        for word in answered.getvalue().splitlines():
            print(_for_bash(word, joined[-1]))


def _joined_at_colons(words: list[str]) -> list[str]:
    """`Schwab`, `:`, `NKE` as the one word that was typed."""
    joined: list[str] = []
    for word in words:
        if joined and (set(word) == {":"} or joined[-1].endswith(":")):
            joined[-1] += word
        else:
            joined.append(word)
    return joined


def _for_bash(word: str, typed: str) -> str:
    """What replaces the part of a word that bash calls a word; within quotes as it stands, else with escapes."""
    if typed[:1] in ("'", '"'):
        return word
    begun = _ESCAPED.sub(r"\1", typed).rpartition(":")[0]
    rest = word[len(begun) + 1 :] if begun and word.startswith(f"{begun}:") else word
    return "".join(c if c.isalnum() or c in SAFE_IN_BASH else f"\\{c}" for c in rest)
