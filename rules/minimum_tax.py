"""§§ 55-56: the alternative minimum tax, on Form 6251, with the capital gain rates of § 1(h) inside it (Part III)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from rules.edge_figures import figures
from rules.tax_year import TaxYear
from rules.terms import ZERO, FilingStatus
from rules.worksheet import Filling, Line, Worksheet

FORM_6251 = "https://www.irs.gov/forms-pubs/about-form-6251"


@dataclass(frozen=True, slots=True)
class MinimumTaxIncome:
    """Part I. `before` is adjusted gross income less the deductions but the senior one, which is added back with the
    standard deduction (line 2a) or the state and local taxes. `reduction` is what § 68 took: § 56(b)(1)(F)."""

    before: Decimal
    added_back: Decimal
    other_items: Decimal
    reduction: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        return self.before + self.added_back + self.other_items - self.reduction


def minimum_tax_worksheet(
    income: MinimumTaxIncome, regular: Worksheet, tax: Decimal, law: TaxYear, status: FilingStatus
) -> Worksheet:
    """The tax above the regular one, on the last line. `regular` is the worksheet of the tax at the return's own rates:
    Part III takes its lines from it. `tax` is the regular tax, a child's with § 1(g). No foreign tax credit, no
    depletion, no options (`other_items` holds those)."""
    line_4 = income.total
    exemption, start = law.amt_exemption[status], law.amt_phase_out_start[status]
    above = max(line_4 - start, ZERO)
    line_5 = max(exemption - above * law.amt_phase_out_rate, ZERO)
    line_6 = max(line_4 - line_5, ZERO)
    flat = _two_rates(line_6, law)
    part_3 = _part_3(line_6, regular, law, status)
    line_7 = part_3[-1].amount if part_3 else flat
    line_10 = tax
    lines = (
        Line("1b", "adjusted gross income less deductions, but the senior one", income.before),
        Line("2a", "standard deduction, or state and local taxes", income.added_back),
        Line("3", "other items, `amt.add_back`", income.other_items),
        *((Line("3a", "reduction of § 68, which does not apply here", -income.reduction),) if income.reduction else ()),
        Line("4", "alternative minimum taxable income", line_4),
        Line("5a", "exemption", exemption),
        Line("5b", "line 4 above the phase-out's start", above),
        Line("5", "exemption that is left", line_5),
        Line("6", "line 4 less line 5, not below zero", line_6),
        *part_3,
        Line("7", "tax on line 6", line_7),
        Line("10", "regular tax", line_10),
        Line("11", "the minimum tax: line 7 above line 10", max(line_7 - line_10, ZERO)),
    )
    return Worksheet("Form 6251", FORM_6251, lines)


def _two_rates(amount: Decimal, law: TaxYear) -> Decimal:
    rates = figures(law, "amt_rates")
    low, high, high_from = Decimal(rates["low"]), Decimal(rates["high"]), Decimal(rates["high_from"])
    return amount * low + max(amount - high_from, ZERO) * (high - low)


def _part_3(line_12: Decimal, regular: Worksheet, law: TaxYear, status: FilingStatus) -> tuple[Line, ...]:
    """Lines 12 to 40, where the regular tax used a capital gain worksheet. 28-percent gain is taxed like the rest."""
    if regular.name.startswith("Qualified"):
        gain, ordinary_zero, ordinary_fifteen = regular["4"], regular["5"], regular["5"]
        recaptured, most = ZERO, gain
    elif regular.name.startswith("Schedule D"):
        gain, ordinary_zero, ordinary_fifteen = regular["13"], regular["14"], regular["21"]
        recaptured = regular.get("35")
        most = regular["10"]
    else:
        return ()
    _, fifteen, twenty = law.preferential_rates
    sheet = Filling("Part III", FORM_6251)
    line = sheet.line
    line("12", "from line 6", line_12)
    line("13", "gain and dividends at 0, 15 and 20%", gain)
    line("14", "unrecaptured section 1250 gain", recaptured)
    line_15 = line("15", "lines 13 and 14, at most the worksheet's", min(gain + recaptured, most))
    line_16 = line("16", "smaller of lines 12 and 15", min(line_12, line_15))
    line_17 = line("17", "line 12 less line 16", line_12 - line_16)
    line_18 = line("18", "26% and 28% of line 17", _two_rates(line_17, law))
    line("19", "top of the 0% rate", law.zero_rate_top[status])
    line("20", "ordinary income of the regular tax", ordinary_zero)
    line_21 = line("21", "line 19 less line 20, not below zero", max(law.zero_rate_top[status] - ordinary_zero, ZERO))
    line_22 = line("22", "smaller of lines 12 and 13", min(line_12, gain))
    line_23 = line("23", "taxed at 0%", min(line_21, line_22))
    line_24 = line("24", "line 22 less line 23", line_22 - line_23)
    line("25", "top of the 15% rate", law.fifteen_rate_top[status])
    line("27", "ordinary income of the regular tax", ordinary_fifteen)
    line_29 = line(
        "29", "room below the top of the 15% rate", max(law.fifteen_rate_top[status] - line_21 - ordinary_fifteen, ZERO)
    )
    line_30 = line("30", "taxed at 15%", min(line_24, line_29))
    line_31 = line("31", "15% of line 30", line_30 * fifteen)
    line_32 = line("32", "lines 23 and 30", line_23 + line_30)
    line_33 = line("33", "taxed at 20%", line_22 - line_32)
    line_34 = line("34", "20% of line 33", line_33 * twenty)
    line_36 = line("36", "taxed at 25%", line_12 - (line_17 + line_32 + line_33))
    line_37 = line("37", "25% of line 36", line_36 * law.recapture_rate)
    line_38 = line("38", "lines 18, 31, 34 and 37", line_18 + line_31 + line_34 + line_37)
    line_39 = line("39", "26% and 28% of line 12", _two_rates(line_12, law))
    line("40", "smaller of lines 38 and 39", min(line_38, line_39))
    return tuple(sheet.lines)
