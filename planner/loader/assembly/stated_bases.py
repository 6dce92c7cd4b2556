"""`[[basis]]` of a household laid upon its rows: what units had cost of which no file says it.

`sold` names a sale, of a realized file or of a history; `received` units that came in without a price. Whatever is
named must be there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from planner.domain.errors import Problem
from planner.domain.household import StatedBasis
from planner.domain.portfolio import UNEXPLAINED, RealizedDisposition, Transaction, UncountedSale
from rules.holding_period import character
from rules.substantially_identical import spelling
from rules.terms import ZERO, AssetClass, to_cents

CAME_IN = frozenset({"exchange_in", "spinoff", UNEXPLAINED})  # read as a transfer once their past is known


@dataclass(slots=True)
class StatedBases:
    """A household's rows, with the bases that it states. `said`: of a sale's row, by its place, the units whose basis
    it has stated: one sale may be of several lots."""

    transactions: tuple[Transaction, ...]
    realized: tuple[RealizedDisposition, ...]
    uncounted: tuple[UncountedSale, ...]
    problems: list[Problem]
    said: dict[int, Decimal] = field(default_factory=dict)

    def apply(self, stated: Sequence[StatedBasis]) -> None:
        for basis in stated:
            if not (self._received(basis) if basis.received is not None else self._sold(basis)):
                done = "came in" if basis.received is not None else "were sold"
                what = f"no units of {basis.symbol} {done} on {basis.received or basis.sold} in any file"
                remedy = (
                    "write symbol and day as `harvest check` shows them, and `account` and `quantity` if several match"
                )
                self.problems.append(Problem(basis.where, what, remedy))

    def _received(self, basis: StatedBasis) -> bool:
        rows = list(self.transactions)
        fits = [
            n
            for n, row in enumerate(rows)
            if (row.date, spelling(row.symbol)) == (basis.received, spelling(basis.symbol))
            and basis.account in (None, row.account)
            and basis.quantity in (None, row.quantity)
            and (row.acquires or row.arrives or row.action in CAME_IN)
        ]
        if not fits:
            return False
        row = rows[fits[0]]
        action = "transfer_in" if row.action in CAME_IN else row.action
        came = action in ("transfer_in", "gift_in", "received")
        acquired = (basis.acquired or row.acquired or row.date) if came else row.acquired
        rows[fits[0]] = replace(row, action=action, amount=basis.basis, acquired=acquired, unpriced=False)
        self.transactions = tuple(rows)
        return True

    def _sold(self, basis: StatedBasis) -> bool:
        for sale in self.uncounted:
            if _is_meant(basis, sale.account, sale.symbol, sale.sold == basis.sold, sale.quantity == basis.quantity):
                acquired = basis.acquired or sale.acquired
                term = sale.character
                if acquired is not None or sale.inherited:
                    term = character(acquired, sale.sold, inherited=sale.inherited)
                if term is None:
                    self._ask_when(basis)
                    return True
                self.uncounted = tuple(other for other in self.uncounted if other is not sale)
                self.realized += (
                    RealizedDisposition(
                        account=sale.account,
                        symbol=sale.symbol,
                        asset_class=sale.asset_class,
                        quantity=sale.quantity,
                        acquired=acquired,
                        sold=sale.sold,
                        proceeds=sale.proceeds,
                        basis=basis.basis,
                        character=term,
                        where=sale.where,
                        disallowed_loss=sale.disallowed_loss,
                    ),
                )
                return True
        for n, row in enumerate(self.transactions):
            same_day = row.sells and row.date == basis.sold
            left = row.quantity - self.said.get(n, ZERO)
            units = left if basis.quantity is None else basis.quantity
            if _is_meant(basis, row.account, row.symbol, same_day, 0 < units <= left) and left > 0:
                self.said[n] = row.quantity - left + units
                if basis.acquired is None:
                    self._ask_when(basis)
                    return True
                self.realized += (
                    RealizedDisposition(
                        account=row.account,
                        symbol=row.symbol,
                        asset_class=row.asset_class or AssetClass.STOCK,
                        quantity=units,
                        acquired=basis.acquired,
                        sold=row.date,
                        proceeds=row.amount if units == row.quantity else to_cents(row.amount * units / row.quantity),
                        basis=basis.basis,
                        character=character(basis.acquired, row.date),
                        where=row.where,
                        by_household=True,
                    ),
                )
                return True
        return False

    def _ask_when(self, basis: StatedBasis) -> None:
        what = f"neither this entry nor a file says when {basis.symbol} was acquired, so its term is not known"
        self.problems.append(Problem(basis.where, what, "add `acquired = `, the purchase date of the units"))


def _is_meant(basis: StatedBasis, account: str, symbol: str, same_day: bool, same_quantity: bool) -> bool:
    return (
        same_day
        and spelling(symbol) == spelling(basis.symbol)
        and basis.account in (None, account)
        and (basis.quantity is None or same_quantity)
    )
