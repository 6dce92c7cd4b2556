"""`harvest plan --watch` with real files that really change, and a real Ctrl-C."""

from __future__ import annotations

import importlib.util
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest
from household_files import LOTS, write
from typer.testing import CliRunner

from planner import cli
from planner.cli.output import INTERRUPTED
from planner.domain.errors import ExitCode

ROOT = Path(__file__).resolve().parent.parent
LONG_GAIN_20_000 = "\n[realized]\nlong_term = 20_000\n"
AAA = "AAA,10,2024-01-05,3000,100,stock,a\n"
BBB = "BBB,10,2024-01-05,2000,100,stock,b\n"
PATIENCE = 60  # seconds: only a test that fails waits so long


class Watching:
    """The program at work: what it has said so far, on both streams."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "planner", "plan", str(folder), "--as-of", "2026-12-31", "--watch"],
            cwd=ROOT,
            env={**os.environ, "COLUMNS": "100"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a job in the background ignores it
        )
        self.lines: queue.Queue[str] = queue.Queue()
        assert self.process.stdout is not None
        threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True).start()

    def _read(self, stream: IO[str]) -> None:
        for line in stream:
            self.lines.put(line)

    def until(self, text: str) -> str:
        """Everything said up to a line with this in it."""
        said = ""
        while True:
            line = self.lines.get(timeout=PATIENCE)
            said += line
            if text in line:
                return said


@pytest.fixture
def household(tmp_path: Path) -> Path:
    return write(tmp_path, AAA, LONG_GAIN_20_000)


@pytest.fixture
def watching(household: Path) -> Iterator[Watching]:
    program = Watching(household)
    try:
        yield program
    finally:
        program.process.kill()
        program.process.wait()


def save_as_editors_do(path: Path, text: str) -> None:
    """Another file beside it, put in its place."""
    beside = path.with_suffix(".tmp")
    beside.write_text(text, "utf-8")
    beside.replace(path)


def test_it_plans_again_when_a_file_changes_and_goes_on_when_one_is_refused(
    household: Path, watching: Watching
) -> None:
    assert "Net benefit $215.63" in watching.until("Ctrl-C to stop")

    save_as_editors_do(household / "lots.csv", LOTS + AAA + BBB)
    said = watching.until("Ctrl-C to stop")
    assert "\nChanged: lots.csv\n" in said
    assert "The net benefit is now $323.34, $107.71 more than before." in said
    assert "* b: 10 sold on Thu Dec 31, 2026, new" in said
    assert said.index("Net benefit $323.34") < said.index("Changed:")  # the change stays in sight

    save_as_editors_do(household / "lots.csv", LOTS + AAA.replace("3000", "much"))
    assert "lots.csv:2" in watching.until("Ctrl-C to stop")

    (household / "notes.txt").write_text(
        "no file of the household, but now it might be the one that was missing", "utf-8"
    )
    watching.until("Ctrl-C to stop")

    save_as_editors_do(household / "lots.csv", LOTS + BBB)
    assert "* a: no longer sold" in watching.until("Ctrl-C to stop")

    (household / "notes.txt").write_text("no file of the household", "utf-8")
    with (household / "household.toml").open("a", encoding="utf-8") as file:
        file.write("\n[plan]\nmax_sales = 0\n")
    assert "\nChanged: household.toml\n" in watching.until("Ctrl-C to stop")
    watching.process.send_signal(signal.SIGINT)
    assert watching.process.wait(PATIENCE) == INTERRUPTED


@pytest.mark.parametrize("words", [["--json"], ["--out", "folder"]])
def test_words_that_do_not_go_with_it(household: Path, words: list[str]) -> None:
    answer = CliRunner().invoke(cli.app, ["plan", str(household), "--watch", *words])
    assert answer.exit_code == ExitCode.USAGE


def test_without_the_library_it_names_the_command_that_brings_it(
    household: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("planner.cli.watch.find_spec", lambda name: None)
    answer = CliRunner().invoke(cli.app, ["plan", str(household), "--watch"])
    assert answer.exit_code == ExitCode.REFUSED
    assert "pip install 'harvest-planner[watch]'" in answer.stderr
    assert importlib.util.find_spec("watchfiles") is not None
