"""What no one has shown us: accounts, or stretches of days, in which purchases inside a window may have been made."""

from __future__ import annotations

from planner.domain.case import Case
from planner.domain.errors import Caution
from planner.ledger.coverage import days_shown, out_of_reach, why_unseen
from planner.optimizer.verify.setting import Setting
from rules.wash_sale import wash_window


def coverage_cautions(case: Case, setting: Setting) -> tuple[Caution, ...]:
    """One for each account whose purchases since the window opened may be missing: never "clear" of what is not seen.

    While there is one, no sale at a loss that § 1091 reaches is called clean.
    """
    first = wash_window(case.sale_date)[0]
    spans = days_shown(case)
    outside = out_of_reach(case, setting.identity)
    accounts = [account for account in case.household.accounts if account.name not in outside]
    why = ((account.name, why_unseen(account, spans.get(account.name), first, first)) for account in accounts)
    return tuple(
        Caution(
            "coverage_incomplete",
            f"{name}: purchases since {first} may be missing ({unseen}). A purchase there of what this plan sells at a "
            "loss would disallow the loss.",
        )
        for name, unseen in why
        if unseen is not None
    )
