"""What was read, as a person holds it against a statement: per account its files, per file its rows, then totals."""

from __future__ import annotations

from planner.case import Case, FileRead
from planner.report.page import Column, Page
from planner.report.words import ACCOUNT_KIND, FILING_STATUS, TERM, UNKNOWN, count, day, money, quantity
from planner.summary import case_totals, character_on, market_value
from rules.terms import Character

MOST_LOTS = 100  # above this the screen leaves the lots to --json
MOST_SKIPPED = 20


def check_screen(case: Case, *, width: int, colour: bool) -> str:
    """Everything that was read, and every row that was not, as text of that many columns."""
    page = Page(width, colour)
    taxpayer = case.household.taxpayer
    status = FILING_STATUS[taxpayer.filing_status]
    page.say(f"{case.household.path} · tax year {taxpayer.tax_year} · {status} · as of {day(case.as_of)}", hanging=2)
    for account in case.household.accounts:
        page.heading(f"{account.name} ({ACCOUNT_KIND[account.kind]}, {account.owner.value}’s)")
        files = [read for read in case.files if read.account == account.name]
        for read in files:
            _file(page, read)
        if not files:
            page.say("no files are given: what it holds and buys is not known", indent=2)
    if len(case.holdings) <= MOST_LOTS:
        _lots(page, case)
    _totals(page, case)
    if case.cautions:
        page.heading("Cautions")
        for caution in case.cautions:
            page.say(f"* {caution.text} [{caution.code}]", indent=2, hanging=2)
    return page.text


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
    for row in read.skipped[:MOST_SKIPPED]:
        page.say(f"line {row.line} not read: {row.why}", indent=4, hanging=2)
    if len(read.skipped) > MOST_SKIPPED:
        page.say(f"and {count(len(read.skipped) - MOST_SKIPPED, 'row')} more not read: see --json", indent=4)


def _lots(page: Page, case: Case) -> None:
    if not case.holdings:
        return
    page.heading(f"Lots ({len(case.holdings):,})")
    rows = []
    for holding in case.holdings:
        lot = holding.lot
        character: Character | None = character_on(lot, case.as_of)
        rows.append(
            [
                lot.lot_id,
                quantity(lot.quantity),
                money(lot.basis),
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


def _totals(page: Page, case: Case) -> None:
    totals = case_totals(case)
    page.heading("Totals")
    page.table(
        [Column("", least=30), Column("", number=True)],
        [
            [f"Market value of {count(len(case.holdings), 'lot')}", money(totals.market_value)],
            ["Basis", money(totals.basis)],
            ["Unrealized gain", money(totals.unrealized_gain)],
            ["Realized short-term gain in the files", money(totals.realized_short_term)],
            ["Realized long-term gain in the files", money(totals.realized_long_term)],
        ],
    )
    if totals.without_basis or totals.without_price:
        page.say(
            f"Left out of the sums: {count(totals.without_basis, 'lot')} without a known basis, "
            f"{count(totals.without_price, 'lot')} without a known price.",
            indent=2,
        )
