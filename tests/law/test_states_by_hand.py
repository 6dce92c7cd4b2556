"""What states take of single persons, by hand from the schedules that `rules/figures/states` cites."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from rules.income_facts import IncomeFacts
from rules.liability import liability
from rules.states import StateItems, flat_state_tax, state_tax_law
from rules.states.figures import StateFigures, state_file
from rules.terms import ZERO, Carryover, Gains
from tests.law.test_state_tax import SINGLE, facts, in_state, line

OWN_RATE = flat_state_tax(Decimal("0.05"))


@pytest.mark.parametrize(
    ("code", "income", "tax"),
    [
        ("AR", 97_180, "3244.30"),  # 94,700: the last dollar of table A, 3,273.30, less 29
        ("CO", 300_000, "12613"),  # of 15,750 all above 12,000 added back: 4.4% of 288,000, less 59
        ("NJ", 10_000, "0"),  # no return is due: N.J.S.A. 54A:2-4
        ("NJ", 10_001, "126.01"),  # 1.4% above the exemption of 1,000
        ("NY", 25_000_000, "2574176.45"),  # 24,992,000: not over 25,000,000, so 2,509,105.45, 32,571 and 32,500
        ("OH", 32_400, "430.63"),  # 30,000: the credit of 20 still
        ("OH", 101_900, "2375.63"),  # 100,000: 18.695 more only above it
        ("CT", 25_500, "155.75"),  # table E: 30% off 222.50, where 25% would be of what is over 25,500
    ],
)
def test_wages_at_a_bound(code: str, income: int, tax: str) -> None:
    """2025. A bound "not over" belongs to what is below it, "or more" to what is above."""
    assert in_state(code, year=2025, ordinary_income=Decimal(income)).state_tax == Decimal(tax)


@pytest.mark.parametrize(
    ("code", "income", "label", "amount"),
    [
        ("CO", 300_000, "sales tax refund", "-59"),
        ("IL", 250_000, "exemptions", "-2850"),  # 35 ILCS 5/204(g): none where income exceeds 250,000
        ("IL", 250_001, "exemptions", "0"),
        ("ME", 100_000, "exemptions left", "-5150"),
        ("MA", 100_000, "wages, interest and dividends", "100000"),
        ("MN", 400_000, "deduction", "-5239.50"),  # 14,950 less 3% of 91,350 and 10% of 69,700
        ("NM", 100_000, "deduction of the federal return", "-15750"),
        ("OH", 101_900, "tax on it by the schedule", "2375.627635"),
        ("OR", 90_000, "exemption credit", "-256"),
        ("UT", 50_000, "taxpayer tax credit", "-531.769"),  # 6% of 15,750, less 1.3% of what is above 18,213
    ],
)
def test_what_the_lines_of_a_return_say(code: str, income: int, label: str, amount: str) -> None:
    """2025, wages."""
    assert line(in_state(code, year=2025, ordinary_income=Decimal(income)), label) == Decimal(amount)


MASSACHUSETTS = [
    (100_000, 10_000, 0, 0, 0, "5280"),  # dividends too: 5% of 110,000 less 4,400
    (9_000, 0, 3_000, -5_000, 0, "0"),  # 7,000 after the loss that meets interest: no tax status
    (1_000, 0, 0, 10_000, 1_000, "646"),  # the exemption meets 1,000, long-term 1,000, and 2,400 of it short-term gain
    (100_000, 0, 0, 2_000_000, 0, "214294"),  # 5% of 95,600, 8.5% of 2,000,000, 4% of what is above 1,107,750
]


@pytest.mark.parametrize(("wages", "dividends", "interest", "short", "long", "tax"), MASSACHUSETTS)
def test_massachusetts(wages: int, dividends: int, interest: int, short: int, long: int, tax: str) -> None:
    """M.G.L. c. 62 §§ 2-5, 2026."""
    amounts = (wages, dividends, interest)
    names = ("ordinary_income", "qualified_dividends", "net_investment_income")
    given = dict(zip(names, map(Decimal, amounts), strict=True))
    assert in_state("MA", short, long, **given).state_tax == Decimal(tax)


@pytest.mark.parametrize(("long", "met", "carried"), [(-4_000, 1_000, 0), (-8_000, 2_000, 3_000)])
def test_a_long_term_loss_meets_short_term_gain_before_interest(long: int, met: int, carried: int) -> None:
    """M.G.L. c. 62 § 2(c): 3,000 of gain, then up to 2,000 of interest."""
    year = in_state("MA", 3_000, long, net_investment_income=Decimal(5_000))
    assert line(year, "losses against interest and dividends") == -met
    assert year.state_carryover == Carryover(ZERO, Decimal(carried))


def test_gains_and_dividends_of_other_states() -> None:
    assert line(in_state("AR", long=11_000_000), "net capital gain exempt") == -6_000_000  # half of 10, all of the rest
    dividends = in_state("ND", year=2025, qualified_dividends=Decimal(10_000))
    assert dividends.state_tax == Decimal("814.61")  # 1.95% of 110,000 less 15,750, 4,000 and 48,475
    given: dict[str, Any] = {"ordinary_income": Decimal(900_000), "net_investment_income": Decimal(900_000)}
    gain = in_state("MN", long=200_000, **given)
    assert line(gain, "tax") == line(gain, "tax on it by the schedule") + 1_000


def test_what_a_household_subtracts_is_shown_and_vermont_has_a_least_tax() -> None:
    """32 V.S.A. § 5822(a)(6): 3% of federal income of 150,000 or more."""
    less = StateItems(subtractions=Decimal(140_000))
    year = in_state("VT", year=2025, ordinary_income=Decimal(150_000), state_items=less)
    assert line(year, "income that the state does not tax, as the household says") == -140_000
    assert line(year, "minimum tax") == year.state_tax == 4_500
    assert "as the household says" not in str(in_state("VT").state_worksheet)


def test_social_security_that_is_not_taxed_is_not_in_income() -> None:
    """West Virginia, 2025: of 17,000 it leaves out 11,050; less 2,000 for the person."""
    year = in_state("WV", year=2025, edges=IncomeFacts(social_security=Decimal(20_000)))
    assert line(year, "taxable income of the state") == 117_000 - 11_050 - 2_000


def test_the_states_own_loss_is_used_up_by_income_only() -> None:
    """Capital Loss Carryover Worksheet, line 1: 14,000 less 16,100 leaves no income for 3,000 of 8,000 to meet."""
    own = StateItems(carryover=Carryover(ZERO, Decimal(8_000)))
    assert in_state("CA", ordinary_income=Decimal(14_000), state_items=own).state_carryover.long_term == 8_000


@pytest.mark.parametrize(
    ("code", "wash_sales", "carries"),
    [("NY", True, True), ("PA", False, False), ("NJ", True, False), ("TX", True, False)],
)
def test_whether_a_state_disallows_wash_sales_and_carries_losses(code: str, wash_sales: bool, carries: bool) -> None:
    law = state_tax_law(code, 2026, SINGLE)
    assert (law.has_wash_sales, law.carries_losses) == (wash_sales, carries)
    assert OWN_RATE.carries_losses


def test_lines_are_numbered_and_a_return_names_its_source() -> None:
    worksheet, flat = in_state("NY").state_worksheet, liability(replace(facts("TX"), state=OWN_RATE), Gains())
    assert worksheet is not None
    assert flat.state_worksheet is not None
    assert [shown.number for shown in worksheet.lines] == [str(n + 1) for n in range(len(worksheet.lines))]
    assert (worksheet.source, flat.state_worksheet.source) == ("rules/figures/states/ny.toml", "taxpayer.state_rate")


@pytest.mark.parametrize(("year", "projected"), [(2025, False), (2026, True)])
def test_projected_figures_say_so(year: int, projected: bool) -> None:
    """California's schedule of 2026 was not published; its rate of 1% above a million is the law's."""
    said = {figure.name: figure.projected for figure in StateFigures(state_file("CA"), year, SINGLE).figures()}
    assert (said["rates"], said["surtax"]) == (projected, False)
    assert "projected" not in said
