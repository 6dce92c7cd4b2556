"""The command line: words in, calls, words out, exit code. One module a command; no arithmetic.

Nothing heavy is imported by a module as it loads: each command brings what it needs, so that --help is there at once.
"""

from __future__ import annotations

import gc
import sys
from typing import Annotated

import typer

from planner.cli.batch import batch
from planner.cli.check import check
from planner.cli.compare import compare
from planner.cli.completion import answer_bash, is_bash_asking
from planner.cli.examples import epilog
from planner.cli.explain import explain
from planner.cli.export import export
from planner.cli.follow import follow
from planner.cli.formats import formats
from planner.cli.init import init
from planner.cli.law import law
from planner.cli.output import ClosedOutput, answering, say, unwritten
from planner.cli.plan import plan
from planner.cli.windows import windows
from planner.domain.version import __version__

__all__ = ["app", "main"]

app = typer.Typer(
    name="harvest",
    help="Which lots to sell before the year ends, proven and to the cent. Not tax advice.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

for command in (plan, compare, check, windows, explain, export, follow, init, formats, law, batch):
    app.command(epilog=epilog(command.__name__))(answering(command))


@app.callback(invoke_without_command=True)
def harvest(
    version: Annotated[bool, typer.Option("--version", help="Say which version this is, and leave.")] = False,
) -> None:
    if version:
        say(f"harvest {__version__}")
        raise typer.Exit


def main() -> None:
    """The script `harvest`."""
    gc.disable()  # one short process: what it makes, it keeps until it ends
    if sys.stdout is None:
        sys.stdout = ClosedOutput()  # files asked for are written all the same
    try:
        if is_bash_asking():
            answer_bash(lambda: app(prog_name="harvest"))
        else:
            app(prog_name="harvest")
    except OSError as error:  # of --help and --version: a command answers for its own
        sys.exit(unwritten(error))
