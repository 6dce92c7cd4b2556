"""Lots that a file lists and a history that says otherwise: said with the first difference; the lots are counted.

Only of a security whose history is complete: one that never sells what it has not received, and leaves as much as is
listed, or more. Any other began too late to contradict anything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from planner.domain.case import Case
from planner.domain.errors import Caution
from planner.domain.portfolio import Holding, Transaction
from rules.terms import ZERO

ALMOST = Decimal("0.001")  # of a unit: what a file rounds to


def contradictions(case: Case) -> Iterator[Caution]:
    """One for each account that lists lots and whose history leaves others."""
    for account in case.household.accounts:
        if account.transactions and case.lists_lots(account):
            rows = [t for t in case.transactions if t.account == account.name and t.symbol]
            held = [h for h in case.holdings if h.lot.account == account.name]
            for text in _differences(account.name, rows, held):
                yield Caution("lots_contradict_history", f"{text}. The listed lots are counted; update the older file")
                break


def _differences(account: str, rows: Sequence[Transaction], held: Sequence[Holding]) -> Iterator[str]:
    listed: dict[str, list[Holding]] = defaultdict(list)
    for holding in held:
        listed[holding.lot.symbol].append(holding)
    of_symbol: dict[str, list[Transaction]] = defaultdict(list)
    for row in rows:
        of_symbol[row.symbol].append(row)
    for symbol, its in of_symbol.items():
        left, lots = _left(its), listed[symbol]
        units = sum((holding.lot.quantity for holding in lots), ZERO)
        if left is None or left < units - ALMOST:
            continue
        if left > units + ALMOST:
            where = lots[0].where if lots else f"the lots of {account}"
            yield (
                f"{where}: {units.normalize():f} {symbol} are listed, but the history of {account} leaves "
                f"{left.normalize():f} (last {its[-1].where})"
            )
        elif not any(row.action in ("split", "transfer_in") for row in its):
            yield from _days(account, symbol, its, lots)


def _left(rows: Sequence[Transaction]) -> Decimal | None:
    """The units that a history of one security leaves; None where it begins too late to say."""
    left = ZERO
    for row in rows:
        if row.acquires or row.arrives or row.action == "split":
            left += row.quantity
        elif row.sells or row.departs:
            left -= row.quantity
        if left < 0:
            return None
    return left


def _days(account: str, symbol: str, rows: Sequence[Transaction], lots: Sequence[Holding]) -> Iterator[str]:
    """Lots of a day on which the history has bought fewer."""
    came: dict[date, Decimal] = defaultdict(lambda: ZERO)
    for row in rows:
        if row.acquires or row.arrives:
            came[row.date] += row.quantity
    for holding in lots:
        day = holding.bought
        if day is None:
            continue
        came[day] -= holding.lot.quantity
        if came[day] < -ALMOST:
            yield (
                f"{holding.where}: {holding.lot.quantity.normalize():f} {symbol} of {day} are listed, but the "
                f"history of {account} has fewer of that day"
            )
