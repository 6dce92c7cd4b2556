"""Lines of the worksheets beyond the regular tax, by hand, where no agreed return has them matter."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rules.childs_tax import childs_tax_worksheet
from rules.income_facts import Parents
from rules.medicare import medicare_surcharge_worksheet
from rules.minimum_tax import MinimumTaxIncome, minimum_tax_worksheet
from rules.netting import schedule_d
from rules.rates import income_tax_worksheet
from rules.tax_year import tax_year
from rules.terms import ZERO, Carryover, FilingStatus, Gains

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


def test_the_minimum_tax_has_one_room_below_the_top_of_the_15_percent_rate() -> None:
    """Form 6251, Part III: 545,500 less what is taxed at 0% (19,450) and 30,000 of ordinary income."""
    gains = schedule_d(Gains(long_term=Decimal(600_000)), Carryover(ZERO, ZERO), Decimal(3_000))
    regular = income_tax_worksheet(Decimal(630_000), ZERO, gains, LAW, SINGLE)
    income = MinimumTaxIncome(Decimal(630_000), ZERO, Decimal(200_000))
    found = minimum_tax_worksheet(income, regular, regular.last, LAW, SINGLE)
    assert (found["23"], found["24"], found["29"], found["30"]) == (19_450, 580_550, 496_050, 496_050)


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
