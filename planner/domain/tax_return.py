"""From a Case to the return it belongs to: the year's law, the facts, and the gains already taken."""

from __future__ import annotations

from decimal import Decimal

from planner.domain.errors import Problem, UnsupportedLaw
from planner.domain.household import Account, Household, Taxpayer
from planner.domain.income_keys import IncomeKeys, OrdinaryKind
from rules.deductions import standard_deduction
from rules.income_facts import ADULT_AGES, SENIOR_AGE, IncomeFacts, age_at_close, child_age_at_close
from rules.liability import TaxReturn
from rules.states import StateItems, StateTax, flat_state_tax, state_tax_law
from rules.tax_year import LawNotHeld, TaxYear, tax_year
from rules.terms import ZERO, AccountKind, FilingStatus, Owner

NO_POVERTY_LINE = ("AK", "HI")  # whose guidelines are not held


def tax_return(household: Household) -> TaxReturn:
    """The household's return apart from its gains. Raises LawNotCovered for a year or state not held."""
    taxpayer = household.taxpayer
    try:
        law = tax_year(taxpayer.tax_year)
        state = _state_tax(taxpayer)
        edges = _edges(household)
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
        edges=edges,
        rate_groups=household.rate_groups,
        state_items=StateItems(taxpayer.state_subtractions, taxpayer.state_deduction, household.state_carryover),
        payments=household.payments,
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
    """The amount given, or the standard deduction with its additions for age and blindness, where they are known."""
    if taxpayer.deduction is not None:
        return taxpayer.deduction
    keys = taxpayer.edges
    if keys is None:
        return law.standard_deduction[taxpayer.filing_status]
    return standard_deduction(law, taxpayer.filing_status, _seniors(keys, taxpayer.tax_year), keys.blind)


def _edges(household: Household) -> IncomeFacts | None:
    """What the edges depend on; None where no key of them is given. Raises LawNotHeld where their law is not held."""
    taxpayer, keys = household.taxpayer, household.taxpayer.edges
    if keys is None:
        return None
    given = ", ".join(f"`{key}`" for key in sorted(keys.said))
    if taxpayer.filing_status is FilingStatus.MARRIED_SEPARATELY:
        raise LawNotHeld(
            f"the rules that {given} require are not covered for married filing separately",
            "remove these keys, or plan a joint return",
        )
    if keys.parents is not None and household.rate_groups.unrecaptured_1250:
        raise LawNotHeld(
            "a child's unrecaptured section 1250 gain at the parents' rates is not held (L-83)",
            "take `parents` out, or `unrecaptured_1250`",
        )
    if keys.marketplace is not None and taxpayer.state in NO_POVERTY_LINE:
        raise LawNotHeld(
            f"the premium tax credit needs the poverty line of {taxpayer.state}, which is not covered",
            "remove [taxpayer.marketplace]",
        )
    ages = [age_at_close(born, taxpayer.tax_year) for born in (keys.born, keys.spouse_born) if born is not None]
    return IncomeFacts(
        standard=taxpayer.deduction is None,
        seniors=_seniors(keys, taxpayer.tax_year),
        adult=any(age in ADULT_AGES for age in ages),
        social_security=keys.social_security,
        tax_exempt_interest=keys.tax_exempt_interest,
        earned_income=_earned_income(taxpayer, keys),
        medicare=keys.medicare,
        two_years=(1 + household.assumptions.discount_rate) ** -2,
        children=tuple(child_age_at_close(born, taxpayer.tax_year) for born in keys.children),
        marketplace=keys.marketplace,
        itemized=keys.itemized,
        business=keys.business,
        parents=keys.parents,
        amt_add_back=keys.amt_add_back,
    )


def _seniors(keys: IncomeKeys, year: int) -> int:
    born = (day for day in (keys.born, keys.spouse_born) if day is not None)
    return sum(1 for day in born if age_at_close(day, year) >= SENIOR_AGE)


def _earned_income(taxpayer: Taxpayer, keys: IncomeKeys) -> Decimal:
    """§ 32(c)(2). Where it is not said: a household with benefits is retired, and elsewhere all ordinary income but
    investment income was earned (I-81)."""
    if keys.earned_income is not None:
        return keys.earned_income
    kind = keys.ordinary_kind
    if kind is OrdinaryKind.PENSION or (kind is None and keys.social_security):
        return ZERO
    return max(taxpayer.ordinary_income - taxpayer.net_investment_income, ZERO)


def _state_tax(taxpayer: Taxpayer) -> StateTax | None:
    if taxpayer.state_rate is not None:
        return flat_state_tax(taxpayer.state_rate)
    if taxpayer.state is None:
        return None
    return state_tax_law(taxpayer.state, taxpayer.tax_year, taxpayer.filing_status)
