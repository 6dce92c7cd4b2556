"""What states count of the federal deductions for seniors (§ 151(d)(5)(C)) and business income (§ 199A), by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from rules.income_facts import Business, IncomeFacts, Itemized
from rules.liability import Liability, liability
from rules.pieces.names import COLLECTIBLES, LONG, SHORT
from rules.pieces.piece import cheapest
from rules.pieces.year import year_pieces
from rules.states import StateItems
from rules.terms import ZERO, FilingStatus, Gains
from tests.law.test_state_tax import JOINT, SINGLE, facts, line

SENIORS = IncomeFacts(seniors=2)
BUSINESS = IncomeFacts(business=Business(Decimal(50_000)))
ADDED = 2 * 1_650  # § 63(f), for two of 65


def with_edges(
    code: str, income: int, edges: IncomeFacts, status: FilingStatus = JOINT, gain: int = 0, added: int = 0
) -> Liability:
    """2026, with the standard deduction and what is added to it."""
    household = facts(code, status=status, ordinary_income=Decimal(income), edges=edges)
    household = replace(household, deduction=household.deduction + added)
    return liability(household, Gains(long_term=Decimal(gain)))


@pytest.mark.parametrize(
    ("code", "tax"),
    [
        ("AZ", "4045.00"),  # 2.5% of 200,000 less its own 32,200 and 6,000
        ("CO", "6974.00"),  # 4.4% of 158,500
        ("IA", "5943.00"),  # 3.8% of it, less 40 for each
        ("ID", "7878.98"),  # 5.3% of what is above 9,840
        ("MT", "8052.75"),  # 4.7% of 95,000 and 5.65% of 63,500
        ("ND", "1476.15"),  # 1.95% of what is above 82,800
        ("SC", "9454.00"),  # from federal adjusted gross income: 1.99% of 30,000 and 5.21% of 170,000
        ("UT", "8885.72"),  # 4.45%; the credit is 6% of 35,500, without the 6,000, less 1.3% of 162,748
    ],
)
def test_a_couple_of_68_in_the_phase_out(code: str, tax: str) -> None:
    """2026, 200,000: each one's 6,000 less 6% of 50,000, so 6,000; federal taxable income of 158,500 (I-167, I-168)."""
    year = with_edges(code, 200_000, SENIORS, added=ADDED)
    assert (year.income.senior, year.taxable_income) == (6_000, 158_500)
    assert year.state_tax == Decimal(tax)


@pytest.mark.parametrize(
    ("code", "more"),
    [("AZ", "217.50"), ("CO", "492.80"), ("IA", "425.60"), ("ID", "593.60"), ("MT", "477.80"), ("ND", "140.40")],
)
def test_a_gain_in_the_phase_out_costs_more(code: str, more: str) -> None:
    """10,000 of long-term gain takes 1,200 of the deduction: 11,200 at Colorado's rate. Arizona leaves out 2,500, North
    Dakota 4,000; Montana taxes the gain itself at 4.1%."""
    without = with_edges(code, 200_000, SENIORS, added=ADDED)
    assert with_edges(code, 200_000, SENIORS, gain=10_000, added=ADDED).state_tax - without.state_tax == Decimal(more)


@pytest.mark.parametrize(
    ("code", "tax"),
    [
        ("CO", "4131.60"),  # 4.4% of 93,900
        ("IA", "3528.20"),  # 3.8% of it, less 40
        ("ID", "4715.94"),  # 5.3% of what is above 4,920
        ("MT", "5419.10"),  # the deduction is added back: 4.7% of 47,500 and 5.65% of 56,400
        ("ND", "864.34"),  # 1.95% of what is above 49,575
        ("AZ", "2597.50"),  # from federal adjusted gross income: 2.5% of 120,000 less 16,100
    ],
)
def test_the_deduction_for_business_income(code: str, tax: str) -> None:
    """2026: 20% of 50,000, of federal taxable income of 103,900."""
    year = with_edges(code, 120_000, BUSINESS, SINGLE)
    assert year.income.business == 10_000
    assert year.state_tax == Decimal(tax)


@pytest.mark.parametrize(("income", "tax"), [(500_000, "21076.00"), (500_001, "21956.04"), (600_000, "26356.00")])
def test_colorado_adds_the_deduction_for_business_income_back(income: int, tax: str) -> None:
    """C.R.S. § 39-22-104(3)(o): above 500,000. The standard deduction but for 1,000 is added back above 300,000."""
    year = with_edges("CO", income, IncomeFacts(business=Business(Decimal(100_000), False, Decimal(100_000))), SINGLE)
    assert year.income.business == 20_000
    assert year.state_tax == Decimal(tax)


def test_a_deduction_given_for_the_state_stands_beside_the_seniors() -> None:
    """Iowa: 3.8% of 200,000 less 50,000 and 6,000, less 80."""
    household = facts("IA", status=JOINT, ordinary_income=Decimal(200_000), edges=SENIORS)
    year = liability(replace(household, state_items=StateItems(deduction=Decimal(50_000))), Gains())
    assert year.state_tax == Decimal("5392.00")
    assert line(year, "federal deduction for seniors") == -6_000


@pytest.mark.parametrize(
    ("code", "label", "amount"),
    [
        ("AL", "federal income tax", "-1666.378"),  # 3,220 less 500 and 4,427 less 15.98% of 21,110
        ("OR", "federal income tax subtracted", "-1666.378"),
        ("MO", "federal income tax deducted", "-416.5945"),  # a quarter of it
        ("NE", "federal tax before credits", "3220"),
    ],
)
def test_federal_tax_that_a_state_deducts_is_after_credits(code: str, label: str, amount: str) -> None:
    """Wages of 45,000 and a child of 18: § 24(h)(4), § 32 (I-65)."""
    year = with_edges(code, 45_000, IncomeFacts(earned_income=Decimal(45_000), children=(18,)), SINGLE)
    assert line(year, label) == Decimal(amount)


def test_south_carolina_of_2025_adds_back_what_the_act_of_2025_raised() -> None:
    """SC1040, line e: of 31,500 and 3,200 for age 1,500, and the deduction for seniors; of an itemized one nothing."""
    household = facts("SC", year=2025, status=JOINT, ordinary_income=Decimal(100_000), edges=SENIORS)
    year = liability(replace(household, deduction=Decimal(34_700)), Gains())
    assert line(year, "taxable income of the state") == 100_000 - 33_200
    itemized = replace(SENIORS, itemized=Itemized(mortgage_interest=Decimal(50_000)))
    year = liability(replace(household, deduction=Decimal(34_700), edges=itemized), Gains())
    assert line(year, "taxable income of the state") == 50_000


@pytest.mark.parametrize("code", ["CO", "ND"])
def test_the_pieces_of_a_year_follow_the_deduction(code: str) -> None:
    """From 130,000 to 230,000 of income: before, in and past the phase-out's share of a state's tax."""
    household = facts(code, status=JOINT, ordinary_income=Decimal(150_000), edges=SENIORS)
    box = {SHORT: (Decimal(-20_000),) * 2, LONG: (ZERO, Decimal(100_000)), COLLECTIBLES: (ZERO, ZERO)}
    pieces = year_pieces(household, ((None, ZERO),), box)
    for gain in range(0, 100_001, 6_250):
        point = {SHORT: Decimal(-20_000), LONG: Decimal(gain), COLLECTIBLES: ZERO}
        year = liability(household, Gains(Decimal(-20_000), Decimal(gain)))
        assert abs(cheapest(pieces, point, Decimal("1e-6")) - year.total_tax) <= Decimal("0.02")
