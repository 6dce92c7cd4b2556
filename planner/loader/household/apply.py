"""A household laid upon what was read from its files: what follows from the two together, whichever scenario it is."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from planner.domain.case import Case
from planner.domain.errors import Caution, InputError
from planner.domain.household import Household, Taxpayer
from planner.domain.lot_table import LotTable
from planner.ledger.open_lots import with_wash_sale_choices_of
from planner.loader.household.distributions import with_distributions
from planner.loader.household.duties_held import duty_problems, spelled
from planner.loader.household.special import with_special
from planner.loader.household.wash_sale import readings_in_force
from planner.loader.plausibility.asking import HOUSEHOLD_CODES, about_household
from planner.loader.tables.cells import parse_symbol
from rules.terms import ZERO

# the cautions made here
OF_THE_HOUSEHOLD = (
    *("keep_not_held", "special_not_held", "taxpayer_assumed", "investment_income_exceeds", "reading_chosen"),
    *("distributions_expected", "distribution_past", "distribution_not_held"),
    *HOUSEHOLD_CODES,
)


def reads_the_same(one: Household, other: Household) -> bool:
    """Whether both households read their files alike: the same files and words in them, in the same year and place."""

    def reading(household: Household) -> tuple[object, ...]:
        taxpayer = household.taxpayer
        prices = [(stated.symbol, stated.price) for stated in household.prices], household.price_files
        words = (
            household.symbols,
            household.asset_classes,
            household.stated_bases,
            household.price_changes,
            household.special.worthless,
        )
        return household.accounts, words, taxpayer.tax_year, taxpayer.time_zone, prices

    return reading(one) == reading(other)


def with_household(case: Case, household: Household, *, planning: bool = True) -> Case:
    """The files of a case under this household, cautioned about it instead of about the one before.

    Raises InputError where a plan is to be made that must sell what cannot be sold.
    """
    case = with_wash_sale_choices_of(case, household)
    case, not_held = with_special(case)
    household, unknown = _with_kept(spelled(household, case.holdings), case.lots)
    if planning and (problems := duty_problems(household, case.holdings, case.as_of)):
        raise InputError(problems)
    household, expected = with_distributions(household, case.holdings, case.as_of)
    of_files = [caution for caution in case.cautions if caution.code not in OF_THE_HOUSEHOLD]
    of_income = (*expected, *_income_cautions(household.taxpayer))
    cautions = (*of_files, *unknown, *not_held, *of_income, *readings_in_force(household.wash_sale))
    case = replace(case, household=household, cautions=cautions)
    return replace(case, cautions=(*case.cautions, *about_household(case)))


def _with_kept(household: Household, lots: LotTable) -> tuple[Household, list[Caution]]:
    """The household with `keep` spelled as lot ids and symbols are; a caution for each word that names neither."""
    if not household.plan_limits.keep:
        return household, []
    lot_ids, symbols = lots.row_of, lots.coded("symbol")[0]
    keep = tuple(word if word in lot_ids else parse_symbol(word) for word in household.plan_limits.keep)
    cautions = [
        Caution("keep_not_held", f"`keep` names {word}, which is neither a symbol held nor a lot id")
        for word in keep
        if word not in lot_ids and word not in symbols
    ]
    return replace(household, plan_limits=household.plan_limits.changed(keep=keep)), cautions


def _income_cautions(taxpayer: Taxpayer) -> list[Caution]:
    """Income that was only assumed; a part that is more than the whole: a business lost money, or more often a slip."""
    part, whole = taxpayer.net_investment_income, taxpayer.ordinary_income
    if part <= max(whole, ZERO):
        return _assumed(taxpayer)
    text = (
        f"`net_investment_income` is ${part:,.2f}, more than the `ordinary_income` of ${whole:,.2f}, which "
        "includes it. That is possible only if other income is negative, such as a business loss."
    )
    return [*_assumed(taxpayer), Caution("investment_income_exceeds", text)]


def _assumed(taxpayer: Taxpayer) -> list[Caution]:
    """What no one has answered since harvest init; every figure rests on it."""
    if not taxpayer.assumed:
        return []
    values = (_stated(key, getattr(taxpayer, key, getattr(taxpayer.edges, key, None))) for key in taxpayer.assumed)
    text = f"These values are assumed, and every figure rests on them: {', '.join(values)}. Enter your own in "
    return [Caution("taxpayer_assumed", f"{text}[taxpayer] of household.toml, then remove them from `assumed`.")]


def _stated(key: str, value: object) -> str:
    """A key with its value, where it is a word or an amount."""
    if isinstance(value, Decimal):
        return f"{key} = {value:,f}"
    return f"{key} = {value}" if isinstance(value, str) else key
