"""Work shared by processes comes to what one process makes of it, in the same order, with the same end."""

from __future__ import annotations

import math
import operator
import os
import subprocess
import sys
from pathlib import Path

import pytest
from household_files import AS_OF, write

from planner.loader import load_case
from planner.scenarios import compare_case, workers
from planner.scenarios.workers import in_order

ROOT = Path(__file__).resolve().parents[2]

MORE = (
    "[realized]\nlong_term = 7_000\n[scenarios.One]\nplan.max_sales = 1\n[scenarios.Broke]\nplan.cash_needed = 99_000\n"
)
LOSERS = "AAA,1,2020-01-02,3000,1000,stock,A2000\nBBB,1,2020-01-02,7000,1000,stock,B6000\n"


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other processes, however short the work."""
    monkeypatch.setattr(workers, "PAYS", -1.0)
    monkeypatch.setattr(workers, "available_processors", lambda: 2)


@pytest.mark.usefixtures("shared")
def test_answers_come_in_order_and_are_told_one_by_one() -> None:
    told: list[tuple[int, int]] = []
    items = list(range(20))
    assert list(in_order(operator.neg, items, told=lambda n, of, _: told.append((n, of)))) == [-n for n in items]
    assert told == [(n, 20) for n in range(1, 21)]


@pytest.mark.usefixtures("shared")
def test_what_fails_ends_the_work() -> None:
    answers = in_order(math.sqrt, [4.0, 9.0, -1.0, 16.0])
    assert [next(answers), next(answers)] == [2.0, 3.0]
    with pytest.raises(ValueError, match="math domain"):
        next(answers)


@pytest.mark.usefixtures("shared")
def test_scenarios_shared_by_processes_are_the_same(tmp_path: Path) -> None:
    case = load_case(write(tmp_path, LOSERS, MORE), as_of=AS_OF)
    together = compare_case(case)
    with pytest.MonkeyPatch.context() as alone:
        alone.setattr(workers, "available_processors", lambda: 1)
        assert compare_case(case) == together
    assert [each.plan is None for each in together.scenarios[:3]] == [False, False, True]


def test_short_work_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "start_method", lambda: pytest.fail("a process is started"))
    assert list(in_order(operator.neg, [1, 2, 3])) == [-1, -2, -3]
    assert list(in_order(operator.neg, [])) == []


def test_a_script_of_the_user_is_not_run_again_by_processes(tmp_path: Path) -> None:
    """Without `if __name__ == "__main__"` each started process would run it, and end in an error."""
    script = tmp_path / "mine.py"
    script.write_text(
        "import datetime, planner\nfrom planner.scenarios import workers\nworkers.PAYS = 0.0\n"
        f"case = planner.load({str(ROOT / 'examples' / 'bitcoin-loss')!r}, as_of=datetime.date(2026, 12, 8))\n"
        "planner.compare(case)\nprint('done')\n",
        "utf-8",
    )
    ran = subprocess.run(
        [sys.executable, script], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True, capture_output=True
    )
    assert (ran.stdout, ran.stderr) == ("done\n", "")
