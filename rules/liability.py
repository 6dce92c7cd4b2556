"""The parts together: a year's income tax (§ 1), tax on net investment income (§ 1411), state tax and carryovers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from rules.childs_tax import childs_tax_worksheet
from rules.credits import NO_CREDITS, Credits, credits_of
from rules.estimated_tax import Payments, estimated_tax_worksheet
from rules.income import Income, income_with_edges
from rules.income_facts import IncomeFacts
from rules.minimum_tax import MinimumTaxIncome, minimum_tax_worksheet
from rules.net_investment_income import niit_worksheet
from rules.netting import CarryoverWorksheet, ScheduleD, carryover_worksheet, schedule_d
from rules.quickly_made import quickly_made
from rules.rates import income_tax_worksheet
from rules.states import StateFacts, StateItems, StateTax, state_carryover, state_worksheet
from rules.tax_year import TaxYear
from rules.terms import NO_RATE_GROUPS, ZERO, Carryover, FilingStatus, Gains, RateGroups, to_cents
from rules.worksheet import Worksheet


@dataclass(frozen=True, slots=True)
class TaxReturn:
    """All of a year that the sales of securities do not change. Dollars; `state` None means no state tax.

    `ordinary_income` includes `net_investment_income` (interest, other dividends, rents) but neither capital
    gains nor `qualified_dividends`. `deduction` is the standard or itemized amount. `carryover` was brought in.
    `edges` is what the taxpayer says of age, benefits, credits and the minimum tax; None: nothing, and then none of
    them is computed. `state_items` is what the household says for its state alone. `payments` move no tax.
    `rate_groups` are parts of the gains that no sale of a lot moves.
    """

    law: TaxYear
    status: FilingStatus
    ordinary_income: Decimal
    qualified_dividends: Decimal
    net_investment_income: Decimal
    deduction: Decimal
    carryover: Carryover
    state: StateTax | None = None
    edges: IncomeFacts | None = None
    state_items: StateItems = field(default_factory=StateItems)
    payments: Payments | None = None
    rate_groups: RateGroups = NO_RATE_GROUPS


NO_CARRYOVER = Carryover()
NOTHING = to_cents(ZERO)


@quickly_made
@dataclass(frozen=True, slots=True)
class Liability:
    """A year's tax with the worksheets behind it. Amounts to the cent, under the names of the contract.

    Signed: a net loss is negative; `deductible_loss`, `carryover_short` and `carryover_long` are positive.
    `income_tax` is by formula, before credits and without the alternative minimum tax. `amt`, `credits` (premium,
    earned income and child credits), `medicare_surcharge` (two years on, in today's dollars) and
    `taxable_social_security` are zero where the return has no `edges`. `total_tax` is the sum of what is owed as
    rounded, less the credits, so that what is printed adds up; it may be negative.
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
    taxable_social_security: Decimal
    amt: Decimal
    premium_tax_credit: Decimal
    earned_income_credit: Decimal
    child_tax_credit: Decimal
    medicare_surcharge: Decimal
    income: Income
    state_carryover: Carryover = NO_CARRYOVER
    edge_worksheets: tuple[Worksheet, ...] = ()
    estimated_tax_worksheet: Worksheet | None = None  # where the return has `payments`

    @property
    def agi(self) -> Decimal:
        return self.adjusted_gross_income

    @property
    def credits(self) -> Decimal:
        return self.premium_tax_credit + self.earned_income_credit + self.child_tax_credit

    @property
    def worksheets(self) -> tuple[Worksheet, ...]:
        """Every worksheet that was filled in, in the order one follows from the other."""
        filled = (
            self.schedule_d.worksheet(),
            self.schedule_d.rate_gain_worksheet(),
            self.schedule_d.recapture_worksheet(),
            *self.income.worksheets,
            self.income_tax_worksheet,
            *self.edge_worksheets,
            self.niit_worksheet,
            self.state_worksheet,
            self.carryover_worksheet.worksheet if self.carryover_worksheet else None,
            self.estimated_tax_worksheet,
        )
        return tuple(worksheet for worksheet in filled if worksheet is not None)


def liability(facts: TaxReturn, gains: Gains) -> Liability:
    """The year's tax. `gains` are the net gains recognized this year, signed, before `facts.carryover` is netted in."""
    law, status = facts.law, facts.status
    schedule = schedule_d(gains, facts.carryover, law.capital_loss_limit[status], facts.rate_groups)
    income = _income(facts, schedule)
    adjusted_gross_income, taxable_income = income.gross, income.taxable

    regular = income_tax_worksheet(taxable_income, facts.qualified_dividends, schedule, law, status)
    investment = _investment(facts, schedule, income)
    carried = carryover_worksheet(schedule, taxable_income)  # the senior deduction is not added back (I-20)
    carryover = carried.carryover if carried else NO_CARRYOVER
    beyond = _beyond(facts, schedule, income, regular)
    state, state_tax, state_out = None, NOTHING, NO_CARRYOVER
    if facts.state:
        state_facts = _state_facts(
            facts,
            schedule,
            income,
            lambda credits: _federal_tax(facts, income, regular, beyond, credits),
            lambda: investment.last,
        )
        state = state_worksheet(state_facts, facts.state)
        state_tax = to_cents(state.last)
        state_out = _in_cents(state_carryover(state_facts, facts.state, carryover))

    income_tax = to_cents(beyond.childs_tax.last if beyond.childs_tax else regular.last)
    niit = to_cents(investment.last)
    amt = premium = earned = child = surcharge = benefits = NOTHING
    if facts.edges is not None:
        amt, benefits, credits = to_cents(beyond.minimum_tax), to_cents(income.taxable_benefits), beyond.credits
        premium, earned = to_cents(credits.premium), to_cents(credits.earned_income)
        child, surcharge = to_cents(credits.child), to_cents(credits.surcharge)
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
        total_tax=income_tax + niit + amt + state_tax + surcharge - premium - earned - child,
        carryover_short=to_cents(carryover.short_term),
        carryover_long=to_cents(carryover.long_term),
        taxable_social_security=benefits,
        amt=amt,
        premium_tax_credit=premium,
        earned_income_credit=earned,
        child_tax_credit=child,
        medicare_surcharge=surcharge,
        income=income,
        edge_worksheets=beyond.worksheets,
        state_carryover=state_out,
        estimated_tax_worksheet=estimated_tax_worksheet(
            income_tax + amt, niit, premium + earned + child, facts.payments, status
        )
        if facts.payments
        else None,
    )


def state_tax_alone(facts: TaxReturn, gains: Gains) -> Decimal:
    """The state's tax, unrounded, with no more of the federal return than the state asks for; zero without a state."""
    if facts.state is None:
        return ZERO
    schedule = schedule_d(gains, facts.carryover, facts.law.capital_loss_limit[facts.status], facts.rate_groups)
    income = _income(facts, schedule)

    def federal_tax(credits: bool) -> Decimal:
        regular = income_tax_worksheet(income.taxable, facts.qualified_dividends, schedule, facts.law, facts.status)
        return _federal_tax(facts, income, regular, _beyond(facts, schedule, income, regular), credits)

    state_facts = _state_facts(facts, schedule, income, federal_tax, lambda: _investment(facts, schedule, income).last)
    return state_worksheet(state_facts, facts.state).last


def _in_cents(carryover: Carryover) -> Carryover:
    return Carryover(to_cents(carryover.short_term), to_cents(carryover.long_term))


def _federal_tax(facts: TaxReturn, income: Income, regular: Worksheet, beyond: _Beyond, credits: bool) -> Decimal:
    """Form 1040, line 22, less the credits that are paid out: what states that deduct federal tax begin with (I-65);
    line 18 where `credits` are not to be taken off.

    The minimum tax is in it whether or not the household asks for its own to be computed.
    """
    tax = beyond.childs_tax.last if beyond.childs_tax else regular.last
    if facts.edges is not None:
        off = beyond.credits.child + beyond.credits.earned_income if credits else ZERO
        return max(tax + beyond.minimum_tax - off, ZERO)
    if facts.status is FilingStatus.MARRIED_SEPARATELY:
        return tax  # whose minimum tax is not held
    standard = facts.deduction == facts.law.standard_deduction[facts.status]
    part_1 = MinimumTaxIncome(income.gross - income.deduction, income.deduction if standard else ZERO, ZERO)
    return tax + minimum_tax_worksheet(part_1, regular, tax, facts.law, facts.status).last


def _investment(facts: TaxReturn, schedule: ScheduleD, income: Income) -> Worksheet:
    return niit_worksheet(
        facts.net_investment_income,
        facts.qualified_dividends,
        schedule.gain_or_deduction,
        income.gross,
        facts.law,
        facts.status,
    )


def _state_facts(
    facts: TaxReturn,
    schedule: ScheduleD,
    income: Income,
    federal_tax: Callable[[bool], Decimal],
    investment_tax: Callable[[], Decimal],
) -> StateFacts:
    """The lines of the federal return that a state's return begins with."""
    standard = facts.law.standard_deduction[facts.status]
    return StateFacts(
        status=facts.status,
        items=facts.state_items,
        schedule=schedule,
        ordinary_income=facts.ordinary_income,
        investment_income=facts.net_investment_income + facts.qualified_dividends,
        qualified_dividends=facts.qualified_dividends,
        taxable_benefits=income.taxable_benefits,
        adjusted_gross_income=income.gross,
        deduction=income.deduction,
        senior_deduction=income.senior,
        business_deduction=income.business,
        standard_deduction=standard,
        itemized=facts.deduction != standard
        if facts.edges is None
        else not facts.edges.standard or income.deduction > facts.deduction,
        taxable_income=income.taxable,
        federal_tax=lambda: federal_tax(True),
        federal_tax_before_credits=lambda: federal_tax(False),
        investment_tax=investment_tax,
        loss_limit=facts.law.capital_loss_limit[facts.status],
    )


def _income(facts: TaxReturn, schedule: ScheduleD) -> Income:
    """Adjusted gross and taxable income; the short way where nothing depends on them."""
    gross = facts.ordinary_income + facts.qualified_dividends + schedule.gain_or_deduction
    if facts.edges is None:
        return Income(gross, gross - facts.deduction, facts.deduction)
    return income_with_edges(
        gross, facts.qualified_dividends, facts.deduction, schedule, facts.edges, facts.law, facts.status
    )


@quickly_made
@dataclass(frozen=True, slots=True)
class _Beyond:
    """What the edges add to the regular tax; nothing, where the return has none."""

    childs_tax: Worksheet | None = None
    minimum_tax: Decimal = ZERO
    credits: Credits = NO_CREDITS
    worksheets: tuple[Worksheet, ...] = ()


NOTHING_BEYOND = _Beyond()


def _beyond(facts: TaxReturn, schedule: ScheduleD, income: Income, regular: Worksheet) -> _Beyond:
    edges, law, status = facts.edges, facts.law, facts.status
    if edges is None or income.minimum_tax is None:
        return NOTHING_BEYOND
    childs_tax = None
    if edges.parents is not None:
        childs_tax = childs_tax_worksheet(
            edges.parents,
            income.gross - edges.earned_income,
            income.taxable,
            facts.qualified_dividends,
            schedule,
            regular,
            law,
            status,
        )
    tax = childs_tax.last if childs_tax else regular.last
    minimum = minimum_tax_worksheet(income.minimum_tax, regular, tax, law, status)
    investment_income = facts.net_investment_income + facts.qualified_dividends + max(schedule.total, ZERO)
    credits = credits_of(edges, income, tax + minimum.last, investment_income, law, status)
    own = (childs_tax,) if childs_tax else ()
    return _Beyond(childs_tax, minimum.last, credits, (*own, minimum, *credits.worksheets))
