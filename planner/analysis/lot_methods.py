"""Which rule of choosing lots, of those a broker's order can name, takes just the lots that a plan sells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from planner.analysis.lot_orders import LotOrder, listed_lot
from planner.domain.case import Case
from rules.terms import ZERO, Lot


class LotMethod(StrEnum):
    """The rules, in the order in which they are tried: by day of acquisition, then by cost of a unit."""

    FIFO = "FIFO"
    LIFO = "LIFO"
    HIGH_COST = "HIGH_COST"
    LOW_COST = "LOW_COST"


@dataclass(frozen=True, slots=True)
class SecurityOrder:
    """What is sold of a security in an account on a day, lot by lot; `method` None: no rule takes just these lots."""

    orders: tuple[LotOrder, ...]
    method: LotMethod | None

    @property
    def first(self) -> LotOrder:
        return self.orders[0]

    @property
    def quantity(self) -> Decimal:
        return sum((order.sale.quantity for order in self.orders), ZERO)


def security_orders(orders: Iterable[LotOrder], case: Case) -> Iterator[SecurityOrder]:
    """The orders by day, account and security; sales of earlier days are not in what later ones choose among."""
    holdings = {holding.lot.lot_id: holding for holding in case.holdings}
    left = {lot_id: holding.lot.quantity for lot_id, holding in holdings.items()}
    held: dict[tuple[str, str], list[Lot]] = defaultdict(list)
    for holding in case.holdings:
        held[holding.lot.account, holding.lot.symbol].append(holding.lot)
    groups: dict[tuple[date, str, str], list[LotOrder]] = defaultdict(list)
    for order in orders:
        groups[order.sale.date, order.sale.account, order.sale.symbol].append(order)
    for (_, account, symbol), alike in sorted(groups.items()):
        sold: dict[str, Decimal] = defaultdict(lambda: ZERO)
        for order in alike:
            sold[listed_lot(order.sale, holdings).lot.lot_id] += order.sale.quantity
        yield SecurityOrder(tuple(alike), method_that_sells(sold, held[account, symbol], left))
        for lot_id, quantity in sold.items():
            left[lot_id] -= quantity


def method_that_sells(
    sold: Mapping[str, Decimal], lots: Sequence[Lot], left: Mapping[str, Decimal]
) -> LotMethod | None:
    """The first rule that takes these units and no others, of lots whose day and cost are known; None: none does.

    Where two lots are alike to a rule and it takes only one of them, no one can say which: that rule does not do.
    """
    there = [lot for lot in lots if left[lot.lot_id] > 0]
    if any(lot.acquired is None or lot.basis is None for lot in there):
        return None
    return next((method for method in LotMethod if _takes(method, sold, there, left)), None)


def _takes(method: LotMethod, sold: Mapping[str, Decimal], lots: Sequence[Lot], left: Mapping[str, Decimal]) -> bool:
    wanted = sum(sold.values(), ZERO)
    ranks: dict[Any, list[Lot]] = defaultdict(list)
    for lot in lots:
        ranks[_rank(method, lot)].append(lot)
    for rank in sorted(ranks):
        whole = sum((left[lot.lot_id] for lot in ranks[rank]), ZERO)
        if wanted < whole and len(ranks[rank]) > 1 and wanted > 0:
            return False
        for lot in ranks[rank]:
            taken = min(wanted, left[lot.lot_id])
            if sold.get(lot.lot_id, ZERO) != taken:
                return False
            wanted -= taken
    return wanted == 0


def _rank(method: LotMethod, lot: Lot) -> Any:
    assert lot.acquired is not None
    assert lot.basis is not None
    if method in (LotMethod.FIFO, LotMethod.LIFO):
        return lot.acquired.toordinal() * (1 if method is LotMethod.FIFO else -1)
    return lot.basis / lot.quantity * (-1 if method is LotMethod.HIGH_COST else 1)
