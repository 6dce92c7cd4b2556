"""The worked cases on what § 1091 reaches and what is substantially identical, through the household's ledger."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from planner.domain.case import Case
from planner.domain.household import Account, Household, Taxpayer, WashSaleChoices
from planner.domain.portfolio import Transaction
from planner.ledger import HouseholdLedger, household_ledger
from rules.terms import AssetClass, FilingStatus
from tests.ledger_cases import law_cases

TAXPAYER = Taxpayer(2026, FilingStatus.SINGLE, Decimal(100_000))
CALL, PUT = "XYZ 01/15/2027 50.00 C", "XYZ 01/15/2027 50.00 P"
SPX = "SPXW  261218C06000000"
STOCK, ETF, FUND, OPTION = AssetClass.STOCK, AssetClass.ETF, AssetClass.FUND, AssetClass.OPTION
CRYPTO, OTHER = AssetClass.CRYPTO, AssetClass.OTHER

# case: what is sold and its class, what is bought and its class, whether the loss is disallowed, whether it is asked
CASES = {
    "US-AP-001": ("BTC", CRYPTO, "BTC", CRYPTO, False, False),
    "US-AP-002": ("EUR", OTHER, "EUR", OTHER, False, False),
    "US-AP-003": ("XYZ", STOCK, CALL, OPTION, True, False),
    "US-AP-006": ("XYZ", STOCK, PUT, OPTION, False, False),
    "US-AP-007": ("XYZ", STOCK, "XYZ.WS", OPTION, True, False),
    "US-AP-009": ("XYZ", STOCK, "XYZ.PRB", STOCK, False, False),
    "US-AP-010": ("VMFXX", FUND, "VMFXX", FUND, False, False),
    "US-AP-011": (SPX, OPTION, SPX, OPTION, False, False),
    "US-AP-012": ("IBIT", ETF, "FBTC", ETF, False, True),
    "US-AP-013": ("IBIT", ETF, "IBIT", ETF, True, False),
    "US-AP-014": ("IBIT", ETF, "BTC", CRYPTO, False, True),
}


def bought_around(
    sold: str, sold_class: AssetClass, bought: str, bought_class: AssetClass, choices: WashSaleChoices
) -> HouseholdLedger:
    """A hundred units sold at a loss of 1,000 after a year, and a hundred of the other bought nine days later."""

    def transaction(day: date, action: str, symbol: str, amount: int, kind: AssetClass) -> Transaction:
        return Transaction("A", day, action, symbol, Decimal(100), Decimal(amount), f"h.csv:{day}", asset_class=kind)

    return household_ledger(
        Case(
            household=Household(Path("household.toml"), TAXPAYER, accounts=(Account("A"),), wash_sale=choices),
            as_of=date(2026, 12, 8),
            transactions=(
                transaction(date(2025, 3, 3), "buy", sold, 5_000, sold_class),
                transaction(date(2026, 6, 1), "sell", sold, 4_000, sold_class),
                transaction(date(2026, 6, 10), "buy", bought, 4_000, bought_class),
            ),
        )
    )


@pytest.mark.parametrize("case_id", CASES)
def test_applicability_case(case_id):
    sold, sold_class, bought, bought_class, disallowed, asked = CASES[case_id]
    ledger = bought_around(sold, sold_class, bought, bought_class, WashSaleChoices())
    assert [sale.disallowed_loss for sale in ledger.dispositions] == [1_000 if disallowed else 0]
    assert ("ask_identical" in {caution.code for caution in ledger.cautions}) is asked


def test_a_convertible_preferred_that_the_taxpayer_holds_to_be_the_stock():
    """US-AP-008, Rev. Rul. 77-201."""
    choices = WashSaleChoices(identical=(frozenset({"XYZ", "XYZ.PRA"}),))
    ledger = bought_around("XYZ", STOCK, "XYZ.PRA", STOCK, choices)
    assert ledger.dispositions[0].disallowed_loss == 1_000


def test_written_puts_are_the_only_cases_left_out():
    """US-AP-004, 005: a history tells nothing of a put written (L-07); the rulings' tests have the answers."""
    left_out = {case["id"] for case in law_cases("wash_applicability")} - set(CASES)
    assert left_out == {"US-AP-004", "US-AP-005", "US-AP-008"}


@pytest.mark.parametrize(("identical", "disallowed"), [((), 0), ((frozenset({"VOO", "SPY"}),), 1_000)])
def test_two_funds_on_one_index_are_a_question_until_the_taxpayer_answers(identical, disallowed):
    """Row 14 of what other tools get wrong."""
    ledger = bought_around("SPY", ETF, "VOO", ETF, WashSaleChoices(identical=identical))
    assert ledger.dispositions[0].disallowed_loss == disallowed
    assert ("ask_identical" in {caution.code for caution in ledger.cautions}) is (disallowed == 0)


def test_what_was_bought_outside_the_window_is_no_question():
    ledger = bought_around("SPY", ETF, "IVV", ETF, WashSaleChoices())
    assert "ask_identical" in {caution.code for caution in ledger.cautions}
    ledger = bought_around("SPY", ETF, "QQQ", ETF, WashSaleChoices())
    assert "ask_identical" not in {caution.code for caution in ledger.cautions}
