"""`[realized]` of household.toml: what the year brought that no file tells of, and its parts with own rates."""

from __future__ import annotations

from planner.loader.household.toml_table import TomlTable
from rules.terms import ZERO, Gains, RateGroups


def read_realized(table: TomlTable) -> tuple[Gains, RateGroups]:
    """The gains, and the parts of `long_term` that are unrecaptured section 1250 gain and section 1202 gain."""
    gains = Gains(*(table.amount(key) or ZERO for key in ("short_term", "long_term", "collectibles")))
    groups = RateGroups(*(table.amount(key, least=ZERO) or ZERO for key in ("unrecaptured_1250", "section_1202")))
    table.close()
    return gains, groups
