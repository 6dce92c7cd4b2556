"""The parts together: a year's income tax (§ 1), tax on net investment income (§ 1411), state tax and carryovers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from rules.net_investment_income import niit_worksheet
from rules.netting import CarryoverWorksheet, ScheduleD, carryover_worksheet, schedule_d
from rules.rates import income_tax_worksheet
from rules.states import StateTax, state_worksheet
from rules.tax_year import TaxYear
from rules.terms import ZERO, Carryover, FilingStatus, Gains, to_cents
from rules.worksheet import Worksheet


@dataclass(frozen=True, slots=True)
class TaxReturn:
    """All of a year that the sales of securities do not change. Dollars; `state` None means no state tax.

    `ordinary_income` includes `net_investment_income` (interest, other dividends, rents) but neither capital
    gains nor `qualified_dividends`. `deduction` is the standard or itemized amount. `carryover` was brought in.
    """

    law: TaxYear
    status: FilingStatus
    ordinary_income: Decimal
    qualified_dividends: Decimal
    net_investment_income: Decimal
    deduction: Decimal
    carryover: Carryover
    state: StateTax | None = None


@dataclass(frozen=True, slots=True)
class Liability:
    """A year's tax with the worksheets behind it. Amounts to the cent, under the names of the contract.

    Signed: a net loss is negative; `deductible_loss`, `carryover_short` and `carryover_long` are positive.
    `income_tax` is by formula, before credits and without the alternative minimum tax. `total_tax` is the sum of
    the three taxes as rounded, so that what is printed adds up.
    """

    schedule_d: ScheduleD
    income_tax_worksheet: Worksheet
    carryover_worksheet: CarryoverWorksheet | None
    niit_worksheet: Worksheet
    state_worksheet: Worksheet | None
    adjusted_gross_income: Decimal
    net_short_term: Decimal
    net_long_term: Decimal
    deductible_loss: Decimal
    taxable_income: Decimal
    income_tax: Decimal
    niit: Decimal
    state_tax: Decimal
    total_tax: Decimal
    carryover_short: Decimal
    carryover_long: Decimal

    @property
    def worksheets(self) -> tuple[Worksheet, ...]:
        """Every worksheet that was filled in, in the order one follows from the other."""
        filled = (
            self.schedule_d.worksheet(),
            self.schedule_d.rate_gain_worksheet(),
            self.income_tax_worksheet,
            self.niit_worksheet,
            self.state_worksheet,
            self.carryover_worksheet.worksheet if self.carryover_worksheet else None,
        )
        return tuple(worksheet for worksheet in filled if worksheet is not None)


def liability(facts: TaxReturn, gains: Gains) -> Liability:
    """The year's tax. `gains` are the net gains recognised this year, signed, before `facts.carryover` is netted in."""
    law, status = facts.law, facts.status
    schedule = schedule_d(gains, facts.carryover, law.capital_loss_limit[status])
    adjusted_gross_income = facts.ordinary_income + facts.qualified_dividends + schedule.gain_or_deduction
    taxable_income = adjusted_gross_income - facts.deduction

    regular = income_tax_worksheet(taxable_income, facts.qualified_dividends, schedule, law, status)
    investment = niit_worksheet(
        facts.net_investment_income,
        facts.qualified_dividends,
        schedule.gain_or_deduction,
        adjusted_gross_income,
        law,
        status,
    )
    state = state_worksheet(taxable_income, facts.state) if facts.state else None
    carried = carryover_worksheet(schedule, taxable_income)

    income_tax, niit = to_cents(regular.last), to_cents(investment.last)
    state_tax = to_cents(state.last) if state else to_cents(ZERO)
    carryover = carried.carryover if carried else Carryover()
    return Liability(
        schedule_d=schedule,
        income_tax_worksheet=regular,
        carryover_worksheet=carried,
        niit_worksheet=investment,
        state_worksheet=state,
        adjusted_gross_income=to_cents(adjusted_gross_income),
        net_short_term=to_cents(schedule.net_short_term),
        net_long_term=to_cents(schedule.net_long_term),
        deductible_loss=to_cents(schedule.deductible_loss),
        taxable_income=to_cents(max(taxable_income, ZERO)),
        income_tax=income_tax,
        niit=niit,
        state_tax=state_tax,
        total_tax=income_tax + niit + state_tax,
        carryover_short=to_cents(carryover.short_term),
        carryover_long=to_cents(carryover.long_term),
    )
