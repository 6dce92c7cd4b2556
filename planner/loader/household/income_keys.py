"""The keys of `[taxpayer]` on which income edges hang (contract, "A household"); None where the file has none."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from planner.domain.income_keys import IncomeKeys, OrdinaryKind
from planner.loader.household.toml_table import TomlTable
from rules.income_facts import Business, Itemized, Marketplace, Parents
from rules.terms import ZERO, FilingStatus

KEYS = (
    "born",
    "spouse_born",
    "blind",
    "social_security",
    "tax_exempt_interest",
    "medicare",
    "children",
    "earned_income",
    "ordinary_kind",
    "parents",
    "amt",
    "marketplace",
    "itemized",
    "business",
)
OLDEST = 130  # years
_COUPLE = 2


def read_income_keys(table: TomlTable, tax_year: int, status: FilingStatus | None) -> IncomeKeys | None:
    """What is refused reads as a default."""
    joint = status is FilingStatus.MARRIED_JOINTLY
    keys = IncomeKeys(
        said=frozenset(key for key in KEYS if key in table.table),
        born=_born(table, "born", tax_year),
        spouse_born=_born(table, "spouse_born", tax_year),
        blind=_people(table, "blind", 2 if joint else 1),
        social_security=table.amount("social_security", least=ZERO) or ZERO,
        tax_exempt_interest=table.amount("tax_exempt_interest", least=ZERO) or ZERO,
        medicare=_people(table, "medicare", 2 if joint else 1),
        children=_children(table, tax_year),
        earned_income=table.amount("earned_income", least=ZERO),
        ordinary_kind=table.choice("ordinary_kind", OrdinaryKind),
        parents=_parents(table),
        amt_add_back=_amt(table),
        marketplace=_marketplace(table),
        itemized=_itemized(table),
        business=_business(table),
    )
    if keys.spouse_born is not None and status is not None and not joint:
        what = "`spouse_born` is given, but the return is not a joint one"
        table.refuse("spouse_born", what, "remove it: a spouse's age counts only on a joint return")
    if keys.earned_income is not None and keys.ordinary_kind is not None:
        table.refuse("ordinary_kind", "`earned_income` and `ordinary_kind` are both given", "keep `earned_income`")
    if keys.itemized is not None and table.table.get("deduction") not in (None, "standard"):
        what = "`deduction` is an amount, and [taxpayer.itemized] is given too"
        table.refuse(
            "deduction", what, ("keep one: the itemized amounts, if the cap on taxes or § 68 can change the deduction")
        )
    return keys if keys.said else None


def _born(table: TomlTable, key: str, tax_year: int) -> date | None:
    born = table.day(key)
    if born is not None and tax_year and not tax_year - OLDEST <= born.year <= tax_year:
        table.refuse(
            key, f"`{key}` is {born}, not a plausible birth date of a taxpayer in {tax_year}", "write year-month-day"
        )
        return None
    return born


def _people(table: TomlTable, key: str, most: int) -> int:
    people = table.whole(key) or 0
    if people > most:
        who = "two people" if most == _COUPLE else "one person; a spouse counts on a joint return only"
        table.refuse(key, f"`{key}` is {people}, on a return of {who}", f"write a number up to {most}")
        return 0
    return people


def _children(table: TomlTable, tax_year: int) -> tuple[date, ...]:
    written = table.value("children")
    if written is None:
        return ()
    if not isinstance(written, list) or not all(type(child) is date for child in written):
        table.refuse(
            "children", "`children` must be a list of days of birth", "write children = [2012-04-01, 2015-09-30]"
        )
        return ()
    for child in written:
        if tax_year and not tax_year - OLDEST <= child.year <= tax_year:
            what = f"`children` has {child}, not a birth date of a child in {tax_year}"
            table.refuse("children", what, "write year-month-day; a child counts from the year of birth")
            return ()
    return tuple(written)


def _amt(table: TomlTable) -> Decimal:
    if (inner := _given(table, "amt")) is None:
        return ZERO
    add_back = inner.amount("add_back")
    inner.close()
    return add_back or ZERO


def _parents(table: TomlTable) -> Parents | None:
    if (inner := _given(table, "parents")) is None:
        return None
    inner.require(
        taxable_income="write the parents' taxable income; 0 if there is none",
        filing_status=f"write one of: {', '.join(FilingStatus)}",
    )
    taxable = inner.amount("taxable_income", least=ZERO)
    status = inner.choice("filing_status", FilingStatus)
    net_long_term = inner.amount("net_long_term", least=ZERO)
    dividends = inner.amount("qualified_dividends", least=ZERO)
    inner.close()
    return Parents(taxable or ZERO, status or FilingStatus.SINGLE, net_long_term or ZERO, dividends or ZERO)


def _marketplace(table: TomlTable) -> Marketplace | None:
    if (inner := _given(table, "marketplace")) is None:
        return None
    inner.require(
        household_size="write how many people the household has, as on Form 8962 line 1",
        benchmark_premium="write the year's premium of the second lowest silver plan, Form 1095-A column B",
    )
    size = inner.whole("household_size")
    benchmark = inner.amount("benchmark_premium", least=ZERO)
    premiums = inner.amount("premiums", least=ZERO)
    inner.close()
    if size == 0:
        inner.refuse("household_size", "`household_size` is 0", inner.required["household_size"])
    if not size or benchmark is None:
        return None
    return Marketplace(size, benchmark, benchmark if premiums is None else premiums)


def _itemized(table: TomlTable) -> Itemized | None:
    if (inner := _given(table, "itemized")) is None:
        return None
    pieces = [inner.amount(key, least=ZERO) or ZERO for key in ("state_and_local", "mortgage_interest", "charity")]
    inner.close()
    return Itemized(*pieces)


def _business(table: TomlTable) -> Business | None:
    if (inner := _given(table, "business")) is None:
        return None
    inner.require(qualified_income="write the qualified business income, Form 8995 line 2")
    income = inner.amount("qualified_income", least=ZERO)
    service = inner.flag("specified_service")
    wages = inner.amount("wages_paid", least=ZERO)
    inner.close()
    return Business(income or ZERO, bool(service), wages or ZERO)


def _given(table: TomlTable, key: str) -> TomlTable | None:
    """A table within, where the file has it; `KEY = false` answers that it does not apply."""
    if key not in table.table or table.table[key] is False:
        table.asked[key] = None
        return None
    return table.table_at(key)
