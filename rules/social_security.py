"""§ 86: how much of social security benefits is income, on the worksheet of the Form 1040 instructions, line 6b."""

from __future__ import annotations

from decimal import Decimal

from rules.edge_figures import figures, joint_or_others
from rules.tax_year import TaxYear
from rules.terms import ZERO, FilingStatus
from rules.worksheet import Filling, Worksheet

FORM_1040_INSTRUCTIONS = "https://www.irs.gov/instructions/i1040gi"


def benefits_worksheet(
    benefits: Decimal, other_income: Decimal, tax_exempt_interest: Decimal, law: TaxYear, status: FilingStatus
) -> Worksheet:
    """The taxable part, on the last line. `other_income` is adjusted gross income without the benefits: no adjustment
    of lines 11 to 23 of Schedule 1 is taken apart from it. Half of the excess over the base amount, 85 percent of that
    over the adjusted base amount, § 86(a); no more than 85 percent of the benefits."""
    rates = figures(law, "social_security_base")
    base, adjusted_base = joint_or_others(law, "social_security_base", status)
    half, most = rates["first_share"], rates["second_share"]
    sheet = Filling("Social Security Benefits Worksheet", FORM_1040_INSTRUCTIONS)
    line = sheet.line
    line("1", "social security benefits", benefits)
    line_2 = line("2", "half of line 1", benefits * half)
    line("3", "other income", other_income)
    line("4", "tax-exempt interest", tax_exempt_interest)
    line_5 = line("5", "lines 2 to 4", line_2 + other_income + tax_exempt_interest)
    line("8", "base amount", base)
    line_9 = line("9", "line 5 above line 8", max(line_5 - base, ZERO))
    line_10 = line("10", "from the base amount to the adjusted base amount", adjusted_base - base)
    line_11 = line("11", "line 9 above line 10", max(line_9 - line_10, ZERO))
    line_12 = line("12", "smaller of lines 9 and 10", min(line_9, line_10))
    line_13 = line("13", "half of line 12", line_12 * half)
    line_14 = line("14", "smaller of lines 2 and 13", min(line_2, line_13))
    line_15 = line("15", "85% of line 11", line_11 * most)
    line_16 = line("16", "lines 14 and 15", line_14 + line_15)
    line_17 = line("17", "85% of line 1", benefits * most)
    line("18", "taxable benefits: smaller of lines 16 and 17", min(line_16, line_17))
    return sheet.filled
