"""§ 1411: the 3.8 percent tax on net investment income, as on Form 8960."""

from __future__ import annotations

from decimal import Decimal

from rules.tax_year import TaxYear
from rules.terms import ZERO, FilingStatus
from rules.worksheet import Line, Worksheet

FORM_8960 = "https://www.irs.gov/forms-pubs/about-form-8960"


def niit_worksheet(
    net_investment_income: Decimal,
    qualified_dividends: Decimal,
    gain_or_deduction: Decimal,
    adjusted_gross_income: Decimal,
    law: TaxYear,
    status: FilingStatus,
) -> Worksheet:
    """Form 8960, to the extent a household without trades, trusts or investment expenses fills it in.

    `net_investment_income` is interest, other dividends and rents, net; `gain_or_deduction` the capital gain line
    of Form 1040, signed: a loss counts to the extent § 1211(b) allows it, and then reduces the other investment
    income too (Reg. § 1.1411-4(d), (f)(4)). Modified adjusted gross income is taken to be adjusted gross income:
    no foreign earned income is excluded (§ 1411(d)). The last line is the tax, unrounded.
    """
    line_8 = net_investment_income + qualified_dividends + gain_or_deduction
    line_12 = max(line_8, ZERO)
    threshold = law.niit_threshold[status]
    line_15 = max(adjusted_gross_income - threshold, ZERO)
    line_16 = min(line_12, line_15)
    return Worksheet(
        "Form 8960",
        FORM_8960,
        (
            Line("1-4c", "interest, other dividends, rents", net_investment_income),
            Line("2", "qualified dividends", qualified_dividends),
            Line("5d", "capital gain or deductible loss", gain_or_deduction),
            Line("8", "investment income", line_8),
            Line("12", "net investment income, not below zero", line_12),
            Line("13", "modified adjusted gross income", adjusted_gross_income),
            Line("14", "threshold", threshold),
            Line("15", "income above the threshold", line_15),
            Line("16", "smaller of lines 12 and 15", line_16),
            Line("17", "the tax: 3.8% of line 16", line_16 * law.niit_rate),
        ),
    )
