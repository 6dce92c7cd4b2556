"""What `harvest init` found, wrote and assumed, and what is still to do: the assumptions first."""

from __future__ import annotations

from collections.abc import Sequence

from planner.analysis.case_totals import added, totals_by_account
from planner.domain.case import Case
from planner.domain.household_draft import Additions, Discovery, DraftAccount, DraftHousehold
from planner.report.screens.text_page import TextPage
from planner.report.words import ACCOUNT_KIND, FILING_STATUS, count, money


def initiation_screen(
    found: Discovery,
    draft: DraftHousehold,
    case: Case | None,
    written: str,
    *,
    width: int,
    color: bool,
    plain: bool = False,
    added: Additions | None = None,
    kept: str = "",
) -> str:
    """The new household, as text of that many columns; `case` is None where it cannot be read yet.

    `added`: the household was there, and this is all that has changed in it. `kept`: where the one before was saved.
    """
    page = TextPage(width, color, plain)
    if added is None:
        page.say(f"{written} was written for tax year {draft.tax_year}.", hanging=2)
    else:
        _added(page, added, written)
    if kept:
        page.say(f"The previous file was saved as {kept}.", hanging=2)
    if draft.assumed:
        page.heading("Assumed: enter your own figures before you act on a plan")
        page.say(f"* filing status: {FILING_STATUS[draft.filing_status]}", indent=2, hanging=2)
        page.say(f"* ordinary income: {money(draft.ordinary_income)}", indent=2, hanging=2)
        page.say("* no loss carryovers, no state tax, no gains except those in the files", indent=2, hanging=2)
    for account in draft.accounts:
        _account(page, account)
    if draft.prices:
        page.heading("Prices, for lots without a price of their own")
        page.say(", ".join(draft.prices), indent=2, hanging=2)
    if found.not_read:
        page.heading("Left out: nothing in these files is counted")
        for file in found.not_read:
            remedy = f"; fix: {file.remedy}" if file.remedy else ""
            page.say(f"* {file.path}: {file.why}{remedy}", indent=2, hanging=2)
        if any(not file.ours for file in found.not_read):
            page.say(
                ("Every command warns about them until they can be read or `ignore` in household.toml names them."),
                indent=2,
            )
    if not found.accounts:
        page.heading("No account files were recognized here")
        page.say("harvest formats lists the known layouts; docs/input.md has examples.", indent=2, hanging=2)
    page.heading("Next")
    for line in _next(draft, case):
        page.say(f"* {line}", indent=2, hanging=2)
    return page.text


def _added(page: TextPage, added: Additions, written: str) -> None:
    if added.nothing:
        page.say(f"{written} exists and already lists every readable file here. Nothing was changed.", hanging=2)
        return
    page.say(f"{written} exists. Only this was added:", hanging=2)
    for name, key, paths in added.files:
        page.say(f"* {name}: {key} {', '.join(paths)}", indent=2, hanging=2)
    for account in added.accounts:
        page.say(f"* a new account, {account.name}", indent=2, hanging=2)


def _account(page: TextPage, account: DraftAccount) -> None:
    page.heading(f"{account.name} ({ACCOUNT_KIND[account.kind]}, {account.owner.value}’s)")
    for key in ("lots", "transactions", "realized"):
        files: Sequence[str] = getattr(account, key)
        if files:
            page.say(f"{key}: {', '.join(files)}", indent=2, hanging=2)
    for sentence in account.assumed:
        page.say(f"assumed: {sentence}", indent=2, hanging=2)


def _next(draft: DraftHousehold, case: Case | None) -> list[str]:
    if case is None:
        return ["fix what standard error lists", ("harvest check shows what was read, to compare with your statements")]
    lines = []
    totals = added(totals_by_account(case).values())
    if totals.lots:
        value = totals.market_value + totals.value_without_basis
        worth = f" worth {money(value)}" if totals.without_price < totals.lots else ""
        read = f"{count(totals.lots, 'lot')}{worth}"
        lines.append(f"harvest check shows what was read ({read}), to compare with your statements")
    if totals.without_price:
        lines.append(
            f"{count(totals.without_price, 'lot')} without a price cannot be planned: put a prices.csv beside "
            "household.toml (symbol, price)"
        )
    if draft.assumed:
        lines.append("edit household.toml: income, filing status, state, loss carryovers, any other accounts")
    lines.append("harvest plan shows what to sell and why")
    return lines
