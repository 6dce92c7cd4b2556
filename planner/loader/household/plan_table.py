"""`[plan]` of household.toml: each key read as its declaration says (planner.domain.plan_limits)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from planner.domain.plan_limits import KEYS, Kind, PlanLimits
from planner.loader.household.toml_table import TomlTable
from rules.terms import ZERO


def read_plan_limits(table: TomlTable, tax_year: int) -> PlanLimits:
    """The limits of a plan; whatever is refused reads as absent."""
    values: dict[str, Any] = {}
    for key in KEYS.values():
        reader = _READERS.get(key.kind)
        if reader is not None and (value := reader(table, key.name, tax_year)) is not None:
            values[key.name] = value
    table.close()
    return PlanLimits(**values)


def _day(table: TomlTable, key: str, tax_year: int) -> date | None:
    day = table.day(key)
    if day is not None and tax_year and day.year != tax_year:
        what = f"`{key}` is {day}, outside the tax year {tax_year}"
        table.refuse(key, what, f"write a day of {tax_year}, or mend `tax_year`")
    return day


_READERS: Mapping[Kind, Callable[[TomlTable, str, int], Any]] = {
    Kind.FLAG: lambda table, key, _: table.flag(key),
    Kind.DAY: _day,
    Kind.LOTS: lambda table, key, _: table.texts(key),
    Kind.AMOUNT: lambda table, key, _: table.amount(key, least=ZERO),
    Kind.WHOLE: lambda table, key, _: table.whole(key),
}
