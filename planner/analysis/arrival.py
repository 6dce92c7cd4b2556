"""How a lot came to its account, to the extent the history or the lot itself tells."""

from __future__ import annotations

from planner.domain.case import Case
from planner.domain.portfolio import Holding
from rules.substantially_identical import spelling


def arrival(holding: Holding, case: Case) -> str:
    """The action word of the row that brought it (`planner.domain.portfolio`); `buy` where nothing tells otherwise.

    A lot made from a history bears the place of its row; of a listed one it is the row of its id, or the one kind of
    row of its account, security and day.
    """
    lot = holding.lot
    if lot.inherited:
        return "inherit"
    if lot.loss_basis is not None:  # the lower one of a gift, § 1015(a)
        return "gift_in"
    rows = [row for row in case.transactions if row.account == lot.account and (row.acquires or row.arrives)]
    its = {row.action for row in rows if row.where == holding.where or row.lot_id == lot.lot_id}
    its = its or {
        row.action for row in rows if row.date == holding.bought and spelling(row.symbol) == spelling(lot.symbol)
    }
    return its.pop() if len(its) == 1 else "buy"
