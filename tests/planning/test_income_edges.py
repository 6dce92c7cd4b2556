"""`income_edge` and its kin: what a plan may do to benefits and credits that the household has not answered for."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from planner.domain.plan import Plan
from planner.loader import load_case
from planner.optimizer import plan_case

GAINS = "AAA,100,2015-01-05,10000,300\nBBB,100,2015-01-05,5000,200\n"
LOSS = "AAA,100,2015-01-05,10000,40\n"


def planned(tmp_path: Path, taxpayer: str, lots: str = GAINS, status: str = "married_jointly") -> Plan:
    later = 0.5 if lots == GAINS else 0.15  # so that the gains, or the losses, are worth taking
    (tmp_path / "lots.csv").write_text(f"symbol,quantity,acquired,basis,price\n{lots}", "utf-8")
    (tmp_path / "household.toml").write_text(
        f'[taxpayer]\ntax_year = 2026\nfiling_status = "{status}"\n{taxpayer}\n[plan]\nsell_gains = true\n'
        '[[accounts]]\nname = "Schwab"\nlots = "lots.csv"\n'
        f"[assumptions]\nfuture_rate = {later}\nyears_to_use_carryover = 3\n",
        "utf-8",
    )
    return plan_case(load_case(tmp_path, as_of=date(2026, 12, 8)))


def edges(plan: Plan) -> str:
    return "\n".join(caution.text for caution in plan.cautions if caution.code == "income_edge")


def codes(plan: Plan) -> set[str]:
    return {caution.code for caution in plan.cautions}


def test_a_couple_sold_into_gains_is_warned_of_the_premium_credit(tmp_path: Path) -> None:
    """A couple on marketplace insurance would lose it at 400 percent of the poverty line: § 36B(c)(1)(A)."""
    said = edges(planned(tmp_path, "ordinary_income = 60_000"))
    assert "across $84,600, 400 percent of the poverty line of a household of 2" in said
    assert "the benchmark premium above $8,426.16" in said
    assert "from $60,000.00 to $95,000.00" in said


def test_each_edge_is_warned_of_until_it_is_answered(tmp_path: Path) -> None:
    answers = {
        "Marketplace": "marketplace = false",
        "Social security": "social_security = 0",
        "Children": "children = []",
    }
    taxpayer = "ordinary_income = 60_000\nborn = 1964-05-05"
    for topic, answer in answers.items():
        assert topic in edges(planned(tmp_path, taxpayer))
        taxpayer += f"\n{answer}"
        assert topic not in edges(planned(tmp_path, taxpayer))
    assert edges(planned(tmp_path, taxpayer)) == ""


@pytest.mark.parametrize(
    ("born", "warned"), [("1961-05-05", True), ("1963-05-05", True), ("1963-12-31", True), ("1964-01-02", False)]
)
def test_medicare_two_years_on_is_for_those_who_are_63(tmp_path: Path, born: str, warned: bool) -> None:
    """42 U.S.C. § 1395r(i)(4)(B): the premiums of 2028 look at the return of 2026; a year costs 12 x 95.70."""
    said = edges(planned(tmp_path, f"ordinary_income = 100_000\nborn = {born}", status="single"))
    assert ("adds about $1,148.40 to the year's premiums" in said) is warned


def test_a_loss_that_crosses_a_medicare_step_is_said(tmp_path: Path) -> None:
    taxpayer = "ordinary_income = 109_900\nborn = 1955-05-05"
    assert "takes about $1,148.40 off the year's premiums" in edges(planned(tmp_path, taxpayer, LOSS, "single"))
    assert edges(planned(tmp_path, "ordinary_income = 109_900", LOSS, "single")) == ""  # no age: a loss does no harm


def test_a_child_s_gain_is_the_parents_(tmp_path: Path) -> None:
    """§ 1(g)."""
    said = edges(planned(tmp_path, "ordinary_income = 0\ndeduction = 1_350", status="single"))
    assert "$32,300.00 more of it, at 15% $4,845.00" in said


def test_the_cap_on_state_taxes_shrinks_inside_its_range(tmp_path: Path) -> None:
    loss = "AAA,100,2015-01-05,60000,40\n"
    said = edges(planned(tmp_path, "ordinary_income = 520_000\ndeduction = 60_000", loss))
    assert "up to $900.00, $288.00 of tax" in said


def test_separate_returns_and_those_far_from_any_edge_are_left_alone(tmp_path: Path) -> None:
    assert edges(planned(tmp_path, "ordinary_income = 60_000", status="married_separately")) == ""
    assert edges(planned(tmp_path, "ordinary_income = 300_000", LOSS)) == ""


def test_what_is_assumed_or_estimated_is_said(tmp_path: Path) -> None:
    plan = planned(tmp_path, "ordinary_income = 24_000\nchildren = [2016-05-05]\nmedicare = 1", status="single")
    assert "earned_income_assumed" in codes(plan)
    plan = planned(tmp_path, "ordinary_income = 24_000\nchildren = [2016-05-05]\nearned_income = 24_000")
    assert not {"earned_income_assumed", "medicare_estimate"} & codes(plan)


@pytest.mark.parametrize(("income", "said"), [(48_900, False), (49_100, True), (400_000, True)])
def test_an_earlier_medicare_table_is_said_within_25000_of_a_step(tmp_path: Path, income: int, said: bool) -> None:
    """The first step of one person is 109,000; the gains are 35,000, all sold."""
    plan = planned(tmp_path, f"ordinary_income = {income}\nmedicare = 1", status="single")
    assert plan.planned.agi == income + 35_000
    assert ("medicare_estimate" in codes(plan)) is said


def test_the_headline_has_it(tmp_path: Path) -> None:
    from planner.report.screens.plan import plan_screen

    plan = planned(tmp_path, "ordinary_income = 60_000")
    case = load_case(tmp_path, as_of=date(2026, 12, 8))
    screen = plan_screen(plan, case, width=100, color=False)
    assert screen.index("Marketplace health insurance") < screen.index("Net benefit")
    assert screen.count("Marketplace health insurance") == 1
