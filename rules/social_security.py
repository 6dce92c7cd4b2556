"""§ 86: how much of social security benefits is income, on the worksheet of the Form 1040 instructions, line 6b."""

from __future__ import annotations

from decimal import Decimal

from rules.edge_figures import figures, joint_or_others
from rules.tax_year import TaxYear
from rules.terms import ZERO, FilingStatus
from rules.worksheet import Line, Worksheet

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
    line_2 = benefits * half
    line_5 = line_2 + other_income + tax_exempt_interest
    line_9 = max(line_5 - base, ZERO)
    line_10 = adjusted_base - base
    line_11 = max(line_9 - line_10, ZERO)
    line_12 = min(line_9, line_10)
    line_13 = line_12 * half
    line_14 = min(line_2, line_13)
    line_15 = line_11 * most
    line_16 = line_14 + line_15
    line_17 = benefits * most
    return Worksheet(
        "Social Security Benefits Worksheet",
        FORM_1040_INSTRUCTIONS,
        (
            Line("1", "social security benefits", benefits),
            Line("2", "half of line 1", line_2),
            Line("3", "other income", other_income),
            Line("4", "tax-exempt interest", tax_exempt_interest),
            Line("5", "lines 2 to 4", line_5),
            Line("8", "base amount", base),
            Line("9", "line 5 above line 8", line_9),
            Line("10", "from the base amount to the adjusted base amount", line_10),
            Line("11", "line 9 above line 10", line_11),
            Line("12", "smaller of lines 9 and 10", line_12),
            Line("13", "half of line 12", line_13),
            Line("14", "smaller of lines 2 and 13", line_14),
            Line("15", "85% of line 11", line_15),
            Line("16", "lines 14 and 15", line_16),
            Line("17", "85% of line 1", line_17),
            Line("18", "taxable benefits: smaller of lines 16 and 17", min(line_16, line_17)),
        ),
    )
