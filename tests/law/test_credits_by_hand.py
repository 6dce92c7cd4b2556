"""Credits, and what beside them lowers or raises a year's tax, by hand: bounds that no agreed return stands at."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rules.earned_income_credit import earned_income_credit_worksheet
from rules.estimated_tax import Payments, estimated_tax_worksheet
from rules.fund_shares import SixMonthLoss, six_month_loss
from rules.income_facts import IncomeFacts, Marketplace
from rules.liability import Liability, TaxReturn, liability
from rules.medicare import medicare_surcharge_worksheet
from rules.premium_credit import applicable_figure
from rules.tax_year import tax_year
from rules.terms import ZERO, Carryover, FilingStatus, Gains

LAW = tax_year(2026)
SINGLE = FilingStatus.SINGLE


def of(wages: int, edges: IncomeFacts) -> Liability:
    facts = TaxReturn(LAW, SINGLE, Decimal(wages), ZERO, ZERO, Decimal(16_100), Carryover(), edges=edges)
    return liability(facts, Gains())


@pytest.mark.parametrize(
    ("children", "earned", "credit"),
    [(0, 8_000, "612"), (3, 10_000, "4500"), (4, 10_000, "4500"), (1, 20_000, "4427")],
)
def test_the_earned_income_credit_begins_with_a_part_of_earnings(children: int, earned: int, credit: str) -> None:
    """§ 32(b)(1): 7.65% without children, 45% with three or more; 4,427 at most with one."""
    amount = Decimal(earned)
    assert earned_income_credit_worksheet(amount, amount, ZERO, children, LAW, SINGLE).last == Decimal(credit)


def test_credits_that_are_paid_out_come_off_the_years_tax() -> None:
    year = of(30_000, IncomeFacts(adult=True, earned_income=Decimal(30_000), children=(5,)))
    assert year.income_tax == 1_420  # 10% of 12,400, 12% of 1,500
    assert year.child_tax_credit == 2_200
    assert year.earned_income_credit == Decimal("3450.62")  # 4,427 less 15.98% of 6,110
    assert year.total_tax == Decimal("1420") - 2_200 - Decimal("3450.62")


def test_tax_exempt_interest_counts_for_medicare() -> None:
    """42 U.S.C. § 1395r(i)(4): 100,000 and 10,000 are above 109,000."""
    year = of(100_000, IncomeFacts(medicare=1, tax_exempt_interest=Decimal(10_000)))
    assert year.medicare_surcharge == 12 * Decimal("95.70")
    sheet = medicare_surcharge_worksheet(1, Decimal(110_000), Decimal(1), LAW, SINGLE)
    assert "surcharge of 2028" in [line.label for line in sheet.lines]


def test_a_household_at_the_poverty_line_has_a_figure_and_one_below_has_none() -> None:
    """§ 36B(c)(1)(A): at least 100 percent."""
    assert applicable_figure(LAW, 99) is None
    assert applicable_figure(LAW, 100) == Decimal("0.0210")


@pytest.mark.parametrize("known", [{"last_year_tax": Decimal(900)}, {"last_year_agi": Decimal(90_000)}])
def test_last_years_tax_protects_only_where_its_income_is_known(known: dict[str, Decimal]) -> None:
    """§ 6654(d)(1)(C): whether 100 or 110 percent, its adjusted gross income says."""
    sheet = estimated_tax_worksheet(Decimal(10_000), ZERO, ZERO, Payments(**known), SINGLE)
    assert "8" not in [line.number for line in sheet.lines]
    assert sheet.last == 9_000


def test_of_a_six_month_loss_exempt_interest_takes_first() -> None:
    """§ 852(b)(4): of 1,000 exempt-interest dividends disallow 300; the 700 left are long-term, not 800."""
    assert six_month_loss(Decimal(1_000), Decimal(800), Decimal(300)) == SixMonthLoss(Decimal(300), Decimal(700), ZERO)


def test_a_plan_of_the_marketplace_is_in_the_worksheets() -> None:
    year = of(30_000, IncomeFacts(marketplace=Marketplace(1, Decimal(6_000), Decimal(6_000))))
    assert "Form 8962" in [sheet.name for sheet in year.worksheets]
