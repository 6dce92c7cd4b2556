"""What nobody has shown us: accounts, or stretches of days, in which purchases inside a window may have been made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from planner.case import Case
from planner.household import Account
from planner.optimizer.verify import Setting
from planner.refusals import Caution
from rules.wash_sale import wash_window

OLD_HISTORY = timedelta(days=365)  # a file that ends so long before the window was not made for this plan


def coverage_cautions(case: Case, setting: Setting) -> tuple[Caution, ...]:
    """One for each account whose purchases since the window opened may be missing: never "clear" of what is not seen.

    While there is one, no sale at a loss that § 1091 reaches is called clean.
    """
    first = wash_window(case.sale_date)[0]
    days: dict[str, list[date]] = defaultdict(list)
    for transaction in case.transactions:
        days[transaction.account].append(transaction.date)
    outside = _out_of_reach(case, setting)
    accounts = [account for account in case.household.accounts if account.name not in outside]
    return tuple(caution for account in accounts for caution in _of(account, days.get(account.name, []), first))


def _of(account: Account, shown: list[date], first: date) -> Iterator[Caution]:
    if shown and min(shown) <= first and max(shown) >= first - OLD_HISTORY:
        return
    if not (account.lots or account.transactions or account.realized):
        why = "no file of this account was given"
    elif not account.transactions:
        why = "no transactions file was given, so only purchases whose lots are still listed are seen"
    elif shown and min(shown) <= first:
        why = f"its transactions end on {max(shown)}"
    elif shown:
        why = f"its transactions begin on {min(shown)}"
    else:
        why = "its transactions file is empty"
    yield Caution(
        "coverage_incomplete",
        f"{account.name}: purchases since {first} may be missing ({why}). A purchase there of what this plan "
        "sells at a loss would disallow the loss.",
    )


def _out_of_reach(case: Case, setting: Setting) -> set[str]:
    """Accounts that hold lots, and nothing that § 1091 reaches: wallets."""
    reached: dict[str, bool] = {}
    for holding in case.holdings:
        account = holding.lot.account
        reached[account] = reached.get(account, False) or setting.identity(holding) is not None
    return {account for account, is_reached in reached.items() if not is_reached}
