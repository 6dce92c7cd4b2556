"""Ordinary households that once ended in "our fault" (exit 70): what they get instead."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from household_files import ACCOUNT, AS_OF, TAXPAYER
from typer.testing import CliRunner

from planner.cli import app
from planner.domain.errors import ExitCode
from planner.loader import load_case
from planner.optimizer.pipeline import ask

CASES = Path(__file__).resolve().parents[1] / "cases" / "plans"
SOLD = (
    "symbol,quantity,acquired,sold,proceeds,basis,term,disallowed_loss\nABC,5,2026-01-20,2026-11-10,500,900,short,0\n"
)


def test_waiting_for_a_later_day_is_held_against_no_law() -> None:
    """Few lots, many days, some sold late: the model charges a little for each day that a sale waits, the law not."""
    folder = CASES / "12-exit-70-patience-a"
    case = CliRunner().invoke(app, ["plan", str(folder), "--as-of", "2026-11-20", "--json"])
    assert case.exit_code == ExitCode.DONE, case.stderr
    assert json.loads(case.stdout)["benefit"]["total"] > 0


@pytest.mark.parametrize("how", ["loss_basis", "inherited"])
def test_the_rest_of_a_gift_or_inheritance_partly_sold_is_planned(tmp_path: Path, how: str) -> None:
    """Gifts and inheritances are not bought (§§ 1015, 1014): neither is the part of one that the realized file has."""
    column = {"loss_basis": "900", "inherited": "true"}[how]
    lots = f"symbol,quantity,acquired,basis,price,{how}\nABC,5,2026-01-20,1000,100,{column}\n"
    (tmp_path / "lots.csv").write_text(lots, "utf-8")
    (tmp_path / "realized.csv").write_text(SOLD, "utf-8")
    account = f'{ACCOUNT}realized = "realized.csv"\n'
    (tmp_path / "household.toml").write_text(f"{TAXPAYER}\n{account}", "utf-8")
    answer = CliRunner().invoke(app, ["plan", str(tmp_path), "--as-of", AS_OF.isoformat(), "--json"])
    assert answer.exit_code == ExitCode.DONE, answer.stderr
    question = ask(load_case(tmp_path, as_of=date(2026, 12, 8)))
    assert question.purchases.fixed == ()
