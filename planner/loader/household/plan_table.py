"""`[plan]` of household.toml: each key read as its declaration says (planner.domain.plan_limits)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from planner.domain.plan_limits import KEYS, Duty, Kind, PlanLimits, Selection
from planner.domain.plan_limits.limits import SelectedLimits
from planner.loader.household.toml_table import TomlTable
from planner.loader.tables.cells import nearest
from rules.terms import ZERO, AssetClass


def read_plan_limits(
    table: TomlTable, selected: Sequence[TomlTable], accounts: Sequence[str], tax_year: int
) -> PlanLimits:
    """The limits of a plan, from `[plan]` and the tables of `[[limits]]`; whatever is refused reads as absent."""
    values: dict[str, Any] = {}
    for key in KEYS.values():
        reader = _READERS.get(key.kind)
        if reader is not None and (value := reader(table, key.name, tax_year)) is not None:
            values[key.name] = value
    table.close()
    return PlanLimits(**values, limits=tuple(_selected(selected, accounts)))


def _selected(tables: Sequence[TomlTable], accounts: Sequence[str]) -> Iterator[SelectedLimits]:
    for table in tables:
        where = Selection(table.symbol("symbol"), table.text("account"), table.choice("asset_class", AssetClass))
        limits = SelectedLimits(where, table.amount("max_turnover", least=ZERO), _decimal(table.whole("max_sales")))
        if where.account is not None and where.account not in accounts:
            what = f"there is no account `{where.account}`{nearest(where.account, accounts)}"
            table.refuse("account", what, f"write one of: {', '.join(accounts) or 'none; add it under [[accounts]]'}")
        if not {"symbol", "account", "asset_class"} & table.table.keys():
            what = "a table of [[limits]] names no `symbol`, `account` or `asset_class`"
            table.refuse("symbol", what, "name one; limits on all sales belong in [plan]")
        if not {"max_turnover", "max_sales"} & table.table.keys():
            table.refuse("max_turnover", "a table of [[limits]] has no limit", "write max_turnover or max_sales")
        table.close()
        if limits.sums:
            yield limits


def _decimal(number: int | None) -> Decimal | None:
    return None if number is None else Decimal(number)


def _day(table: TomlTable, key: str, tax_year: int) -> date | None:
    day = table.day(key)
    if day is not None and tax_year and day.year != tax_year:
        what = f"`{key}` is {day}, outside the tax year {tax_year}"
        table.refuse(key, what, f"write a day of {tax_year}, or correct `tax_year`")
    return day


def _last_day(table: TomlTable, key: str, tax_year: int) -> date | None:
    day = table.day(key)
    if day is not None and tax_year and day.year != tax_year and (day.year, day.month) != (tax_year + 1, 1):
        what = f"`{key}` is {day}, outside the tax year {tax_year} and the January after it"
        table.refuse(key, what, f"write a day of {tax_year}, or correct `tax_year`")
    return day


def _duties(table: TomlTable, key: str, tax_year: int) -> tuple[Duty, ...] | None:
    """Symbols and lot ids, and tables of a lot with the least to be sold of it and the day of the sale."""
    value = table.value(key)
    listed = [value] if isinstance(value, str | dict) else value
    if listed is None:
        return None
    if not isinstance(listed, list):
        table.refuse(key, f"`{key}` must be a list of symbols, lot ids and tables", _EXAMPLE)
        return None
    return tuple(duty for n, item in enumerate(listed) if (duty := _duty(table, key, n, item, tax_year)) is not None)


_EXAMPLE = 'write must_sell = ["AAPL", {lot = "L-2", quantity = 10, date = 2026-12-15}]'


def _duty(table: TomlTable, key: str, n: int, item: Any, tax_year: int) -> Duty | None:
    where = table.page.where((*table.path, key, n))
    if isinstance(item, str) and item.strip():
        return Duty(item.strip(), where=where)
    if not isinstance(item, dict):
        table.refuse(key, f"`{key}` must be a list of symbols, lot ids and tables", _EXAMPLE)
        return None
    own = TomlTable(table.page, item, (*table.path, key, n))
    own.require(lot="write the id of the lot, as `harvest check` lists it")
    lot, quantity = own.text("lot"), own.amount("quantity", least=ZERO)
    day = _day(own, "date", tax_year)
    own.close()
    if quantity == 0:
        own.refuse("quantity", "`quantity` is 0: it must be above zero", "write how many units, or leave it out")
    return Duty(lot, quantity or None, day, where=where) if lot is not None else None


_READERS: Mapping[Kind, Callable[[TomlTable, str, int], Any]] = {
    Kind.FLAG: lambda table, key, _: table.flag(key),
    Kind.DAY: _day,
    Kind.LAST_DAY: _last_day,
    Kind.SALES: _duties,
    Kind.LOTS: lambda table, key, _: table.texts(key),
    Kind.AMOUNT: lambda table, key, _: table.amount(key, least=ZERO),
    Kind.WHOLE: lambda table, key, _: table.whole(key),
}
