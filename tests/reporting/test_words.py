"""How an amount, a quantity and a day are written."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from planner.report.words import change, count, day, encodable, money, percent, quantity


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("1234.56", "$1,234.56"),
        ("-1234.56", "-$1,234.56"),
        ("-0.004", "$0.00"),
        ("0.005", "$0.01"),
        ("-0.005", "-$0.01"),
        ("1234567890.1", "$1,234,567,890.10"),
    ],
)
def test_money_has_its_sign_before_the_dollar(amount: str, written: str) -> None:
    assert money(Decimal(amount)) == written


def test_what_is_not_known_is_never_zero() -> None:
    assert money(None) == "not known"


@pytest.mark.parametrize(("amount", "written"), [("12", "+$12.00"), ("-12", "-$12.00"), ("0.001", "$0.00")])
def test_a_change_is_signed_both_ways(amount: str, written: str) -> None:
    assert change(Decimal(amount)) == written


@pytest.mark.parametrize(
    ("units", "written"),
    [("1200", "1,200"), ("25.500", "25.5"), ("1E-8", "0.00000001"), ("1E+3", "1,000"), ("100", "100"), ("0", "0")],
)
def test_a_quantity_has_no_needless_zeros_and_no_exponent(units: str, written: str) -> None:
    assert quantity(Decimal(units)) == written


def test_rates_days_and_counts() -> None:
    assert percent(Decimal("0.038")) == "3.8%"
    assert day(date(2026, 12, 8)) == "Tue Dec 8, 2026"
    assert [count(n, "lot") for n in (0, 1, 1200)] == ["0 lots", "1 lot", "1,200 lots"]


def test_a_plain_terminal_gets_plain_signs() -> None:
    assert encodable("§ 1091 · “safe” ─ €", "ascii") == 'Sec. 1091 - "safe" - ?'
    assert encodable("§ 1091", "utf-8") == "§ 1091"
    assert encodable("§ 1091", None) == "Sec. 1091"
    assert encodable("§ 1091 ─", "latin-1") == "Sec. 1091 -"
