"""What is asked for is written whoever reads the screen, and what could not be written is named."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from planner import cli
from planner.cli.export_formats import FORMATS
from planner.cli.output import INTERRUPTED
from planner.domain.errors import ExitCode, InputError, Problem
from planner.report.files.whole_file import write_whole

ROOT = Path(__file__).resolve().parents[2]
HOUSEHOLD = ROOT / "examples" / "bitcoin-loss"
PLAN = f"{sys.executable} -m planner plan {HOUSEHOLD} --as-of 2026-12-08"


def invoke(*words: object, **environment: str | None) -> Result:
    return CliRunner().invoke(cli.app, [*map(str, words)], env={"COLUMNS": None, **environment})


def in_bash(command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("ends", ["| true", "--json | true", ">&-", "> /dev/full"])
def test_the_folder_is_filled_whether_or_not_anyone_reads(tmp_path: Path, ends: str) -> None:
    out = tmp_path / "out"
    ran = in_bash(f"{PLAN} --out {out} {ends}")
    assert {path.name for path in out.iterdir()} >= {"plan.json", "plan.xlsx", "report.html", "trades.csv"}
    assert f"{out}: wrote the plan as" in ran.stderr


def test_each_format_that_could_not_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a disk that is full from the third file on: the others are still tried."""

    def full(path: Path, content: bytes, **words: object) -> None:
        if path.name not in ("trades.csv", "plan.json"):
            raise InputError([Problem(str(path), "could not be written: No space left on device", "free some space")])
        write_whole(path, content, force=False)

    monkeypatch.setattr("planner.report.files.whole_file.write_whole", full)
    answer = invoke("plan", HOUSEHOLD, "--as-of", "2026-12-08", "--out", tmp_path)
    assert answer.exit_code == ExitCode.REFUSED
    assert "Net benefit" in answer.stdout  # the screen is still shown
    for format in FORMATS.values():
        if format.name not in ("trades", "json", "ibkr", "schwab", "public"):
            assert f"{tmp_path / format.file}: could not be written" in answer.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plan.json", "trades.csv"]


@pytest.mark.parametrize("given_up", [typer.Abort, KeyboardInterrupt])
def test_giving_up_at_a_question_is_no_fault_of_ours(
    monkeypatch: pytest.MonkeyPatch, given_up: type[BaseException]
) -> None:
    def abort(*_: object, **__: object) -> None:
        raise given_up

    monkeypatch.setattr("planner.loader.load_case", abort)
    answer = invoke("plan", HOUSEHOLD)
    assert answer.exit_code == INTERRUPTED
    assert answer.output == ""


@pytest.mark.parametrize("columns", ["²", "٣", "-5", "1e9", "9" * 5000, "0", "", "x", "999999999"])
def test_columns_that_are_no_width(columns: str) -> None:
    answer = invoke("law", "2026", COLUMNS=columns)
    assert answer.exit_code == ExitCode.DONE
    assert max(map(len, answer.stdout.splitlines())) <= 1000


# --- a file on its way ---


def test_the_longest_name_there_is_can_be_written(tmp_path: Path) -> None:
    for length in (250, 255):
        path = tmp_path / ("x" * length)
        write_whole(path, b"all", force=False)
        assert path.read_bytes() == b"all"


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_process_that_is_ended_while_it_writes_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    code = (
        "import os, sys, time\nfrom pathlib import Path\nfrom planner.report.files import whole_file\n"
        "def slow(*_):\n    Path(sys.argv[1], 'begun').touch()\n    time.sleep(30)\n"
        "whole_file.os.fsync = slow\n"
        "whole_file.write_whole(Path(sys.argv[1], 'plan.json'), b'all', force=False)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, tmp_path],
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a job in the background ignores it
    ) as process:
        while not (tmp_path / "begun").exists():
            time.sleep(0.02)
        assert len(list(tmp_path.iterdir())) == 2
        os.kill(process.pid, number)
        assert process.wait(20) not in (0, None)
    assert [path.name for path in tmp_path.iterdir()] == ["begun"]


# --- standard output as the place ---


def test_a_dash_is_standard_output_and_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    answer = invoke("export", HOUSEHOLD, "json", "--output", "-", "--as-of", "2026-12-08")
    assert answer.exit_code == ExitCode.DONE
    assert answer.stdout == invoke("plan", HOUSEHOLD, "--json", "--as-of", "2026-12-08").stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="a name that is no text")
def test_a_folder_whose_name_is_no_text(tmp_path: Path) -> None:
    """A byte of another encoding, from an old disk."""
    shutil.copytree(ROOT / "examples" / "bitcoin-loss", home := tmp_path / "caf\udce9")
    words = ("--as-of", "2026-12-08", "--out", home / "out")
    for command in (["plan", home], ["batch", home, "--force"]):
        answer = invoke(*command, *words)
        assert answer.exit_code == ExitCode.DONE, answer.output
    assert {path.suffix for path in (home / "out").iterdir()} >= {".ics", ".html", ".xlsx", ".parquet"}


def test_a_second_time_is_one_message(tmp_path: Path) -> None:
    words = ("plan", HOUSEHOLD, "--as-of", "2026-12-08", "--out", tmp_path / "out")
    assert invoke(*words).exit_code == ExitCode.DONE
    again = invoke(*words)
    assert again.exit_code == ExitCode.REFUSED
    assert again.stderr.splitlines() == [
        f"{tmp_path / 'out'}: trades.csv, lot-identification.txt, form-8949.csv and 10 more exist already",
        "  fix: choose another path, or add --force to replace it",
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="`ulimit -v` is not kept everywhere")
def test_a_page_that_would_end_the_process_is_left_out_and_the_others_are_written(tmp_path: Path) -> None:
    """The library that draws reserves 64 GB of addresses and more; where it may not it ends the whole process."""
    out = tmp_path / "out"
    ran = in_bash(f"ulimit -v 16000000; {PLAN} --out {out}")
    assert ran.returncode == ExitCode.DONE
    assert "report.html was not written: html needs 80 GB of addresses" in ran.stderr
    assert (out / "trades.csv").exists()
