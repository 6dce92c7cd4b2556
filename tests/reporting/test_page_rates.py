"""The page's trust line, its thermometer of rates and its sliders: what they say is what the plan and the law say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from planner.analysis.brackets import scales
from planner.analysis.comparison import Sweep, SweepPoint
from planner.domain.errors import Caution
from planner.loader import load_case
from planner.optimizer import plan_case
from planner.report.html.page import html_page
from planner.report.html.sliders import sliders
from planner.scenarios.slider_sweeps import MOST_LOTS, SALES, TURNOVER, YEARS, slider_sweeps
from rules.tax_year import tax_year
from tests.reporting.made_plans import COINS, WASHED, made_case, made_plan
from tests.reporting.page_reading import Element, read_page

PLAN, CASE = made_plan(COINS, WASHED), made_case()
HEAD = '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = {income}\n'
LOTS = "symbol,quantity,acquired,basis,price,asset_class\nXOM,100,2020-03-02,20000,100,stock\n"


def page(*cautions: Caution, sweeps: tuple[Sweep, ...] = ()) -> Element:
    plan = replace(PLAN, cautions=cautions)
    return read_page(html_page(plan, CASE, tax_year(2026), None, sweeps))


def test_the_trust_line_says_what_was_not_seen_and_not_confirmed() -> None:
    doubts = (Caution("coverage_incomplete", "Wallet: purchases missing"), Caution("taxpayer_assumed", "income"))
    for cautions, fine, doubtful in (
        ((), ["purchases since Nov 8 known in 2 of 2 accounts", "all sales counted"], []),
        (doubts, ["all sales counted"], ["purchases since Nov 8 known in 1 of 2 accounts", "income not confirmed"]),
    ):
        items = [item for item in page(*cautions).all("li") if item.text in {*fine, *doubtful}]
        assert [item.text for item in items if "class" not in item.attributes] == fine
        assert [item.text for item in items if item.attributes.get("class") == "doubt"] == doubtful


# --- the thermometer ---


def of(folder: Path, income: int, keys: str = "", gain: int = 0) -> dict[str, tuple[Decimal | None, ...]]:
    """Each scale's income without the plan and with it, and its room."""
    text = HEAD.format(income=income) + keys + f"[realized]\nlong_term = {gain}\n"
    (folder / "household.toml").write_text(text + '[[accounts]]\nname = "A"\nlots = "l.csv"\n', "utf-8")
    (folder / "l.csv").write_text(LOTS, "utf-8")
    case = load_case(folder, as_of=date(2026, 12, 8), scenario=None, planning=True)
    found = scales(plan_case(case, seconds=30), case)
    return {scale.name.split()[0]: (scale.without, scale.with_plan, scale.room) for scale in found}


def test_the_room_is_to_the_top_of_the_bracket_that_the_plan_ends_in(tmp_path: Path) -> None:
    """$100,000 and $20,000 of gain, $10,000 lost: the single brackets of 2026 end at $105,700, the 15% rate at
    $545,500, and § 1411 begins at $200,000."""
    found = of(tmp_path, 100_000, gain=20_000)
    assert found["Ordinary"] == (83_900, 83_900, 105_700 - 83_900)
    assert found["Rates"] == (103_900, 93_900, 545_500 - 93_900)
    assert found["Steps"] == (120_000, 110_000, 90_000)


def test_an_income_on_an_edge_has_no_room_left(tmp_path: Path) -> None:
    """$49,450 of taxable income is the top of the 0% rate: a dollar more is taxed at 15%."""
    found = of(tmp_path, 49_450 + 16_100 + 3_000, "deduction = 16_100\n")
    assert found["Rates"] == (52_450, 49_450, 0)


def test_steps_of_income_stand_only_where_the_household_answers_for_them(tmp_path: Path) -> None:
    assert of(tmp_path, 108_000)["Steps"][2] == 200_000 - 105_000
    assert of(tmp_path, 108_000, "medicare = 1\ntax_exempt_interest = 1_000\n")["Steps"][2] == 109_000 - 1_000 - 105_000


def test_the_table_has_the_figures_of_the_drawing() -> None:
    rows = page().by_id("brackets-table").rows()
    drawn = scales(PLAN, CASE)
    assert [row[1] for row in rows[1:]] == [f"${scale.without:,.2f}" for scale in drawn]
    assert [row[3] for row in rows[1:]] == [f"${scale.room:,.2f}" for scale in drawn]


# --- the sliders ---


def point(value: int, total: str) -> SweepPoint:
    benefit = replace(PLAN.benefit, tax_saved=Decimal(total), carryover_value=Decimal(0), deferred_tax=Decimal(0))
    return SweepPoint(Decimal(value), benefit, PLAN.status, 1, Decimal(900), Decimal(5))


def test_a_slider_says_how_much_less_each_value_is_worth() -> None:
    less = PLAN.benefit.total - 100
    sweep = Sweep(SALES, None, (point(1, "100"), SweepPoint(Decimal(2), None, None, 0, Decimal(0), None)), True)
    (slider,) = sliders([sweep], PLAN)
    cost = PLAN.benefit.trading_cost
    worth = f"1: net benefit ${100 - cost:,.2f}, ${less + cost:,.2f} less than the plan"
    assert slider.rows[0].said == f"{worth}; 1 lot for $900.00"
    assert slider.rows[1].said == "2: no plan keeps the limits"
    assert slider.start == 1


def test_a_plan_by_the_schedule_of_years_stands_first_and_is_held_against_none() -> None:
    (slider,) = sliders([Sweep(YEARS, None, (point(1, "9"), point(3, "8")), False)], PLAN)
    assert [row.value for row in slider.rows] == ["as planned", "1", "3"]
    assert slider.start == 0
    assert "less than" not in "".join(row.said for row in slider.rows)


def test_every_value_stands_in_a_table_for_those_without_a_script() -> None:
    found = page(sweeps=(Sweep(TURNOVER, None, (point(100, "9"), point(900, "80")), True),))
    rows = found.by_id("if-max-turnover-table").rows()
    assert [row[0] for row in rows] == ["Proceeds at most", "$100.00", "$900.00"]
    (control,) = [each for each in found.all("input") if each.attributes.get("type") == "range"]
    assert (control.attributes["max"], control.attributes["value"]) == ("1", "1")


@pytest.fixture
def one_lot(tmp_path: Path) -> Path:
    text = HEAD.format(income=100_000) + "[realized]\nlong_term = 4_000\n"
    (tmp_path / "household.toml").write_text(text + '[[accounts]]\nname = "A"\nlots = "l.csv"\n', "utf-8")
    (tmp_path / "l.csv").write_text(LOTS, "utf-8")
    return tmp_path


def test_what_if_moves_what_tells_something_of_the_plan(one_lot: Path) -> None:
    """One lot is sold: no fewer lots can be. It is carried on, and its turnover can be less."""
    case = load_case(one_lot, as_of=date(2026, 12, 8), scenario=None, planning=True)
    plan = plan_case(case, seconds=30)
    found = {sweep.key: sweep for sweep in slider_sweeps(case, plan)}
    assert set(found) == {YEARS, TURNOVER} if plan.planned.carryover_long else {TURNOVER}
    proceeds = sum(sale.proceeds for sale in plan.sales)
    for each in found[TURNOVER].points:
        assert each.proceeds <= each.value
        assert each.benefit is None or each.benefit.total <= plan.benefit.total + Decimal("0.01")
    assert found[TURNOVER].points[-1].value >= proceeds


def test_a_household_of_many_lots_goes_without(one_lot: Path) -> None:
    case = load_case(one_lot, as_of=date(2026, 12, 8), scenario=None, planning=True)
    plan = plan_case(case, seconds=30)
    assert slider_sweeps(replace(case, holdings=[*case.holdings] * (MOST_LOTS + 1)), plan) == ()
