"""Reg. § 1.1411-4(h) Example 1: a capital loss in net investment income, and its carryover a year later.

Wages of 300,000 are supplied here; the regulation gives the gains, losses and interest."""

from decimal import Decimal

from rules.liability import TaxReturn, liability
from rules.tax_year import tax_year
from rules.terms import ZERO, Carryover, FilingStatus, Gains

WAGES = Decimal(300_000)


def single_return(interest: int, carryover: Carryover) -> TaxReturn:
    return TaxReturn(
        law=tax_year(2026),
        status=FilingStatus.SINGLE,
        ordinary_income=WAGES + interest,
        qualified_dividends=ZERO,
        net_investment_income=Decimal(interest),
        deduction=tax_year(2026).standard_deduction[FilingStatus.SINGLE],
        carryover=carryover,
    )


def test_year_1_the_deductible_loss_reduces_the_interest() -> None:
    year_1 = liability(single_return(5000, Carryover()), Gains(long_term=Decimal(10_000 - 40_000)))
    assert year_1.niit_worksheet["5d"] == -3000
    assert year_1.niit_worksheet["12"] == 2000
    assert year_1.niit_worksheet["15"] == 102_000
    assert year_1.niit == Decimal("76.00")
    assert year_1.carryover_long == 27_000


def test_year_2_the_carryover_reduces_the_gain() -> None:
    year_2 = liability(single_return(0, Carryover(ZERO, Decimal(27_000))), Gains(long_term=Decimal(30_000)))
    assert year_2.niit_worksheet["12"] == 3000
    assert year_2.niit == Decimal("114.00")
    assert year_2.carryover_long == 0
