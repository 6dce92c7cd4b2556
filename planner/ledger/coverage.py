"""What the ledger has not been shown: accounts and days whose purchases no file tells of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from planner.domain.case import Case
from planner.domain.errors import Caution
from planner.domain.household import Account
from planner.domain.portfolio import Holding
from rules.terms import AssetClass
from rules.wash_sale import wash_window

OLD_HISTORY = timedelta(days=365)  # a file that ends so long before the window was not made for this year


def coverage_cautions(case: Case, first_loss: date, last_loss: date) -> Iterator[Caution]:
    """One for each account in which a purchase around a loss of these days may be missing. Never "clear"."""
    first, last = wash_window(first_loss)[0], wash_window(last_loss)[0]
    spans = days_shown(case)
    for account in case.household.accounts:
        why = why_unseen(account, spans.get(account.name), first, last)
        if why is not None and not _holds_coins_only(case, account.name):
            yield Caution(
                "coverage_incomplete",
                f"{account.name}: purchases since {first} may be missing ({why}); one of what was sold at a loss would "
                "disallow the loss.",
            )


def days_shown(case: Case) -> dict[str, tuple[date, date]]:
    """The first and the last day of which the transactions of each account tell: as its files state them, else from
    their rows; from `complete_from` on, where the household says so."""
    spans: dict[str, tuple[date, date]] = {}

    def add(account: str, first: date, last: date) -> None:
        known = spans.get(account, (first, last))
        spans[account] = min(known[0], first), max(known[1], last)

    days: dict[str, list[date]] = defaultdict(list)
    for transaction in case.transactions:
        days[transaction.account].append(transaction.date)
    for account_name, its in days.items():
        add(account_name, min(its), max(its))
    for file in case.files:
        for name, (first, last) in file.covers.items():
            add(name, first, last)
    for account in case.household.accounts:
        if account.complete_from is not None:
            add(account.name, account.complete_from, spans.get(account.name, (case.as_of, case.as_of))[1])
    return spans


def why_unseen(account: Account, shown: tuple[date, date] | None, first: date, last: date) -> str | None:
    """Why purchases in this account may be missing from windows of which the earliest opens on `first` and the latest
    on `last`; None where its transactions, of the days `shown`, tell of them."""
    if not (account.lots or account.transactions or account.realized):
        return "no file of this account was given"
    if shown is None and account.transactions:
        return "its transactions file is empty"
    if shown is None:
        return "no transactions file was given, so only purchases whose lots are still listed are known"
    if shown[0] > first:
        return f"its transactions begin on {shown[0]}; if there were none before, set the account's `complete_from`"
    return f"its transactions end on {shown[1]}" if shown[1] < last - OLD_HISTORY else None


def out_of_reach(case: Case, identity: Callable[[Holding], str | None]) -> set[str]:
    """Accounts that hold lots, and nothing that § 1091 reaches (whose `identity` is None): wallets."""
    one_of_each = [case.lots[row] for row in case.lots.first_of_kind.tolist()]  # no lots of one kind differ in it
    reached = {holding.lot.account for holding in one_of_each if identity(holding) is not None}
    return {holding.lot.account for holding in one_of_each} - reached


def _holds_coins_only(case: Case, account: str) -> bool:
    if case.household.wash_sale.crypto:
        return False
    return {asset_class for its, _, asset_class in case.lots.kinds if its == account} == {AssetClass.CRYPTO}
