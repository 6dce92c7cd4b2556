"""What the time limit stops, and that the plan stays lawful, no worse than doing nothing, and says what is left out."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest
from household_files import ACCOUNT, AS_OF, TAXPAYER, write

from planner.domain.errors import NoPlan
from planner.domain.plan import Plan, Status
from planner.loader import load_case
from planner.optimizer import pipeline, plan_case, solve
from planner.optimizer.annotate.reasons import NOT_WEIGHED
from planner.optimizer.annotate.time_left import REASONS, TimeLeft
from planner.optimizer.pipeline import ask
from planner.optimizer.program.build import build
from planner.optimizer.program.too_late import TooLate
from planner.optimizer.search import search
from planner.optimizer.search.book import Book
from planner.optimizer.solve import task_of
from rules import cells
from rules.pieces import known_cells

LOTS = "LOSS,100,2024-01-05,13000,100,stock,\nKEPT,100,2024-01-05,10001,100,stock,\n"
COUPLE = """[taxpayer]
tax_year = 2026
filing_status = "married_jointly"
born = 1964-03-01
spouse_born = 1966-05-01
ordinary_kind = "pension"
ordinary_income = 60_000
[taxpayer.marketplace]
household_size = 2
benchmark_premium = 34_265
[plan]
sell_gains = true
[[accounts]]
name = "Schwab"
lots = "lots.csv"
"""


def test_explanations_stop_and_the_sales_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = load_case(write(tmp_path, LOTS), as_of=AS_OF)
    whole = plan_case(case)
    monkeypatch.setattr(pipeline, "TimeLeft", lambda _: TimeLeft(-1.0))
    cut = plan_case(case)
    assert [sale.lot_id for sale in cut.sales] == [sale.lot_id for sale in whole.sales]
    assert cut.benefit == whole.benefit
    assert REASONS in cut.cautions
    assert REASONS not in whole.cautions
    assert [held.reason for held in cut.held_back] == [NOT_WEIGHED] * len(whole.held_back)


def test_no_program_is_built_after_the_deadline(tmp_path: Path) -> None:
    task = task_of(ask(load_case(write(tmp_path, LOTS), as_of=AS_OF)), time.monotonic() + 60)
    book = Book(task)
    with pytest.raises(TooLate):
        build(task.economy, task.lots, book.rows, [0, 1], task.couplings, book.rows.limits.most, deadline=-1.0)


def plan_of_the_couple(folder: Path) -> Plan:
    rows = "AAA,100,2015-01-05,10000,300\nBBB,100,2015-01-05,5000,200\n"  # 35,000 of long-term gain
    (folder / "lots.csv").write_text(f"symbol,quantity,acquired,basis,price\n{rows}", "utf-8")
    (folder / "household.toml").write_text(COUPLE, "utf-8")
    return plan_case(load_case(folder, as_of=date(2026, 12, 8)))


def test_without_time_to_cut_the_year_no_plan_does_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the premium credit in sight, 35,000 of gain "at 0%" is worth 3,213; by the law it loses 28,601."""
    known_cells.forget()
    monkeypatch.setattr(cells, "is_late", lambda: True)
    plan = plan_of_the_couple(tmp_path)
    assert plan.benefit.total == 0
    assert plan.status is Status.UNPROVEN
    monkeypatch.undo()
    assert plan_of_the_couple(tmp_path).status is Status.PROVEN


def test_without_time_to_cut_the_states_tax_there_is_no_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A household without premium credit in California, of which nothing was cut before."""
    known_cells.forget()
    (tmp_path / "lots.csv").write_text("symbol,quantity,acquired,basis,price\nAAA,9,2015-01-05,1000,30\n", "utf-8")
    toml = TAXPAYER.replace("state_rate = 0.05", 'state = "CA"')
    (tmp_path / "household.toml").write_text(toml + ACCOUNT, "utf-8")
    case = load_case(tmp_path, as_of=date(2026, 12, 8))
    until = time.monotonic()
    with pytest.raises(TooLate):
        task_of(ask(case), until)
    monkeypatch.setattr(solve, "task_of", lambda question, *_: task_of(question, until))
    with pytest.raises(NoPlan, match="no plan was found"):
        plan_case(case)


def test_the_keys_that_are_hard_to_prove_are_named_and_a_search_cut_short_is_not_called_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lots.csv").write_text("symbol,quantity,acquired,basis,price\nAAA,9,2015-01-05,1000,30\n", "utf-8")
    limits = "january = true\nmax_sales = 7\n[[limits]]\nsymbol = 'AAA'\nmax_sales = 1\n"
    (tmp_path / "household.toml").write_text(COUPLE.replace("sell_gains = true\n", limits), "utf-8")
    case = load_case(tmp_path, as_of=date(2026, 12, 8))
    plan = plan_case(case)
    assert plan.search_ended
    assert plan.hard_to_prove == ("january", "max_sales", "[[limits]]")
    monkeypatch.setattr(search, "_from_afar", lambda course: course.watch(0.0))  # a deadline met long ago
    assert not plan_case(case).search_ended
