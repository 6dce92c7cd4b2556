"""Plans that end beside an edge of the tax, and the room at the 0% rate: newcomers' cases W2 and W10, by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from household_files import AS_OF, write

from planner.analysis.zero_rate import room_left, room_used
from planner.domain.case import Case
from planner.domain.plan import Edge, Landing
from planner.loader import load_case
from planner.optimizer import plan_case
from planner.report.json_documents.plan import plan_document
from planner.report.screens.edges import landing_words, near_an_edge, room_at_zero
from planner.report.screens.first import first_screen
from tests.reporting.made_plans import made_plan

# Joint, 90,000 of wages less the standard deduction of 32,200: 57,800, and the 0% rate ends at 98,900 (Rev. Proc.
# 2025-32): room for 41,100 of long-term gain.
COUPLE = '[taxpayer]\ntax_year = 2026\nfiling_status = "married_jointly"\nordinary_income = 90_000\n'
WINNER = "VTI,1000,2020-03-02,150000,250,etf,v\n"  # 100 of gain a share
SELL = "\n[plan]\nsell_gains = true\n"


def case_of(folder: Path, lots: str = WINNER, more: str = "") -> Case:
    return load_case(write(folder, lots, more, taxpayer=COUPLE), as_of=AS_OF)


def test_w10_a_plan_says_that_it_lands_on_the_end_of_the_0_percent_rate(tmp_path: Path) -> None:
    """411 shares, 41,100 of gain. At 1% more each share brings 2.50 more: 1,027.50 are taxed at 15%, less what is
    spared later at 9.21 cents a dollar; at 1% less as much less is spared. Trading costs 2 cents a hundred dollars."""
    case = case_of(tmp_path, more=SELL)
    plan = plan_case(case)
    assert plan.planned.taxable_income == 98_900
    landing = plan.landing
    assert landing is not None
    assert (landing.edge, landing.at, landing.distance) == (Edge.ZERO_RATE, 98_900, 0)
    moved = Decimal("1027.50")
    deferred, trading = moved * case.household.assumptions.deferral_rate, moved * Decimal("0.0002")
    assert landing.higher == pytest.approx(deferred - trading - moved * Decimal("0.15"), abs=Decimal("0.02"))
    assert landing.lower == pytest.approx(trading - deferred, abs=Decimal("0.02"))
    assert near_an_edge(plan).startswith("Taxable income ends $0.00 below the top of the 0% rate ($98,900.00): at ")


def test_gains_say_what_they_use_of_the_0_percent_rate(tmp_path: Path) -> None:
    case = case_of(tmp_path, more=SELL)
    plan = plan_case(case)
    assert (room_used(plan, case.household.taxpayer), room_left(plan, case.household.taxpayer)) == (41_100, 0)
    assert room_at_zero(plan, case) == "Uses $41,100.00 of room at the 0% rate (§ 1(h)(1)(B)); $0.00 is left."
    assert "Uses $41,100.00 of room" in first_screen(plan, case, "here", width=80, color=False)


def test_w2_room_that_no_one_uses_is_told_in_dollars(tmp_path: Path) -> None:
    case = case_of(tmp_path)
    words = "Room for $41,100.00 of long-term gains at 0% federal tax (`sell_gains = true`)."
    assert room_at_zero(plan_case(case), case) == words


MARKETPLACE = "[taxpayer.marketplace]\nhousehold_size = 2\nbenchmark_premium = 34_265\n"
RETIRED = COUPLE.replace("90_000", "60_000") + 'ordinary_kind = "pension"\nsocial_security = 0\n' + MARKETPLACE


def test_room_ends_where_gains_would_take_a_credit_at_once(tmp_path: Path) -> None:
    """§ 36B(c)(1)(A): at 84,600 the benchmark above 9.96% of it, 34,265 less 8,426.16, is gone."""
    case = load_case(write(tmp_path, WINNER, "", taxpayer=RETIRED), as_of=AS_OF)
    words = room_at_zero(plan_case(case), case)
    assert ", but more than $24,600.00 of them would cost $25,838.84 at an income threshold." in words


@pytest.mark.parametrize(("loss", "said"), [(800, True), (1_500, False)])
def test_a_threshold_that_costs_more_than_the_plan_saves_is_named_from_1000_on(
    tmp_path: Path, loss: int, said: bool
) -> None:
    """Income of 85,000 ends 400 dollars, or 1,100, below the threshold."""
    lots, more = f"VTI,1,2020-03-02,{250 + loss},250,etf,v\n", "\n[realized]\nlong_term = 25_000\n"
    plan = plan_case(load_case(write(tmp_path, lots, more, taxpayer=RETIRED), as_of=AS_OF))
    assert len(plan.sales) == 1
    assert ("edge_landing" in {caution.code for caution in plan.cautions}) is said


@pytest.mark.parametrize(
    ("lots", "more", "taxpayer"),
    [
        ("VTI,1000,2026-03-02,150000,250,etf,v\n", "", COUPLE),  # short-term
        ("VTI,1000,2020-03-02,250000,250,etf,v\n", "", COUPLE),  # no gain
        (WINNER, '\n[plan]\nkeep = ["VTI"]\n', COUPLE),
        (WINNER, "", COUPLE.replace("90_000", "200_000")),  # no room
        (WINNER, "\n[realized]\nlong_term = -9_000\n", COUPLE),  # a gain would meet the loss first
    ],
)
def test_room_that_no_gain_could_use_is_not_told(tmp_path: Path, lots: str, more: str, taxpayer: str) -> None:
    case = load_case(write(tmp_path, lots, more, taxpayer=taxpayer), as_of=AS_OF)
    assert room_at_zero(plan_case(case), case) == ""


def test_an_edge_that_1_percent_does_not_reach_is_not_told(tmp_path: Path) -> None:
    """One share of 250 dollars moves by 2.50: far from every edge."""
    plan = plan_case(case_of(tmp_path, "VTI,1,2020-03-02,900,250,etf,v\n"))
    assert len(plan.sales) == 1
    assert plan.landing is None
    assert plan_document(plan)["landing"] is None


def test_a_loss_at_the_limit_of_1211_b_is_told(tmp_path: Path) -> None:
    """30 shares at a loss of 100 each: 3,000 to the dollar."""
    plan = plan_case(case_of(tmp_path, "VTI,30,2024-03-02,10500,250,etf,v\n"))
    assert plan.landing is not None
    assert (plan.landing.edge, plan.landing.at, plan.landing.distance) == (Edge.LOSS_LIMIT, -3_000, 0)
    document = plan_document(plan)["landing"]
    assert document is not None
    assert (document["edge"], document["at"]) == ("loss_limit", -3_000)


@pytest.mark.parametrize(
    ("edge", "at", "distance", "words"),
    [
        (Edge.GAINS_MET, 0, 12, "Losses end $12.00 above gains"),
        (Edge.GAINS_MET, 0, -12, "Losses end $12.00 below gains"),
        (Edge.LOSS_LIMIT, -3_000, -5, "The net loss ends $5.00 short of the limit of § 1211(b) ($3,000.00)"),
        (Edge.LOSS_LIMIT, -3_000, 5, "The net loss ends $5.00 beyond the limit of § 1211(b) ($3,000.00)"),
        (Edge.BRACKET, 100_800, -1, "Ordinary taxable income ends $1.00 above the top of a bracket ($100,800.00)"),
    ],
)
def test_where_it_ends_in_words(edge: Edge, at: int, distance: int, words: str) -> None:
    landing = Landing(edge, Decimal(at), Decimal(distance), Decimal(-3), Decimal(2))
    assert landing_words(landing) == f"{words}: at prices 1% higher worth $3.00 less, at prices 1% lower $2.00 more."


def test_far_from_the_edge_only_the_whole_plan_says_so() -> None:
    far = Landing(Edge.BRACKET, Decimal(100_800), Decimal(101), Decimal(0), Decimal(0))
    plan = replace(made_plan(), landing=far)
    assert near_an_edge(plan) == ""
    assert near_an_edge(replace(plan, landing=replace(far, distance=Decimal(100))))


def test_sales_that_add_little_are_counted_on_the_first_screen(tmp_path: Path) -> None:
    lots = "AAA,100,2024-01-05,13000,100,stock,a\nBBB,1,2024-01-05,110,100,stock,b\n"
    case = case_of(tmp_path, lots)
    plan = plan_case(case)
    assert [sale.lot_id for sale in plan.sales if sale.edge] == ["b"]
    assert "1 sale adds less than $5.00:" in first_screen(plan, case, "here", width=80, color=False)
