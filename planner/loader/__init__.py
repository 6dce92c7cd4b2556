"""Bytes to a Case, or every input error in the household and all its files at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from planner.domain.case import Case, FileRead
from planner.domain.errors import Caution, InputError, Problem, UnsupportedLaw
from planner.domain.portfolio import UnitsOwed
from planner.ledger.contradictions import contradictions
from planner.ledger.losses_without_sale import losses_without_sale
from planner.ledger.open_lots import with_open_lots
from planner.ledger.unexplained import uncounted_cautions, with_unknown_moves
from planner.loader.assembly.assembly import Assembly
from planner.loader.assembly.asset_classes import AssetClasses
from planner.loader.assembly.files import FileRecords, files_listed, read_files
from planner.loader.assembly.folder import left_out
from planner.loader.assembly.periods import with_periods
from planner.loader.assembly.positions import with_positions
from planner.loader.assembly.prices import PriceList
from planner.loader.assembly.spellings import as_spelled, named_by_history, sold_as_spelled, symbols_used
from planner.loader.assembly.stated_bases import StatedBases
from planner.loader.assembly.tickers import name_tickers, ticker_cautions
from planner.loader.assembly.time_zones import LocalDays
from planner.loader.household.apply import reads_the_same, with_household
from planner.loader.household.document import HOUSEHOLD_FILE, household_text, laid_over, number_in, with_number_in
from planner.loader.household.parse import Reading, parse_household, read_document, read_household
from planner.loader.household.price_changes import with_price_changes
from planner.loader.household.toml_file import parse_toml
from planner.loader.household_sums import refuse_absurd_sums
from planner.loader.plausibility.asking import about_files
from planner.loader.reading.records import UNITS_OWED
from planner.loader.sources import sources_of
from rules.states import state_tax_law
from rules.tax_year import YEARS_HELD, LawNotHeld, tax_year

__all__ = [
    "HOUSEHOLD_FILE",
    "document_of",
    "load_case",
    "number_at",
    "read_household",
    "under_scenarios",
    "with_number",
    "with_numbers",
]

STALE_AFTER_DAYS = 7
MARK_TO_MARKET = (
    "the law of dealers and of traders with an election under § 475(f) is not held: all is marked at year end, gains "
    "and losses are ordinary, and neither § 1091 nor the limit of § 1211(b) applies (L-08)"
)
BY_ITS_OWN_RULES = "plan what is held for investment alone (§ 475(f)(1)(B)), in a household without this key"


def load_case(
    path: Path, *, as_of: date, scenario: str | None = None, planning: bool = True, figures: bool = True
) -> Case:
    """All that is known of a household on a day, with a scenario applied to it.

    `planning` False is for looking back (the ledger, the forms): the as-of date may then lie outside the tax year.
    `figures` False is for what needs none of the year's (holdings, windows): the year may then be a later one than is
    held, which is cautioned about.
    Raises Refused with everything that is wrong in the household, under any of its scenarios, and in its files; or
    LawNotCovered where that is all in order and only the law of a year or state is not held.
    """
    parsed = parse_household(path, scenario)
    household = parsed.asked.household
    if planning:
        for reading in parsed.every:
            _check_sale_date(reading, as_of)
    assembly = Assembly(
        [account for account in household.accounts if account.name],
        household.taxpayer.tax_year,
        AssetClasses(household.asset_classes),
    )
    every_file, problems = read_files(household, as_of)
    files = [file for file in every_file if file.layout.kind != "prices"]
    days = LocalDays(household.taxpayer, as_of)
    for file in files:
        days.settle(file)
        name_tickers(file, household.symbols)
    assembly.classes.note_coins(files)
    holdings = assembly.holdings(files)
    transactions = assembly.transactions(files)
    realized = assembly.realized(files)
    used = symbols_used(holdings, transactions)
    transactions = as_spelled(transactions, used)
    named = named_by_history([*realized, *assembly.uncounted], used, transactions)
    realized = sold_as_spelled(realized, used, named)
    uncounted = sold_as_spelled(assembly.uncounted, used, named)
    bases = StatedBases(transactions, realized, uncounted, assembly.problems)
    bases.apply(household.stated_bases)
    prices = PriceList(household.prices, as_of)
    for file in every_file:
        prices.read(file)
    refused = [*parsed.problems(), *problems, *days.problems, *assembly.problems]
    not_held = list(dict.fromkeys(gap for reading in parsed.every for gap in _law_not_held(reading, as_of)))
    early = []
    if not figures and household.taxpayer.tax_year > YEARS_HELD[-1] and not household.taxpayer.mark_to_market:
        early, not_held = [_too_early(household.taxpayer.tax_year)], []
    if refused:
        raise InputError([*refused, *not_held])
    if not_held:
        raise UnsupportedLaw(not_held)
    unlisted = left_out(household, files_listed(reading.household for reading in parsed.every), as_of)
    case = Case(
        household=household,
        as_of=as_of,
        holdings=holdings,
        transactions=bases.transactions,
        realized=bases.realized,
        uncounted=bases.uncounted,
        files=tuple(map(_file_read, every_file)),
        cautions=(
            *early,
            *unlisted,
            *_file_cautions(files, as_of),
            *days.cautions,
            *assembly.cautions,
            *uncounted_cautions(bases.uncounted),
        ),
        owed=tuple(_owed(files)),
        sources=sources_of(household),
    )
    case = replace(case, files=tuple(with_periods(case.files, files, case.transactions)))
    case = with_unknown_moves(with_open_lots(case, assembly.positions))
    case = replace(case, cautions=(*case.cautions, *contradictions(case), *losses_without_sale(case)))
    assembly.classes.of_open_lots(case)
    case = with_positions(case, assembly.positions, {file.shown: file for file in files})
    case = with_price_changes(prices.applied(case, assembly.positions))
    refuse_absurd_sums(case)
    case = replace(case, cautions=(*case.cautions, *assembly.classes.cautions(), *about_files(case, files)))
    return with_household(case, household, planning=planning)


def under_scenarios(case: Case) -> dict[str, Case]:
    """The case under each scenario of its household, by name; files are read again only where the scenario has others.

    Raises Refused for what only those files have wrong.
    """
    parsed = parse_household(case.household.path)
    others = {reading.household.scenario: reading.household for reading in parsed.every}
    return {
        name: with_household(case, other)
        if reads_the_same(case.household, other)
        else load_case(other.path, as_of=case.as_of, scenario=name)
        for name, other in others.items()
        if name is not None
    }


def with_number(case: Case, key: str, number: Decimal) -> Case:
    """The case with one key of its household.toml, such as `plan.max_turnover`, set to a number; as `with_numbers`."""
    return with_numbers(case, {key: number})


def with_numbers(case: Case, numbers: Mapping[str, Decimal]) -> Case:
    """The case with these keys of its household.toml set to these numbers.

    Raises Refused where there is no such key, where it takes no such number, or where the files would read otherwise.
    """
    key, document = " and ".join(numbers), document_of(case)
    for name, number in numbers.items():
        if name.startswith("scenarios."):
            raise InputError([Problem(name, "changes only a scenario", "remove `scenarios` and its name")])
        document = with_number_in(document, name, number)
    changed = read_document(document, case.household.path, {}, case.household.scenario)
    if changed.page.problems:
        raise InputError([Problem(key, problem.what, problem.remedy) for problem in changed.page.problems])
    other = changed.household
    if not reads_the_same(case.household, other):
        what = "determines how the files are read, so it cannot be varied in one run"
        raise InputError([Problem(key, what, "define a scenario for each value instead")])
    return with_household(case, other)


def number_at(case: Case, key: str) -> Decimal | None:
    """The number that the case's household.toml has at a dotted key; None where it has none there."""
    return number_in(document_of(case), key)


def document_of(case: Case) -> Mapping[str, Any]:
    """The case's household.toml with the changes of its scenario laid over it."""
    household = case.household
    file, text = household_text(household.path)
    changes = household.scenarios.get(household.scenario, {}) if household.scenario is not None else {}
    return laid_over(parse_toml(text, file.name), changes)


def _check_sale_date(reading: Reading, as_of: date) -> None:
    """The day of the sales must still come, and lie in the tax year. Of a year not held, only that is said (exit 4)."""
    household, page = reading.household, reading.page
    year, sale_date = household.taxpayer.tax_year, household.plan_limits.sale_date
    key = ("plan", "sale_date")
    last = household.plan_limits.last_sale_date
    first = max(as_of, sale_date or as_of)
    if last is not None and last < first:
        said = f"`sale_date` {sale_date}" if sale_date is not None and sale_date > as_of else f"as-of date {as_of}"
        what = f"`last_sale_date` is {last}, before the {said}: no day is left to sell"
        page.refuse(("plan", "last_sale_date"), what, "write a later day, or `sell = false` to sell nothing")
    if year in YEARS_HELD and as_of.year > year:
        what = f"the as-of date {as_of} is after the tax year {year}: nothing more can be sold in it"
        remedy = "`harvest close PATH --output FOLDER` makes next year's household; or use an --as-of within it"
        page.refuse(("taxpayer", "tax_year"), what, remedy)
    elif sale_date is not None and sale_date < as_of:
        page.refuse(key, f"`sale_date` is {sale_date}, before the as-of date {as_of}", "write a later date")
    elif sale_date is None and year in YEARS_HELD and as_of.year < year:
        what = f"the as-of date {as_of} is before the tax year {year}"
        page.refuse(("taxpayer", "tax_year"), what, "write a `sale_date` of that year in [plan]")


def _law_not_held(reading: Reading, as_of: date) -> list[Problem]:
    """What is missing for a plan. Another year is named only where one can be planned on that day."""
    taxpayer, page = reading.household.taxpayer, reading.page
    if not taxpayer.tax_year:
        return []
    key = "tax_year"
    if taxpayer.mark_to_market:
        return [Problem(page.where(("taxpayer", "mark_to_market")), MARK_TO_MARKET, BY_ITS_OWN_RULES)]
    try:
        tax_year(taxpayer.tax_year)
        key = "state"
        if taxpayer.state is not None:
            state_tax_law(taxpayer.state, taxpayer.tax_year, taxpayer.filing_status)
    except LawNotHeld as gap:
        remedy = gap.remedy
        if key == "tax_year" and as_of.year in YEARS_HELD:
            remedy = f"if it is a slip, set `tax_year` to {as_of.year}, the year of the as-of date; else {remedy}"
        return [Problem(page.where(("taxpayer", key)), gap.what, remedy)]
    return []


def _too_early(year: int) -> Caution:
    text = (
        f"the tax figures of {year} are not in this version of harvest: holdings and windows are shown, and `harvest "
        "plan` waits for them (exit code 4)"
    )
    return Caution("year_not_held", text)


def _file_cautions(files: list[FileRecords], as_of: date) -> list[Caution]:
    """What the files themselves were cautioned about, and prices of another day than the one planned for."""
    cautions = []
    for file in files:
        cautions += [*file.found.cautions, *ticker_cautions(file), *_units_owed(file)]
        if file.found.as_of is None or not file.found.lots:
            continue
        days = (as_of - file.found.as_of).days
        if days > STALE_AFTER_DAYS:
            text = (
                f"{file.shown}: its prices are from {file.found.as_of}, {days} days before {as_of}; download it again"
            )
            cautions.append(Caution("stale_prices", text))
        elif days < 0:
            text = f"{file.shown}: its lots and prices are from {file.found.as_of}, after the as-of date {as_of}"
            cautions.append(Caution("prices_later", text))
    return cautions


def _owed(files: list[FileRecords]) -> Iterator[UnitsOwed]:
    """What is owed by now: rows of lots and positions, and what a history sold short and has not covered."""
    for file in files:
        if file.kind != "transactions":
            yield from file.found.owed
            continue
        by_symbol: dict[str, list[UnitsOwed]] = defaultdict(list)
        for owed in file.found.owed:
            by_symbol[owed.symbol].append(owed)
        for rows in by_symbol.values():
            if (left := sum((row.quantity for row in rows), Decimal(0))) < 0:
                yield rows[-1]._replace(quantity=left)


def _units_owed(file: FileRecords) -> list[Caution]:
    """Rows of a broker's file that are left out because units are owed, not held. L-07."""
    lines = [row.line for row in file.found.skipped if row.why == UNITS_OWED]
    if not lines:
        return []
    rows = "1 row is" if len(lines) == 1 else f"{len(lines)} rows are"
    return [
        Caution(
            "short_sales",
            f"{file.shown}:{min(lines)}: {UNITS_OWED} (L-07): {rows} not read; their proceeds and their "
            "effect on windows and holding periods are not counted (§§ 1091(e), 1092, 1233(b))",
        )
    ]


def _file_read(file: FileRecords) -> FileRead:
    found = file.found
    return FileRead(
        path=file.shown,
        account=", ".join(file.accounts),
        layout=file.layout.name,
        kind=file.kind,
        rows=found.rows,
        skipped=tuple(sorted(found.skipped, key=lambda row: row.line)),
        as_of=found.as_of,
        checks=tuple(found.checks),
    )
