"""A key of [plan] is one declaration: one that is added here is read, kept by small plans and large ones, verified, and
shown, and nothing but its declaration is written for it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from types import MappingProxyType

import pytest
from household_files import invoked, planned, write
from typer.testing import CliRunner

from planner import cli
from planner.domain import plan_limits
from planner.domain.errors import ExitCode
from planner.domain.plan_limits import KEYS, Kind, LotFacts, PlanKey, SumOf
from planner.domain.plan_limits.declaration import WhichLots, one_sum
from planner.loader import load_case
from planner.loader.household import plan_table
from planner.optimizer import ask
from planner.optimizer.verify.limits import broken_limits
from planner.optimizer.verify.sale_figures import Order, figures
from planner.report.screens import assumptions

AS_OF = date(2026, 12, 31)
GAIN = "\n[realized]\nlong_term = 2_000_000\n"
LOTS = """\
AAA,10,2024-01-05,3000,100,stock,a
AAA,10,2024-02-05,2500,100,stock,b
BBB,10,2024-01-05,2000,100,stock,c
"""

TRIAL_CAP = PlanKey(
    "trial_cap",
    Kind.AMOUNT,
    default=None,
    meaning=one_sum("trial_cap", SumOf.PROCEEDS),
    place=200,
    freest=None,
    label="Proceeds on trial",
    words="at most {}",
    only_if_set=True,
)


def _spared(symbols: tuple[str, ...], facts: LotFacts) -> str | None:
    return "spared on trial" if facts.lot.symbol in symbols else None


TRIAL_SPARE = PlanKey[tuple[str, ...]](
    "trial_spare", Kind.LOTS, default=(), meaning=WhichLots(_spared), place=201, freest=()
)


@pytest.fixture(autouse=True)
def two_more_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the folder had two files more."""
    more = MappingProxyType({**KEYS, TRIAL_CAP.name: TRIAL_CAP, TRIAL_SPARE.name: TRIAL_SPARE})
    for module in (plan_limits, plan_table, assumptions):
        monkeypatch.setattr(module, "KEYS", more)


def test_a_sum_is_kept_by_a_small_plan(tmp_path: Path) -> None:
    plan = planned(write(tmp_path, LOTS, GAIN + "\n[plan]\ntrial_cap = 1500\n"))
    assert sum(sale.proceeds for sale in plan.sales) <= 1500
    assert plan.sales


def test_a_bar_on_lots_is_kept_and_its_reason_shown(tmp_path: Path) -> None:
    plan = planned(write(tmp_path, LOTS, GAIN + '\n[plan]\ntrial_spare = ["AAA"]\n'))
    assert {sale.lot_id for sale in plan.sales} == {"c"}
    assert {held.lot_id: held.reason for held in plan.held_back} == dict.fromkeys("ab", "spared on trial")


@pytest.mark.parametrize("lots", [200, 800])
def test_a_sum_is_kept_by_a_large_plan(tmp_path: Path, lots: int) -> None:
    random = Random(lots)
    rows = [
        f"S{n % 40},{random.randint(1, 90)},2024-01-05,{random.randint(9, 40)}000,{random.randint(10, 90)},stock,L{n}"
        for n in range(lots)
    ]
    plan = planned(write(tmp_path, "\n".join(rows) + "\n", GAIN + "\n[plan]\ntrial_cap = 10_000\n"))
    proceeds = sum(sale.proceeds for sale in plan.sales)
    assert Decimal(9_000) < proceeds <= 10_000, "without the key far more would be sold"


def test_a_breach_of_it_is_verified(tmp_path: Path) -> None:
    folder = write(tmp_path, LOTS, GAIN + '\n[plan]\ntrial_cap = 999.99\ntrial_spare = ["BBB"]\n')
    case = ask(load_case(folder, as_of=AS_OF)).case
    held = {holding.lot.lot_id: holding for holding in case.holdings}
    sales = [figures(Order(held["a"], Decimal(10), AS_OF)), figures(Order(held["c"], Decimal(1), AS_OF))]
    assert [broken.key for broken in broken_limits(case, sales)] == ["trial_spare", "trial_cap"]


def test_it_is_read_like_any_other(tmp_path: Path) -> None:
    answer = invoked(write(tmp_path, LOTS, GAIN + "\n[plan]\ntrial_cap = -1\n"))
    assert answer.exit_code == ExitCode.REFUSED
    assert "trial_cap" in answer.stderr
    answer = invoked(write(tmp_path, LOTS, GAIN + "\n[plan]\ncash_needed = 2000\ntrial_cap = 1000\n"))
    assert answer.exit_code == ExitCode.NO_PLAN
    assert "trial_cap" in answer.stderr


def test_its_words_stand_among_the_assumptions(tmp_path: Path) -> None:
    folder = write(tmp_path, LOTS, GAIN + "\n[plan]\ntrial_cap = 1500\n")
    file = tmp_path / "plan.html"
    words = ["export", str(folder), "html", "--as-of", AS_OF.isoformat(), "--output", str(file)]
    answer = CliRunner().invoke(cli.app, words)
    assert answer.exit_code == ExitCode.DONE, answer.stderr
    assert "Proceeds on trial" in file.read_text("utf-8")


def test_the_trial_is_over_without_it() -> None:
    assert "trial_cap" in plan_limits.KEYS
    assert "trial_cap" not in KEYS
