"""From a Case to the return it belongs to: the year's law, the facts, and the gains already taken."""

from __future__ import annotations

from decimal import Decimal

from planner.domain.errors import Problem, UnsupportedLaw
from planner.domain.household import Account, Household, Taxpayer
from rules.liability import TaxReturn
from rules.states import StateTax, flat_state_tax, state_tax_law
from rules.tax_year import LawNotHeld, TaxYear, tax_year
from rules.terms import AccountKind, FilingStatus, Owner


def tax_return(household: Household) -> TaxReturn:
    """The household's return apart from its gains. Raises LawNotCovered for a year or state not held."""
    taxpayer = household.taxpayer
    try:
        law = tax_year(taxpayer.tax_year)
        state = _state_tax(taxpayer)
    except LawNotHeld as gap:
        raise UnsupportedLaw([Problem("household.toml", gap.what, gap.remedy)]) from gap
    return TaxReturn(
        law=law,
        status=taxpayer.filing_status,
        ordinary_income=taxpayer.ordinary_income,
        qualified_dividends=taxpayer.qualified_dividends,
        net_investment_income=taxpayer.net_investment_income,
        deduction=_deduction(taxpayer, law),
        carryover=household.carryover,
        state=state,
    )


def own_taxable_accounts(household: Household) -> tuple[Account, ...]:
    """The accounts whose gains and losses belong on this return."""
    joint = household.taxpayer.filing_status is FilingStatus.MARRIED_JOINTLY
    return tuple(
        account
        for account in household.accounts
        if account.kind is AccountKind.TAXABLE and (joint or account.owner is Owner.TAXPAYER)
    )


def _deduction(taxpayer: Taxpayer, law: TaxYear) -> Decimal:
    if taxpayer.deduction is not None:
        return taxpayer.deduction
    return law.standard_deduction[taxpayer.filing_status]


def _state_tax(taxpayer: Taxpayer) -> StateTax | None:
    if taxpayer.state_rate is not None:
        return flat_state_tax(taxpayer.state_rate)
    if taxpayer.state is None:
        return None
    return state_tax_law(taxpayer.state, taxpayer.tax_year, taxpayer.filing_status)
