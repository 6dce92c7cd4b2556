"""`household.toml` to a Household, or every input error in it at once, the scenarios' too."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from planner.domain.errors import InputError, Problem
from planner.domain.household import (
    DEFAULT_ROUND_TRIP_COST,
    Account,
    Assumptions,
    Household,
    PlannedPurchase,
    StatedPrice,
)
from planner.loader.household.confirm import read_confirmed
from planner.loader.household.distributions import read_distributions
from planner.loader.household.document import household_text, laid_over
from planner.loader.household.histories import read_asset_classes, read_stated_bases
from planner.loader.household.plan_table import read_plan_limits
from planner.loader.household.price_changes import changed_keys, read_price_changes
from planner.loader.household.realized_table import read_realized
from planner.loader.household.special import read_giving, read_special
from planner.loader.household.taxpayer import read_taxpayer
from planner.loader.household.toml_file import key_lines, parse_toml
from planner.loader.household.toml_limits import KeyPath
from planner.loader.household.toml_table import TomlDocument, TomlTable
from planner.loader.household.wash_sale import own_replacements, wash_sale_choices
from planner.loader.tables.cells import BadCell, check_symbol, named, nearest, parse_symbol
from rules.estimated_tax import Payments
from rules.terms import ZERO, AccountKind, AssetClass, Carryover, Custody, Owner

PRICES_FILE = "prices.csv"
MOST_YEARS = 200  # a horizon beyond a lifetime is written `inf`


def read_household(path: Path, scenario: str | None = None) -> Household:
    """The household of a folder or file, with a scenario applied. Raises Refused with everything wrong in the file."""
    parsed = parse_household(path, scenario)
    if problems := parsed.problems():
        raise InputError(problems)
    return parsed.asked.household


@dataclass(frozen=True, slots=True)
class Reading:
    """A household under one scenario, or as given, to the extent it can be understood; its page holds what is
    refused."""

    household: Household
    page: TomlDocument


@dataclass(frozen=True, slots=True)
class Parsed:
    """A household.toml under each of its scenarios; `asked` is the one to be planned."""

    asked: Reading
    every: tuple[Reading, ...]
    unknown_scenario: Problem | None

    def problems(self) -> list[Problem]:
        """What is refused on every page by now, each once, by line."""
        found = dict.fromkeys(problem for reading in self.every for problem in reading.page.problems)
        if self.unknown_scenario is not None:
            found[self.unknown_scenario] = None
        return sorted(found, key=_line)


def parse_household(path: Path, scenario: str | None = None) -> Parsed:
    """The household as given and under every scenario, with what is refused in each: for the loader, which reads on.

    Where something is refused a household holds a default in its place and must not be planned on. Raises Refused
    where there is no such file or no TOML in it.
    """
    file, text = household_text(path)
    document, lines = _understood(text, file.name)
    as_given = read_document(document, file, lines)
    changes = as_given.household.scenarios
    scenes = {name: read_document(laid_over(document, change), file, lines, name) for name, change in changes.items()}
    unknown = None
    if scenario is not None and scenario not in scenes:
        what = f"there is no scenario `{scenario}`{nearest(scenario, scenes)}"
        remedy = f'the household has: {named(scenes) or "none"}; add one under [scenarios."{scenario}"]'
        unknown = Problem(_place_of_scenarios(as_given.page, text), what, remedy)
    asked = scenes.get(scenario, as_given) if scenario is not None else as_given
    return Parsed(asked, (as_given, *scenes.values()), unknown)


@lru_cache(maxsize=2)  # a batch asks twice of each household: for its files' digest, and to plan it
def _understood(text: str, name: str) -> tuple[Mapping[str, Any], Mapping[KeyPath, int]]:
    """The document, and the line of each key: to be read, and not changed."""
    return parse_toml(text, name), key_lines(text)


def read_document(
    document: Mapping[str, Any], file: Path, lines: Mapping[KeyPath, int], scenario: str | None = None
) -> Reading:
    """The household that a document holds; `lines` say where its keys are."""
    page = TomlDocument(file.name, lines, scenario)
    return Reading(_household(document, file, page, scenario), page)


def _place_of_scenarios(page: TomlDocument, text: str) -> str:
    """Where the first scenario is, or the last line, below which one could be added."""
    first = min((line for path, line in page.lines.items() if path[0] == "scenarios"), default=len(text.splitlines()))
    return f"{page.file}:{first}"


def _line(problem: Problem) -> int:
    line = problem.where.rpartition(":")[2]
    return int(line) if line.isdecimal() else 0


def _household(document: Mapping[str, Any], file: Path, page: TomlDocument, scenario: str | None = None) -> Household:
    top = TomlTable(page, document)
    ignore = top.texts("ignore")
    taxpayer = read_taxpayer(top.table_at("taxpayer"))
    carryover, state_carryover = _carryovers(top.table_at("carryover"))
    payments = _payments(top.table_at("payments"))
    realized = read_realized(top.table_at("realized"), taxpayer.tax_year)
    special = read_special(top.table_at("special"))
    giving = read_giving(top.table_at("giving"))
    accounts = _accounts(top.tables_at("accounts"), file.parent)
    names = [account.name for account in accounts if account.name]
    planned = _planned_purchases(top.tables_at("planned_purchases"), names, taxpayer.tax_year)
    plan_limits = read_plan_limits(top.table_at("plan"), top.tables_at("limits"), names, taxpayer.tax_year)
    assumptions = _assumptions(top.table_at("assumptions"))
    wash_sale = wash_sale_choices(top.table_at("wash_sale"), taxpayer.tax_year)
    replacements = own_replacements(top.table_at("replacements"), wash_sale)
    symbols = _symbols(top.table_at("symbols"))
    price_table, changed = top.table_at("prices"), changed_keys(document, scenario)
    price_changes = read_price_changes(price_table, changed)
    prices, price_files = _prices(price_table, file.parent, changed)
    asset_classes = read_asset_classes(top.table_at("asset_classes"))
    stated_bases = read_stated_bases(top.tables_at("basis"), names)
    confirmed = read_confirmed(top.table_at("confirm"))
    distributions = read_distributions(top.tables_at("distributions"), taxpayer.tax_year)
    scenarios = _scenarios(top.table_at("scenarios"))
    top.close()
    return Household(
        file,
        taxpayer,
        carryover,
        realized.gains,
        accounts,
        planned,
        plan_limits,
        assumptions,
        wash_sale,
        scenarios,
        scenario,
        replacements,
        symbols,
        prices,
        price_files,
        ignore,
        asset_classes=asset_classes,
        stated_bases=stated_bases,
        price_changes=price_changes,
        distributions=distributions,
        state_carryover=state_carryover,
        confirmed=confirmed,
        payments=payments,
        rate_groups=realized.groups,
        contracts=realized.contracts,
        special=special,
        giving=giving,
    )


def _carryovers(table: TomlTable) -> tuple[Carryover, Carryover | None]:
    """The federal losses carried in, and the state's own under `[carryover.state]`; None where that table is absent."""
    own = _carryover(table.table_at("state")) if table.value("state") is not None else None
    return _carryover(table), own


def _carryover(table: TomlTable) -> Carryover:
    carryover = Carryover(table.amount("short_term", least=ZERO) or ZERO, table.amount("long_term", least=ZERO) or ZERO)
    table.close()
    return carryover


def _payments(table: TomlTable) -> Payments | None:
    """Last year's return and this year's payments; None without the table."""
    given = {key: table.amount(key, least=ZERO) for key in ("last_year_tax", "withheld", "estimated", "other_taxes")}
    payments = Payments(
        last_year_tax=given["last_year_tax"],
        last_year_agi=table.amount("last_year_agi"),
        withheld=given["withheld"],
        estimated=given["estimated"],
        other_taxes=given["other_taxes"] or ZERO,
    )
    table.close()
    for one, other in (("last_year_tax", "last_year_agi"), ("last_year_agi", "last_year_tax")):
        if one in table.table and other not in table.table:
            remedy = "write both: with an income above $150,000 it is 110 percent of last year's tax, § 6654(d)(1)(C)"
            table.refuse(one, f"`{one}` is given without `{other}`", remedy)
    return payments if table.table else None


def _accounts(tables: list[TomlTable], folder: Path) -> tuple[Account, ...]:
    accounts: list[Account] = []
    names: set[str] = set()
    for table in tables:
        table.require(name="name each account; the name appears in every list of sales")
        name = table.text("name")
        if name is not None and name.casefold() in names:
            table.refuse("name", f"two accounts are named `{name}`", "give each account its own name")
        names.add((name or "").casefold())
        account = Account(
            name or "",
            table.choice("kind", AccountKind) or AccountKind.TAXABLE,
            table.choice("owner", Owner) or Owner.TAXPAYER,
            table.flag("fractional") or False,
            sell=table.flag("sell") is not False,
            lots=_paths(table, "lots", folder),
            transactions=_paths(table, "transactions", folder),
            realized=_paths(table, "realized", folder),
            custody=table.choice("custody", Custody),
            numbers=table.texts("numbers"),
            complete_from=table.day("complete_from"),
            kind_stated="kind" in table.table,
        )
        table.close()
        accounts.append(account)
    return tuple(accounts)


def _paths(table: TomlTable, key: str, folder: Path) -> tuple[Path, ...]:
    """The files listed under a key; one that is not there, is a folder or comes twice is refused and left out."""
    listed: dict[Path, Path] = {}
    for text in table.texts(key):
        path = folder / text
        if os.path.isdir(path):  # unlike Path.is_dir this has an answer for names that no system allows
            table.refuse(key, f"`{key}` names {text}, which is a folder", "name the file in it, or a list of its files")
        elif not os.path.isfile(path):
            what = f"`{key}` names {path.name}, and there is no such file in {path.parent}"
            if os.path.exists(path):
                what = f"`{key}` names {path.name}, which is not a file but a pipe or a device"
            table.refuse(
                key, what, ("correct the path (relative to the folder of household.toml), or put the file there")
            )
        elif path.resolve() in listed:
            table.refuse(key, f"`{key}` lists {path.name} twice", "list it once, or its rows would count twice")
        else:
            listed[path.resolve()] = path
    return tuple(listed.values())


def _planned_purchases(tables: list[TomlTable], accounts: list[str], year: int) -> tuple[PlannedPurchase, ...]:
    planned = []
    for table in tables:
        table.require(
            date="write the day of the purchase",
            account="write the name of one of your accounts",
            symbol="write the ticker",
            quantity="write the number of units, an estimate if necessary",
        )
        day, account, symbol = table.day("date"), table.text("account"), table.symbol("symbol")
        quantity = table.amount("quantity")
        cancelable = table.flag("cancelable") or False
        if account is not None and account not in accounts:
            what = f"there is no account `{account}`{nearest(account, accounts)}"
            table.refuse("account", what, f"write one of: {named(accounts) or 'none; add it under [[accounts]]'}")
        if quantity is not None and quantity <= 0:
            table.refuse("quantity", f"`quantity` is {quantity}: it must be above zero", "write how many")
        if day is not None and day.year > year + 1:
            table.refuse(
                "date", f"`date` is {day}, years after the tax year {year}", "write a day of it or of the next"
            )
        table.close()
        if day is not None and account is not None and symbol is not None and quantity is not None:
            planned.append(PlannedPurchase(day, account, symbol, quantity, cancelable))
    return tuple(planned)


def _assumptions(table: TomlTable) -> Assumptions:
    usual = Assumptions()
    assumptions = Assumptions(
        future_rate=_or(table.fraction("future_rate"), usual.future_rate),
        discount_rate=_or(table.fraction("discount_rate"), usual.discount_rate),
        years_to_sale=_or(_years(table, "years_to_sale"), usual.years_to_sale),
        years_to_use_carryover=_years(table, "years_to_use_carryover"),
        later_gains=_or(table.amount("later_gains", least=ZERO), usual.later_gains),
        years_carried_at_most=_years_carried(table, usual.years_carried_at_most),
        round_trip_cost=_round_trip_cost(table.table_at("round_trip_cost")),
        cost_per_sale=_or(table.amount("cost_per_sale", least=ZERO), usual.cost_per_sale),
        waiting_cost=_or(table.fraction("waiting_cost"), usual.waiting_cost),
    )
    table.close()
    return assumptions


def _or(stated: Decimal | None, usual: Decimal) -> Decimal:
    return usual if stated is None else stated


def _years(table: TomlTable, key: str) -> Decimal | None:
    years = table.amount(key, least=ZERO, endless=True)
    if years is not None and years.is_finite() and years > MOST_YEARS:
        table.refuse(key, f"`{key}` is {years} years", f"write `{key} = inf` for never")
        return None
    return years


def _years_carried(table: TomlTable, usual: int) -> int:
    years = table.whole("years_carried_at_most")
    if years is not None and years > MOST_YEARS:
        table.refuse(
            "years_carried_at_most",
            f"`years_carried_at_most` is {years}",
            ("write your remaining life expectancy in years"),
        )
        return usual
    return usual if years is None else years


def _round_trip_cost(table: TomlTable) -> Mapping[AssetClass, Decimal]:
    costs = {kind: _or(table.fraction(kind.value), DEFAULT_ROUND_TRIP_COST[kind]) for kind in AssetClass}
    table.close()
    return costs


def _prices(
    table: TomlTable, folder: Path, changed: Collection[str]
) -> tuple[tuple[StatedPrice, ...], tuple[Path, ...]]:
    """Prices by symbol, and the files of them: those named under `file`, else a `prices.csv` beside household.toml."""
    usual = folder / PRICES_FILE
    files = _paths(table, "file", folder)
    if "file" not in table.table and usual.is_file():
        files = (usual,)
    stated = []
    for key in table.table:
        if key == "file" or key in changed:
            continue
        if isinstance(table.table[key], dict):
            table.value(key)
            table.refuse(key, f"`{key}` is a table", f'write a symbol with a point in quotes: "{key}.…" = 12.34')
        elif (price := table.amount(key, least=ZERO)) is not None:
            try:
                symbol = check_symbol(parse_symbol(key))
            except BadCell as bad:
                table.refuse(key, f"the symbol {bad.what}", bad.remedy)
            else:
                stated.append(StatedPrice(symbol, price, table.page.where((*table.path, key))))
    table.close()
    return tuple(stated), files


def _symbols(table: TomlTable) -> Mapping[str, str]:
    """What brokers' files call a security, as symbols are compared, and its ticker."""
    tickers = {parse_symbol(key): table.symbol(key) for key in table.table}
    return {called: ticker for called, ticker in tickers.items() if ticker is not None}


def _scenarios(table: TomlTable) -> Mapping[str, Mapping[str, Any]]:
    """The changes of each scenario, unapplied; those that are no tables or hold scenarios themselves are refused."""
    scenarios = {}
    for scenario in (table.table_at(name) for name in table.table):
        if "scenarios" in scenario.table:
            scenario.refuse("scenarios", "a scenario cannot hold scenarios", "define it beside the others")
        else:
            scenarios[str(scenario.path[-1])] = scenario.table
    return scenarios
