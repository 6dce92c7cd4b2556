"""§ 1: the ordinary brackets, and the capital gain rates of § 1(h) stacked upon them, as the IRS worksheets do it."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from rules.netting import ScheduleD
from rules.tax_year import TaxYear
from rules.terms import ZERO, FilingStatus
from rules.worksheet import Filling, Line, Worksheet

FORM_1040_INSTRUCTIONS = "https://www.irs.gov/instructions/i1040gi"
SCHEDULE_D_INSTRUCTIONS = "https://www.irs.gov/instructions/i1040sd"


def ordinary_tax(taxable_income: Decimal, law: TaxYear, status: FilingStatus) -> Decimal:
    """G: the tax of the ordinary schedule on an amount of dollars, unrounded; zero below zero. § 1(j)(2)."""
    return _bracket_tax(taxable_income, law.ordinary_tops[status], law.ordinary_rates)


def preferential_tax(amount: Decimal, law: TaxYear, status: FilingStatus) -> Decimal:
    """F: the tax of the 0/15/20 percent schedule on all of `amount`, unrounded; zero below zero. § 1(h)(1)(B)-(D)."""
    return _bracket_tax(amount, (law.zero_rate_top[status], law.fifteen_rate_top[status]), law.preferential_rates)


def _bracket_tax(amount: Decimal, tops: tuple[Decimal, ...], rates: tuple[Decimal, ...]) -> Decimal:
    tax = bottom = ZERO
    for top, rate in zip(tops, rates, strict=False):
        if amount <= top:
            break
        tax += (top - bottom) * rate
        bottom = top
    else:
        rate = rates[-1]
    return tax + max(amount - bottom, ZERO) * rate


def income_tax_worksheet(
    taxable_income: Decimal,
    qualified_dividends: Decimal,
    schedule_d: ScheduleD,
    law: TaxYear,
    status: FilingStatus,
) -> Worksheet:
    """The regular income tax before credits, on the worksheet that Schedule D lines 17 to 22 lead to.

    `taxable_income` may be below zero: it is taken as zero. The last line is the tax, unrounded, by formula and
    not by the Tax Table, and never more than the ordinary schedule's tax on everything, § 1(h)(1).
    """
    taxable = max(taxable_income, ZERO)
    gain = schedule_d.net_capital_gain
    if gain > 0 and schedule_d.gain_28_percent + schedule_d.gain_25_percent > 0:
        return _schedule_d_tax_worksheet(taxable, qualified_dividends, schedule_d, law, status)
    if gain > 0 or qualified_dividends > 0:
        return _qualified_dividends_worksheet(taxable, qualified_dividends, gain, law, status)
    return Worksheet(
        "Tax Computation",
        FORM_1040_INSTRUCTIONS,
        (Line("1", "taxable income", taxable), Line("2", "tax on line 1", ordinary_tax(taxable, law, status))),
    )


@lru_cache(maxsize=1024)  # a plan asks of many lots: losses beyond the limit of § 1211(b) leave taxable income as it is
def _qualified_dividends_worksheet(
    taxable: Decimal, dividends: Decimal, gain: Decimal, law: TaxYear, status: FilingStatus
) -> Worksheet:
    """Qualified Dividends and Capital Gain Tax Worksheet, Form 1040 instructions, line 16."""
    _, fifteen, twenty = law.preferential_rates
    sheet = Filling("Qualified Dividends and Capital Gain Tax Worksheet", FORM_1040_INSTRUCTIONS)
    line = sheet.line
    line("1", "taxable income", taxable)
    line("2", "qualified dividends", dividends)
    line("3", "net capital gain", gain)
    line_4 = line("4", "lines 2 and 3", dividends + gain)
    line_5 = line("5", "income taxed at ordinary rates", max(taxable - line_4, ZERO))
    line("6", "top of the 0% rate", law.zero_rate_top[status])
    line_7 = line("7", "smaller of lines 1 and 6", min(taxable, law.zero_rate_top[status]))
    line_8 = line("8", "smaller of lines 5 and 7", min(line_5, line_7))
    line_9 = line("9", "taxed at 0%", line_7 - line_8)
    line_10 = line("10", "smaller of lines 1 and 4", min(taxable, line_4))
    line("11", "from line 9", line_9)
    line_12 = line("12", "line 10 less line 11", line_10 - line_9)
    line("13", "top of the 15% rate", law.fifteen_rate_top[status])
    line_14 = line("14", "smaller of lines 1 and 13", min(taxable, law.fifteen_rate_top[status]))
    line_15 = line("15", "lines 5 and 9", line_5 + line_9)
    line_16 = line("16", "room below the top of the 15% rate", max(line_14 - line_15, ZERO))
    line_17 = line("17", "taxed at 15%", min(line_12, line_16))
    line_18 = line("18", "15% of line 17", line_17 * fifteen)
    line_19 = line("19", "lines 9 and 17", line_9 + line_17)
    line_20 = line("20", "taxed at 20%", line_10 - line_19)
    line_21 = line("21", "20% of line 20", line_20 * twenty)
    line_22 = line("22", "ordinary tax on line 5", ordinary_tax(line_5, law, status))
    line_23 = line("23", "lines 18, 21 and 22", line_18 + line_21 + line_22)
    line_24 = line("24", "ordinary tax on line 1", ordinary_tax(taxable, law, status))
    line("25", "the tax: smaller of lines 23 and 24", min(line_23, line_24))
    return sheet.filled


def _schedule_d_tax_worksheet(
    taxable: Decimal, dividends: Decimal, schedule: ScheduleD, law: TaxYear, status: FilingStatus
) -> Worksheet:
    """Schedule D Tax Worksheet, Schedule D instructions, with no investment interest election (Form 4952): lines 3 to
    5 and 8 are zero and left out, as lines 35 to 40 are where there is no unrecaptured section 1250 gain.

    The form skips lines 23 to 43 where everything is taxed by then; the amounts there are zero, so they are
    computed anyway. Both groups are taxed at ordinary rates to the extent they fit below the top of the 24% bracket
    (lines 19 to 21), the 25-percent gain first (line 38): 25 and 28 percent are maximums, § 1(h)(1)(A), (E), (F).
    """
    _, fifteen, twenty = law.preferential_rates
    gain = schedule.net_capital_gain
    sheet = Filling("Schedule D Tax Worksheet", SCHEDULE_D_INSTRUCTIONS)
    line = sheet.line
    line("1", "taxable income", taxable)
    line("2", "qualified dividends", dividends)
    line("6", "qualified dividends after Form 4952", dividends)
    line("7", "net capital gain", gain)
    line("9", "net capital gain after Form 4952", gain)
    line_10 = line("10", "lines 6 and 9", dividends + gain)
    line_11 = line("11", "Schedule D lines 18 and 19", schedule.gain_28_percent + schedule.gain_25_percent)
    line_12 = line("12", "smaller of lines 9 and 11", min(gain, line_11))
    line_13 = line("13", "gain and dividends at 0, 15 and 20%", line_10 - line_12)
    line_14 = line("14", "everything else, not below zero", max(taxable - line_13, ZERO))
    line("15", "top of the 0% rate", law.zero_rate_top[status])
    line_16 = line("16", "smaller of lines 1 and 15", min(taxable, law.zero_rate_top[status]))
    line_17 = line("17", "smaller of lines 14 and 16", min(line_14, line_16))
    line_18 = line("18", "income that is neither gain nor dividends", max(taxable - line_10, ZERO))
    line_19 = line(
        "19", "smaller of line 1 and the top of the 24% bracket", min(taxable, law.collectibles_ordinary_top[status])
    )
    line_20 = line("20", "smaller of lines 14 and 19", min(line_14, line_19))
    line_21 = line("21", "income taxed at ordinary rates", max(line_18, line_20))
    line_22 = line("22", "taxed at 0%", line_16 - line_17)
    line_23 = line("23", "smaller of lines 1 and 13", min(taxable, line_13))
    line("24", "from line 22", line_22)
    line_25 = line("25", "line 23 less line 24, not below zero", max(line_23 - line_22, ZERO))
    line("26", "top of the 15% rate", law.fifteen_rate_top[status])
    line_27 = line("27", "smaller of lines 1 and 26", min(taxable, law.fifteen_rate_top[status]))
    line_28 = line("28", "lines 21 and 22", line_21 + line_22)
    line_29 = line("29", "room below the top of the 15% rate", max(line_27 - line_28, ZERO))
    line_30 = line("30", "taxed at 15%", min(line_25, line_29))
    line_31 = line("31", "15% of line 30", line_30 * fifteen)
    line_32 = line("32", "lines 24 and 30", line_22 + line_30)
    line_33 = line("33", "taxed at 20%", line_23 - line_32)
    line_34 = line("34", "20% of line 33", line_33 * twenty)
    line_39 = line_40 = ZERO
    if schedule.gain_25_percent > 0:
        line_35 = line("35", "smaller of line 9 and Schedule D line 19", min(gain, schedule.gain_25_percent))
        line_36 = line("36", "lines 10 and 21", line_10 + line_21)
        line("37", "from line 1", taxable)
        line_38 = line("38", "line 36 less line 37, not below zero", max(line_36 - taxable, ZERO))
        line_39 = line("39", "taxed at 25%", max(line_35 - line_38, ZERO))
        line_40 = line("40", "25% of line 39", line_39 * law.recapture_rate)
    line_41 = line("41", "lines 21, 22, 30, 33 and 39", line_21 + line_22 + line_30 + line_33 + line_39)
    line_42 = line("42", "taxed at 28%", taxable - line_41)
    line_43 = line("43", "28% of line 42", line_42 * law.collectibles_rate)
    line_44 = line("44", "ordinary tax on line 21", ordinary_tax(line_21, law, status))
    line_45 = line("45", "lines 31, 34, 40, 43 and 44", line_31 + line_34 + line_40 + line_43 + line_44)
    line_46 = line("46", "ordinary tax on line 1", ordinary_tax(taxable, law, status))
    line("47", "the tax: smaller of lines 45 and 46", min(line_45, line_46))
    return sheet.filled
