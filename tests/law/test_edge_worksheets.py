"""Lines of the worksheets beyond the regular tax, by hand, where no agreed return has them matter."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from rules.business_income import business_income_worksheet
from rules.child_credit import child_credit_worksheet
from rules.childs_tax import childs_tax_worksheet
from rules.income_facts import JOINT, Business, IncomeFacts, Parents
from rules.liability import TaxReturn, liability
from rules.medicare import medicare_surcharge_worksheet
from rules.minimum_tax import MinimumTaxIncome, minimum_tax_worksheet
from rules.netting import schedule_d
from rules.premium_credit import percent_of_poverty
from rules.rates import income_tax_worksheet
from rules.tax_year import tax_year
from rules.terms import ZERO, Carryover, FilingStatus, Gains, RateGroups, to_cents

LAW = tax_year(2026)
SINGLE = FilingStatus.SINGLE


@pytest.mark.parametrize(
    ("status", "income", "a_month"),
    [
        (SINGLE, "109_000", "0"),
        (SINGLE, "109_000.01", "95.70"),
        (SINGLE, "137_000.01", "240.40"),
        (SINGLE, "499_999.99", "529.60"),
        (SINGLE, "500_000", "578.00"),
        (FilingStatus.MARRIED_JOINTLY, "749_999", "529.60"),
        (FilingStatus.MARRIED_JOINTLY, "750_000", "578.00"),
    ],
)
def test_the_last_step_of_medicare_is_reached_at_its_amount(status: FilingStatus, income: str, a_month: str) -> None:
    """42 U.S.C. § 1395r(i)(3)(C): Parts B and D of the table of 2026, twelve months."""
    assert medicare_surcharge_worksheet(1, Decimal(income), Decimal(1), LAW, status).last == 12 * Decimal(a_month)


def test_a_child_who_earns_pays_at_both_rates() -> None:
    """§ 1(g)(1)(B): 10,000 at the parents' 24%, 6,600 at the child's 10%; more than 1,744 at the child's alone."""
    nothing = schedule_d(Gains(), Carryover(ZERO, ZERO), Decimal(3_000))
    taxable = Decimal(16_600)
    regular = income_tax_worksheet(taxable, ZERO, nothing, LAW, SINGLE)
    parents = Parents(Decimal(310_000), FilingStatus.MARRIED_JOINTLY)
    found = childs_tax_worksheet(parents, Decimal(12_700), taxable, ZERO, nothing, regular, LAW, SINGLE)
    assert found is not None
    assert (found["11"], found["15"], found["16"], found["17"], found.last) == (2_400, 660, 3_060, 1_744, 3_060)


def test_a_childs_own_part_of_28_percent_gain_has_no_0_percent_rate() -> None:
    """Form 8615, line 15, § 1(h)(4): of 20,000 from gold, 17,300 at the parents' 24%, 1,350 at the child's 10%."""
    gold = schedule_d(Gains(long_term=Decimal(20_000), collectibles=Decimal(20_000)), Carryover(), Decimal(3_000))
    taxable = Decimal(18_650)
    regular = income_tax_worksheet(taxable, ZERO, gold, LAW, SINGLE)
    parents = Parents(Decimal(310_000), FilingStatus.MARRIED_JOINTLY)
    found = childs_tax_worksheet(parents, Decimal(20_000), taxable, ZERO, gold, regular, LAW, SINGLE)
    assert found is not None
    assert (found["5"], found["11"], found["14"], found["15"]) == (17_300, 4_152, 1_350, 135)


def test_a_childs_gains_and_dividends_are_divided_with_its_interest() -> None:
    """Form 8615, instructions to lines 5 and 14. Of 10,000 unearned, 7,300 is the parents': 3,650 of interest at 24%,
    2,190 of dividends at 15% and 1,460 from gold at 24%. Of the child's 2,250, 900 earned and 540 from gold at 10%,
    810 at 0%."""
    gold = schedule_d(Gains(long_term=Decimal(2_000), collectibles=Decimal(2_000)), Carryover(), Decimal(3_000))
    taxable, dividends = Decimal(9_550), Decimal(3_000)
    regular = income_tax_worksheet(taxable, dividends, gold, LAW, SINGLE)
    parents = Parents(Decimal(310_000), JOINT, Decimal(10_000))
    found = childs_tax_worksheet(parents, Decimal(10_000), taxable, dividends, gold, regular, LAW, SINGLE)
    assert found is not None
    assert (found["5"], found["14"]) == (7_300, 2_250)
    assert (found["11"], found["15"]) == (Decimal("1554.90"), 144)


def test_a_childs_interest_stands_below_the_parents_gains_and_dividends() -> None:
    """Form 8615, lines 9 and 10: of the parents' 221,400, 20,000 has rates of its own; 10,000 more up to 211,400 at
    22%."""
    nothing = schedule_d(Gains(), Carryover(), Decimal(3_000))
    taxable = Decimal(11_350)
    regular = income_tax_worksheet(taxable, ZERO, nothing, LAW, SINGLE)
    parents = Parents(Decimal(221_400), JOINT, Decimal(15_000), Decimal(5_000))
    found = childs_tax_worksheet(parents, Decimal(12_700), taxable, ZERO, nothing, regular, LAW, SINGLE)
    assert found is not None
    assert (found["5"], found["11"]) == (10_000, 2_200)


@pytest.mark.parametrize(
    ("gross", "taken"),
    [("200_000", 0), ("200_000.01", 50), ("201_000", 50), ("201_000.01", 100), ("253_000.01", 2_700)],
)
def test_child_credits_fall_by_50_for_each_1_000_begun(gross: str, taken: int) -> None:
    """§ 24(a), (b)(1), (h): 2,200 for a child of 10 and 500 for one of 20, in 2026."""
    found = child_credit_worksheet((10, 20), Decimal(gross), Decimal(9_000), Decimal(90_000), LAW, SINGLE)
    assert (found["8"], found["11"], found.last) == (2_700, taken, 2_700 - taken)


@pytest.mark.parametrize(
    ("business", "taxable", "preferred", "status", "wages", "taken", "deduction"),
    [
        (Business(Decimal(50_000)), 100_000, 0, SINGLE, 0, 0, 10_000),  # below the start no limit
        (Business(Decimal(50_000)), 40_000, 10_000, SINGLE, 0, 0, 6_000),  # 20% of 30,000: (a)(1)(B)
        (Business(Decimal(50_000)), 40_000, 50_000, SINGLE, 0, 0, 400),
        (Business(Decimal(100_000), False, Decimal(10_000)), 231_750, 0, SINGLE, 5_000, 6_000, 14_000),  # 40% in
        (Business(Decimal(100_000), False, Decimal(10_000)), 433_500, 0, JOINT, 5_000, 3_000, 17_000),  # 20% in
        (Business(Decimal(100_000), False, Decimal(10_000)), 400_000, 0, SINGLE, 5_000, 15_000, 5_000),  # past it
        (Business(Decimal(100_000), False, Decimal(100_000)), 231_750, 0, SINGLE, 50_000, 0, 20_000),  # wages enough
        (Business(Decimal(100_000), True, Decimal(10_000)), 231_750, 0, SINGLE, 3_000, 3_600, 8_400),  # 60% counts
        (Business(Decimal(200_000), True), 276_000, 0, SINGLE, 0, 396, 400),  # 1% counts: 2,000, so the least
        (Business(Decimal(50_000), True), 276_000, 0, SINGLE, 0, 99, 1),  # 500 counts: not the least
        (Business(Decimal(200_000), True), 276_750, 0, SINGLE, 0, 0, 0),  # none of it is qualified any more
        (Business(Decimal(1_000)), 50_000, 0, SINGLE, 0, 0, 400),  # the least: (i)
        (Business(Decimal(1_000)), 100, 0, SINGLE, 0, 0, 400),  # of taxable income of 100 too: (a)(1)(B) is before (i)
        (Business(Decimal(999)), 50_000, 0, SINGLE, 0, 0, Decimal("199.80")),
    ],
)
def test_business_income_by_hand(
    business: Business, taxable: int, preferred: int, status: FilingStatus, wages: int, taken: int, deduction: Decimal
) -> None:
    """§ 199A(a), (b)(2), (b)(3), (d)(3), (i), of 2026: limits phase in from 201,750 over 75,000, joint from 403,500
    over 150,000; Form 8995-A, lines 5, 25 and 39."""
    found = business_income_worksheet(business, Decimal(taxable), Decimal(preferred), LAW, status)
    cents = [to_cents(found[line]) for line in ("5", "25", "39")]
    assert cents == [wages, taken, deduction]


def test_business_income_is_deducted_of_what_gains_and_dividends_leave() -> None:
    """§ 199A(a)(1)(B): 20% of 63,900 less 20,000 of dividends and 10,000 of gain, below 20% of 50,000."""
    facts = TaxReturn(
        law=LAW,
        status=SINGLE,
        ordinary_income=Decimal(50_000),
        qualified_dividends=Decimal(20_000),
        net_investment_income=Decimal(20_000),
        deduction=Decimal(16_100),
        carryover=Carryover(),
        edges=IncomeFacts(business=Business(Decimal(50_000))),
    )
    year = liability(facts, Gains(long_term=Decimal(10_000)))
    assert year.income.gross == 80_000
    assert year.income.business == 6_780


def test_the_senior_deduction_comes_before_the_business_deduction_and_medicare_after_all() -> None:
    """§§ 151(d)(5)(C), 199A(e)(1): 5,700 of the 6,000 is left at 80,000; then 20% of 28,200. 42 U.S.C. § 1395r(i)."""
    of = IncomeFacts(business=Business(Decimal(50_000)), seniors=1, medicare=2)
    facts = TaxReturn(LAW, SINGLE, Decimal(50_000), Decimal(20_000), ZERO, Decimal(16_100), Carryover(), edges=of)
    year = liability(facts, Gains(long_term=Decimal(10_000)))
    assert (year.income.senior, year.income.business) == (5_700, 5_640)
    assert (year.medicare_surcharge, year.total_tax) == (0, year.income_tax)
    above = liability(facts, Gains(long_term=Decimal(40_000)))
    assert above.medicare_surcharge == 24 * Decimal("95.70")
    assert above.total_tax == above.income_tax + above.medicare_surcharge


def test_every_worksheet_that_was_filled_in_is_there() -> None:
    of = IncomeFacts(
        business=Business(Decimal(50_000)),
        seniors=1,
        medicare=2,
        adult=True,
        children=(5,),
        earned_income=Decimal(9_000),
        social_security=Decimal(9_000),
    )
    facts = TaxReturn(LAW, SINGLE, Decimal(50_000), Decimal(20_000), ZERO, Decimal(16_100), Carryover(), edges=of)
    assert [sheet.name for sheet in liability(facts, Gains()).worksheets] == [
        "Schedule D",
        "Social Security Benefits Worksheet",
        "Schedule 1-A, Part V",
        "Form 8995-A",
        "Qualified Dividends and Capital Gain Tax Worksheet",
        "Form 6251",
        "Earned Income Credit",
        "Schedule 8812",
        "Medicare income-related adjustment",
        "Form 8960",
    ]
    assert "Schedule 1-A, Part V" not in [
        sheet.name for sheet in liability(replace(facts, edges=replace(of, seniors=0)), Gains()).worksheets
    ]


@pytest.mark.parametrize(("income", "percent"), [("15_949.99", 99), ("15_950", 100), ("63_799", 399), ("63_800", 400)])
def test_percent_of_the_poverty_line_drops_its_decimals(income: str, percent: int) -> None:
    """Form 8962, line 5, Worksheet 2; 401 stands for all that is above 400."""
    line = Decimal(15_950)
    assert percent_of_poverty(line, Decimal(income)) == percent
    assert percent_of_poverty(line, Decimal("63_800.01")) == 401


def test_there_was_no_least_deduction_of_a_business_before_2026() -> None:
    found = business_income_worksheet(Business(Decimal(1_000)), Decimal(50_000), ZERO, tax_year(2025), SINGLE)
    assert found.last == 200


def test_the_minimum_tax_has_one_room_below_the_top_of_the_15_percent_rate() -> None:
    """Form 6251, Part III: 545,500 less what is taxed at 0% (19,450) and 30,000 of ordinary income."""
    gains = schedule_d(Gains(long_term=Decimal(600_000)), Carryover(ZERO, ZERO), Decimal(3_000))
    regular = income_tax_worksheet(Decimal(630_000), ZERO, gains, LAW, SINGLE)
    income = MinimumTaxIncome(Decimal(630_000), ZERO, Decimal(200_000))
    found = minimum_tax_worksheet(income, regular, regular.last, LAW, SINGLE)
    assert (found["23"], found["24"], found["29"], found["30"]) == (19_450, 580_550, 496_050, 496_050)


def test_the_minimum_tax_keeps_25_percent_for_recapture() -> None:
    """Form 6251, lines 36 to 38: 40,000 at 25%, 60,000 at 15%, and 309,900 at 26%, above 244,500 at 28%."""
    gains, groups = Gains(long_term=Decimal(100_000)), RateGroups(unrecaptured_1250=Decimal(40_000))
    schedule = schedule_d(gains, Carryover(), Decimal(3_000), groups)
    regular = income_tax_worksheet(Decimal(300_000), ZERO, schedule, LAW, SINGLE)
    income = MinimumTaxIncome(Decimal(300_000), ZERO, Decimal(200_000))
    found = minimum_tax_worksheet(income, regular, regular.last, LAW, SINGLE)
    assert (found["17"], found["18"], found["31"], found["36"]) == (309_900, 81_882, 9_000, 40_000)
    assert (found["37"], found["38"]) == (10_000, 100_882)


def test_the_minimum_tax_takes_28_percent_gain_for_ordinary_income() -> None:
    """Form 6251, line 15, from lines 10 and 13 of the Schedule D Tax Worksheet: 80,000 of 100,000."""
    gains = Gains(long_term=Decimal(100_000), collectibles=Decimal(20_000))
    schedule = schedule_d(gains, Carryover(ZERO, ZERO), Decimal(3_000))
    regular = income_tax_worksheet(Decimal(300_000), ZERO, schedule, LAW, SINGLE)
    income = MinimumTaxIncome(Decimal(300_000), ZERO, Decimal(200_000))
    found = minimum_tax_worksheet(income, regular, regular.last, LAW, SINGLE)
    assert (found["13"], found["15"]) == (80_000, 80_000)


def test_the_limit_on_itemized_deductions_does_not_reach_the_minimum_tax() -> None:
    """§ 56(b)(1)(F), I-83: what § 68 took is deducted again."""
    assert MinimumTaxIncome(Decimal(100), Decimal(20), Decimal(3), Decimal(7)).total == 116
