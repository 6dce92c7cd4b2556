"""Time and memory of `harvest plan --json` beside the plain model, as whole processes, turn by turn.

    python benchmarks/run.py [--lots 1000 10000 100000] [--rounds 5]

The two alternate, so that a slower minute of the machine falls on both; each pair gives a ratio, and the median of
the ratios is what may be quoted. Memory is the largest resident set of the process or of a solver it started.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
EXAMPLE = ROOT / "examples" / "household"
HARVEST = Path(sys.executable).with_name("harvest")
AS_OF = ["--as-of", "2026-12-08"]
AS_INSTALLED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
NOT_PROVEN = 3  # the exit code of a plan that is still shown
MEBIBYTE = 1024 if sys.platform != "darwin" else 1024 * 1024  # ru_maxrss is in KiB, on macOS in bytes


@dataclass(frozen=True, slots=True)
class Run:
    """One whole process: seconds by the clock on the wall and of the processor, peak memory, and what it printed."""

    seconds: float
    processor: float
    mebibytes: float
    printed: str


def run(*command: str | Path) -> Run:
    with tempfile.TemporaryFile() as printed:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=printed, stderr=subprocess.DEVNULL, env=AS_INSTALLED)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, NOT_PROVEN):
            sys.exit(f"exit {process.returncode}: {' '.join(str(word) for word in command)}")
        printed.seek(0)
        return Run(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / MEBIBYTE, printed.read().decode())


def figures(runs: list[Run]) -> str:
    """Median seconds, wall and processor, and the largest memory."""
    wall = statistics.median(each.seconds for each in runs)
    processor = statistics.median(each.processor for each in runs)
    return f"{wall:9.2f}{processor:9.2f}{max(each.mebibytes for each in runs):7.0f}"


def answer(finished: Run) -> dict[str, Any]:
    spoken: dict[str, Any] = json.loads(finished.printed)
    return spoken


def compare(lots: int, rounds: int, options: list[str], folder: Path) -> None:
    """One size: make the household, let the two take turns, print a line for each and the ratio of the pairs."""
    run(sys.executable, HERE / "make_portfolio.py", folder, "--lots", str(lots), *options)
    ours: list[Run] = []
    plain: list[Run] = []
    tuned: list[Run] = []
    for _ in range(rounds):
        ours.append(run(HARVEST, "plan", folder, *AS_OF, "--json"))
        plain.append(run(sys.executable, HERE / "straightforward.py", folder))
        tuned.append(run(sys.executable, HERE / "straightforward.py", folder, "--tuned"))
    plan, peer = answer(ours[0]), answer(plain[0])
    benefit = plan["benefit"]
    title = f"{lots:,} lots {' '.join(options)}".replace(" --", ", ").strip()
    print(f"{title:36}{'wall s':>9}{'cpu s':>9}{'MiB':>7}{'benefit.total':>16}{'sales':>8}")
    for name, runs, total, sales in (
        ("harvest plan", ours, benefit["total"], len(plan["sales"])),
        ("straightforward, CBC as it comes", plain, peer["total"], peer["sales"]),
        ("straightforward, CBC tuned", tuned, answer(tuned[0])["total"], answer(tuned[0])["sales"]),
    ):
        print(f"  {name:34}{figures(runs)}{total:16,.2f}{sales:8,}")
    for name, peers in (("as it comes", plain), ("tuned", tuned)):
        times = sorted(b.seconds / a.seconds for a, b in zip(ours, peers, strict=True))
        print(
            f"  times as fast as the plain model, CBC {name}: median {statistics.median(times):.2f}"
            f" ({times[0]:.2f} to {times[-1]:.2f})"
        )
    print(f"  {plan['status']}, bound - total = {benefit['bound'] - benefit['total']:,.2f}\n")


def alone(title: str, rounds: int, *command: str | Path) -> None:
    """A command of ours by itself, after one run that is not counted."""
    run(*command)
    runs = [run(*command) for _ in range(rounds)]
    print(f"  {title:34}{figures(runs)}")


def main() -> None:
    words = argparse.ArgumentParser(description="Time and memory beside the plain model.")
    words.add_argument("--lots", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    words.add_argument("--rounds", type=int, default=5)
    words.add_argument("--fractional", action="store_true", help="any fraction of a lot, as the plain model sells")
    words.add_argument("--recent", help="share of lots bought in the last 30 days")
    words.add_argument("--seed")
    given = words.parse_args()
    options = ["--fractional"] if given.fractional else []
    options += ["--recent", given.recent] if given.recent else []
    options += ["--seed", given.seed] if given.seed else []

    print(f"{'start-up, and the example':36}{'wall s':>9}{'cpu s':>9}{'MiB':>7}")
    alone("harvest --help", given.rounds, HARVEST, "--help")
    for command in ("plan", "compare"):
        alone(f"harvest {command} examples/household", given.rounds, HARVEST, command, EXAMPLE, *AS_OF)
    print()
    with tempfile.TemporaryDirectory() as folder:
        for lots in given.lots:
            compare(lots, given.rounds, options, Path(folder) / str(lots))


if __name__ == "__main__":
    main()
