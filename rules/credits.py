"""§§ 24, 32, 36B and the Medicare surcharge: what a return brings back, or costs later, beyond its tax."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from rules.child_credit import child_credit_worksheet
from rules.earned_income_credit import earned_income_credit_worksheet
from rules.income import Income
from rules.income_facts import IncomeFacts
from rules.medicare import medicare_surcharge_worksheet
from rules.premium_credit import premium_credit_worksheet
from rules.tax_year import TaxYear
from rules.terms import ZERO, FilingStatus
from rules.worksheet import Worksheet


@dataclass(frozen=True, slots=True)
class Credits:
    """Unrounded, positive; `surcharge` is a cost."""

    premium: Decimal = ZERO
    earned_income: Decimal = ZERO
    child: Decimal = ZERO
    surcharge: Decimal = ZERO
    worksheets: tuple[Worksheet, ...] = ()


NO_CREDITS = Credits()


def credits_of(
    facts: IncomeFacts,
    income: Income,
    tax: Decimal,
    investment_income: Decimal,
    law: TaxYear,
    status: FilingStatus,
) -> Credits:
    """`tax` is the income tax with the minimum tax. `investment_income` is interest, dividends, rents and the net
    capital gain, without tax-exempt interest. A child has no children here, and no credits but its own premium's."""
    sheets: list[Worksheet] = []
    premium = earned = child = surcharge = ZERO
    exempt = facts.tax_exempt_interest
    if facts.marketplace:
        untaxed = facts.social_security - income.taxable_benefits
        sheet = premium_credit_worksheet(facts.marketplace, income.gross + exempt + untaxed, law)
        sheets.append(sheet)
        premium = sheet.last
    if facts.earned_income > 0 and facts.parents is None and (facts.children or facts.adult):
        sheet = earned_income_credit_worksheet(
            facts.earned_income, income.gross, investment_income + exempt, len(facts.children), law, status
        )
        sheets.append(sheet)
        earned = sheet.last
    if facts.children:
        sheet = child_credit_worksheet(facts.children, income.gross, tax, facts.earned_income, law, status)
        sheets.append(sheet)
        child = sheet.last
    if facts.medicare:
        sheet = medicare_surcharge_worksheet(facts.medicare, income.gross + exempt, facts.two_years, law, status)
        sheets.append(sheet)
        surcharge = sheet.last
    return Credits(premium, earned, child, surcharge, tuple(sheets))
