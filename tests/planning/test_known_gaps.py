"""What plans got wrong once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from household_files import ACCOUNT, planned, sold, write

from planner.domain.plan import Status
from planner.optimizer import pipeline, proof
from planner.optimizer.search import search
from planner.optimizer.search.solver import Solved, solve
from planner.optimizer.search.task import OutOfTimeError, Task
from rules.terms import ZERO, Character

TODAY = date(2026, 12, 8)
FEW_DAYS_LEFT = "2025-12-14"  # bought on that day, it turns long-term on 15 December
OLD = "2024-01-05"


def wholesale(monkeypatch: pytest.MonkeyPatch) -> None:
    """As with thousands of pairs of lot and replacement."""
    monkeypatch.setattr(search, "ONE_BY_ONE", 0)
    monkeypatch.setattr(search, "PAIRS", 0)


def test_opening_groups_leaves_room_for_the_turnover(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening a group sells 4,000 here; 1,500 may be sold. To sell nothing keeps this wish, so there is always a plan.

    A household of 3,000 lots, a fifth of them bought of late, does the same without any patching.
    """
    wholesale(monkeypatch)
    lots = "".join(
        f"S{n},100,{OLD},3000,20,stock,old{n}\nS{n},100,2024-02-05,3000,20,stock,older{n}\nS{n},50,2026-12-05,50,20,stock,\n"
        for n in range(2)
    )
    more = "\n[plan]\nmax_turnover = 1_500\n\n[realized]\nlong_term = 50_000\n"
    plan = planned(write(tmp_path, lots, more))
    assert sum((sale.proceeds for sale in plan.sales), ZERO) <= 1_500


def test_a_sharpening_that_is_stopped_leaves_the_plan_unproven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The curves are placed in time; choosing whole shares around the margin is not, and ends below the bound."""
    calls: list[bool] = []

    def stopped_when_sharpening(*words: object) -> object:
        answer = solve(*words)  # type: ignore[arg-type]
        integers = sum(v.cat == "Integer" and v.upBound != 1 for v in words[0].variables())  # type: ignore[attr-defined]
        calls.append(integers > 0)
        return replace(answer, proven=False) if isinstance(answer, Solved) and integers else answer

    monkeypatch.setattr(search, "ONE_BY_ONE", 0)
    monkeypatch.setattr(search, "solve", stopped_when_sharpening)
    lots = "".join(f"S{n},2,{OLD},{9000 + 17 * n},{3500 + 7 * n},stock,\n" for n in range(6))
    monkeypatch.setattr(proof, "certified_of", lambda *_: (None, None))
    plan = planned(write(tmp_path, lots, "\n[assumptions]\nyears_to_use_carryover = inf\n"))
    assert set(calls) == {True, False}
    assert plan.benefit.gap > Decimal("0.10")
    assert (plan.status is Status.PROVEN) is (plan.benefit.gap <= proof.threshold(plan.benefit.total, len(plan.sales)))


def test_curves_that_time_leaves_unmet_leave_the_plan_unproven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The solver ends each time it is asked, with one tangent a curve: its bound is true, and far above the plan."""
    lots = "".join(f"S{n},2,{OLD},{9000 + 700 * n},{3500 + 7 * n},stock,\n" for n in range(40))
    folder = write(tmp_path, lots, "\n[plan]\nmax_turnover = 90_000\n\n[realized]\nshort_term = 200_000\n")
    monkeypatch.setattr(search, "ONE_BY_ONE", 0)
    monkeypatch.setattr(search, "MARGIN", 1)
    best = planned(folder)
    monkeypatch.setattr(Task, "seconds", property(lambda _: 0.9))
    monkeypatch.setattr(proof, "certified_of", lambda *_: (None, None))
    plan = planned(folder)
    assert best.status is Status.PROVEN
    assert plan.benefit.bound >= best.benefit.total
    assert plan.benefit.gap > Decimal("0.01") * len(plan.sales)
    assert (plan.status is Status.PROVEN) is (plan.benefit.gap <= proof.threshold(plan.benefit.total, len(plan.sales)))


def test_a_bound_over_all_days_that_time_cuts_short_leaves_the_plan_unproven(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plan itself was found in time; what other days could bring was not."""
    crumbs = "".join(f"S{n},1,{OLD},10.05,10,stock,s{n}\n" for n in range(401))
    lots = f"WIN,100,{FEW_DAYS_LEFT},1000,100,stock,winner\n" + crumbs
    more = "\n[realized]\nshort_term = 50_000\n\n[plan]\nsell_gains = true\ncash_needed = 9_000\n"
    folder = write(tmp_path, lots, more)

    def out_of_time(*_: object) -> None:
        raise OutOfTimeError(-1e6)

    asked = search.bound_over_all_days

    def cut_short(*words: object) -> object:
        monkeypatch.setattr(search, "_place", out_of_time)
        return asked(*words)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline, "ONE_BY_ONE", 100)  # too many lots for every day to be offered
    monkeypatch.setattr(pipeline, "bound_over_all_days", cut_short)
    monkeypatch.setattr(proof, "certified_of", lambda *_: (None, None))
    plan = planned(folder, as_of=TODAY)
    assert plan.benefit.gap > 1_000
    assert plan.status is Status.UNPROVEN


def test_nothing_waits_a_day_for_nothing(tmp_path: Path) -> None:
    """Short-term today, long-term tomorrow: against long-term gain the loss is worth the same."""
    lots = "AAA,100,2025-12-08,20000,100,stock,a\n"
    (sale,) = planned(write(tmp_path, lots, "\n[realized]\nlong_term = 20_000\n"), as_of=TODAY).sales
    assert (sale.date, sale.character) == (TODAY, Character.SHORT)


def test_no_plan_is_above_the_bound_on_any_day(tmp_path: Path) -> None:
    """Cash of 9,000 from one winner that turns long-term in a week, among 401 other lots. Waiting costs 20% of the
    gain, not waiting 40%: the plan that waits is about 900 above the bound of the plan that does not."""
    crumbs = "".join(f"S{n},1,{OLD},10.05,10,stock,s{n}\n" for n in range(401))
    lots = f"WIN,100,{FEW_DAYS_LEFT},1000,100,stock,winner\n" + crumbs
    gains = "\n[realized]\nshort_term = 50_000\n"
    wish = "\n[plan]\nsell_gains = true\ncash_needed = 9_000\n"
    now = planned(write(tmp_path, lots, gains + wish), as_of=TODAY)
    waited = planned(write(tmp_path, lots, gains + wish + "sale_date = 2026-12-15\n"), as_of=TODAY)
    assert sold(waited)["winner"] > 0
    assert waited.sales[0].date == TODAY + timedelta(days=7)
    assert now.benefit.bound >= waited.benefit.total


def test_a_millionth_of_a_unit_worth_millions(tmp_path: Path) -> None:
    """A unit of a private fund at 5,000,000, of which any fraction may be sold: five dollars a millionth."""
    lots = f"UNIT,1,{OLD},9000000,5000000,other,unit\n"
    more = "\n[plan]\nmax_turnover = 1_001\n\n[realized]\nlong_term = 20_000\n"
    plan = planned(write(tmp_path, lots, more, accounts=ACCOUNT + "fractional = true\n"))
    assert sold(plan) == {"unit": Decimal("0.0002")}
