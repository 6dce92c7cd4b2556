"""`[taxpayer]` of household.toml."""

from __future__ import annotations

from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from planner.domain.household import Taxpayer
from planner.loader.household.income_keys import KEYS, read_income_keys
from planner.loader.household.toml_table import TomlTable
from planner.loader.tables.cells import nearest, shown
from rules.terms import ZERO, FilingStatus


def read_taxpayer(table: TomlTable) -> Taxpayer:
    """Who files, on what income, where. What is refused reads as a default."""
    table.require(
        tax_year="write the year you plan for, such as tax_year = 2026",
        filing_status=f"write one of: {', '.join(FilingStatus)}",
        ordinary_income="write everything taxed at ordinary rates, before deductions; 0 if there is none",
    )
    tax_year = table.whole("tax_year")
    status = table.choice("filing_status", FilingStatus)
    ordinary_income = table.amount("ordinary_income")
    qualified_dividends = table.amount("qualified_dividends", least=ZERO)
    net_investment_income = table.amount("net_investment_income")
    deduction = _deduction(table)
    state = _state(table)
    state_rate = table.fraction("state_rate")
    if state is not None and state_rate is not None:
        table.refuse("state_rate", "`state` and `state_rate` are both given", "keep one of them")
    state_subtractions = table.amount("state_subtractions", least=ZERO)
    state_deduction = table.amount("state_deduction", least=ZERO)
    time_zone = _time_zone(table)
    edges = read_income_keys(table, tax_year or 0, status)
    assumed = _assumed(table)
    mark_to_market = table.flag("mark_to_market") or False
    table.close()
    return Taxpayer(
        tax_year or 0,
        status or FilingStatus.SINGLE,
        ordinary_income or ZERO,
        qualified_dividends or ZERO,
        net_investment_income or ZERO,
        deduction,
        state,
        state_rate,
        time_zone,
        assumed,
        edges,
        state_subtractions or ZERO,
        state_deduction,
        mark_to_market,
    )


def _deduction(table: TomlTable) -> Decimal | None:
    """An amount, or None for the standard deduction."""
    written = table.value("deduction")
    if isinstance(written, str) and written != "standard":
        what = f'`deduction` is "{written}", neither "standard" nor an amount'
        table.refuse("deduction", what, 'write "standard" in quotes, or an amount without quotes')
    return None if isinstance(written, str) else table.amount("deduction", least=ZERO)


def _state(table: TomlTable) -> str | None:
    state = table.text("state")
    if state is None:
        return None
    if len(state) != 2 or not state.isascii() or not state.isalpha():
        table.refuse("state", f"`state` is `{state}`, not two letters", 'write it as in an address, such as "CA"')
        return None
    return state.upper()


def _time_zone(table: TomlTable) -> str | None:
    name = table.text("time_zone")
    if name is None:
        return None
    try:
        return ZoneInfo(name).key
    except (ValueError, OSError, ZoneInfoNotFoundError):
        region = name.partition("/")[0]
        alike = sorted(available_timezones(), key=lambda zone: (zone.partition("/")[0] != region, zone))
        what = f"`time_zone` is `{shown(name)}`, which is not a time zone{nearest(name, alike)}"
        table.refuse("time_zone", what, 'write a name such as "America/Chicago" or "America/Los_Angeles"')
        return None


def _assumed(table: TomlTable) -> tuple[str, ...]:
    """Keys of this table that harvest init or harvest close filled in by itself."""
    keys = table.texts("assumed")
    known = [key for key in table.asked if key not in KEYS or key == "social_security"]
    for key in keys:
        if key not in known:
            what = f"`assumed` names `{shown(key)}`, which is not a key that may be assumed{nearest(key, known)}"
            table.refuse("assumed", what, "remove it from the list")
    return keys
