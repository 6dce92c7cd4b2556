"""The command line: words in, calls, words out, exit code. The clock is read here, once, and nowhere else."""

from __future__ import annotations

import errno
import gc
import os
import sys
import traceback
from collections.abc import Callable
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ParamSpec, TextIO, TypedDict

import typer

from planner import __version__
from planner.refusals import ExitCode, LawNotCovered, OurFault, Refusal, Refused

if TYPE_CHECKING:
    from planner.case import Case
    from planner.plan import Plan

# Nothing heavy is imported above: each command brings what it needs, so that --help is there at once.

NARROW = 80  # columns where nobody says how many there are
SECONDS = 30.0
FORMATS = ("ics",)  # of exports
INTERRUPTED = 130  # 128 + SIGINT, as shells have it
YEARS = range(1900, 2200)  # in which a day may lie that somebody plans from

app = typer.Typer(
    name="harvest",
    help="Which lots to sell before the year ends, proven and to the cent. Not tax advice.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if day.year not in YEARS:
        raise typer.BadParameter(f"`{text}` is not a day. Write year-month-day, such as 2026-12-08.")
    return day


def _format(text: str) -> str:
    if text not in FORMATS:
        raise typer.BadParameter(f"`{text}` is no format. Write one of: {', '.join(FORMATS)}.")
    return text


Household = Annotated[Path, typer.Argument(metavar="PATH", help="A household's folder, or its household.toml.")]
AsOf = Annotated[
    date | None,
    typer.Option("--as-of", metavar="DATE", parser=_day, help="The day to plan from; default: today."),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output, and nothing else there.")]
Scenario = Annotated[
    str | None, typer.Option("--scenario", metavar="NAME", help="Plan under this scenario of the household.")
]
TimeLimit = Annotated[
    float, typer.Option("--time-limit", metavar="SECONDS", min=0.0, help="How long to look for a proof.")
]
Year = Annotated[int, typer.Argument(metavar="YEAR", help="A tax year.")]

Words = ParamSpec("Words")


class Layout(TypedDict):
    """How wide a page is, and whether it may be coloured."""

    width: int
    colour: bool


class Unwritten(OSError):  # noqa: N818  what happened to the answer, not an error of ours
    """Standard output takes no more: a reader that has left, a full disk."""


def answering(command: Callable[Words, ExitCode]) -> Callable[Words, None]:
    """Turns what a command returns or raises into the contract's exit codes, and refusals into text on stderr."""

    @wraps(command)
    def answered(*words: Words.args, **named: Words.kwargs) -> None:
        try:
            code: int = command(*words, **named)
        except Refused as refused:
            _complain(refused)
            code = refused.exit_code
        except Unwritten as error:
            code = _unwritten(error)
        except KeyboardInterrupt:
            code = INTERRUPTED
        except Exception as fault:
            _confess(fault)
            code = ExitCode.OUR_FAULT
        raise typer.Exit(int(code))

    return answered


@app.callback(invoke_without_command=True)
def harvest(
    version: Annotated[bool, typer.Option("--version", help="Say which version this is, and leave.")] = False,
) -> None:
    if version:
        _say(f"harvest {__version__}")
        raise typer.Exit


@app.command()
@answering
def plan(
    path: Household,
    as_of: AsOf = None,
    json: Json = False,
    scenario: Scenario = None,
    time_limit: TimeLimit = SECONDS,
) -> ExitCode:
    """What to sell, and why."""
    from planner.optimizer import plan_case

    case = _case(path, as_of, scenario)
    answer = plan_case(case, seconds=time_limit)
    if json:
        from planner.report.data import as_json, plan_document

        _say(as_json(plan_document(answer)))
    else:
        from planner.report.screen import plan_screen

        _say(plan_screen(answer, case, **_layout(), plain=_plain()))
    return _proven(answer)


@app.command()
@answering
def check(path: Household, as_of: AsOf = None, json: Json = False) -> ExitCode:
    """What was read, per account and file, with totals."""
    case = _case(path, as_of, scenario=None, planning=False)
    if json:
        from planner.report.data import as_json, check_document

        _say(as_json(check_document(case)))
    else:
        from planner.report.readings import check_screen

        _say(check_screen(case, **_layout(), plain=_plain()))
    return ExitCode.DONE


@app.command()
@answering
def windows(path: Household, as_of: AsOf = None, json: Json = False) -> ExitCode:
    """The wash-sale ledger so far, and the open windows."""
    from planner.ledger import household_ledger

    ledger = household_ledger(_case(path, as_of, scenario=None, planning=False))
    if json:
        from planner.report.data import as_json
        from planner.report.windows import windows_document

        _say(as_json(windows_document(ledger)))
    else:
        from planner.report.windows import windows_screen

        _say(windows_screen(ledger, **_layout(), plain=_plain()))
    return ExitCode.DONE


@app.command()
@answering
def export(
    path: Household,
    kind: Annotated[str, typer.Argument(metavar="FORMAT", parser=_format, help=f"One of: {', '.join(FORMATS)}.")],
    output: Annotated[Path, typer.Option("--output", metavar="FILE", help="The file to write; whole or not at all.")],
    as_of: AsOf = None,
    scenario: Scenario = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
    time_limit: TimeLimit = SECONDS,
) -> ExitCode:
    """The plan as a file for another program."""
    from planner.report.ics import calendar_file, calendar_library
    from planner.report.whole_file import refuse_to_overwrite, write_whole

    refuse_to_overwrite(output, force=force)  # before the work, not only after it
    calendar_library()
    from planner.optimizer import plan_case

    case = _case(path, as_of, scenario)
    answer = plan_case(case, seconds=time_limit)
    write_whole(output, calendar_file(answer, case), force=force)
    _say(f"{output}: the plan is written as {kind}")
    return _proven(answer)


@app.command()
@answering
def law(year: Year) -> ExitCode:
    """The figures in force for a year, each with its source."""
    from planner.report.law import law_screen
    from rules.tax_year import LawNotHeld, tax_year

    try:
        figures = tax_year(year)
    except LawNotHeld as gap:
        raise LawNotCovered([Refusal(f"harvest law {year}", gap.what, "ask for one of these years")]) from gap
    _say(law_screen(figures, **_layout(), plain=_plain()))
    return ExitCode.DONE


def main() -> None:
    """The script `harvest`."""
    gc.disable()  # one short process: what it makes, it keeps until it ends
    if sys.stdout is None:
        sys.exit(_unwritten(Unwritten(errno.EBADF, "standard output is closed")))
    try:
        app(prog_name="harvest")
    except OSError as error:  # of --help and --version: a command answers for its own
        sys.exit(_unwritten(error))


def _case(path: Path, as_of: date | None, scenario: str | None, *, planning: bool = True) -> Case:
    from planner.loader import load_case

    return load_case(path, as_of=as_of or date.today(), scenario=scenario, planning=planning)


def _proven(answer: Plan) -> ExitCode:
    from planner.plan import Status

    if answer.status is Status.UNPROVEN:
        _say("harvest: no plan was proven best within the time allowed; this is the best one found", error=True)
        return ExitCode.NO_PLAN
    return ExitCode.DONE


def _layout() -> Layout:
    """A terminal's own width and colours; for a pipe 80 columns, or COLUMNS, and no colour."""
    terminal = sys.stdout.isatty()
    stated = os.environ.get("COLUMNS", "")
    width = int(stated) if stated.isdigit() and int(stated) > 0 else NARROW
    if terminal:
        width = os.get_terminal_size(sys.stdout.fileno()).columns or width
    colour = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return {"width": width, "colour": colour}


def _plain() -> bool:
    """Whether the reader's encoding lacks a sign of ours, such as §, so that all of them are written in ASCII."""
    from planner.report.words import shows_our_signs

    return not shows_our_signs(sys.stdout.encoding)


def _say(text: str, *, error: bool = False) -> None:
    from planner.report.words import encodable

    stream: TextIO | None = sys.stderr if error else sys.stdout
    if stream is None:
        return  # closed by whoever started us; of standard output main has made sure
    try:
        print(encodable(text.rstrip("\n"), stream.encoding), file=stream, flush=True)
    except OSError as why:
        _let_go(stream)
        if not error:
            raise Unwritten(*why.args) from why


def _let_go(stream: TextIO) -> None:
    """What is left in a stream's buffer must not fail once more when the program ends, and change its exit code."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _unwritten(error: OSError) -> ExitCode:
    """A reader that leaves has seen enough; anything else is said, and is not ours to mend."""
    if sys.stdout is not None:
        _let_go(sys.stdout)
    if error.errno == errno.EPIPE:
        return ExitCode.DONE
    _say(f"harvest: the answer could not be written: {error.strerror}", error=True)
    _say("  fix: see that there is room where it goes, or send it elsewhere", error=True)
    return ExitCode.REFUSED


def _complain(refused: Refused) -> None:
    _say("\n".join(str(refusal) for refusal in refused.refusals), error=True)


def _confess(fault: Exception) -> None:
    said = str(fault) if isinstance(fault, OurFault) else f"{type(fault).__name__}: {fault}"
    _say(f"harvest: this is our fault, not yours, and no answer is given: {said}", error=True)
    if os.environ.get("HARVEST_DEBUG") == "1":
        traceback.print_exception(fault)
    else:
        _say("  fix: run again with HARVEST_DEBUG=1 and send us what it prints; it may show your figures", error=True)
