"""`[[distributions]]` of household.toml: read, and added to what the year brings with or without a plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from planner.domain.distributions import Distribution, DistributionKind
from planner.domain.errors import Caution
from planner.domain.household import Household
from planner.domain.portfolio import Holding
from planner.domain.tax_return import own_taxable_accounts
from planner.loader.household.toml_table import TomlTable
from rules.substantially_identical import spelling
from rules.terms import ZERO, Gains, to_cents


def read_distributions(tables: Iterable[TomlTable], tax_year: int) -> tuple[Distribution, ...]:
    """The distributions that the household expects."""
    return tuple(found for table in tables if (found := _read(table, tax_year)) is not None)


def _read(table: TomlTable, tax_year: int) -> Distribution | None:
    table.require(
        date="write the ex-dividend date",
        symbol="write the fund's ticker",
        per_share="write the dollars per share",
        kind="write long_term, qualified, ordinary or exempt_interest; a fund's short-term gains are ordinary",
    )
    day, symbol = table.day("date"), table.symbol("symbol")
    per_share, kind = table.amount("per_share", least=ZERO), table.choice("kind", DistributionKind)
    if day is not None and tax_year and day.year != tax_year:
        table.refuse("date", f"`date` is {day}, outside the tax year {tax_year}", f"write a day of {tax_year}")
    table.close()
    if day is None or symbol is None or per_share is None or kind is None:
        return None
    return Distribution(day, symbol, per_share, kind, table.page.where((*table.path, "symbol")))


def with_distributions(
    household: Household, holdings: Iterable[Holding], as_of: date
) -> tuple[Household, list[Caution]]:
    """The household with what its funds will bring, to the extent they are held on the as-of date (L-120)."""
    if not household.distributions:
        return household, []
    own = {account.name for account in own_taxable_accounts(household)}
    held: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for holding in holdings:
        if holding.lot.account in own:
            held[spelling(holding.lot.symbol)] += holding.lot.quantity
    brings: dict[DistributionKind, Decimal] = dict.fromkeys(DistributionKind, ZERO)
    for expected in household.distributions:
        if expected.date >= as_of:
            brings[expected.kind] += to_cents(held[spelling(expected.symbol)] * expected.per_share)
    taxpayer = household.taxpayer
    dividends = brings[DistributionKind.ORDINARY]
    with_them = replace(
        household,
        taxpayer=replace(
            taxpayer,
            ordinary_income=taxpayer.ordinary_income + dividends,
            net_investment_income=taxpayer.net_investment_income + dividends,
            qualified_dividends=taxpayer.qualified_dividends + brings[DistributionKind.QUALIFIED],
        ),
        realized=household.realized + Gains(long_term=brings[DistributionKind.LONG_TERM]),
    )
    return with_them, list(_cautions(household, held, brings, as_of))


def _cautions(
    household: Household, held: dict[str, Decimal], brings: dict[DistributionKind, Decimal], as_of: date
) -> Iterator[Caution]:
    counted = ", ".join(f"${amount:,.2f} {_NAMES[kind]}" for kind, amount in brings.items() if amount)
    if counted:
        text = (
            f"[[distributions]] adds {counted} to the year, with and without the plan, for the shares held on "
            f"{as_of}. A fund sold before its ex-dividend date does not pay it (L-120)."
        )
        yield Caution("distributions_expected", text)
    for expected in household.distributions:
        if expected.date < as_of:
            text = f"{expected.where}: {expected.symbol} went ex-dividend on {expected.date}, before {as_of}"
            yield Caution("distribution_past", f"{text}: enter what it paid in [realized] or [taxpayer]")
        elif not held.get(spelling(expected.symbol)):
            text = f"{expected.where}: no taxable account holds {expected.symbol}, so its distribution adds nothing"
            yield Caution("distribution_not_held", text)


_NAMES = {
    DistributionKind.LONG_TERM: "of long-term gain",
    DistributionKind.QUALIFIED: "of qualified dividends",
    DistributionKind.ORDINARY: "of ordinary dividends",
    DistributionKind.EXEMPT_INTEREST: "of exempt interest, which is not taxed",
}
