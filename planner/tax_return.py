"""From a Case to the return it belongs to: the year's law, the facts, and the gains already taken."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from planner.case import Case
from planner.household import Account, Household, Taxpayer
from planner.portfolio import RealizedDisposition
from planner.refusals import LawNotCovered, Refusal
from rules.assets import in_collectibles_group
from rules.liability import TaxReturn
from rules.states import StateTax, flat_state_tax, state_tax_law
from rules.tax_year import LawNotHeld, TaxYear, tax_year
from rules.terms import AccountKind, Character, FilingStatus, Gains, Owner


def tax_return(household: Household) -> TaxReturn:
    """The household's return apart from its gains. Raises LawNotCovered for a year or state not held."""
    taxpayer = household.taxpayer
    try:
        law = tax_year(taxpayer.tax_year)
        state = _state_tax(taxpayer)
    except LawNotHeld as gap:
        raise LawNotCovered([Refusal("household.toml", gap.what, gap.remedy)]) from gap
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


def gains_taken(case: Case) -> Gains:
    """This year's net gains before the plan: those of the files, and those stated in `[realized]`.

    Sales in an IRA or the like are not recognised (§ 408(e)(1) and its kin), and a spouse's belong on this return only
    if it is a joint one (§ 6013).
    """
    own = {account.name for account in own_taxable_accounts(case.household)}
    return case.household.realized + _sum_of(row for row in case.realized if row.account in own)


def own_taxable_accounts(household: Household) -> tuple[Account, ...]:
    """The accounts whose gains and losses belong on this return."""
    joint = household.taxpayer.filing_status is FilingStatus.MARRIED_JOINTLY
    return tuple(
        account
        for account in household.accounts
        if account.kind is AccountKind.TAXABLE and (joint or account.owner is Owner.TAXPAYER)
    )


def _sum_of(realized: Iterable[RealizedDisposition]) -> Gains:
    short = long = collectibles = Decimal(0)
    for disposition in realized:
        gain = disposition.recognized_gain
        if disposition.character is Character.SHORT:
            short += gain
            continue
        long += gain
        if in_collectibles_group(disposition.symbol, disposition.asset_class):
            collectibles += gain
    return Gains(short, long, collectibles)


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
