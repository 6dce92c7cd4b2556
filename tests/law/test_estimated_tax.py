"""§ 6654: the annual payment required. Publication 505's worked examples, the steps of (d)(1)(C) and (e), the days."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from rules.estimated_tax import Payments, estimated_tax_worksheet, last_installment
from rules.terms import ZERO, FilingStatus

SINGLE = FilingStatus.SINGLE


def required(tax: int, payments: Payments, status: FilingStatus = SINGLE) -> Decimal:
    return estimated_tax_worksheet(Decimal(tax), ZERO, ZERO, payments, status)["9"]


@pytest.mark.parametrize(
    ("name", "tax", "other", "ninety"),
    [("Lori Lane, 2014", 13_044, 8_902, "19751.4"), ("Ivy Fields, 2010, less her credit", 12_644, 8_902, "19391.4")],
)
def test_publication_505_the_smaller_of_90_percent_and_last_years_tax(
    name: str, tax: int, other: int, ninety: str
) -> None:
    payments = Payments(Decimal(12_400), Decimal(100_000), Decimal(1_600), Decimal(4_000), Decimal(other))
    sheet = estimated_tax_worksheet(Decimal(tax), ZERO, ZERO, payments, SINGLE)
    assert sheet["5"] == Decimal(ninety)
    assert sheet["7"] == tax + other - 1_600
    assert (sheet["8"], sheet["9"]) == (12_400, 12_400), name


@pytest.mark.parametrize(
    ("agi", "status", "share"),
    [
        (150_000, SINGLE, "1.00"),
        (150_001, SINGLE, "1.10"),
        (75_000, FilingStatus.MARRIED_SEPARATELY, "1.00"),
        (75_001, FilingStatus.MARRIED_SEPARATELY, "1.10"),
        (150_001, FilingStatus.MARRIED_JOINTLY, "1.10"),
    ],
)
def test_6654_d_1_c_last_years_part_rises_above_an_income(agi: int, status: FilingStatus, share: str) -> None:
    payments = Payments(last_year_tax=Decimal(10_000), last_year_agi=Decimal(agi))
    assert required(100_000, payments, status) == 10_000 * Decimal(share)


def test_6654_d_1_b_without_last_year_it_is_90_percent() -> None:
    assert required(10_000, Payments()) == 9_000
    assert required(10_000, Payments(last_year_tax=Decimal(5_000))) == 9_000  # by which share, an income would say


@pytest.mark.parametrize(("withheld", "expected"), [(9_001, 0), (9_000, 9_000)])
def test_6654_e_1_nothing_is_required_below_a_thousand_dollars(withheld: int, expected: int) -> None:
    assert required(10_000, Payments(withheld=Decimal(withheld))) == expected


def test_6654_e_2_no_tax_last_year_requires_nothing() -> None:
    assert required(10_000, Payments(last_year_tax=ZERO, last_year_agi=Decimal(20_000))) == 0


def test_6654_f_credits_and_the_tax_on_investment_income_are_in_the_tax() -> None:
    sheet = estimated_tax_worksheet(Decimal(5_000), Decimal(400), Decimal(900), Payments(), SINGLE)
    assert (sheet["4"], sheet["9"]) == (4_500, 4_050)
    assert estimated_tax_worksheet(ZERO, ZERO, Decimal(900), Payments(), SINGLE)["9"] == 0


@pytest.mark.parametrize(
    ("year", "day"),
    [(2024, "2025-01-15"), (2026, "2027-01-15"), (2027, "2028-01-18"), (2028, "2029-01-16"), (2022, "2023-01-17")],
)
def test_7503_the_fourth_installment_waits_for_a_business_day(year: int, day: str) -> None:
    """15 January 2023 was a Sunday before Martin Luther King Day, 2028 is a Saturday before it, 2029 the day itself."""
    assert last_installment(year) == date.fromisoformat(day)
