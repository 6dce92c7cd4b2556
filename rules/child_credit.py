"""§ 24: the child tax credit, the credit for other dependents, and what of them is refundable, on Schedule 8812."""

from __future__ import annotations

from decimal import Decimal

from rules.edge_figures import figures
from rules.income_facts import CHILD_CREDIT_AGES, JOINT
from rules.tax_year import TaxYear
from rules.terms import ZERO, FilingStatus
from rules.worksheet import Filling, Worksheet

SCHEDULE_8812 = "https://www.irs.gov/forms-pubs/about-schedule-8812-form-1040"


def child_credit_worksheet(
    ages: tuple[int, ...], gross: Decimal, tax: Decimal, earned: Decimal, law: TaxYear, status: FilingStatus
) -> Worksheet:
    """Both parts together, on the last line. `tax` is the income tax with the minimum tax, which no other credit
    reduces before this one. The refundable part by payroll taxes, for three children and more, is left out (L-81)."""
    table = figures(law, "child_credit")
    young = sum(1 for age in ages if age in CHILD_CREDIT_AGES)
    start = table["start_joint" if status is JOINT else "start_others"]
    sheet = Filling("Schedule 8812", SCHEDULE_8812)
    line = sheet.line
    line("3", "modified adjusted gross income", gross)
    line_8 = line(
        "8", "credits before the phase-out", Decimal(young * table["child"] + (len(ages) - young) * table["older"])
    )
    line("9", "where the phase-out begins", start)
    line_11 = line("11", "what the phase-out takes", _phase_out(gross, start, line_8, table["step"], table["per_step"]))
    line_12 = line("12", "credits that are left", max(line_8 - line_11, ZERO))
    line("13", "income tax and minimum tax", tax)
    line_14 = line("14", "smaller of lines 12 and 13", min(line_12, tax))
    line_16a = line("16a", "not used against the tax", line_12 - line_14)
    line_16b = line("16b", "most that is refundable", Decimal(young * table["refundable"]))
    line_20 = line(
        "20", "15% of earned income above 2,500", max(earned - table["earned_above"], ZERO) * table["earned_rate"]
    )
    line_27 = line("27", "the refundable part", min(line_16a, line_16b, line_20))
    line("total", "lines 14 and 27", line_14 + line_27)
    return sheet.filled


def _phase_out(gross: Decimal, start: Decimal, credit: Decimal, step: Decimal, per_step: Decimal) -> Decimal:
    """§ 24(b)(1): 50 for each 1,000 of income above the start, or part of it, until nothing of the credit is left."""
    taken = ZERO
    while taken < credit and gross > start:
        start += step
        taken += per_step
    return taken
