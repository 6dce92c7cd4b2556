"""How far long work is: on standard error, where someone looks, and only where there is something to wait for."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest
from typer.testing import CliRunner

from planner.cli import app
from planner.cli import progress as module
from planner.cli.progress import progress, waiting


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def shown(stream: StringIO, seconds: float, monkeypatch: pytest.MonkeyPatch) -> str:
    """What is written while ten items are done, each in so many seconds."""
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    with progress("planning") as told:
        for done in range(1, 11):
            told(done, 10, done * seconds)
    return stream.getvalue()


def test_long_work_is_shown_to_somebody_who_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "planning" in shown(Terminal(), 1.0, monkeypatch)


@pytest.mark.parametrize(("stream", "seconds"), [(Terminal(), 0.01), (StringIO(), 60.0)])
def test_short_work_and_a_pipe_are_left_alone(
    stream: StringIO, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shown(stream, seconds, monkeypatch) == ""


@pytest.mark.parametrize(("stream", "says"), [(Terminal(), True), (StringIO(), False)])
def test_work_that_is_not_done_at_once_says_what_it_does(
    stream: StringIO, says: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(module, "AT_ONCE", 0.0)
    monkeypatch.setenv("TERM", "xterm")
    with waiting("planning"):
        until = time.monotonic() + 20
        while says and "planning" not in stream.getvalue() and time.monotonic() < until:
            time.sleep(0.01)
    assert ("planning" in stream.getvalue()) is says


EXAMPLE = str(Path(__file__).resolve().parents[2] / "examples" / "household")


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["explain", EXAMPLE, "NKE"], "explaining"),
        (["ask", EXAMPLE, "buy", "VTI", "10"], "valuing the trade"),
        (["windows", EXAMPLE], "matching sales with purchases"),
    ],
    ids=lambda given: given[0] if isinstance(given, list) else "",
)
def test_whoever_asks_is_told_what_takes_so_long(words: list[str], what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said = []

    @contextmanager
    def noted(what: str) -> Iterator[None]:
        said.append(what)
        yield
        said.append("done")

    monkeypatch.setattr(sys.modules[f"planner.cli.{words[0]}"], "waiting", noted)
    assert CliRunner().invoke(app, [*words, "--as-of", "2026-12-08"]).exit_code == 0
    assert said == [what, "done"]
