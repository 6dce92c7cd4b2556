"""`[realized]` of household.toml: what the year brought that no file tells of, and its parts with own rates."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from planner.domain.household import Contracts1256
from planner.loader.household.toml_table import TomlTable
from rules.section_1256 import sixty_forty
from rules.terms import ZERO, Gains, RateGroups

YEARS_BACK = 3  # § 1212(c)(1)(A)


@dataclass(frozen=True, slots=True)
class Realized:
    """The gains, with 60 and 40 percent of section 1256 contracts; the parts of `long_term` that are unrecaptured
    section 1250 gain and section 1202 gain; and the contracts by themselves."""

    gains: Gains
    groups: RateGroups
    contracts: Contracts1256


def read_realized(table: TomlTable, tax_year: int) -> Realized:
    gains = Gains(*(table.amount(key) or ZERO for key in ("short_term", "long_term", "collectibles")))
    groups = RateGroups(*(table.amount(key, least=ZERO) or ZERO for key in ("unrecaptured_1250", "section_1202")))
    contracts = table.amount("section_1256") or ZERO
    before = _before(table.table_at("section_1256_before"), tax_year)
    table.close()
    return Realized(gains + sixty_forty(contracts), groups, Contracts1256(contracts, before))


def _before(table: TomlTable, tax_year: int) -> dict[int, Decimal]:
    """Net gains on contracts of earlier years, which a loss may be carried back to: `{2024 = 12_000}`."""
    years = [str(year) for year in range(tax_year - YEARS_BACK, tax_year)]
    found = {int(year): amount for year in years if (amount := table.amount(year)) is not None}
    table.close()
    return found
