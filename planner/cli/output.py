"""How a command answers: what is said, where, how wide, and with which exit code."""

from __future__ import annotations

import errno
import os
import pydoc
import sys
import traceback
from collections.abc import Callable
from functools import wraps
from io import TextIOBase
from typing import TYPE_CHECKING, BinaryIO, ParamSpec, TextIO, TypedDict

import typer

from planner.domain.errors import ExitCode, InputError, InternalError
from planner.domain.input_limits import WIDEST_SCREEN
from planner.domain.visible_text import visible, visible_styled

if TYPE_CHECKING:
    from planner.domain.plan import Plan

NARROW = 80  # columns where no one says how many there are
INTERRUPTED = 130  # 128 + SIGINT, as shells have it

Words = ParamSpec("Words")


class PageLayout(TypedDict):
    """How wide a page is, whether it may be colored, and whether the reader's encoding lacks a sign of ours."""

    width: int
    color: bool
    plain: bool


class Unwritten(OSError):  # noqa: N818  what happened to the answer, not an error of ours
    """Standard output takes no more: a reader that has left, a full disk."""


class ClosedOutput(TextIOBase):
    """In place of a standard output that whoever started us has closed."""

    encoding = "utf-8"

    def write(self, text: str) -> int:
        raise Unwritten(errno.EBADF, "standard output is closed")

    @property
    def buffer(self) -> BinaryIO:
        raise Unwritten(errno.EBADF, "standard output is closed")


def answering(command: Callable[Words, ExitCode]) -> Callable[Words, None]:
    """Turns what a command returns or raises into the contract's exit codes, and input errors into text on stderr."""

    @wraps(command)
    def answered(*words: Words.args, **named: Words.kwargs) -> None:
        try:
            code: int = command(*words, **named)
        except InputError as refused:
            complain(refused)
            code = refused.exit_code
        except Unwritten as error:
            code = unwritten(error)
        except (KeyboardInterrupt, typer.Abort):  # Ctrl-C, or Ctrl-D at a question
            code = INTERRUPTED
        except typer.BadParameter:
            raise  # a wrong command line: typer says so
        except Exception as fault:
            _confess(fault)
            code = ExitCode.OUR_FAULT
        raise typer.Exit(int(code))

    return answered


def proven(answer: Plan) -> ExitCode:
    """Done, or exit code 3 with a word on standard error where the plan was not proven in time."""
    from planner.domain.plan import Status

    if answer.status is Status.UNPROVEN:
        when = "" if answer.search_ended else " within the time limit"
        say(f"harvest: no plan was proven optimal{when}; this is the best one found", error=True)
        return ExitCode.NO_PLAN
    return ExitCode.DONE


def page_layout() -> PageLayout:
    """A terminal's own width and colors; for a pipe 80 columns, or COLUMNS, and no color. All in ASCII (`plain`)
    where the reader's encoding lacks a sign of ours, such as §."""
    from planner.report.words import shows_our_signs

    terminal = sys.stdout.isatty()
    width = _columns(os.environ.get("COLUMNS", ""))
    if terminal:
        width = os.get_terminal_size(sys.stdout.fileno()).columns or width
    width = min(width, WIDEST_SCREEN)
    return {"width": width, "color": _shows_styles(sys.stdout), "plain": not shows_our_signs(sys.stdout.encoding)}


def _shows_styles(stream: TextIO) -> bool:
    """Whether a stream may be given colors: our screens go to standard output alone."""
    asked = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return stream is sys.stdout and stream.isatty() and asked


def _columns(stated: str) -> int:
    """The width that COLUMNS states in plain digits; a usual one where it states none."""
    plain = stated.isascii() and stated.isdigit() and len(stated) < 10
    return int(stated) or NARROW if plain else NARROW


def say(text: str, *, error: bool = False) -> None:
    """Print to standard output, or to standard error. Raises Unwritten where standard output takes no more."""
    from planner.report.words import encodable

    stream: TextIO | None = sys.stderr if error else sys.stdout
    if stream is None:
        return  # closed by whoever started us; of standard output main has made sure
    try:
        seen = visible_styled(text) if _shows_styles(stream) else visible(text)
        print(encodable(seen.rstrip("\n"), stream.encoding), file=stream, flush=True)
    except OSError as why:
        _let_go(stream)
        if not error:
            raise Unwritten(*why.args) from why


def refuse_to_show(name: str, *, text: bool) -> None:
    """Raises BadParameter where a terminal would be given what is no text."""
    if not text and sys.stdout.isatty():
        raise typer.BadParameter(f"{name} is not text for a terminal: name a file, or pipe it to a program.")


def say_bytes(content: bytes) -> None:
    """A file's bytes on standard output, and nothing else there. Raises Unwritten where it takes no more."""
    try:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
    except OSError as why:
        _let_go(sys.stdout)
        raise Unwritten(*why.args) from why


def say_in_pager(text: str) -> None:
    """Print a long text; on a terminal through the user's pager, from its beginning. Raises Unwritten."""
    if not sys.stdout.isatty():
        say(text)
        return
    seen = visible_styled(text) if _shows_styles(sys.stdout) else visible(text)
    os.environ.setdefault("LESS", "-FRX")  # colors as colors, and no pager for what fits the screen
    pydoc.pager(f"{seen.rstrip()}\n")


def complain(refused: InputError) -> None:
    """Every input error, on standard error."""
    say("\n".join(str(problem) for problem in refused.problems), error=True)


def unwritten(error: OSError) -> ExitCode:
    """A reader that leaves has seen enough; anything else is said, and is not ours to fix."""
    if sys.stdout is not None:
        _let_go(sys.stdout)
    if error.errno == errno.EPIPE:
        return ExitCode.DONE
    say(f"harvest: the output could not be written: {error.strerror}", error=True)
    say("  fix: check the free space there, or write to another place", error=True)
    return ExitCode.REFUSED


def _let_go(stream: TextIO) -> None:
    """What is left in a stream's buffer must not fail again when the program ends, and change its exit code."""
    if not isinstance(stream, ClosedOutput):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _confess(fault: Exception) -> None:
    said = str(fault) if isinstance(fault, InternalError) else f"{type(fault).__name__}: {fault}"
    say(f"harvest: internal error, no result: {said}", error=True)
    if os.environ.get("HARVEST_DEBUG") == "1":
        say("".join(traceback.format_exception(fault)), error=True)
    else:
        say("  fix: run again with HARVEST_DEBUG=1 and send us the output (it may contain your figures)", error=True)
