"""§ 6654: what must be paid of a year's tax by 15 January so that no addition is owed. Form 2210, Part I.

The smaller of 90 percent of this year's tax and 100 percent of last year's (110 where last year's adjusted gross income
was above $150,000). Not the annualized method of § 6654(d)(2), nor which earlier installment was short (L-171).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from rules.terms import ZERO, FilingStatus
from rules.worksheet import Line, Worksheet

# Set by the Code itself and not indexed.
THIS_YEARS_PART = Decimal("0.90")  # § 6654(d)(1)(B)(i)
LAST_YEARS_PART = Decimal("1.00")  # § 6654(d)(1)(B)(ii)
LAST_YEARS_PART_ABOVE = Decimal("1.10")  # § 6654(d)(1)(C)(i)
HIGH_INCOME = Decimal(150_000)  # § 6654(d)(1)(C)(i): adjusted gross income of last year above this
HIGH_INCOME_SEPARATE = Decimal(75_000)  # § 6654(d)(1)(C)(ii): a separate return for this year
SMALL_TAX = Decimal(1_000)  # § 6654(e)(1): tax less withholding below this
FORM = "Form 2210, Part I (estimated tax)"
_KING_DAY = 3  # the third Monday of January, 5 U.S.C. § 6103(a)


@dataclass(frozen=True, slots=True)
class Payments:
    """What was paid, and last year's return. Dollars; None is not known, never zero.

    `last_year_tax` as on Form 2210 line 8 before its percentage: last year's line 4. `withheld` of the whole year;
    `estimated` paid so far, a refund applied included. `other_taxes` of this year, such as on self-employment.
    """

    last_year_tax: Decimal | None = None
    last_year_agi: Decimal | None = None
    withheld: Decimal | None = None
    estimated: Decimal | None = None
    other_taxes: Decimal = ZERO


def last_installment(tax_year: int) -> date:
    """The day of the fourth installment: 15 January, or the next business day. §§ 6654(c)(2), 7503."""
    day = date(tax_year + 1, 1, 15)
    while day.weekday() >= 5 or (day.weekday() == 0 and (day.day - 1) // 7 + 1 == _KING_DAY):
        day += timedelta(days=1)
    return day


def estimated_tax_worksheet(
    income_tax: Decimal, investment_tax: Decimal, credits: Decimal, payments: Payments, status: FilingStatus
) -> Worksheet:
    """The form's lines, the annual payment required on the last. `income_tax` includes the minimum tax.

    Lines of what is not known are left blank: without last year's the last line is line 5.
    """
    other = investment_tax + payments.other_taxes
    tax = max(income_tax + other - credits, ZERO)
    part = THIS_YEARS_PART * tax
    lines = [
        Line("1", "income tax and minimum tax, before credits", income_tax),
        Line("2", "tax on net investment income, and other taxes given", other),
        Line("3", "credits", credits),
        Line("4", "tax of this year", tax),
        Line("5", "90 percent of line 4", part),
    ]
    if payments.withheld is not None:
        lines += [
            Line("6", "withheld in this year", payments.withheld),
            Line("7", "line 4 less line 6; below $1,000 nothing is required", tax - payments.withheld),
        ]
    required = part
    if payments.last_year_tax is not None and payments.last_year_agi is not None:
        limit = HIGH_INCOME_SEPARATE if status is FilingStatus.MARRIED_SEPARATELY else HIGH_INCOME
        share = LAST_YEARS_PART_ABOVE if payments.last_year_agi > limit else LAST_YEARS_PART
        safe = share * payments.last_year_tax
        lines.append(Line("8", f"{share * 100:.0f} percent of last year's tax", safe))
        required = min(part, safe)
    if payments.withheld is not None and tax - payments.withheld < SMALL_TAX:
        required = ZERO
    lines.append(Line("9", "annual payment required", required))
    return Worksheet(FORM, "https://www.irs.gov/instructions/i2210", tuple(lines))
