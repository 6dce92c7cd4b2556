"""Revenue rulings and procedures on § 1091, to the extent of matching and reach."""

from datetime import date
from decimal import Decimal

import pytest

from rules.digital_assets import reached_by_1091
from rules.substantially_identical import IdenticalGroups, Verdict, option_underlying
from rules.terms import AccountKind, AssetClass, ReplacementPurchase
from rules.wash_sale import LossSlice, disallow
from tests.ledger_cases import expect, law_case, replacements


def test_rev_rul_2008_5_bought_in_the_taxpayers_ira():
    """The loss of 400 is disallowed and no basis keeps it."""
    books = expect(law_case("US-WS-010"))
    (by,) = replacements(books, "S1")
    assert by.permanently_lost
    assert "Rev. Rul. 2008-5" in by.rule
    assert "I-03" in by.rule


@pytest.mark.parametrize("kind", [AccountKind.PLAN_401K, AccountKind.HSA, AccountKind.PLAN_529])
def test_other_sheltered_accounts_are_treated_alike_and_said_to_be_unsettled(kind):
    sold = LossSlice("S", "OLD", "X", date(2026, 12, 7), date(2025, 2, 3), Decimal(40), Decimal(1_000))
    bought = ReplacementPurchase("P", "A", kind, "X", date(2026, 12, 14), Decimal(40))
    (match,) = disallow([sold], [bought], str)
    assert match.permanently_lost
    assert "unsettled" in match.rule
    assert "I-04" in match.rule


def test_a_spouses_ira():
    (by,) = replacements(expect(law_case("US-WS-022")), "S1")
    assert "unsettled" in by.rule
    assert "I-04" in by.rule


def test_rev_rul_70_231_the_loss_block_is_matched_first():
    expect(law_case("US-WS-011"))


def test_rev_rul_56_602_reducing_a_lot_bought_within_30_days():
    expect(law_case("US-WS-012"))


def test_rev_rul_56_406_a_warrant_is_an_option_to_acquire():
    assert IdenticalGroups().answer("ABC", "ABC.WS").verdict is Verdict.YES


def test_rev_rul_77_201_a_convertible_is_identical_where_the_taxpayer_says_it_trades_as_the_stock():
    """Whether it converts freely, votes and trades at parity cannot be seen from a ticker: `identical` says it."""
    assert IdenticalGroups().answer("ABC", "ABC.PRA").verdict is Verdict.NO
    assert IdenticalGroups([frozenset({"ABC", "ABC.PRA"})]).answer("ABC", "ABC.PRA").verdict is Verdict.YES


def test_rev_rul_85_87_a_put_written_deep_in_the_money():
    put = option_underlying("ABC 01/15/2027 500.00 P")
    assert put is not None
    groups = IdenticalGroups()
    assert groups.answer_to_written_put("ABC", put, exercise_certain=True).verdict is Verdict.YES
    assert groups.answer_to_written_put("ABC", put, exercise_certain=False).verdict is Verdict.ASK
    assert groups.answer_to_written_put("XYZ", put, exercise_certain=True).verdict is Verdict.NO


@pytest.mark.parametrize("money", ["EUR", "EUR.USD", "EUR/USD", "EURUSD=X", "JPY"])
def test_rev_rul_74_218_foreign_currency(money):
    assert not reached_by_1091(money, AssetClass.OTHER, crypto_covered=True)


def test_rev_proc_2023_35_money_market_funds():
    assert not reached_by_1091("SPAXX", AssetClass.FUND, crypto_covered=True)
    assert reached_by_1091("FXAIX", AssetClass.FUND, crypto_covered=True)
