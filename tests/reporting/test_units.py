"""A line of a worksheet is printed in its unit: Form 8962 line 7 is a decimal of four places, line 1 a count."""

from __future__ import annotations

from decimal import Decimal

import pytest

from planner.report.json_documents.values import line_amount
from planner.report.words import change_in_unit, in_unit
from rules.income_facts import Marketplace
from rules.premium_credit import premium_credit_worksheet
from rules.tax_year import tax_year
from rules.worksheet import Unit


@pytest.mark.parametrize(
    ("amount", "unit", "shown"),
    [
        ("1", Unit.COUNT, "1"),
        ("257", Unit.PERCENT, "257%"),
        ("0.0865", Unit.RATE, "0.0865"),
        ("1", Unit.MONEY, "$1.00"),
    ],
)
def test_an_amount_in_its_unit(amount: str, unit: Unit, shown: str) -> None:
    assert in_unit(Decimal(amount), unit) == shown
    assert change_in_unit(Decimal(amount), unit) == f"+{shown}"


def test_form_8962_says_its_units() -> None:
    plan = Marketplace(household_size=1, premiums=Decimal(6000), benchmark_premium=Decimal(7000))
    lines = {line.number: line for line in premium_credit_worksheet(plan, Decimal(40_300), tax_year(2026)).lines}
    assert (in_unit(lines["1"].amount, lines["1"].unit), in_unit(lines["5"].amount, lines["5"].unit)) == ("1", "257%")
    assert in_unit(lines["7"].amount, lines["7"].unit) == "0.0865"
    assert line_amount(lines["7"].amount, lines["7"].unit) == Decimal("0.0865")
    assert lines["3"].unit is Unit.MONEY
