"""§ 32: the earned income credit, by formula and not by the table with its bands of $50."""

from __future__ import annotations

from decimal import Decimal

from rules.edge_figures import figures
from rules.income_facts import JOINT
from rules.tax_year import TaxYear
from rules.terms import ZERO, FilingStatus
from rules.worksheet import Line, Worksheet

PUB_596 = "https://www.irs.gov/publications/p596"


def earned_income_credit_worksheet(
    earned: Decimal, gross: Decimal, investment_income: Decimal, children: int, law: TaxYear, status: FilingStatus
) -> Worksheet:
    """The credit, on the last line. `investment_income` is Worksheet 1 of Pub. 596: interest, exempt or not, dividends,
    rents, and the net capital gain, never below zero. Above its limit, not at it, nothing is left: § 32(i)(1)."""
    table = figures(law, "earned_income_credit")
    column = min(children, len(table["most"]) - 1)
    limit, rate = table["investment_income"], table["phase_out_rate"][column]
    start = table["phase_out_start"][column]
    if status is JOINT:
        start += table["joint_more"][column]
    phased_in = min(max(earned, ZERO) * table["phase_in_rate"][column], table["most"][column])
    above = max(max(gross, earned) - start, ZERO)
    phased_out = above * rate
    credit = ZERO if investment_income > limit else max(phased_in - phased_out, ZERO)
    return Worksheet(
        "Earned Income Credit",
        PUB_596,
        (
            Line("1", "earned income", earned),
            Line("2", "credit before the phase-out", phased_in),
            Line("3", "adjusted gross income", gross),
            Line("4", "where the phase-out begins", start),
            Line("5", "larger of lines 1 and 3 above line 4", above),
            Line("6", "what the phase-out takes", phased_out),
            Line("7", "investment income", investment_income),
            Line("8", "most investment income", limit),
            Line("9", "the credit", credit),
        ),
    )
