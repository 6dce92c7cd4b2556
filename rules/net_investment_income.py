"""§ 1411: the 3.8 percent tax on net investment income, as on Form 8960."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from rules.tax_year import TaxYear
from rules.terms import ZERO, FilingStatus
from rules.worksheet import Filling, Worksheet

FORM_8960 = "https://www.irs.gov/forms-pubs/about-form-8960"


@lru_cache(maxsize=1024)  # as the income tax worksheet
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
    sheet = Filling("Form 8960", FORM_8960)
    line = sheet.line
    line("1-4c", "interest, other dividends, rents", net_investment_income)
    line("2", "qualified dividends", qualified_dividends)
    line("5d", "capital gain or deductible loss", gain_or_deduction)
    line_8 = line("8", "investment income", net_investment_income + qualified_dividends + gain_or_deduction)
    line_12 = line("12", "net investment income, not below zero", max(line_8, ZERO))
    line("13", "modified adjusted gross income", adjusted_gross_income)
    threshold = line("14", "threshold", law.niit_threshold[status])
    line_15 = line("15", "income above the threshold", max(adjusted_gross_income - threshold, ZERO))
    line_16 = line("16", "smaller of lines 12 and 15", min(line_12, line_15))
    line("17", "the tax: 3.8% of line 16", line_16 * law.niit_rate)
    return sheet.filled
