"""`household.toml` to a Household, or every refusal in it at once, the scenarios' too."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from planner.household import (
    DEFAULT_ROUND_TRIP_COST,
    Account,
    Assumptions,
    Household,
    PlannedPurchase,
    Taxpayer,
    WashSaleChoices,
    Wishes,
)
from planner.loader.cells import nearest, parse_symbol
from planner.loader.table import Unreadable, decode
from planner.loader.toml_file import key_lines, parse_toml
from planner.loader.toml_table import Page, TomlTable
from planner.refusals import Refusal, Refused
from rules.substantially_identical import IdenticalGroups, Verdict
from rules.terms import ZERO, AccountKind, AssetClass, Carryover, FilingStatus, Gains, Owner

HOUSEHOLD_FILE = "household.toml"
MOST_YEARS = 200  # a horizon beyond a lifetime is written `inf`


def read_household(path: Path, scenario: str | None = None) -> Household:
    """The household of a folder or file, with a scenario applied. Raises Refused with everything wrong in the file."""
    household, page = parse_household(path, scenario)
    if page.refusals:
        raise Refused(page.refusals)
    return household


def parse_household(path: Path, scenario: str | None = None) -> tuple[Household, Page]:
    """The household as far as it can be understood, and its page with the refusals: for the loader, which reads on.

    Where something is refused the household holds a default in its place and must not be planned on. Raises Refused
    where there is no such file or no TOML in it.
    """
    file = path / HOUSEHOLD_FILE if path.is_dir() else path
    text = _text_of(file)
    document = parse_toml(text, file.name)
    lines = key_lines(text)
    page = Page(file.name, lines)
    household = _household(document, file, page)
    refusals = dict.fromkeys(page.refusals)
    for name, changes in household.scenarios.items():
        scene = Page(file.name, lines, name)
        changed = _household(_changed(document, changes), file, scene, name)
        refusals |= dict.fromkeys(scene.refusals)
        if name == scenario:
            household, page = changed, scene
    if scenario is not None and scenario not in household.scenarios:
        what = f"there is no scenario `{scenario}`{nearest(scenario, household.scenarios)}"
        known = ", ".join(household.scenarios) or "none"
        refusals[Refusal(file.name, what, f'the household has: {known}; add one under [scenarios."{scenario}"]')] = None
    page.refusals[:] = sorted(refusals, key=_line)
    return household, page


def _line(refusal: Refusal) -> int:
    line = refusal.where.rpartition(":")[2]
    return int(line) if line.isdecimal() else 0


def _text_of(file: Path) -> str:
    if not file.is_file():
        raise Refused(
            [
                Refusal(
                    str(file),
                    "there is no such file" if file.suffix else f"there is no folder with a {HOUSEHOLD_FILE} here",
                    "give a folder that holds a household.toml, or run `harvest init FOLDER` to make one",
                )
            ]
        )
    try:
        return decode(file.read_bytes())
    except Unreadable as why:
        raise Refused([Refusal(f"{file.name}:{why.line}" if why.line else file.name, why.what, why.remedy)]) from None
    except OSError as error:
        raise Refused([Refusal(str(file), f"cannot be read: {error.strerror}", "see that you may read it")]) from None


def _changed(document: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A document with a scenario's keys laid over it, table by table."""
    changed = dict(document)
    for key, value in changes.items():
        below = changed.get(key)
        changed[key] = _changed(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    if "state_rate" in changes and "state" not in changes:  # one replaces the other
        changed.pop("state", None)
    if "state" in changes and "state_rate" not in changes:
        changed.pop("state_rate", None)
    return changed


def _household(document: Mapping[str, Any], file: Path, page: Page, scenario: str | None = None) -> Household:
    top = TomlTable(page, document)
    taxpayer = _taxpayer(top.table_at("taxpayer"))
    carryover = _carryover(top.table_at("carryover"))
    realized = _realized(top.table_at("realized"))
    accounts = _accounts(top.tables_at("accounts"), file.parent)
    planned = _planned_purchases(top.tables_at("planned_purchases"), [account.name for account in accounts])
    wishes = _wishes(top.table_at("plan"), taxpayer.tax_year)
    assumptions = _assumptions(top.table_at("assumptions"))
    wash_sale = _wash_sale(top.table_at("wash_sale"))
    replacements = _replacements(top.table_at("replacements"), wash_sale)
    scenarios = _scenarios(top.table_at("scenarios"))
    top.close()
    return Household(
        file,
        taxpayer,
        carryover,
        realized,
        accounts,
        planned,
        wishes,
        assumptions,
        wash_sale,
        scenarios,
        scenario,
        replacements,
    )


def _taxpayer(table: TomlTable) -> Taxpayer:
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


def _carryover(table: TomlTable) -> Carryover:
    carryover = Carryover(table.amount("short_term", least=ZERO) or ZERO, table.amount("long_term", least=ZERO) or ZERO)
    table.close()
    return carryover


def _realized(table: TomlTable) -> Gains:
    gains = Gains(*(table.amount(key) or ZERO for key in ("short_term", "long_term", "collectibles")))
    table.close()
    return gains


def _accounts(tables: list[TomlTable], folder: Path) -> tuple[Account, ...]:
    accounts: list[Account] = []
    for table in tables:
        table.require(name="name each account; its name stands in every list of sales")
        name = table.text("name")
        if name is not None and name.casefold() in (account.name.casefold() for account in accounts):
            table.refuse("name", f"two accounts are named `{name}`", "give each account a name of its own")
        account = Account(
            name or "",
            table.choice("kind", AccountKind) or AccountKind.TAXABLE,
            table.choice("owner", Owner) or Owner.TAXPAYER,
            table.flag("fractional") or False,
            *(_paths(table, key, folder) for key in ("lots", "transactions", "realized")),
        )
        table.close()
        if name is not None:
            accounts.append(account)
    return tuple(accounts)


def _paths(table: TomlTable, key: str, folder: Path) -> tuple[Path, ...]:
    paths = tuple(folder / text for text in table.texts(key))
    for path in paths:
        if not path.is_file():
            what = f"`{key}` names {path.name}, and there is no such file in {path.parent}"
            table.refuse(key, what, "mend the path (it starts at the folder of household.toml), or put the file there")
    return paths


def _planned_purchases(tables: list[TomlTable], accounts: list[str]) -> tuple[PlannedPurchase, ...]:
    planned = []
    for table in tables:
        table.require(
            date="write the day of the purchase",
            account="write the name of one of your accounts",
            symbol="write the ticker",
            quantity="write how many units will be bought, at a guess if need be",
        )
        day, account, symbol = table.day("date"), table.text("account"), table.symbol("symbol")
        quantity = table.amount("quantity")
        cancelable = table.flag("cancelable") or False
        if account is not None and account not in accounts:
            what = f"there is no account `{account}`{nearest(account, accounts)}"
            table.refuse("account", what, f"write one of: {', '.join(accounts) or 'none; add it under [[accounts]]'}")
        if quantity is not None and quantity <= 0:
            table.refuse("quantity", f"`quantity` is {quantity}: a purchase is of more than nothing", "write how many")
        table.close()
        if day is not None and account is not None and symbol is not None and quantity is not None:
            planned.append(PlannedPurchase(day, account, symbol, quantity, cancelable))
    return tuple(planned)


def _wishes(table: TomlTable, tax_year: int) -> Wishes:
    sale_date = table.day("sale_date")
    if sale_date is not None and tax_year and sale_date.year != tax_year:
        what = f"`sale_date` is {sale_date}, outside the tax year {tax_year}"
        table.refuse("sale_date", what, f"write a day of {tax_year}, or mend `tax_year`")
    sell = table.flag("sell")
    wishes = Wishes(
        sell=True if sell is None else sell,
        sale_date=sale_date,
        keep=table.texts("keep"),
        sell_gains=table.flag("sell_gains") or False,
        minimum_loss=table.amount("minimum_loss", least=ZERO) or ZERO,
        max_sales=table.whole("max_sales"),
        max_turnover=table.amount("max_turnover", least=ZERO),
        cash_needed=table.amount("cash_needed", least=ZERO) or ZERO,
    )
    table.close()
    return wishes


def _assumptions(table: TomlTable) -> Assumptions:
    usual = Assumptions()
    assumptions = Assumptions(
        _or(table.fraction("future_rate"), usual.future_rate),
        _or(table.fraction("discount_rate"), usual.discount_rate),
        _or(_years(table, "years_to_sale"), usual.years_to_sale),
        _or(_years(table, "years_to_use_carryover"), usual.years_to_use_carryover),
        _round_trip_cost(table.table_at("round_trip_cost")),
    )
    table.close()
    return assumptions


def _or(stated: Decimal | None, usual: Decimal) -> Decimal:
    return usual if stated is None else stated


def _years(table: TomlTable, key: str) -> Decimal | None:
    years = table.amount(key, least=ZERO, endless=True)
    if years is not None and years.is_finite() and years > MOST_YEARS:
        table.refuse(key, f"`{key}` is {years} years", f"write `{key} = inf` where it never comes")
        return None
    return years


def _round_trip_cost(table: TomlTable) -> Mapping[AssetClass, Decimal]:
    costs = {kind: _or(table.fraction(kind.value), DEFAULT_ROUND_TRIP_COST[kind]) for kind in AssetClass}
    table.close()
    return costs


def _wash_sale(table: TomlTable) -> WashSaleChoices:
    identical, different = table.groups("identical"), table.groups("different", size=2)
    try:
        IdenticalGroups(identical, different)
    except ValueError as contradiction:
        table.refuse("different", str(contradiction), "keep them in one of the two lists")
        identical = different = ()
    crypto = table.flag("crypto") or False
    table.close()
    return WashSaleChoices(identical, different, crypto)


def _replacements(table: TomlTable, choices: WashSaleChoices) -> Mapping[str, tuple[str, ...]]:
    """The household's own replacements. One that would wash the sale, or might, by its own groups is refused."""
    groups = IdenticalGroups(choices.identical, choices.different)
    replacements: dict[str, tuple[str, ...]] = {}
    for key in table.table:
        sold, listed = parse_symbol(key), tuple(map(parse_symbol, table.texts(key)))
        if sold in replacements:
            table.refuse(key, f"{sold} is written twice in [replacements]", "keep one of the two lines")
        replacements[sold] = listed
        for chosen in listed:
            answer = groups.answer(sold, chosen)
            if answer.verdict is not Verdict.NO:
                may = "replaces" if answer.verdict is Verdict.YES else "may replace"
                what = f"buying {chosen} {may} {sold} under § 1091: {answer.reason}"
                remedy = "name another, or if you hold the two to be different, say so in [wash_sale] `different`"
                table.refuse(key, what, remedy)
    return replacements


def _scenarios(table: TomlTable) -> Mapping[str, Mapping[str, Any]]:
    """The changes of each scenario, unapplied; those that are no tables or hold scenarios themselves are refused."""
    scenarios = {}
    for scenario in (table.table_at(name) for name in table.table):
        if "scenarios" in scenario.table:
            scenario.refuse("scenarios", "a scenario cannot hold scenarios", "put it beside the others")
        else:
            scenarios[str(scenario.path[-1])] = scenario.table
    return scenarios
