"""§ 199A: the deduction for qualified business income, as on Forms 8995 and 8995-A, for one trade or business."""

from __future__ import annotations

from decimal import Decimal

from rules.edge_figures import figures
from rules.income_facts import JOINT, Business
from rules.tax_year import TaxYear
from rules.terms import ZERO, FilingStatus
from rules.worksheet import Line, Worksheet

FORM_8995A = "https://www.irs.gov/forms-pubs/about-form-8995-a"


def business_income_worksheet(
    business: Business, taxable: Decimal, preferential: Decimal, law: TaxYear, status: FilingStatus
) -> Worksheet:
    """The deduction, on the last line. `taxable` is taxable income before it, without § 68 (§ 199A(e)(1)), and
    `preferential` net capital gain with qualified dividends.

    Above the start, over the range, both the share of a specified service business that counts, § 199A(d)(3), and the
    limit of half the wages paid, § 199A(b)(2)(B), (b)(3)(B), phase in. Where both bind, the deduction falls with the
    square of what is left of the range: the one edge here that is no straight line.
    """
    table = figures(law, "business_income")
    which = "joint" if status is JOINT else "others"
    start, width, rate = table[f"start_{which}"], table[f"range_{which}"], table["rate"]
    above = min(max(taxable - start, ZERO), width)
    phased = above * (1 / width)
    part = 1 - phased if business.specified_service else Decimal(1)
    component = part * (business.qualified_income * rate)
    by_wages = part * (business.wages_paid * table["wage_share"])
    missing = business.qualified_income * rate - business.wages_paid * table["wage_share"]
    reduction = part * phased * missing if missing > 0 and above > 0 else ZERO
    after = max(component - reduction, ZERO)
    limit = max(taxable - preferential, ZERO) * rate
    deduction = min(after, limit)
    lines: tuple[Line, ...] = (
        Line("2", "qualified business income", business.qualified_income),
        Line("20", "taxable income before this deduction", taxable),
        Line("21", "where the limits begin to phase in", start),
        Line("22", "line 20 above line 21, at most the range", above),
        Line("23", "the range", width),
        Line("3", "20% of qualified business income that counts", component),
        Line("5", "half of the wages paid that count", by_wages),
        Line("25", "what the limit of wages takes", reduction),
        Line("27", "the business's part", after),
        Line("34", "net capital gain and qualified dividends", preferential),
        Line("36", "20% of taxable income without them", limit),
    )
    if "least" in table and part * business.qualified_income >= table["least_from"]:
        # § 199A(i), from 2026: qualified income of at least 1,000 from businesses that the taxpayer is active in has a
        # least deduction, whatever taxable income is; of a specified service business only the share that counts is
        # qualified, and past the range none, (d)(1)(A), (d)(3) (I-166)
        deduction = max(deduction, table["least"])
        lines += (Line("least", "least deduction of an active business", table["least"]),)
    lines += (Line("39", "the deduction", deduction),)
    return Worksheet("Form 8995-A", FORM_8995A, lines)
