"""A batch loses nothing and does nothing twice: a lost worker, a hang, a killed run, a cluster."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from planner.domain.errors import InputError
from planner.scenarios.executors import Cluster, Lost, Processes, each

ROOT = Path(__file__).resolve().parent.parent
DIE = "__import__('os').kill(__import__('os').getpid(), 9)"
HANG = "__import__('time').sleep(600)"
HOUSEHOLDS = 24
TOML = """
[taxpayer]
tax_year = 2026
filing_status = "single"
ordinary_income = {income}
[[accounts]]
name = "Broker"
lots = "lots.csv"
"""
LOTS = "symbol,quantity,acquired,basis,price,asset_class\n" + "".join(
    f"S{n},10,2024-01-{n + 1:02},{1000 + 37 * n},{90 + n},stock\n" for n in range(20)
)


@pytest.fixture
def processes() -> Iterator[Processes]:
    made = Processes(2)
    yield made
    made.close()


def answers(items: list[str], workers: Processes | Cluster, longest: float = 60.0) -> list[object]:
    found = dict(each(eval, items, workers, longest=longest))
    assert sorted(found) == list(range(len(items)))  # each once, none missing
    return [found[at] for at in range(len(items))]


def test_a_lost_worker_costs_its_item_alone(processes: Processes) -> None:
    found = answers(["1", "2", DIE, *map(str, range(4, 20))], processes)
    assert found[:2] == [1, 2]
    assert found[3:] == list(range(4, 20))
    assert found[2] == Lost("its planning process was lost twice")


def test_a_worker_lost_by_chance_costs_nothing(processes: Processes, tmp_path: Path) -> None:
    """Killed once, as by a machine short of memory: the item is tried again and answers."""
    mark = tmp_path / "mark"
    once = f"open({str(mark)!r}, 'x') and {DIE} if not __import__('os').path.exists({str(mark)!r}) else 7"
    assert answers(["1", once, "3"], processes) == [1, 7, 3]


def test_what_hangs_is_given_up_and_the_rest_goes_on(processes: Processes) -> None:
    began = time.monotonic()
    assert answers(["1", HANG, *map(str, range(3, 9))], processes, longest=2.0) == [
        1,
        Lost("it took longer than 2 seconds"),
        *range(3, 9),
    ]
    assert time.monotonic() - began < 60


def test_a_cluster_goes_on_without_a_lost_worker() -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, scheduler_kwargs={"allowed_failures": 1}
    ) as cluster:
        workers = Cluster(cluster.scheduler_address)
        try:
            found = answers([*map(str, range(10)), DIE, *map(str, range(11, 20))], workers)
        finally:
            workers.close()
            with distributed.Client(cluster) as client:  # closing while a lost worker starts again raises in dask
                client.wait_for_workers(2, timeout=60)
    assert found[:10] == list(range(10))
    assert found[11:] == list(range(11, 20))
    assert isinstance(found[10], Lost)


def test_a_scheduler_that_does_not_answer_is_refused() -> None:
    pytest.importorskip("distributed")
    with pytest.raises(InputError, match="nothing answers at"):
        Cluster("tcp://127.0.0.1:1")


# --- the command ---


def book(folder: Path) -> Path:
    for number in range(HOUSEHOLDS):
        home = folder / f"h{number:02}"
        home.mkdir(parents=True)
        (home / "household.toml").write_text(TOML.format(income=60_000 + 9_000 * number), "utf-8")
        (home / "lots.csv").write_text(LOTS, "utf-8")
    return folder


def command(*words: str | Path) -> list[str]:
    return [sys.executable, "-m", "planner", "batch", *map(str, words), "--as-of", "2026-12-08"]


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*words), cwd=ROOT, capture_output=True, text=True)


def children(process: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        if parent == process:
            found += [int(path.parent.name), *children(int(path.parent.name))]
    return found


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def done(journal: Path) -> int:
    return max(0, journal.read_text("utf-8").count("\n") - 1) if journal.is_file() else 0


def test_the_same_bytes_after_a_kill_and_with_any_number_of_workers(tmp_path: Path) -> None:
    households, whole, ended = book(tmp_path / "book"), tmp_path / "whole", tmp_path / "ended"
    assert run(households, "--out", whole, "--jobs", "1").returncode == 0
    with subprocess.Popen(
        command(households, "--out", ended, "--jobs", "2"), cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True
    ) as running:
        while done(ended / "journal.jsonl") < 5 and running.poll() is None:
            time.sleep(0.05)
        os.killpg(running.pid, signal.SIGKILL)
    before = done(ended / "journal.jsonl")
    assert 5 <= before < HOUSEHOLDS
    assert not (ended / "results.csv").exists()
    written = {path: path.stat().st_mtime_ns for path in (ended / "plans").glob("*.json")}
    journal = [json.loads(line)["name"] for line in (ended / "journal.jsonl").read_text("utf-8").splitlines()[1:]]

    refused = run(households, "--out", ended)
    assert refused.returncode == 1
    assert "--resume" in refused.stderr
    assert run(households, "--out", ended, "--resume", "--jobs", "2").returncode == 0
    assert contents(ended) == contents(whole)
    for name in journal:  # nothing is done twice
        path = ended / "plans" / f"{name}.json"
        assert path.stat().st_mtime_ns == written[path]


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are found in /proc")
def test_a_worker_killed_in_mid_run_loses_no_household(tmp_path: Path) -> None:
    households, out = book(tmp_path / "book"), tmp_path / "out"
    with subprocess.Popen(
        command(households, "--out", out, "--jobs", "2"), cwd=ROOT, stdout=subprocess.PIPE
    ) as running:
        while done(out / "journal.jsonl") < 3 and running.poll() is None:
            time.sleep(0.05)
        ours = [
            child for child in children(running.pid) if b"forkserver" in Path(f"/proc/{child}/cmdline").read_bytes()
        ]
        os.kill(max(ours), signal.SIGKILL)
        output, _ = running.communicate()
    assert running.returncode == 0, output
    assert (out / "results.csv").read_text("utf-8").count(",proven,0,") == HOUSEHOLDS


def test_another_question_is_not_gone_on_with(tmp_path: Path) -> None:
    households, out = book(tmp_path / "book"), tmp_path / "out"
    assert run(households / "h01", "--out", out).returncode == 0
    refused = run(households / "h01", "--out", out, "--resume", "--time-limit", "7")
    assert refused.returncode == 1
    assert "was started with different options" in refused.stderr
