"""Mutation testing of one part of the house: `make mutants PART=...`; without a part, all of them.

A mutant is the program with one thing changed that decides something: a comparison, a sign, a number, a condition that
is dropped, `min` for `max`. Words, annotations, what is raised and f-strings are left alone. A part is some files and
the tests that may know them. All tests of a part are gathered once and run once, in a process of their own, to learn
which lines each reaches. For each mutant the process forks, puts the changed code into the function that is loaded,
empties every cache, and runs the tests that reach the changed line, the quickest first, until one fails
(docs/decisions.md, D-222). What survives is printed: a test that is missing, or a change that changes nothing.

What was tried stands in build/mutants/PART.jsonl ($MUTANTS says where else), so that a run goes on where it ended;
`--again` tries once more what survived, `--sample=150` only so many, drawn by a fixed seed.
"""

from __future__ import annotations

import argparse
import functools
import gc
import importlib
import json
import os
import pkgutil
import random
import resource
import signal
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from types import FrameType
from typing import Any
from zlib import crc32

import pytest
from hypothesis import Phase, settings
from mutants import ROOT, Mutant, mutants_of, put_in

OUT = Path(os.environ.get("MUTANTS", ROOT / "build" / "mutants"))
VERIFY = "planner/optimizer/verify"
LAW = [
    "tests/law",
    "tests/authority",
    "tests/planning/test_ledger_corners.py",
    *(
        f"tests/properties/test_{name}.py"
        for name in (
            "edge_pieces",
            "law_properties",
            "ledger_properties",
            "wash_properties",
            "pieces",
            "cases",
            "quickly_made",
        )
    ),
]
BOUNDS = [
    f"tests/oracle/test_{name}.py"
    for name in (
        "certificate_by_hand",
        "certificate_groups_by_hand",
        "certificate",
        "group_bounds",
        "contradictions",
        "put_off",
    )
]
SALES = [f"tests/planning/test_{name}.py" for name in ("sale_figures", "past_losses", "january")]
LIMITS = [f"tests/planning/test_{name}.py" for name in ("limits_verified", "limits_to_the_letter")]
NOT_BOUNDS = ("limits", "sale_figures", "evaluate", "wash_matching", "setting")
PARTS: dict[str, tuple[list[str], list[str]]] = {  # files, or a folder's; the tests that may know them
    "netting": (["rules/netting.py", "rules/section_1256.py", "rules/short_sales.py"], LAW),
    "tax": (["rules/*.py"], LAW),
    "ledger": (["rules/ledger/*.py"], LAW),
    "pieces": (["rules/pieces/*.py"], LAW),
    "states": (["rules/states/*.py"], LAW),
    "limits": ([f"{VERIFY}/limits.py"], LIMITS),
    "figures": ([f"{VERIFY}/{name}.py" for name in ("sale_figures", "evaluate", "wash_matching", "setting")], SALES),
    "bound": (
        [str(path.relative_to(ROOT)) for path in sorted((ROOT / VERIFY).glob("*.py")) if path.stem not in NOT_BOUNDS],
        BOUNDS,
    ),
}
MOST = 5.0  # seconds of tests (by the first run's clock) that a mutant is given
LONG = 2.0  # a test of more seconds is left out


def rows_of(file: Path) -> list[Any]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []


class Trying:
    """The plug-in: gathers a part's tests, learns what each reaches, and tries the mutants."""

    def __init__(self, part: str, again: bool, sample: int, only: str) -> None:
        self.part, self.again, self.only = part, again, only
        files = [str(path.relative_to(ROOT)) for glob in PARTS[part][0] for path in sorted(ROOT.glob(glob))]
        self.files = [file for file in files if only in file]
        self.mutants = [mutant for file in self.files for mutant in mutants_of(file)]
        if sample and sample < len(self.mutants):
            self.mutants = random.Random(16).sample(self.mutants, sample)
        globs = {glob for files, tests in PARTS.values() if tests == PARTS[part][1] for glob in files}
        self.names = {str(path): str(path.relative_to(ROOT)) for glob in globs for path in ROOT.glob(glob)}
        self.results = OUT / f"{part}.jsonl"
        self.survivors: list[str] = []

    def pytest_collection(self) -> None:
        settings.register_profile("mutants", max_examples=20, derandomize=True, deadline=None, database=None,
                                  phases=[Phase.explicit, Phase.generate])  # fmt: skip
        settings.load_profile("mutants")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        for package in ("rules", "planner"):
            for found in pkgutil.walk_packages([str(ROOT / package)], f"{package}."):
                if not found.name.endswith("__main__"):
                    importlib.import_module(found.name)
        self.items = {item.nodeid: item for item in session.items}
        self.session = session
        reached, seconds = self.learned()
        self.caches = [thing for thing in gc.get_objects() if isinstance(thing, functools._lru_cache_wrapper)]
        gc.freeze()
        done = {row["key"]: row["outcome"] for row in rows_of(self.results)}
        killers: Counter[tuple[str, str]] = Counter()
        for mutant in self.mutants:
            if mutant.key in done and not (self.again and done[mutant.key] in ("survived", "unreached")):
                outcome = done[mutant.key]
            else:
                lines = range(mutant.line, mutant.last + 1)
                near = [
                    place for place in reached if place[0] == mutant.file and (mutant.constant or place[1] in lines)
                ]
                tests = {test for place in near for test in reached[place]}
                order = sorted(tests, key=lambda test: (-killers[mutant.file, test], seconds[test]))
                outcome = self.tried(mutant, order, seconds) if order else "unreached"
                if outcome.startswith("killed by "):
                    killers[mutant.file, outcome.removeprefix("killed by ")] += 1
                with self.results.open("a", encoding="utf-8") as file:
                    file.write(json.dumps({"key": mutant.key, "outcome": outcome}) + "\n")
            done[mutant.key] = outcome
            if outcome in ("survived", "unreached"):
                self.survivors.append(f"{outcome}: {mutant.key}")
        return True

    def learned(self) -> tuple[dict[tuple[str, int], list[str]], dict[str, float]]:
        """Which tests reach each line, and how long each takes: all of them run once, in a process of its own."""
        kept = OUT / f"reached-{crc32(' '.join(PARTS[self.part][1]).encode()):x}.jsonl"
        known = {row[0]: row for row in rows_of(kept)}
        stamp = {name: item.path.stat().st_mtime for name, item in self.items.items()}
        fresh = [item for name, item in self.items.items() if name not in known or known[name][1] < stamp[name]]
        if fresh:
            if (child := os.fork()) == 0:
                with kept.open("a", encoding="utf-8") as file:
                    for item in fresh:
                        row = (item.nodeid, stamp[item.nodeid], *self.reached(item))
                        file.write(json.dumps(row) + "\n")
                os._exit(0)
            os.waitpid(child, 0)
        rows = [row for name, row in {row[0]: row for row in rows_of(kept)}.items() if name in self.items]
        reached: dict[tuple[str, int], list[str]] = defaultdict(list)
        for test, _, _, places in rows:
            for file, line in places:
                reached[file, line].append(test)
        return reached, {test: took for test, _, took, _ in rows}

    def reached(self, item: pytest.Item) -> tuple[float, list[tuple[str, int]]]:
        """How long a test takes and which lines it reaches; none where it fails or takes too long."""
        places: set[tuple[str, int]] = set()

        def entered(frame: FrameType, _event: str, _arg: object) -> Any:
            file = self.names.get(frame.f_code.co_filename)
            if file is None:
                return None
            places.add((file, frame.f_lineno))

            def at(inner: FrameType, _event: str, _arg: object) -> Any:
                places.add((file, inner.f_lineno))
                return at

            return at

        def too_long(_signal: int, _frame: FrameType | None) -> None:
            raise TimeoutError

        signal.signal(signal.SIGVTALRM, too_long)
        signal.setitimer(signal.ITIMER_VIRTUAL, LONG, 0.1)
        began = time.process_time()
        sys.settrace(entered)
        good = self.passed(item)
        sys.settrace(None)
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        return time.process_time() - began, sorted(places) if good else []

    def passed(self, item: pytest.Item) -> bool:
        failed = self.session.testsfailed
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
        return self.session.testsfailed == failed

    def tried(self, mutant: Mutant, order: list[str], seconds: dict[str, float]) -> str:
        reading, writing = os.pipe()
        if (child := os.fork()) == 0:
            code = 0
            try:
                null = os.open(os.devnull, os.O_WRONLY)
                os.dup2(null, 1)
                os.dup2(null, 2)
                put_in(mutant, self.caches)
                left = MOST
                for test in order:
                    left -= seconds[test]
                    if left < 0 and test != order[0]:
                        break
                    signal.setitimer(signal.ITIMER_VIRTUAL, 2 + 5 * seconds[test])
                    if test in self.items and not self.passed(self.items[test]):
                        os.write(writing, test.encode()[:4000])
                        code = 1
                        break
            except BaseException as error:
                os.write(writing, f"{type(error).__name__}: {error}".encode()[:4000])
                code = 2
            os._exit(code)
        os.close(writing)
        said = os.read(reading, 4096).decode()
        os.close(reading)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            return f"killed: signal {os.WTERMSIG(status)}"
        return {0: "survived", 1: f"killed by {said}"}.get(os.WEXITSTATUS(status), f"killed: {said}")


def tried(part: str, again: bool, sample: int, only: str) -> int:
    OUT.mkdir(parents=True, exist_ok=True)
    trying = Trying(part, again, sample, only)
    quiet = ["-p", "no:xdist", "-p", "no:cacheprovider", "-k", "not printed", "--tb=no", "--show-capture=no"]
    pytest.main([*quiet, *PARTS[part][1]], plugins=[trying])
    print("\n".join(trying.survivors))
    print(f"{part}: {len(trying.mutants)} tried, {len(trying.survivors)} survive", flush=True)
    return len(trying.survivors)


if __name__ == "__main__":
    asked = argparse.ArgumentParser()
    asked.add_argument("parts", nargs="*", choices=[*PARTS, []])
    asked.add_argument("--again", action="store_true", help="try once more what survived")
    asked.add_argument("--sample", type=int, default=0, help="only so many, drawn by a fixed seed")
    asked.add_argument("--only", default="", help="only files whose name has this")
    given = asked.parse_args()
    os.chdir(ROOT)
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
    sys.exit(min(1, sum(tried(part, given.again, given.sample, given.only) for part in given.parts or PARTS)))
