"""What is known to be missing: the right answer, not yet given. A test that passes here says that a limit is gone."""

from decimal import Decimal

import pytest

from rules.liability import Liability, TaxReturn, liability
from rules.tax_year import tax_year
from rules.terms import ZERO, Carryover, FilingStatus, Gains


def figured(year: int, status: FilingStatus, wages: int, gains: Gains, deduction: int | None = None) -> Liability:
    law = tax_year(year)
    facts = TaxReturn(
        law=law,
        status=status,
        ordinary_income=Decimal(wages),
        qualified_dividends=ZERO,
        net_investment_income=ZERO,
        deduction=law.standard_deduction[status] if deduction is None else Decimal(deduction),
        carryover=Carryover(),
    )
    return liability(facts, gains)


@pytest.mark.xfail(strict=True, reason="§ 68: a deduction given as one amount is not reduced in the 37% bracket (L-02)")
def test_itemized_deductions_shrink_by_2_37ths_of_income_in_the_37_percent_bracket() -> None:
    """Return 2026-0826: of 30,437 itemized, 30,166.73 may be deducted."""
    ours = figured(2026, FilingStatus.HEAD_OF_HOUSEHOLD, 624_669, Gains(long_term=Decimal(20_931)), deduction=30_437)
    assert ours.taxable_income == Decimal("615433.27")
    assert ours.income_tax == Decimal("179222.99")
