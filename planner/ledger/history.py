"""From a case to the history that the ledger of `rules` takes: each purchase once, each sale once.

Where an account has a lots file, lots are as the broker states them: those held are in it, those sold in its realized
file, and its transactions add only what neither explains. Where it has none, its lots are built from its transactions,
by `lot_id`, else by the days that its realized file gives, else first in first out.
"""

from __future__ import annotations

from collections import defaultdict

from planner.domain.case import Case
from planner.domain.portfolio import Transaction
from planner.ledger.built_account import BuiltAccount
from planner.ledger.events import History
from planner.ledger.listed_account import ListedAccount
from planner.ledger.securities import Securities
from planner.ledger.transfers import matched_transfers
from rules.ledger.history import LedgerAccount

__all__ = ["History", "history_of"]


def history_of(case: Case, securities: Securities) -> History:
    """The household's history. `refusals` holds what contradicts itself; what is missing only the ledger can tell."""
    history = History(tuple(LedgerAccount(a.name, a.kind, a.owner) for a in case.household.accounts))
    history.transfers = matched_transfers(case, securities)
    listing = {account.name for account in case.household.accounts if case.lists_lots(account)}
    for holding in case.holdings:
        if holding.lot.account in listing and holding.bought is not None:
            history.lot_ids[holding.lot.lot_id] = None, holding.lot.symbol, holding.bought, holding.where
    rows: dict[str, list[Transaction]] = defaultdict(list)
    for row in case.transactions:
        if row.symbol:
            rows[row.account].append(row)
    for account in case.household.accounts:
        kind = ListedAccount if case.lists_lots(account) else BuiltAccount
        kind(case, account, rows[account.name], securities, history).tell()
    return history
