"""Whole shares keep a plan from the corner of the year's tax; a few of them moved together come near it, and no solver
need be asked (docs/decisions.md, D-230)."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from planner.loader import load_case
from planner.optimizer import plan_case
from planner.optimizer.search import programs, search
from planner.optimizer.search.book import Trial

AS_OF = date(2026, 12, 8)
CENT = 0.01


def household(folder: Path, seed: int, lots: int = 45) -> Path:
    """Lots of whole shares at $20 to $400, all at a loss, of which the year's gains take up a quarter."""
    chance = random.Random(seed)
    rows, losses = ["lot_id,symbol,asset_class,quantity,acquired,basis,price"], 0.0
    for number in range(lots):
        units, price = chance.randint(1, 15), round(chance.uniform(20, 400), 2)
        basis = round(units * price * chance.uniform(1.02, 1.4), 2)
        losses += basis - units * price
        acquired = AS_OF - timedelta(days=chance.randint(400, 2000))
        rows.append(f"L{number},S{number},stock,{units},{acquired},{basis},{price}")
    (folder / "lots.csv").write_text("\n".join(rows) + "\n", "utf-8")
    (folder / "household.toml").write_text(
        '[taxpayer]\ntax_year = 2026\nfiling_status = "married_jointly"\nordinary_income = 410_000\n'
        "qualified_dividends = 18_000\nnet_investment_income = 12_000\n"
        "[assumptions]\nyears_to_use_carryover = 15\n"  # so that the best plan stops short of selling every loser
        f"[realized]\nshort_term = 0\nlong_term = {losses / 4:.2f}\n"
        '[[accounts]]\nname = "Brokerage"\nkind = "taxable"\nlots = "lots.csv"\n',
        "utf-8",
    )
    return folder


def lots_of_one_stock(folder: Path) -> Path:
    """Eight lots at $5.63 a share, two of them so young that they may take on the others' losses (§ 1091(a))."""
    rows = [
        ("18", "2024-08-07", "246.06"),
        ("7", "2025-03-19", "98.77"),
        ("29", "2023-10-17", "1250.48"),
        ("99", "2022-07-15", "6081.57"),
        ("45", "2026-11-03", "327.15"),
        ("83", "2024-11-29", "1368.67"),
        ("33", "2026-11-17", "200.31"),
        ("60", "2022-04-05", "2331.60"),
    ]
    household(folder, 1)
    lots = (f"L{n},S,stock,{units},{bought},{basis},5.63" for n, (units, bought, basis) in enumerate(rows))
    (folder / "lots.csv").write_text(
        "\n".join(["lot_id,symbol,asset_class,quantity,acquired,basis,price", *lots]) + "\n", "utf-8"
    )
    text = (folder / "household.toml").read_text("utf-8")
    before, after = text.split("[realized]\n")[0], text[text.index("[[accounts]]") :]
    sums = "[carryover]\nlong_term = 4_000\n[realized]\nshort_term = 101\nlong_term = 9_083\n"
    (folder / "household.toml").write_text(before + sums + after, "utf-8")
    return folder


def test_two_lots_of_a_group_moved_by_a_share_each_spare_the_solver(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A share of one lot less and one of another more is $0.45 better than either, and than the lots as they are."""
    case = load_case(lots_of_one_stock(tmp_path), as_of=AS_OF)
    with monkeypatch.context() as without:
        without.setattr(search, "a_step_away", lambda *_: ())
        solved = plan_case(case)

    def asked(*_: object, **__: object) -> None:
        pytest.fail("the solver was asked")

    monkeypatch.setattr(programs, "whole_program", asked)
    plan = plan_case(case)
    assert plan.benefit.total >= solved.benefit.total - Decimal("0.01")
    assert plan.benefit.bound - plan.benefit.total <= Decimal("0.01") * (len(plan.sales) + 4)


@pytest.mark.parametrize("seed", [1, 4, 8])
def test_moving_a_few_lots_together_spares_the_solver(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    asked: list[Trial | None] = []
    solve = programs.whole_program

    def watched(*args: object, **kinds: object) -> object:
        asked.append(None)
        return solve(*args, **kinds)  # type: ignore[arg-type]

    monkeypatch.setattr(programs, "whole_program", watched)
    case = load_case(household(tmp_path, seed), as_of=AS_OF)
    plan = plan_case(case)
    assert not asked
    assert float(plan.benefit.bound - plan.benefit.total) <= CENT * (len(plan.sales) + 4)

    monkeypatch.setattr(search, "nearer_the_corner", lambda book, trial, *others: trial)
    solved = plan_case(case)
    assert asked, "without it this household is the solver's"
    assert float(plan.benefit.total) == pytest.approx(float(solved.benefit.total), abs=CENT * (len(plan.sales) + 4))
