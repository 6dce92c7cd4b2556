"""`[confirm]` of household.toml: questions about likely mistakes that someone has looked at, and found right."""

from __future__ import annotations

from collections.abc import Mapping

from planner.loader.household.toml_table import TomlTable
from planner.loader.plausibility.question import CODES, EVERYTHING


def read_confirmed(table: TomlTable) -> Mapping[str, frozenset[str]]:
    """For each code the words that are right, without case; `*` for all."""
    confirmed: dict[str, frozenset[str]] = {}
    for code in CODES:
        value = table.value(code)
        if value is True:
            confirmed[code] = frozenset({EVERYTHING})
        elif value is not None and value is not False:
            confirmed[code] = frozenset(text.casefold() for text in table.texts(code))
    table.close()
    return confirmed
