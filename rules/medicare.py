"""42 U.S.C. §§ 1395r(i), 1395w-113(a)(7): what a return adds to the Medicare premiums of two years on (IRMAA)."""

from __future__ import annotations

from decimal import Decimal

from rules.edge_figures import figures, joint_or_others
from rules.tax_year import TaxYear
from rules.terms import ZERO, FilingStatus
from rules.worksheet import Line, Unit, Worksheet

MONTHS = 12


def medicare_surcharge_worksheet(
    people: int, income: Decimal, two_years: Decimal, law: TaxYear, status: FilingStatus
) -> Worksheet:
    """The year's surcharges of Parts B and D for so many people, in today's dollars, on the last line.

    `income` is adjusted gross income with tax-exempt interest. A step is reached above its amount, the last one at it.
    The amounts are those of the last year published, which may be earlier than the year they will be paid in (I-84).
    Everyone on Medicare is taken to have drug coverage (Part D): the household does not say.
    """
    table = figures(law, "medicare_surcharge")
    steps = joint_or_others(law, "medicare_surcharge", status)
    reached = sum(1 for step in steps[:-1] if income > step) + (1 if income >= steps[-1] else 0)
    part_b = table["part_b"][reached - 1] if reached else ZERO
    part_d = table["part_d"][reached - 1] if reached else ZERO
    year = (part_b + part_d) * MONTHS * people
    paid_in = law.year + 2
    return Worksheet(
        "Medicare income-related adjustment",
        "https://www.cms.gov/newsroom/fact-sheets/2026-medicare-parts-b-premiums-and-deductibles",
        (
            Line("1", "adjusted gross income and tax-exempt interest", income),
            Line("2", f"Part B, a month, by the table of {table['table_of']}", part_b),
            Line("3", f"Part D, a month, by the table of {table['table_of']}, if each has it", part_d),
            Line("4", "people on Medicare two years on", Decimal(people), Unit.COUNT),
            Line("5", f"surcharge of {paid_in}", year),
            Line("6", "the surcharge in today's dollars", year * two_years),
        ),
    )
