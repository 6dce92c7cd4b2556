"""What else a professional waits for: a batch of households, a household in a warm process, a ledger, files to read.

    python benchmarks/other_work.py [--households 200] [--transactions 200000] [--rows 100000]

Prints the tables that `performance.py` puts into docs/performance.md.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import history
import reading
from run import AS_OF, HARVEST, HERE, run

BATCH, BATCH_LOTS, BATCH_SYMBOLS, ASKED_MINUTES = 10_000, 100, 40, 8
WARM_LOTS, WARM_TIMES = 300, 20
SLOWEST, ASKED_SECONDS = 8, 1.5  # layouts named, of all that are read
ASKED_OF_WORKBOOKS = 10
IN_ONE_PROCESS = """\
import json, sys, time
from datetime import date
from pathlib import Path
from planner.cli.batch_folder import BatchFolder
from planner.scenarios.batch import Place, plan_places
as_of, out = date.fromisoformat(sys.argv[1]), BatchFolder(Path(sys.argv[2]), date.fromisoformat(sys.argv[1]), 30.0)
out.begin([], force=True, resume=False)
took = []
for n, path in enumerate([sys.argv[3], *sys.argv[3:]]):  # the first twice: it pays for what is loaded once
    began = time.process_time()
    plan_places([Place(str(n), Path(path))], as_of, keep=out.keep())
    took.append(time.process_time() - began)
print(json.dumps(took[1:]))
"""


def in_one_process(folders: list[Path]) -> list[float]:
    """Processor seconds of each household, planned by `harvest batch`'s own function in a process that is warm."""
    with tempfile.TemporaryDirectory() as out:
        finished = run(sys.executable, "-c", IN_ONE_PROCESS, AS_OF[1], out, *folders)
    took: list[float] = json.loads(finished.printed)
    return took


def batch(households: int) -> Iterator[str]:
    """Households of a hundred lots: each in one process, then all by the command, on every core."""
    cores = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as at:
        folders = [Path(at) / "book" / f"household{number}" for number in range(1, households + 1)]
        for number, folder in enumerate(folders, 1):
            asked = ["--lots", str(BATCH_LOTS), "--symbols", str(BATCH_SYMBOLS), "--seed", str(number)]
            run(sys.executable, HERE / "make_portfolio.py", folder, *asked)
        took = in_one_process(folders)
        whole = run(HARVEST, "batch", Path(at) / "book", *AS_OF, "--out", Path(at) / "out")
    mean = statistics.mean(took)
    minutes = mean * BATCH / cores / 60
    yield f"{households} households of {BATCH_LOTS} lots, each with its plan, trade list and letter:"
    yield ""
    yield f"* in one warm process {mean:.3f} s of processor time each; the median {statistics.median(took):.3f} s, the"
    yield f"  largest {max(took):.2f} s"
    yield f"* at that rate {BATCH:,} households take {minutes:.1f} minutes on {cores} cores (asked: {ASKED_MINUTES})"
    yield f"* `harvest batch` on all of them, with one process for each core, took {whole.seconds:.0f} s by the clock"


def warm() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        run(sys.executable, HERE / "make_portfolio.py", folder, "--lots", str(WARM_LOTS))
        took = in_one_process([Path(folder)] * WARM_TIMES)
    least, usual = 1000 * min(took), 1000 * statistics.median(took)
    yield f"A household of {WARM_LOTS} lots in such a process: {usual:.0f} ms of processor time, at least {least:.0f}."


def ledger(transactions: int, rounds: int) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        history.write(Path(folder), transactions, 500, 1)
        runs = [run(HARVEST, "windows", folder, *AS_OF) for _ in range(rounds)]
    best = min(runs, key=lambda each: each.processor)
    yield f"`harvest windows` on a history of {transactions:,} transactions (`benchmarks/history.py`) takes"
    yield f"{best.processor:.1f} s of processor time and {best.mebibytes:.0f} MiB."


def layouts(rows: int, rounds: int) -> Iterator[str]:
    found = sorted(reading.timed(rows, rounds), key=lambda each: -each[1].processor)
    slow = sum(finished.processor > ASKED_SECONDS for _, finished in found)
    yield f"{rows:,} rows of each of {len(found)} table layouts, no two amounts alike (`benchmarks/reading.py`), whole"
    yield f"processes: {slow} take more than {ASKED_SECONDS} s of processor time. The slowest, and the middle one:"
    yield ""
    yield "| layout | processor s | peak MiB |"
    yield "|---|---:|---:|"
    for name, finished in [*found[:SLOWEST], found[len(found) // 2]]:
        yield f"| {name} | {finished.processor:.2f} | {finished.mebibytes:.0f} |"
    yield ""
    yield f"Workbooks of {rows:,} rows (asked: {ASKED_OF_WORKBOOKS} s):"
    yield ""
    yield "| layout | processor s | peak MiB |"
    yield "|---|---:|---:|"
    for name, finished in reading.timed_workbooks(rows, rounds):
        yield f"| {name} | {finished.processor:.2f} | {finished.mebibytes:.0f} |"


def tables(households: int, transactions: int, rows: int, rounds: int) -> list[str]:
    parts = (batch(households), warm(), ledger(transactions, rounds), layouts(rows, rounds))
    return [line for part in parts for line in ("", *part)][1:]


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--households", type=int, default=200)
    words.add_argument("--transactions", type=int, default=200_000)
    words.add_argument("--rows", type=int, default=100_000)
    words.add_argument("--rounds", type=int, default=2)
    given = words.parse_args()
    print("\n".join(tables(given.households, given.transactions, given.rows, given.rounds)))


if __name__ == "__main__":
    main()
