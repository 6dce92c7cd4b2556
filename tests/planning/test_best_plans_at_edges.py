"""Households whose best plan an income edge decides: each with what it was worth before the edge was counted.

The figures are PolicyEngine's for these households; a child's tax and Medicare's surcharge by hand.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from planner.domain.plan import Plan, Status
from planner.loader import load_case
from planner.optimizer import plan_case

GAINS = "AAA,100,2015-01-05,10000,300\nBBB,100,2015-01-05,5000,200\n"  # 20,000 and 15,000 of long-term gain
COUPLE = 'filing_status = "married_jointly"\nborn = 1964-03-01\nspouse_born = 1966-05-01\nordinary_kind = "pension"\n'
INSURED = "[taxpayer.marketplace]\nhousehold_size = 2\nbenchmark_premium = 34_265\n"
NEXT_YEAR = "[assumptions]\nfuture_rate = 0.238\nyears_to_sale = 1\ndiscount_rate = 0\n"


def planned(
    tmp_path: Path, taxpayer: str, lots: str, more: str = "", assumptions: str = "", limits: str = "sell_gains = true"
) -> Plan:
    (tmp_path / "lots.csv").write_text(f"symbol,quantity,acquired,basis,price\n{lots}", "utf-8")
    (tmp_path / "household.toml").write_text(
        f"[taxpayer]\ntax_year = 2026\n{taxpayer}\n{more}\n[plan]\n{limits}\n"
        f'[[accounts]]\nname = "Schwab"\nlots = "lots.csv"\n{assumptions}',
        "utf-8",
    )
    plan = plan_case(load_case(tmp_path, as_of=date(2026, 12, 8)))
    assert plan.status is Status.PROVEN
    return plan


def gain(plan: Plan) -> Decimal:
    return sum((sale.gain for sale in plan.sales), Decimal(0))


def test_a_couple_with_a_premium_credit_takes_no_gain_across_the_cliff(tmp_path: Path) -> None:
    """35,000 of gain "at 0%" was said to be worth 3,213, and would have lost a credit of 28,601."""
    plan = planned(tmp_path, f"{COUPLE}ordinary_income = 60_000", GAINS, INSURED)
    assert plan.baseline.credits == 28_601
    assert plan.planned.agi <= 84_600
    assert plan.sales == ()  # below the cliff each dollar costs about 11 cents of credit, and is worth 9.2


def test_it_goes_to_the_cliff_to_the_dollar_where_gains_are_worth_more(tmp_path: Path) -> None:
    plan = planned(tmp_path, f"{COUPLE}ordinary_income = 60_000", GAINS, INSURED, "[assumptions]\nfuture_rate = 0.25\n")
    assert plan.planned.agi == 84_600  # 400 percent of 21,150: exactly there the credit is kept
    (landing,) = [caution.text for caution in plan.cautions if caution.code == "edge_landing"]
    assert "ends $0.00 below an income threshold" in landing


def test_edge_margin_keeps_a_distance(tmp_path: Path) -> None:
    plan = planned(
        tmp_path,
        f"{COUPLE}ordinary_income = 60_000",
        GAINS,
        INSURED,
        "[assumptions]\nfuture_rate = 0.25\n",
        "sell_gains = true\nedge_margin = 500",
    )
    assert Decimal(83_900) <= plan.planned.agi <= 84_100
    assert "edge_landing" not in {caution.code for caution in plan.cautions}


@pytest.mark.parametrize(("loss", "margin"), [(2_000, 500), (2_000, 101), (1_900, 500)])
def test_a_distance_no_plan_can_keep_is_ignored(tmp_path: Path, loss: int, margin: int) -> None:
    """86,500 less all of the loss is 100 dollars below the cliff of 84,600, or on it: there the whole credit counts."""
    lots = f"AAA,1,2015-01-05,{10_000 + loss},10000\n"
    free, kept = (
        planned(tmp_path, f"{COUPLE}ordinary_income = 86_500", lots, INSURED, limits=limits)
        for limits in ("", f"edge_margin = {margin}")
    )
    assert kept.benefit == free.benefit
    assert kept.benefit.tax_saved > 26_000


def test_a_loss_worth_360_brings_26_000_of_credit_back(tmp_path: Path) -> None:
    plan = planned(tmp_path, f"{COUPLE}ordinary_income = 86_500", "AAA,100,2015-01-05,10000,70\n", INSURED)
    assert gain(plan) == -3_000
    assert plan.benefit.tax_saved == Decimal("26308.40")


def test_a_parent_with_the_earned_income_credit_takes_no_gain(tmp_path: Path) -> None:
    """§ 32(i): above 12,200 of investment income 7,293 are gone, and below 21 cents of each dollar."""
    taxpayer = (
        'filing_status = "head_of_household"\nborn = 1985-01-05\nchildren = [2016-01-02, 2018-03-03]\n'
        "ordinary_income = 24_000\nearned_income = 24_000"
    )
    plan = planned(tmp_path, taxpayer, GAINS)
    assert plan.baseline.earned_income_credit == Decimal("7292.83")
    assert plan.sales == ()


def test_a_retiree_s_gains_make_benefits_taxable(tmp_path: Path) -> None:
    """§ 86: 35,000 of gain cost about 2,300, and were said to cost nothing."""
    taxpayer = 'filing_status = "single"\nborn = 1956-01-05\nordinary_income = 14_000\nsocial_security = 32_000'
    costs = {}
    for dollars in (20_000, 30_000, 40_000):
        plan = planned(tmp_path, taxpayer, f"AAA,100,2015-01-05,0,{dollars // 100}\n", limits='must_sell = ["AAA"]')
        assert gain(plan) == dollars
        costs[dollars] = -plan.benefit.tax_saved
    assert costs == {20_000: Decimal(795), 30_000: Decimal(1726), 40_000: Decimal("3038.44")}
    best = planned(tmp_path, taxpayer, GAINS)
    assert Decimal(1_100) < best.benefit.total < Decimal(1_200)


def test_a_child_takes_what_is_not_taxed_at_the_parents_rates(tmp_path: Path) -> None:
    """§ 1(g): (35,000 - 2,700) x 15% = 4,845 where all is sold; 2,700 are free."""
    taxpayer = (
        'filing_status = "single"\nordinary_income = 0\ndeduction = 1_350\nborn = 2012-01-05\n'
        'parents = {taxable_income = 310_000, filing_status = "married_jointly"}'
    )
    everything = planned(tmp_path, taxpayer, GAINS, limits='must_sell = ["AAA", "BBB"]')
    assert everything.planned.income_tax == Decimal("4845.00")
    assert gain(planned(tmp_path, taxpayer, GAINS)) == 2_700


@pytest.mark.parametrize(
    ("taxpayer", "more", "lots", "assumptions", "saved"),
    [
        (  # the exemption of the minimum tax goes at 50 percent from 1,000,000 on: 37.8 cents a dollar
            'filing_status = "married_jointly"\nordinary_income = 500_000\namt = {add_back = 0}',
            "[realized]\nlong_term = 700_000",
            "AAA,1000,2015-01-05,200000,100\n",
            NEXT_YEAR,
            "37800.00",
        ),
        (  # § 164(b)(7): 30 percent of income off the cap, at 32 percent
            'filing_status = "married_jointly"\nordinary_income = 520_000',
            "[taxpayer.itemized]\nstate_and_local = 45_000\nmortgage_interest = 22_000\n[realized]\nlong_term = 60_000",
            "AAA,1000,2015-01-05,150000,100\n",
            NEXT_YEAR,
            "14200.00",
        ),
        (  # § 151(d)(5)(C): 12 percent of income off two senior deductions, at 22 percent
            'filing_status = "married_jointly"\nordinary_income = 190_000\nborn = 1956-01-05\nspouse_born = 1956-01-07',
            "[realized]\nlong_term = 30_000",
            "AAA,1000,2015-01-05,130000,100\n",
            "[assumptions]\nyears_to_sale = 1\ndiscount_rate = 0\n",
            "5292.00",
        ),
    ],
    ids=["minimum tax", "state taxes", "seniors"],
)
def test_a_loss_saves_more_than_its_rate(
    tmp_path: Path, taxpayer: str, more: str, lots: str, assumptions: str, saved: str
) -> None:
    plan = planned(tmp_path, taxpayer, lots, more, assumptions)
    assert plan.benefit.tax_saved == Decimal(saved)


def test_business_income_in_its_phase_in_is_proven_within_the_contract_s_dollar(tmp_path: Path) -> None:
    """§ 199A: 30,000 less of gain save about 39 cents a dollar; the pieces are chords of a square."""
    plan = planned(
        tmp_path,
        'filing_status = "single"\nordinary_income = 232_336',
        "AAA,1000,2015-01-05,130000,100\n",
        "[taxpayer.business]\nqualified_income = 232_336\nspecified_service = true\n[realized]\nlong_term = 30_000",
        NEXT_YEAR,
    )
    assert Decimal(11_500) < plan.benefit.tax_saved < Decimal(11_700)
    assert plan.benefit.gap < 1


def test_a_small_loss_that_leaves_a_medicare_step_is_worth_more(tmp_path: Path) -> None:
    plan = planned(
        tmp_path,
        'filing_status = "single"\nordinary_income = 110_500\nborn = 1961-01-05\nmedicare = 1',
        "AAA,100,2015-01-05,13000,100\n",
    )
    assert plan.baseline.medicare_surcharge == Decimal("1041.63")  # 12 x 95.70, two years at 5 percent
    assert plan.planned.medicare_surcharge == 0
    assert gain(plan) == -3_000


def test_a_child_with_interest_is_proven_within_the_contract_s_dollar(tmp_path: Path) -> None:
    """§ 1(g), Form 8615: gains are divided by all unearned income, and the pieces are chords of the quotient."""
    taxpayer = (
        'filing_status = "single"\nordinary_income = 4_000\nnet_investment_income = 4_000\ndeduction = 1_350\n'
        'born = 2012-01-05\nparents = {taxable_income = 310_000, filing_status = "married_jointly"}'
    )
    (tmp_path / "lots.csv").write_text(f"symbol,quantity,acquired,basis,price\n{GAINS}", "utf-8")
    (tmp_path / "household.toml").write_text(
        f"[taxpayer]\ntax_year = 2026\n{taxpayer}\n[plan]\nsell_gains = true\n"
        '[[accounts]]\nname = "Schwab"\nlots = "lots.csv"\n',
        "utf-8",
    )
    plan = plan_case(load_case(tmp_path, as_of=date(2026, 12, 8)))
    assert plan.status is Status.PROVEN
    assert 0 <= plan.benefit.gap < 1
