"""The command line: words in, calls, words out, exit code. One module a command; no arithmetic.

Nothing heavy is imported by a module as it loads: each command brings what it needs, so that --help is there at once.
"""

from __future__ import annotations

import atexit
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
import typer.core

from planner.cli.ask import ask
from planner.cli.batch import batch
from planner.cli.check import check
from planner.cli.close import close
from planner.cli.compare import compare
from planner.cli.completion import answer_bash, is_bash_asking
from planner.cli.examples import epilog
from planner.cli.explain import explain
from planner.cli.export import export
from planner.cli.follow import follow
from planner.cli.formats import formats
from planner.cli.init import init
from planner.cli.law import law
from planner.cli.mcp import mcp
from planner.cli.missing_argument import say_what_is_missing
from planner.cli.output import ClosedOutput, answering, say, unwritten
from planner.cli.plain_words import PlainCommand, read_plainly
from planner.cli.plan import plan
from planner.cli.verify import verify
from planner.cli.windows import windows
from planner.domain.version import __version__
from planner.domain.visible_text import visible

__all__ = ["app", "main"]


class _Commands(typer.core.TyperGroup):
    """The commands. The error of a wrong command line quotes it, and goes through the same door as all that is said."""

    def make_context(self, *words: Any, **named: Any) -> Any:
        with _shown_as_text():
            return super().make_context(*words, **named)

    def get_params(self, ctx: Any) -> Any:
        return read_plainly(super().get_params(ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        """`help`, alone or before a command, and `version` mean what they say, as in other programs."""
        if args[:1] == ["help"]:
            args = [*args[1:], "--help"]
        elif args == ["version"]:
            args = ["--version"]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        with _shown_as_text():
            return super().invoke(ctx)


@contextmanager
def _shown_as_text() -> Iterator[None]:
    try:
        yield
    except Exception as wrong:
        say_what_is_missing(wrong)
        if isinstance(said := getattr(wrong, "message", None), str):
            wrong.message = visible(said)  # type: ignore[attr-defined]
        raise


app = typer.Typer(
    cls=_Commands,
    name="harvest",
    help=(
        "Plan tax-loss harvesting: which lots to sell before year end, proven optimal, exact to the cent. Not "
        "tax advice."
    ),
    context_settings={"help_option_names": ["-h", "--help"]},
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

_planning = plan, compare, check, windows, explain, ask, export, follow, close, verify
for command in (*_planning, init, formats, law, batch, mcp):
    app.command(cls=PlainCommand, epilog=epilog(command.__name__))(answering(command))


@app.callback(invoke_without_command=True)
def harvest(
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
) -> None:
    if version:
        say(f"harvest {__version__}")
        raise typer.Exit


def main() -> None:
    """The script `harvest`."""
    gc.disable()  # one short process: what it makes, it keeps until it ends
    atexit.register(gc.freeze)  # and Python does not look through it as it ends
    if sys.stdout is None:
        sys.stdout = ClosedOutput()  # files asked for are written anyway
    try:
        if is_bash_asking():
            answer_bash(lambda: app(prog_name="harvest"))
        else:
            app(prog_name="harvest")
    except OSError as error:  # of --help and --version: a command answers for its own
        sys.exit(unwritten(error))
