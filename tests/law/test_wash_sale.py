"""§ 1091 beyond its published examples: the days, derived cases, and inputs on which public tools go wrong."""

from datetime import date
from decimal import Decimal

import pytest

from rules.digital_assets import reached_by_1091
from rules.substantially_identical import IdenticalGroups, Verdict
from rules.terms import AccountKind, AssetClass, ReplacementPurchase
from rules.wash_sale import (
    RULE,
    LossSlice,
    disallow,
    first_clean_day,
    first_safe_day,
    last_day_to_double_up,
    wash_window,
)
from tests.ledger_cases import law_cases

# --- the days ---


def test_a_sale_on_the_last_day_of_2026():
    sold = date(2026, 12, 31)
    assert wash_window(sold) == (date(2026, 12, 1), date(2027, 1, 30))
    assert first_safe_day(sold) == date(2027, 1, 31)
    assert last_day_to_double_up(sold) == date(2026, 11, 30)


def test_the_days_agree_with_one_another():
    day = date(2028, 2, 10)  # a leap year
    assert first_clean_day(last_day_to_double_up(day)) == day
    assert last_day_to_double_up(first_safe_day(day)) == day
    assert wash_window(first_safe_day(day))[0] > day
    assert wash_window(first_clean_day(day))[0] > day


# --- the numbers a match carries ---


def one_loss(quantity: str, amount: str) -> LossSlice:
    return LossSlice("S", "OLD", "X", date(2026, 12, 15), date(2020, 1, 2), Decimal(quantity), Decimal(amount))


def bought(name: str, quantity: str, kind: AccountKind = AccountKind.TAXABLE) -> ReplacementPurchase:
    return ReplacementPurchase(name, "any", kind, "X", date(2026, 12, 10), Decimal(quantity))


def test_thirds_add_up_to_the_whole_loss():
    found = disallow([one_loss("3", "100")], [bought(name, "1") for name in "ABC"], str)
    assert [match.quantity for match in found] == [1, 1, 1]
    assert sum(match.disallowed_loss for match in found) == 100


def test_fractions_of_a_share_are_exact():
    (match,) = disallow([one_loss("10.00000001", "1000.000001")], [bought("P", "0.00000001")], str)
    assert match.quantity == Decimal("0.00000001")
    assert match.disallowed_loss == Decimal("0.000001")


def test_a_loss_wholly_replaced_is_disallowed_to_its_last_digit():
    loss = one_loss("1101.328157", "957766.2449414270500532481363")  # as a wash-adjusted basis leaves it
    (match,) = disallow([loss], [bought("P", "2000")], str)
    assert (match.quantity, match.disallowed_loss) == (loss.quantity, loss.loss)


def test_part_kept_in_a_basis_and_part_lost_for_good():
    found = disallow([one_loss("10", "100")], [bought("A", "4"), bought("B", "6", AccountKind.ROTH_IRA)], str)
    assert [(m.purchase_id, m.disallowed_loss, m.permanently_lost) for m in found] == [
        ("A", 40, False),
        ("B", 60, True),
    ]


def test_a_purchase_of_nothing_replaces_nothing_and_less_than_nothing_is_refused():
    assert disallow([one_loss("1", "1")], [bought("P", "0")], str) == ()
    with pytest.raises(ValueError, match="P: quantity is negative"):
        disallow([one_loss("1", "1")], [bought("P", "-1")], str)


@pytest.mark.parametrize(("quantity", "amount"), [("0", "1"), ("-1", "1"), ("1", "-1")])
def test_a_slice_is_of_shares_sold_at_a_loss(quantity, amount):
    with pytest.raises(ValueError, match="slice S"):
        one_loss(quantity, amount)


def test_every_kind_of_account_has_a_rule_with_its_authority():
    assert set(RULE) == set(AccountKind)
    assert all("§ 1091" in rule for rule in RULE.values())


# --- what § 1091 reaches, and what is substantially identical: the worked cases on applicability ---

GROUPS = IdenticalGroups()
CALL, PUT = "XYZ 01/15/2027 50.00 C", "XYZ 01/15/2027 50.00 P"
STOCK, ETF, OPTION = AssetClass.STOCK, AssetClass.ETF, AssetClass.OPTION
# case: what is sold, its class, whether § 1091 reaches it, what is bought, the answer. Of the others, Rev. Rul. 85-87
# (US-AP-004, 005) is tested with the rulings: whether a put was written a ticker cannot say.
APPLICABILITY = {
    "US-AP-001": ("BTC", AssetClass.CRYPTO, False, "BTC", Verdict.YES),
    "US-AP-002": ("EUR", AssetClass.OTHER, False, "EUR", Verdict.YES),
    "US-AP-003": ("XYZ", STOCK, True, CALL, Verdict.YES),
    "US-AP-006": ("XYZ", STOCK, True, PUT, Verdict.NO),
    "US-AP-007": ("XYZ", STOCK, True, "XYZ.WS", Verdict.YES),
    "US-AP-009": ("XYZ", STOCK, True, "XYZ.PRB", Verdict.NO),
    "US-AP-010": ("VMFXX", AssetClass.FUND, False, "VMFXX", Verdict.YES),
    "US-AP-011": ("SPXW  261218C06000000", OPTION, False, "SPXW  261218C06000000", Verdict.YES),
    "US-AP-012": ("IBIT", ETF, True, "FBTC", Verdict.ASK),
    "US-AP-013": ("IBIT", ETF, True, "IBIT", Verdict.YES),
    "US-AP-014": ("IBIT", ETF, True, "BTC", Verdict.ASK),
}


@pytest.mark.parametrize("case_id", APPLICABILITY)
def test_applicability_case(case_id):
    symbol, asset_class, reached, replacement, verdict = APPLICABILITY[case_id]
    assert reached_by_1091(symbol, asset_class, crypto_covered=False) is reached
    assert GROUPS.answer(symbol, replacement).verdict is verdict


def test_every_applicability_case_is_tested_somewhere():
    elsewhere = {"US-AP-004", "US-AP-005", "US-AP-008"}  # test_rulings_on_wash_sales.py
    assert {case["id"] for case in law_cases("wash_applicability")} == set(APPLICABILITY) | elsewhere


def test_crypto_is_washed_only_where_a_bill_is_supposed_to_be_law():
    assert not reached_by_1091("ETH", AssetClass.CRYPTO, crypto_covered=False)
    assert reached_by_1091("ETH", AssetClass.CRYPTO, crypto_covered=True)
