"""A named pipe where a file is meant: whoever would write to it may never come, so it is refused and not waited for."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest
from typer.testing import CliRunner

from planner import cli
from planner.domain.errors import ExitCode

TOML = """
[taxpayer]
tax_year = 2026
filing_status = "single"
ordinary_income = 100_000
[[accounts]]
name = "Broker"
lots = "lots.csv"
"""
LOTS = "symbol,quantity,acquired,basis,price,asset_class\nVTI,1,2025-01-02,300,290,etf\n"
AS_OF = ("--as-of", "2026-12-08")

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")


@pytest.fixture(autouse=True)
def no_waiting() -> Iterator[None]:
    def end(number: int, frame: FrameType | None) -> None:
        pytest.fail("it waits for the pipe")

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(30)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def pipe(tmp_path: Path) -> str:
    os.mkfifo(tmp_path / "pipe")
    return str(tmp_path / "pipe")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "household.toml").write_text(TOML, "utf-8")
    (folder / "lots.csv").write_text(LOTS, "utf-8")
    return folder


@pytest.mark.parametrize(
    "words",
    [
        ["plan", "PIPE", *AS_OF],
        ["verify", "HOME", "PIPE"],
        ["follow", "HOME", "PIPE", *AS_OF],
        ["ask", "HOME", "buy", "VTI", "--plan", "PIPE", *AS_OF],
        ["compare", "HOME", "--sales", "PIPE", *AS_OF],
        ["plan", "HOME", "--out", "PIPE", *AS_OF],
        ["export", "HOME", "trades", "--output", "PIPE", "--force", *AS_OF],
        ["close", "HOME", "--output", "PIPE", "--as-of", "2027-02-10"],
        ["batch", "HOME", "--out", "PIPE", "--jobs", "1", *AS_OF],
        ["init", "PIPE", "--yes"],
    ],
    ids=lambda words: f"{words[0]}-{words.index('PIPE')}",
)
def test_a_pipe_as_an_argument_is_refused(words: list[str], pipe: str, home: Path) -> None:
    answer = CliRunner().invoke(cli.app, [{"PIPE": pipe, "HOME": str(home)}.get(word, word) for word in words])
    assert answer.exit_code == ExitCode.REFUSED
    assert "pipe: " in answer.stderr
    assert "fix: " in answer.stderr


@pytest.mark.parametrize("name", ["household.toml", "lots.csv"])
def test_a_pipe_in_the_folder_is_refused_as_what_it_is(name: str, home: Path) -> None:
    (home / name).unlink()
    os.mkfifo(home / name)
    answer = CliRunner().invoke(cli.app, ["plan", str(home), *AS_OF])
    assert answer.exit_code == ExitCode.REFUSED
    assert "a pipe or a device" in answer.stderr


def test_a_pipe_in_the_place_of_a_batchs_journal_is_refused(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    os.mkfifo(out / "journal.jsonl")
    answer = CliRunner().invoke(cli.app, ["batch", str(home), "--out", str(out), "--jobs", "1", "--force", *AS_OF])
    assert answer.exit_code == ExitCode.REFUSED
    assert "is not a regular file" in answer.stderr
