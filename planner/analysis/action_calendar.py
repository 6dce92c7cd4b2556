"""What a plan asks of a person, day by day: what to call off, what to sell in which account, what is free again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from planner.analysis.totals import SalesTotal, total_of
from planner.domain.plan import Cancellation, Plan, Sale
from rules.terms import ZERO

_ONE_DAY = timedelta(days=1)


class UnitsSold(NamedTuple):
    """Units of a symbol, of so many lots."""

    symbol: str
    units: Decimal
    lots: int


@dataclass(frozen=True, slots=True)
class Orders:
    """The sales of one day in one account, by symbol, and their sums."""

    account: str
    sales: tuple[Sale, ...]
    total: SalesTotal

    @property
    def units_by_symbol(self) -> tuple[UnitsSold, ...]:
        """What is sold of each symbol, in how many lots."""
        alike: dict[str, list[Decimal]] = defaultdict(list)
        for sale in self.sales:
            alike[sale.symbol].append(sale.quantity)
        return tuple(UnitsSold(symbol, sum(units, ZERO), len(units)) for symbol, units in alike.items())


@dataclass(frozen=True, slots=True)
class AgendaDay:
    """One day on which something is to be done, or may be done again (`buy_again`: symbols)."""

    date: date
    cancel: tuple[Cancellation, ...] = ()
    orders: tuple[Orders, ...] = ()
    buy_again: tuple[str, ...] = ()


def cancel_by(cancellation: Cancellation, as_of: date) -> date:
    """The day before the purchase, when it can still be canceled; the as-of date where that day is past."""
    return max(as_of, cancellation.date - _ONE_DAY)


def agenda(plan: Plan) -> tuple[AgendaDay, ...]:
    """The days in order."""
    cancel: dict[date, list[Cancellation]] = defaultdict(list)
    for cancellation in plan.cancellations:
        cancel[cancel_by(cancellation, plan.as_of)].append(cancellation)
    sell: dict[date, list[Sale]] = defaultdict(list)
    for sale in plan.sales:
        sell[sale.date].append(sale)
    again: dict[date, list[str]] = defaultdict(list)
    for window in plan.windows:
        if window.identical_to is None:
            again[window.safe_on].append(window.symbol)
    return tuple(
        AgendaDay(
            day,
            tuple(sorted(cancel.get(day, ()), key=lambda c: (c.date, c.account, c.symbol))),
            _orders(sell.get(day, ())),
            tuple(sorted(set(again.get(day, ())))),
        )
        for day in sorted({*cancel, *sell, *again})
    )


def _orders(sales: Sequence[Sale]) -> tuple[Orders, ...]:
    by_account: dict[str, list[Sale]] = defaultdict(list)
    for sale in sorted(sales, key=lambda sale: (sale.account, sale.symbol, sale.lot_id)):
        by_account[sale.account].append(sale)
    return tuple(Orders(account, tuple(alike), total_of(alike)) for account, alike in by_account.items())
