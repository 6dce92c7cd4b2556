"""§ 36B: the premium tax credit, on Form 8962, for a plan of the whole year."""

from __future__ import annotations

from bisect import bisect_right
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from rules.edge_figures import figures
from rules.income_facts import Marketplace
from rules.tax_year import TaxYear
from rules.terms import ZERO
from rules.worksheet import Line, Unit, Worksheet

FORM_8962 = "https://www.irs.gov/forms-pubs/about-form-8962"
MOST_PERCENT = 400  # § 36B(c)(1)(A)
FOUR_PLACES = Decimal("0.0001")


def premium_credit_worksheet(plan: Marketplace, household_income: Decimal, law: TaxYear) -> Worksheet:
    """The credit, on the last line. `household_income` is adjusted gross income with tax-exempt interest and untaxed
    benefits, § 36B(d)(2)(B); no one else in the household has any.

    As on the form, the percentage of the poverty line loses its decimals, and the applicable figure has four (I-82);
    Form 8962's whole dollars and twelve months are left out. Exactly 400 percent keeps the credit of 2026, a dollar
    more loses all of it.
    """
    line_4 = poverty_line(law, plan.household_size)
    percent = percent_of_poverty(line_4, household_income)
    figure = applicable_figure(law, percent)
    line_7 = ZERO if figure is None else figure
    line_8a = household_income * line_7
    line_11d = ZERO if figure is None else max(plan.benchmark_premium - line_8a, ZERO)
    return Worksheet(
        "Form 8962",
        FORM_8962,
        (
            Line("1", "people in the household", Decimal(plan.household_size), Unit.COUNT),
            Line("3", "household income", household_income),
            Line("4", "federal poverty line", line_4),
            Line("5", "line 3 as a percentage of line 4 (401: above 400)", Decimal(percent), Unit.PERCENT),
            Line("7", "applicable figure", line_7, Unit.RATE),
            Line("8a", "contribution: line 3 times line 7", line_8a),
            Line("11a", "premiums of the plan", plan.premiums),
            Line("11b", "premium of the benchmark plan", plan.benchmark_premium),
            Line("11d", "line 11b less line 8a, not below zero", line_11d),
            Line("24", "the credit: smaller of lines 11a and 11d", min(plan.premiums, line_11d)),
        ),
    )


def poverty_line(law: TaxYear, people: int) -> Decimal:
    """Of the 48 states and D.C., for a household of so many. § 36B(d)(3)(B)."""
    table = figures(law, "poverty_line")
    return Decimal(table["one"] + (people - 1) * table["each_more"])


def percent_of_poverty(line: Decimal, household_income: Decimal) -> int:
    """Worksheet 2 of Form 8962: whole percent, the decimals dropped; 401 for all that is above 400."""
    if household_income > 4 * line:
        return MOST_PERCENT + 1
    return bisect_right(_whole_percents(line), household_income)


@lru_cache
def _whole_percents(line: Decimal) -> tuple[Decimal, ...]:
    """The income at which each whole percent from 1 to 400 begins."""
    return tuple(line * percent / 100 for percent in range(1, MOST_PERCENT + 1))


@lru_cache
def applicable_figure(law: TaxYear, percent: int) -> Decimal | None:
    """§ 36B(b)(3)(A): the share of income to be paid for the benchmark plan; None where there is no credit."""
    table = figures(law, "premium_credit")
    if percent < 100:
        return None
    if percent > MOST_PERCENT:
        above: Decimal | None = table.get("above")
        return above
    for low, high, first, last in table["bands"]:
        if percent < high or high == MOST_PERCENT:
            figure: Decimal = first + (last - first) * (percent - low) / (high - low)
            return figure.quantize(FOUR_PLACES, rounding=ROUND_HALF_UP)
    raise AssertionError("the bands end at 400 percent")
