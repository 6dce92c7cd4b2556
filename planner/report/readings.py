"""What was read, as a person holds it against a statement: per account its files, per file its rows, then totals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from planner.case import Case, FileRead
from planner.household import Account
from planner.portfolio import Holding
from planner.report.page import Column, Page
from planner.report.words import ACCOUNT_KIND, FILING_STATUS, TERM, UNKNOWN, count, day, money, quantity
from planner.summary import CaseTotals, case_totals, character_on, market_value

MOST_LOTS = 100  # of an account: above this the screen leaves them to --json
MOST_SKIPPED = 20


def check_screen(case: Case, *, width: int, colour: bool, plain: bool = False) -> str:
    """Everything that was read, and every row that was not, as text of that many columns."""
    page = Page(width, colour, plain)
    taxpayer = case.household.taxpayer
    status = FILING_STATUS[taxpayer.filing_status]
    page.say(f"{case.household.path} · tax year {taxpayer.tax_year} · {status} · as of {day(case.as_of)}", hanging=2)
    for account in case.household.accounts:
        _account(page, case, account)
    shared = [read for read in case.files if read.account not in {account.name for account in case.household.accounts}]
    if shared:
        page.heading("Files of more than one account")
        for read in shared:
            _file(page, read)
    page.heading("All accounts")
    _totals(page, case_totals(case))
    if case.cautions:
        page.heading("Cautions")
        for caution in case.cautions:
            page.say(f"* {caution.text} [{caution.code}]", indent=2, hanging=2)
    return page.text


def _account(page: Page, case: Case, account: Account) -> None:
    page.heading(f"{account.name} ({ACCOUNT_KIND[account.kind]}, {account.owner.value}’s)")
    files = [read for read in case.files if read.account == account.name]
    if not (account.lots or account.transactions or account.realized):
        page.say("no files are given: what it holds and buys is not known", indent=2)
        return
    for read in files:
        _file(page, read)
    lots = [holding for holding in case.holdings if holding.lot.account == account.name]
    if lots:
        page.blank()
    if len(lots) <= MOST_LOTS:
        _lots(page, lots, case.as_of)
    else:
        page.say(f"{count(len(lots), 'lot')}: --json lists them", indent=2)
    totals = case_totals(case, account.name)
    if totals.lots or totals.realized_short_term or totals.realized_long_term:
        page.blank()
        _totals(page, totals)


def _file(page: Page, read: FileRead) -> None:
    dated = f", as of {day(read.as_of)}" if read.as_of else ""
    page.say(f"{read.path}: {count(read.rows, 'row')} of {read.kind} ({read.layout}{dated})", indent=2, hanging=2)
    stated = [
        f"{label} {money(amount)}"
        for label, amount in (("basis", read.stated_basis), ("market value", read.stated_market_value))
        if amount is not None
    ]
    if stated:
        page.say(f"the file’s own totals: {', '.join(stated)}", indent=4, hanging=2)
    for why in dict.fromkeys(row.why for row in read.skipped):
        lines = [str(row.line) for row in read.skipped if row.why == why]
        more = f" and {len(lines) - MOST_SKIPPED:,} more (see --json)" if len(lines) > MOST_SKIPPED else ""
        word = "line" if len(lines) == 1 else "lines"
        page.say(f"not read, {word} {', '.join(lines[:MOST_SKIPPED])}{more}: {why}", indent=4, hanging=2)


def _lots(page: Page, lots: Sequence[Holding], as_of: date) -> None:
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
            Column("Lot", least=18),
            Column("Quantity", number=True),
            Column("Basis", number=True),
            Column("Market value", number=True),
            Column("Term", rigid=True),
        ],
        rows,
    )


def _totals(page: Page, totals: CaseTotals) -> None:
    rows = []
    if totals.lots:
        rows += [
            [f"Market value of {count(totals.lots, 'lot')}", money(totals.market_value)],
            ["Basis", money(totals.basis)],
            ["Unrealized gain", money(totals.unrealized_gain)],
        ]
    if totals.realized_short_term or totals.realized_long_term:
        rows += [
            ["Realized short-term gain in the files", money(totals.realized_short_term)],
            ["Realized long-term gain in the files", money(totals.realized_long_term)],
        ]
    page.table([Column("", least=24), Column("", number=True)], rows)
    if totals.without_basis or totals.without_price:
        page.say(
            f"Left out of the sums: {count(totals.without_basis, 'lot')} without a known basis, "
            f"{count(totals.without_price, 'lot')} without a known price.",
            indent=2,
        )
