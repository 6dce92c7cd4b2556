"""§§ 63, 151(d)(5)(C), 164(b), 170(b), 68: the deductions that age or income change."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from rules.edge_figures import figures, holds
from rules.income_facts import Itemized
from rules.tax_year import TaxYear
from rules.terms import ZERO, FilingStatus
from rules.worksheet import Filling, Line, Worksheet

SCHEDULE_1A = "https://www.irs.gov/forms-pubs/about-schedule-1-a-form-1040"
SCHEDULE_A = "https://www.irs.gov/forms-pubs/about-schedule-a-form-1040"
REDUCTION = (Decimal(2), Decimal(37))  # § 68(a)
_MARRIED = (
    FilingStatus.MARRIED_JOINTLY,
    FilingStatus.MARRIED_SEPARATELY,
    FilingStatus.QUALIFYING_SURVIVING_SPOUSE,
)


def standard_deduction(law: TaxYear, status: FilingStatus, seniors: int, blind: int) -> Decimal:
    """§ 63(c): the basic amount, and one more for each person of 65 and for each who is blind, § 63(f)."""
    each = figures(law, "additional_standard_deduction")["married" if status in _MARRIED else "unmarried"]
    return law.standard_deduction[status] + (seniors + blind) * Decimal(each)


def senior_deduction_worksheet(gross: Decimal, seniors: int, law: TaxYear, status: FilingStatus) -> Worksheet | None:
    """§ 151(d)(5)(C), Schedule 1-A Part V: an amount each, less 6 percent of income above the start, each. None where
    the year has no such deduction, or no one on the return is 65."""
    if not seniors or not holds(law, "senior_deduction"):
        return None
    table = figures(law, "senior_deduction")
    sheet = Filling("Schedule 1-A, Part V", SCHEDULE_1A)
    line = sheet.line
    line("31", "modified adjusted gross income", gross)
    line_32 = line("32", "where the deduction begins to shrink", table[status.value])
    line_33 = line("33", "line 31 above line 32", max(gross - line_32, ZERO))
    line_34 = line("34", "6% of line 33", line_33 * table["phase_out_rate"])
    line_35 = line("35", f"{table['each']:,} less line 34, not below zero", max(table["each"] - line_34, ZERO))
    line("37", "the deduction: line 35 for each person of 65", line_35 * seniors)
    return sheet.filled


@dataclass(frozen=True, slots=True)
class ItemizedDeductions:
    """Schedule A before § 68, and the state and local taxes in it, which § 56(b)(1)(A)(ii) adds back."""

    worksheet: Worksheet
    state_and_local: Decimal

    @property
    def total(self) -> Decimal:
        return self.worksheet.last


def itemized_deductions(paid: Itemized, gross: Decimal, law: TaxYear) -> ItemizedDeductions:
    """§ 164(b)(6), (7): taxes up to a cap that shrinks with income to a floor. § 170(b)(1)(I): gifts above a share of
    income only, where the year has that floor. The percentage limits on gifts are left out (L-82)."""
    cap, lines = _state_and_local_cap(gross, law)
    taxes = min(paid.state_and_local, cap)
    gifts = paid.charity
    lines += (
        Line("5d", "state and local taxes paid", paid.state_and_local),
        Line("5e", "of these, deductible", taxes),
        Line("8e", "home mortgage interest", paid.mortgage_interest),
    )
    if holds(law, "charity_floor"):
        gifts = max(paid.charity - max(gross, ZERO) * figures(law, "charity_floor")["rate"], ZERO)
        lines += (Line("11-13", "gifts to charity", paid.charity),)
    lines += (Line("14", "gifts to charity, deductible", gifts),)
    total = taxes + paid.mortgage_interest + gifts
    lines += (Line("17", "itemized deductions before § 68", total),)
    return ItemizedDeductions(Worksheet("Schedule A", SCHEDULE_A, lines), taxes)


def _state_and_local_cap(gross: Decimal, law: TaxYear) -> tuple[Decimal, tuple[Line, ...]]:
    """The State and Local Tax Deduction Worksheet of Schedule A, line 5e."""
    table = figures(law, "state_and_local_cap")
    most: Decimal = table["most"]
    if "start" not in table:
        return most, (Line("cap", "most that may be deducted of state and local taxes", most),)
    above = max(gross - table["start"], ZERO)
    cap = max(most - above * table["rate"], table["floor"])
    return cap, (
        Line("cap 1", "most that may be deducted of state and local taxes", most),
        Line("cap 2", "modified adjusted gross income", gross),
        Line("cap 3", "where the cap begins to shrink", table["start"]),
        Line("cap 4", "line 2 above line 3", above),
        Line("cap 5", "the cap: less 30% of line 4, not below the floor", cap),
    )


def itemized_reduction_worksheet(
    itemized: Decimal, income: Decimal, law: TaxYear, status: FilingStatus
) -> Worksheet | None:
    """§ 68: two thirty-sevenths of the smaller of the deductions and the income above the 37 percent bracket's start.

    `income` is taxable income without this section, increased by the itemized deductions. None before 2026.
    """
    if law.itemized_reduction_start is None:
        return None
    start = law.itemized_reduction_start[status]
    above = max(income - start, ZERO)
    smaller = min(itemized, above)
    part, whole = REDUCTION
    return Worksheet(
        "Reduction of itemized deductions, § 68",
        "https://www.law.cornell.edu/uscode/text/26/68",
        (
            Line("1", "itemized deductions", itemized),
            Line("2", "taxable income before itemized deductions", income),
            Line("3", "where the 37% bracket begins", start),
            Line("4", "line 2 above line 3", above),
            Line("5", "smaller of lines 1 and 4", smaller),
            Line("6", "the reduction: 2/37 of line 5", smaller * part * (1 / whole)),
        ),
    )
