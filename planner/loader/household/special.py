"""`[special]` of household.toml, and what it and the other positions of the household say of each lot."""

from __future__ import annotations

from dataclasses import fields, replace
from decimal import Decimal

from planner.domain.case import Case
from planner.domain.errors import Caution
from planner.domain.special import SpecialLots, names
from planner.ledger.offsetting import offsetting_positions
from planner.loader.household.toml_table import TomlTable
from rules.terms import AccountKind

SMALL_BUSINESS = {
    "section_1202": "qualified small business stock (§ 1202): a gain may be excluded, by 50, 75 and 100 percent after "
    "three, four and five years where it was acquired after 2025-07-04, wholly after more than five years where "
    "before. The exclusion is not computed (L-04): have it worked out before you sell",
    "section_1244": "section 1244 stock: its loss is an ordinary one up to $50,000 a year, $100,000 on a joint "
    "return (Form "
    "4797), and worth more than a capital loss. It is not computed (L-04): take it out of `ordinary_income` once sold",
}


def read_special(table: TomlTable) -> SpecialLots:
    """Each key a list of symbols and lot ids."""
    special = SpecialLots(**{key.name: table.texts(key.name) for key in fields(SpecialLots)})
    table.close()
    return special


def read_giving(table: TomlTable) -> Decimal | None:
    """`[giving] charity`: so many dollars of property are to be given this year."""
    charity = table.amount("charity", least=Decimal(0))
    table.close()
    return charity or None


def with_special(case: Case) -> tuple[Case, list[Caution]]:
    """The case with what bars the sale of a lot by itself, and which lots are worthless; a caution for a word that
    names no lot."""
    special = case.household.special
    taxable = {account.name for account in case.household.accounts if account.kind is AccountKind.TAXABLE}
    offsetting = offsetting_positions(case)
    if special == SpecialLots() and not offsetting.any and not case.lots.with_value("bar"):
        return case, []
    small = [(words, why) for key, why in SMALL_BUSINESS.items() if (words := getattr(special, key))]
    holdings = []
    for holding in case.holdings:
        bar = next((why for words, why in small if names(words, holding)), "") if small else ""
        if not bar and holding.lot.account in taxable and not names(special.not_a_straddle, holding):
            bar = offsetting.bar(holding)
        worthless = holding.worthless or names(special.worthless, holding)
        same = bar == holding.bar and worthless == holding.worthless
        holdings.append(holding if same else replace(holding, bar=bar, worthless=worthless))
    cautions = [
        Caution("special_not_held", f"[special] {key.name} names {word}, which is neither a symbol held nor a lot id")
        for key in fields(SpecialLots)
        for word in getattr(special, key.name)
        if not any(names((word,), holding) for holding in case.holdings)
    ]
    return replace(case, holdings=tuple(holdings)), cautions
