"""Split rows as ratios: a row says how many units were added, the ledger asks how many became how many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from planner.domain.portfolio import Transaction
from rules.ledger.history import Split
from rules.terms import ZERO


def split_rows(
    transactions: Sequence[Transaction], listed: Mapping[str, Decimal] | None
) -> Iterator[Split | tuple[Transaction, str, str]]:
    """One account's splits, by the units they add or by their ratio: backwards from the units `listed` by symbol, or
    forwards from the first transaction.

    A split of what was not there yields its row, what is wrong, and the remedy.
    """
    if not any(t.action == "split" for t in transactions):
        return
    held: dict[str, Decimal] = defaultdict(lambda: ZERO, listed or {})
    backwards = listed is not None
    for transaction in reversed(transactions) if backwards else transactions:
        units, symbol = transaction.quantity, transaction.symbol
        if transaction.sells or transaction.departs:
            units = -units
        elif not (transaction.acquires or transaction.arrives or transaction.action == "split"):
            continue
        if transaction.action == "split" and units == 0 and transaction.change.ratio is not None:
            new, old = transaction.change.ratio
            units = held[symbol] * (new - old) / (new if backwards else old)
        before = held[symbol] - units if backwards else held[symbol]
        after = before + units
        held[symbol] = before if backwards else after
        if transaction.action != "split":
            continue
        if before > 0 and after > 0:
            yield Split(transaction.account, symbol, transaction.date, before, after)
        else:
            what = f"a split of {units} {symbol}, but the account held {before} before it"
            remedy = "give the history from the first purchase on, or a lots file"
            yield transaction, what, remedy
