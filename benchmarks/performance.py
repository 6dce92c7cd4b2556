"""Write docs/performance.md: how fast, beside what, with how much memory, how it grows, and what the plans are worth.

    make performance                                       # everything: an hour on a quiet machine with two cores
    python benchmarks/performance.py --lots 1000 10000 --rounds 3 --each 10 --households 20 --output FILE

All figures of a table are of one run on one machine, harvest and its peers turn by turn. The page says how busy the
machine was: on a busy one the processor's seconds and the ratios may be compared, the seconds by the clock may not.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from pathlib import Path

import decisions
import other_work
from run import AS_OF, EXAMPLE, HARVEST, HERE, ROOT, Run, run

PAGE = ROOT / "docs" / "performance.md"
LARGEST_FOR_THE_PLAIN_MODEL = 100_000
LIMIT = ["--time-limit", "900"]  # seconds by the clock: on a busy machine the usual limit would cut the search short
IMPORTS = {
    "harvest plan": "import typer.main, planner.cli, planner.loader, planner.optimizer, planner.report.frames.results",
    "the plain model": "import numpy, pandas, pulp",
}
HARVEST_PLAN, PLAIN, FLOOR = "harvest plan", "the plain model", "the floor"


@dataclass
class Size:
    """The runs of one size, by what was run; and what the plan came to."""

    lots: int
    runs: dict[str, list[Run]] = field(default_factory=dict)
    plan: dict[str, object] = field(default_factory=dict)

    def processor(self, what: str) -> float:
        return statistics.median(each.processor for each in self.runs[what])

    def wall(self, what: str) -> float:
        return statistics.median(each.seconds for each in self.runs[what])

    def memory(self, what: str) -> float:
        return max(each.mebibytes for each in self.runs[what])


def measured(lots: int, rounds: int, folder: Path) -> Size:
    """Harvest and its peers in turn on one household."""
    size = Size(lots)
    run(sys.executable, HERE / "make_portfolio.py", folder, "--lots", str(lots))
    commands: dict[str, Sequence[str | Path]] = {HARVEST_PLAN: [HARVEST, "plan", folder, *AS_OF, "--json", *LIMIT]}
    if lots <= LARGEST_FOR_THE_PLAIN_MODEL:
        commands[PLAIN] = [sys.executable, HERE / "straightforward.py", folder, "--tuned"]
    commands[FLOOR] = [sys.executable, HERE / "floor.py", folder]
    for _ in range(rounds):
        for what, command in commands.items():
            size.runs.setdefault(what, []).append(run(*command))
    plan = json.loads(size.runs[HARVEST_PLAN][0].printed)
    benefit = plan["benefit"]
    size.plan = {
        "status": plan["status"],
        "proven_by": plan["proven_by"],
        "sales": len(plan["sales"]),
        "total": benefit["total"],
        "gap": benefit["bound"] - benefit["total"],
    }
    return size


def imports(rounds: int) -> dict[str, float]:
    """Processor seconds of a process that only imports what each needs."""
    return {
        what: statistics.median(run(sys.executable, "-c", words).processor for _ in range(rounds))
        for what, words in IMPORTS.items()
    }


def speed(sizes: Sequence[Size], alone: dict[str, float]) -> Iterator[str]:
    yield "| lots | | processor s | net of imports | by the clock s | peak MiB | harvest takes times | net of imports |"
    yield "|---:|---|---:|---:|---:|---:|---:|---:|"
    for size in sizes:
        ours = size.processor(HARVEST_PLAN)
        ours_net = ours - alone[HARVEST_PLAN]
        for what in size.runs:
            its = size.processor(what)
            net = its - alone[PLAIN] if what == PLAIN else ours_net if what == HARVEST_PLAN else None
            times = "" if what == HARVEST_PLAN else f"{ours / its:.1f}"
            net_times = f"{ours_net / net:.1f}" if what == PLAIN and net and net > 0 else ""
            net_said = "" if net is None else f"{net:.2f}"
            yield (
                f"| {size.lots:,} | {what} | {its:.2f} | {net_said} | {size.wall(what):.2f} | {size.memory(what):.0f} "
                f"| {times} | {net_times} |"
            )


def plans(sizes: Sequence[Size]) -> Iterator[str]:
    yield "| lots | status | proven by | sales | worth | bound − worth |"
    yield "|---:|---|---|---:|---:|---:|"
    for size in sizes:
        plan = size.plan
        yield (
            f"| {size.lots:,} | {plan['status']} | {plan['proven_by']} | {plan['sales']:,} | ${plan['total']:,.2f} | "
            f"${plan['gap']:,.2f} |"
        )


def growth(sizes: Sequence[Size], alone: dict[str, float]) -> Iterator[str]:
    """Between one size and the next: the power of the number of lots with which the work grows."""
    for one, other in pairwise(sizes):
        work = (size.processor(HARVEST_PLAN) - alone[HARVEST_PLAN] for size in (one, other))
        less, more = (max(seconds, 1e-3) for seconds in work)
        power = math.log(more / less) / math.log(other.lots / one.lots)
        yield f"* from {one.lots:,} to {other.lots:,} lots: {more / less:.1f} times the work, the power {power:.2f}"


def page(
    sizes: Sequence[Size],
    alone: dict[str, float],
    others: Sequence[str],
    found: dict[str, decisions.Tally],
    load: str,
) -> str:
    households = sum(tally.households for tally in found.values())
    proven = sum(tally.proven for tally in found.values())
    version = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout
    lines = [
        "# Performance",
        "",
        "Written by `make performance` (`benchmarks/performance.py`). Do not edit it: run it again.",
        "",
        f"Measured {date.today()} at {version.strip()} on {platform.system()}, {os.cpu_count()} processor cores,",
        f"Python {platform.python_version()}. {load}",
        "",
        "## Speed",
        "",
        "Whole processes on the household of `benchmarks/make_portfolio.py` (whole shares, 1% of the lots bought in",
        "the last 30 days), medians. The plain model is a variable for each lot in PuLP, solved by CBC tuned; it knows",
        "no § 1091, no days, no cents and no reasons. The floor reads the same files with pandas, computes, sorts and",
        "writes (`benchmarks/README.md`). Importing takes "
        + " and ".join(f"{seconds:.2f} s ({what})" for what, seconds in alone.items())
        + " of processor time.",
        "",
        *speed(sizes, alone),
        "",
        "What the plans are:",
        "",
        *plans(sizes),
        "",
        "How the work grows, imports left out:",
        "",
        *growth(sizes, alone),
        "",
        "## Other work",
        "",
        *others,
        "",
        "## Decisions",
        "",
        f"What the plans of {households} random households are worth, beside what people do without one, each valued",
        "by the law as the verifier computes it (`benchmarks/decisions.py`). The rules sell whole lots on the first",
        f"day, and call off no purchase. {proven} of the {households} plans are proven. The three kinds were fixed",
        "before any of them was planned, and not drawn again after a look at the result (D-201):",
        "",
        *decisions.kinds(),
        "",
        *decisions.table(found),
        "",
        *decisions.harm(found),
        "",
    ]
    return "\n".join(lines)


def busy() -> str:
    """How busy the machine is, said as a sentence."""
    one, _, fifteen = os.getloadavg()
    cores = os.cpu_count() or 1
    state = "nothing else running" if fifteen < cores * 0.6 else "busy with other work"
    return f"The machine was {state}: load {one:.1f} (15 minutes: {fifteen:.1f}) at the start."


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--lots", type=int, nargs="+", default=[1_000, 10_000, 100_000, 1_000_000])
    words.add_argument("--rounds", type=int, default=3)
    words.add_argument("--each", type=int, default=100, help="households of each kind")
    words.add_argument("--households", type=int, default=200, help="households of the batch")
    words.add_argument("--transactions", type=int, default=200_000, help="of the history whose ledger is kept")
    words.add_argument("--csv-rows", type=int, default=100_000, help="of each layout that is read")
    words.add_argument("--seed", type=int, default=2)
    words.add_argument("--rows", type=Path, help="what is known of households already, as decisions.py keeps it")
    words.add_argument("--output", type=Path, default=PAGE)
    given = words.parse_args()
    load = busy()
    run(HARVEST, "plan", EXAMPLE, *AS_OF)
    alone = imports(given.rounds)
    sizes = []
    with tempfile.TemporaryDirectory() as folder:
        for lots in given.lots:
            sizes.append(measured(lots, given.rounds if lots < 100_000 else 1, Path(folder) / str(lots)))
            print(f"{lots:,} lots measured", file=sys.stderr)
    others = other_work.tables(given.households, given.transactions, given.csv_rows, min(2, given.rounds))
    print("other work measured", file=sys.stderr)
    found = decisions.measure(given.each, given.seed, given.rows)
    given.output.write_text(page(sizes, alone, others, found, load), "utf-8")


if __name__ == "__main__":
    main()
