"""What was read, as a person holds it against a statement: totals first, then each account with its files and lots."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby

from planner.analysis.case_totals import (
    CaseTotals,
    SymbolTotals,
    totals_by_account,
    totals_by_file,
    totals_by_kind,
    totals_by_symbol,
)
from planner.analysis.totals import character_on, market_value
from planner.analysis.year_records import income_by_kind, missing_records
from planner.domain.case import Case, Check, FileRead, SkippedRow
from planner.domain.household import Account
from planner.domain.portfolio import Holding
from planner.report.screens.text_page import TextColumn, TextPage
from planner.report.words import ACCOUNT_KIND, FILING_STATUS, TERM, UNKNOWN, count, day, money, quantity

MOST_LOTS = 20  # of an account: above this the screen sums them by symbol, and --json lists them
MOST_RANGES = 12  # of lines, such as `3-17`, named for one reason
MOST_CHECKS = 20  # that differ, of one file

_place = re.compile(r":\d+")


def check_screen(case: Case, *, width: int, color: bool, plain: bool = False) -> str:
    """Everything that was read, and every row that was not, as text of that many columns."""
    page = TextPage(width, color, plain)
    taxpayer = case.household.taxpayer
    status = FILING_STATUS[taxpayer.filing_status]
    page.say(f"{case.household.path} · tax year {taxpayer.tax_year} · {status} · as of {day(case.as_of)}", hanging=2)
    accounts = case.household.accounts
    files = list(zip(case.files, totals_by_file(case), strict=True))
    by_account = totals_by_account(case)
    if len(accounts) != 1:
        taxable, sheltered = totals_by_kind(case, by_account)
        for heading, totals in (
            ("All taxable accounts", taxable),
            (("All retirement and other tax-advantaged accounts"), sheltered),
        ):
            if totals.lots or totals.unexplained or totals.realized_sales or totals.uncounted:
                page.heading(heading)
                _totals(page, totals)
    for account in accounts:
        its_files = [file for file in files if file[0].account == account.name]
        _account(page, case, account, by_account[account.name], its_files)
    names = {account.name for account in accounts}
    others = [file for file in files if file[0].account not in names]
    for heading, of_prices in (("Files of more than one account", False), ("Prices", True)):
        alike = [file for file in others if (file[0].kind == "prices") is of_prices]
        if alike:
            page.heading(heading)
        for read, of_file in alike:
            _file(page, read, of_file)
    _records(page, case)
    if case.cautions:
        page.heading("Warnings")
        for caution in case.cautions:
            page.say(f"* {caution.text} [{caution.code}]", indent=2, hanging=2)
    return page.text


def _records(page: TextPage, case: Case) -> None:
    """Income that the files hold, and what an audit would ask for and they lack."""
    if kinds := income_by_kind(case):
        page.heading(f"Income in the files, {case.household.taxpayer.tax_year}")
        for income in kinds:
            lacking = f", {count(income.unvalued, 'row')} without a value" if income.unvalued else ""
            page.say(
                f"{income.kind}: {money(income.amount)} in {count(income.rows, 'row')}{lacking}", indent=2, hanging=2
            )
    if missing := missing_records(case):
        page.heading("What an audit would ask for, and no file says")
        for lack in missing:
            page.say(f"* {lack.what}: {count(lack.rows, 'row')}, first {lack.where}", indent=2, hanging=2)


def _account(
    page: TextPage,
    case: Case,
    account: Account,
    totals: CaseTotals,
    files: Sequence[tuple[FileRead, CaseTotals | None]],
) -> None:
    page.heading(f"{account.name} ({ACCOUNT_KIND[account.kind]}, {account.owner.value}’s)")
    if not (account.lots or account.transactions or account.realized):
        page.say("no files are given, so its holdings and purchases are not known", indent=2)
        return
    if totals.lots or totals.unexplained or totals.realized_sales or totals.uncounted:
        _totals(page, totals)
        page.blank()
    several = sum(of_file is not None and of_file.lots > 0 for _, of_file in files) > 1
    for read, of_file in files:
        _file(page, read, of_file if several else None)
    if totals.lots or totals.unexplained:
        page.blank()
    if totals.lots + totals.unexplained <= MOST_LOTS:
        _lots(page, [holding for holding in case.holdings if holding.lot.account == account.name], case.as_of)
    else:
        _symbols(page, totals_by_symbol(case, account.name))


def _file(page: TextPage, read: FileRead, totals: CaseTotals | None) -> None:
    """A file: what was read of it, what it sums to where that is not the account's own sum, what was compared."""
    dated = f", as of {day(read.as_of)}" if read.as_of else ""
    page.say(f"{read.path}: {count(read.rows, 'row')} of {read.kind} ({read.layout}{dated})", indent=2, hanging=2)
    if totals and totals.lots and read.kind in ("lots", "positions"):
        known = totals.counted > 0
        page.say(
            f"market value {money(totals.market_value if known else None)}, basis "
            f"{money(totals.basis if known else None)}, unrealized gain or loss "
            f"{money(totals.unrealized_gain if known else None)}",
            indent=4,
            hanging=2,
        )
    _checks(page, read.checks)
    for why, rows in _by_reason(read.skipped):
        page.say(f"not read, {_lines(rows)}: {why}", indent=4, hanging=2)


def _checks(page: TextPage, checks: Sequence[Check]) -> None:
    """What the file states itself, and whether that is what was read: each difference, and of the rest their number."""
    differing = [check for check in checks if not check.agrees]
    for check in differing[:MOST_CHECKS]:
        page.say(
            f"! {check.what}: the file states {check.stated:,f}, the rows add up to {check.found:,f}: "
            f"difference {check.difference:,f}",
            indent=4,
            hanging=2,
        )
    if len(differing) > MOST_CHECKS:
        page.say(f"! and {len(differing) - MOST_CHECKS:,} more differences (see --json)", indent=4)
    agreeing = [check.what for check in checks if check.agrees]
    if agreeing:
        named = ", ".join(agreeing) if len(agreeing) <= 3 else f"{len(agreeing):,} stated figures"
        page.say(f"matches the rows read: {named}", indent=4, hanging=2)


def _by_reason(skipped: Iterable[SkippedRow]) -> list[tuple[str, list[SkippedRow]]]:
    """The rows left out by why, in the order of their first lines; of rows that are elsewhere too, by the file."""

    def reason(row: SkippedRow) -> str:
        return _place.sub("", row.why) if row.why.startswith("also in ") else row.why

    by_reason: dict[str, list[SkippedRow]] = {}
    for row in skipped:
        by_reason.setdefault(reason(row), []).append(row)
    return list(by_reason.items())


def _lines(rows: Sequence[SkippedRow]) -> str:
    """`line 1`, `lines 3-17, 20`; line 0 is the file as a whole."""
    lines = sorted({row.line for row in rows})
    if lines == [0]:
        return "of the whole file"
    ranges = []
    for _, run in groupby(enumerate(lines), key=lambda placed: placed[1] - placed[0]):
        found = [line for _, line in run]
        ranges.append(str(found[0]) if len(found) == 1 else f"{found[0]}-{found[-1]}")
    more = f" and {len(ranges) - MOST_RANGES:,} more places (see --json)" if len(ranges) > MOST_RANGES else ""
    return f"line{'s' if len(lines) > 1 else ''} {', '.join(ranges[:MOST_RANGES])}{more}"


def _lots(page: TextPage, lots: Sequence[Holding], as_of: date) -> None:
    if not lots:
        return
    rows = []
    for holding in lots:
        character = character_on(holding.lot, as_of)
        rows.append(
            [
                holding.lot.lot_id,
                quantity(holding.lot.quantity),
                money(holding.lot.basis),
                money(market_value(holding)),
                TERM[character] if character else UNKNOWN,
            ]
        )
    page.table(
        [
            TextColumn("Lot", least=18),
            TextColumn("Quantity", number=True),
            TextColumn("Basis", number=True),
            TextColumn("Market value", number=True),
            TextColumn("Term", rigid=True),
        ],
        rows,
    )
    for why in dict.fromkeys(holding.unexplained for holding in lots if holding.unexplained):
        held = ", ".join(dict.fromkeys(h.lot.symbol for h in lots if h.unexplained == why))
        page.say(f"{held}: {why}", indent=2, hanging=2)


def _symbols(page: TextPage, totals: Sequence[SymbolTotals]) -> None:
    page.table(
        [
            TextColumn("Symbol", least=6),
            TextColumn("Lots", number=True),
            TextColumn("Quantity", number=True),
            TextColumn("Basis", number=True),
            TextColumn("Market value", number=True),
            TextColumn("Gain", number=True),
        ],
        [
            [
                held.symbol,
                f"{held.lots:,}",
                quantity(held.quantity),
                money(held.basis),
                money(held.market_value),
                money(held.gain),
            ]
            for held in totals
        ],
    )


def total_rows(totals: CaseTotals) -> list[tuple[str, str]]:
    """Figures that add up: market value, basis and gain of the same lots; what is known of the others below."""
    rows: list[tuple[str, str]] = []
    if totals.counted:
        rows += [
            (f"Market value of {count(totals.counted, 'lot')}", money(totals.market_value)),
            ("Basis", money(totals.basis)),
            ("Unrealized gain or loss", money(totals.unrealized_gain)),
            ("  short-term", money(totals.unrealized_short_term)),
            ("  long-term", money(totals.unrealized_long_term)),
        ]
        if totals.unrealized_unknown_term:
            rows.append(("  of lots with an unknown date", money(totals.unrealized_unknown_term)))
    elif totals.lots:
        rows += [("Market value and basis", UNKNOWN)]
    if totals.without_basis:
        rows.append(
            (f"Value of {count(totals.without_basis, 'lot')} with unknown basis", _known(totals.value_without_basis))
        )
    if totals.without_price:
        rows.append(
            (f"Basis of {count(totals.without_price, 'lot')} with unknown price", _known(totals.basis_without_price))
        )
    if totals.unexplained:
        rows.append((f"Held, but history unclear: {count(totals.unexplained, 'lot')}", UNKNOWN))
    if totals.realized_sales:
        rows += [
            ("Realized short-term gain or loss", money(totals.realized_short_term)),
            ("Realized long-term gain or loss", money(totals.realized_long_term)),
            ("  disallowed losses in these", money(totals.realized_disallowed)),
        ]
    if totals.uncounted:
        rows.append((f"Proceeds of {count(totals.uncounted, 'sale')} not counted", money(totals.uncounted_proceeds)))
    return rows


def _totals(page: TextPage, totals: CaseTotals) -> None:
    page.table([TextColumn("", least=24), TextColumn("", number=True)], total_rows(totals))
    if totals.uncounted:
        page.say(
            f"Not in the totals: {count(totals.uncounted, 'sale')} without a known basis or term, proceeds "
            f"{money(totals.uncounted_proceeds)}.",
            indent=2,
        )


def _known(amount: Decimal) -> str:
    """A sum over lots of which nothing else is known; nothing at all where it is zero."""
    return money(amount) if amount else UNKNOWN
