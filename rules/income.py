"""§§ 61-63: from the year's gains to adjusted gross income and taxable income, with deductions that depend on it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from rules.business_income import business_income_worksheet
from rules.deductions import itemized_deductions, itemized_reduction_worksheet, senior_deduction_worksheet
from rules.income_facts import IncomeFacts
from rules.minimum_tax import MinimumTaxIncome
from rules.netting import ScheduleD
from rules.quickly_made import quickly_made
from rules.social_security import benefits_worksheet
from rules.tax_year import TaxYear
from rules.terms import ZERO, FilingStatus
from rules.worksheet import Worksheet


@quickly_made
@dataclass(frozen=True, slots=True)
class Income:
    """Unrounded. `taxable` may be below zero. `deduction` is the standard or itemized one, after every limit; `senior`
    and `business` come besides it. `minimum_tax` is Part I of Form 6251. `worksheets` in the order of the return."""

    gross: Decimal
    taxable: Decimal
    deduction: Decimal
    taxable_benefits: Decimal = ZERO
    senior: Decimal = ZERO
    business: Decimal = ZERO
    minimum_tax: MinimumTaxIncome | None = None
    worksheets: tuple[Worksheet, ...] = ()


def income_with_edges(
    other_income: Decimal,
    qualified_dividends: Decimal,
    deduction: Decimal,
    schedule: ScheduleD,
    facts: IncomeFacts,
    law: TaxYear,
    status: FilingStatus,
) -> Income:
    """`other_income` is ordinary income with qualified dividends and the capital gain line, without benefits;
    `deduction` the standard one, or the amount given. Where deductions are itemized piece by piece, the larger of them
    and the standard deduction is taken, § 63(b), (e)."""
    sheets: list[Worksheet] = []
    benefits = ZERO
    if facts.social_security:
        sheet = benefits_worksheet(facts.social_security, other_income, facts.tax_exempt_interest, law, status)
        sheets.append(sheet)
        benefits = sheet.last
    gross = other_income + benefits

    senior = ZERO
    if sheet_1a := senior_deduction_worksheet(gross, facts.seniors, law, status):
        sheets.append(sheet_1a)
        senior = sheet_1a.last

    added_back = deduction if facts.standard else ZERO
    limited = deduction
    reduction = ZERO
    itemized = itemized_deductions(facts.itemized, gross, law) if facts.itemized else None
    if itemized is not None:
        sheets.append(itemized.worksheet)
        if itemized.total > deduction:
            limited, added_back = itemized.total, itemized.state_and_local

    business = ZERO
    if facts.business:
        preferred = schedule.net_capital_gain + qualified_dividends
        sheet = business_income_worksheet(facts.business, gross - limited - senior, preferred, law, status)
        sheets.append(sheet)
        business = sheet.last

    if itemized is not None:
        cut = itemized_reduction_worksheet(itemized.total, gross - senior - business, law, status)
        if cut is not None:
            reduced = itemized.total - cut.last
            sheets.append(cut)
            if reduced > deduction:
                limited, added_back, reduction = reduced, itemized.state_and_local, cut.last
            else:
                limited, added_back = deduction, deduction
    taxable = gross - limited - senior - business
    return Income(
        gross=gross,
        taxable=taxable,
        deduction=limited,
        taxable_benefits=benefits,
        senior=senior,
        business=business,
        minimum_tax=MinimumTaxIncome(gross - limited - business, added_back, facts.amt_add_back, reduction),
        worksheets=tuple(sheets),
    )
