"""What the ledger has not been shown: accounts and days whose purchases no file tells of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from planner.case import Case
from planner.refusals import Caution
from rules.terms import AssetClass
from rules.wash_sale import wash_window


def coverage_cautions(case: Case, losses: Sequence[date]) -> Iterator[Caution]:
    """One for each account in which a purchase around one of these days of loss may be missing. Never "clear"."""
    if not losses:
        return
    first = wash_window(min(losses))[0]
    begins: dict[str, date] = {}
    for transaction in case.transactions:
        begins[transaction.account] = min(transaction.date, begins.get(transaction.account, transaction.date))
    for account in case.household.accounts:
        if begins.get(account.name, date.max) <= first or _holds_coins_only(case, account.name):
            continue
        if not (account.lots or account.transactions or account.realized):
            why = "no file of this account was given"
        elif account.name in begins:
            why = f"its transactions begin on {begins[account.name]}"
        else:
            why = "no transactions of it were given, so only purchases whose lots are still listed are seen"
        yield Caution(
            "coverage_incomplete",
            f"{account.name}: purchases since {first} may be missing ({why}); one of what was sold at a loss would "
            "disallow the loss.",
        )


def _holds_coins_only(case: Case, account: str) -> bool:
    if case.household.wash_sale.crypto:
        return False
    held = {holding.lot.asset_class for holding in case.holdings if holding.lot.account == account}
    return held == {AssetClass.CRYPTO}
