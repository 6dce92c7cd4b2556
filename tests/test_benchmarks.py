"""The benchmark's peer answers the same question: another author's model, another solver, the same dollars."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
BENCHMARKS = ROOT / "benchmarks"
PLAN = ["-m", "planner", "plan", "--as-of", "2026-12-08", "--json"]


def run(*words: str | Path) -> str:
    finished = subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def answers(folder: Path, *options: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What `harvest plan` and what the plain model say of the same household."""
    run(BENCHMARKS / "make_portfolio.py", folder, *options)
    return json.loads(run(*PLAN, folder)), json.loads(run(BENCHMARKS / "straightforward.py", folder, "--tuned"))


@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_plan_is_worth_what_the_plain_model_finds(tmp_path: Path, seed: str) -> None:
    """Fractions allowed, nothing bought of late: the plain model leaves nothing out, so the totals are equal."""
    plan, plain = answers(tmp_path, "--lots", "300", "--fractional", "--recent", "0", "--seed", seed)
    assert plan["status"] == "proven"
    assert plain["sales"] > 10
    assert plan["benefit"]["total"] == pytest.approx(plain["total"], abs=0.01 * len(plan["sales"]))


def test_wash_sales_and_whole_shares_cost_what_the_plain_model_overlooks(tmp_path: Path) -> None:
    """With recent purchases and whole shares the plain model is a relaxation: never below the plan."""
    plan, plain = answers(tmp_path, "--lots", "300", "--recent", "0.1")
    assert 0 < plan["benefit"]["total"] <= plain["total"] + 0.01 * len(plan["sales"])


def test_portfolio_is_the_same_for_the_same_arguments(tmp_path: Path) -> None:
    for folder in ("once", "again"):
        run(BENCHMARKS / "make_portfolio.py", tmp_path / folder, "--lots", "50", "--seed", "7")
    once, again = (sorted((tmp_path / folder).iterdir()) for folder in ("once", "again"))
    assert [file.read_bytes() for file in once] == [file.read_bytes() for file in again]
