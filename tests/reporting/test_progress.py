"""How far long work is: on standard error, where someone looks, and only where there is something to wait for."""

from __future__ import annotations

import sys
from io import StringIO

import pytest

from planner.cli.progress import progress


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
