"""Assumptions that the sales depend on: shown where another number changes more than one lot (newcomers' case W3)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from household_files import AS_OF, planned, write

from planner.domain.case import Case
from planner.domain.errors import InternalError
from planner.domain.household import INFINITY
from planner.domain.plan import Plan, Sensitivity
from planner.loader import load_case
from planner.optimizer import ask, plan_case, plan_with_sensitivities, sensitivities
from planner.optimizer.annotate.time_left import SENSITIVITIES
from planner.optimizer.question import Question
from planner.report.json_documents.plan import plan_document
from planner.report.screens.first import first_screen
from planner.report.screens.sensitivities import hangs_on

# Single, the 22% bracket: a dollar carried is worth 22% ÷ 1.05^t, and selling costs 9.21 cents a dollar. Carried for
# 10 years at 15% it is worth 9.21 cents too, and the cost of trading is more than what is left.
RICH = '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 70_000\n'
TEN = "".join(f"S{n},100,2024-01-05,{13_000 + n},100,stock,\n" for n in range(10))


def case_of(folder: Path, lots: str = TEN, more: str = "") -> Case:
    return load_case(write(folder, lots, more, taxpayer=RICH), as_of=AS_OF)


def told(plan: Plan) -> dict[tuple[str, Decimal | None], Sensitivity]:
    return {(each.key, each.value): each for each in plan.sensitivities}


def test_used_in_ten_years_few_lots_are_worth_selling(tmp_path: Path) -> None:
    case = case_of(tmp_path)
    plan = plan_with_sensitivities(case)
    assert len(plan.sales) == 10
    found = told(plan)["years_to_use_carryover", Decimal(10)]
    assert (found.given, found.lots, found.changed) == (None, 1, 9)  # 3,000 of it against this year's income
    assert hangs_on(plan).startswith(
        "With other assumptions: 1 lot, not 10, is worth selling if carryovers are used only after 10 years"
    )


def test_a_sensitivity_that_fails_is_left_out_and_the_plan_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(question: Question, *_: float, begun_with: object) -> object:
        raise InternalError("the model and the law disagree")

    monkeypatch.setattr(sensitivities, "solve", failing)
    plan = plan_with_sensitivities(case_of(tmp_path))
    assert (len(plan.sales), plan.sensitivities) == (10, ())


@pytest.mark.parametrize("key", ["years_to_use_carryover = 10", "future_rate = 0.238", "years_to_sale = inf"])
def test_what_is_told_is_what_a_household_of_that_assumption_gets(tmp_path: Path, key: str) -> None:
    name, _, value = key.partition(" = ")
    number = INFINITY if value == "inf" else Decimal(value)
    mixed = TEN + "G1,100,2024-01-05,10100,100,stock,\nG2,100,2024-01-05,10050,100,stock,\n"
    plan = plan_with_sensitivities(case_of(tmp_path, mixed))
    there = planned(write(tmp_path, mixed, f"\n[assumptions]\n{key}\n", taxpayer=RICH))
    differ = {sale.lot_id for sale in there.sales} ^ {sale.lot_id for sale in plan.sales}
    found = told(plan).get((name, number))
    if len(differ) <= 1:
        assert found is None
        return
    assert found is not None
    assert (found.lots, found.changed) == (len(there.sales), len(differ))
    assert abs(found.total - there.benefit.total) <= Decimal("0.05")


def test_a_plan_that_no_assumption_flips_says_nothing(tmp_path: Path) -> None:
    """2,000 of loss, all of it against this year's income at 22%: worth it whatever the future."""
    plan = plan_with_sensitivities(
        case_of(tmp_path, "A,10,2024-01-05,2000,100,stock,\nB,10,2024-01-05,2000,100,stock,\n")
    )
    assert len(plan.sales) == 2
    assert (plan.sensitivities, hangs_on(plan)) == ((), "")


def test_they_stop_first_and_the_plan_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sensitivities, "CPU_SECONDS", -1.0)
    case = case_of(tmp_path)
    plan = plan_with_sensitivities(case)
    assert plan.sensitivities == ()
    alone = plan_case(case)
    assert plan == replace(alone, cautions=(*alone.cautions, SENSITIVITIES)), "and says so"


def test_an_assumption_is_searched_with_its_own_bound(tmp_path: Path) -> None:
    """By the household's own bound a search would stop short, or be sent to a solver for nothing."""
    question = ask(case_of(tmp_path))
    never = sensitivities._assuming(question, {"years_to_sale": INFINITY})
    assert (never.lot_terms.phi, question.lot_terms.phi > 0) == (0, True)


def test_large_books_are_not_planned_five_times_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sensitivities, "MOST_LOTS", 9)
    assert plan_with_sensitivities(case_of(tmp_path)).sensitivities == ()


def test_they_stand_on_the_first_screen_and_in_the_document(tmp_path: Path) -> None:
    case = case_of(tmp_path)
    plan = plan_with_sensitivities(case)
    assert "With other assumptions: 1 lot, not 10, is worth" in first_screen(plan, case, "here", width=80, color=False)
    rows = {row["key"]: row for row in plan_document(plan)["sensitivities"]}
    row = rows["assumptions.years_to_use_carryover"]
    assert (row["value"], row["given"], row["sales"], row["lots_changed"]) == (10, None, 1, 9)
    never = replace(plan, sensitivities=(Sensitivity("years_to_sale", INFINITY, Decimal(10), 2, 8, Decimal(1)),))
    assert plan_document(never)["sensitivities"][0]["value"] is None
    assert (
        hangs_on(never)
        == "With other assumptions: 2 lots, not 10, are worth selling if what is bought instead is never sold."
    )
