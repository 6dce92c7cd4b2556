"""An account whose lots the broker lists: its transactions add only what the lots held and sold do not explain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from planner.domain.portfolio import Holding, Transaction
from planner.ledger.account_history import AccountHistory, Taken
from rules.ledger.history import Acquisition, Chosen
from rules.terms import ZERO


class ListedAccount(AccountHistory):
    """Lots held as the lots file states them, lots sold as the realized file does."""

    def _tell(self, taken: dict[Transaction, list[Taken]], alone: list[Taken]) -> None:
        unlisted = list(self._unlisted())
        parted = {(row.symbol, row.acquired) for row in self._realized}
        parted |= {(bought.symbol, bought.date) for bought, _ in unlisted if bought.lot_id is None}
        purchases: dict[str, str | None] = {}
        for holding in self._holdings:
            lot = self._held(holding)
            if (lot.security.symbol, lot.acquired) in parted and lot.acquired is not None and lot.bought:
                lot = replace(lot, purchase=self._purchase(lot.security.symbol, lot.acquired))
            purchases[lot.lot_id] = (lot.purchase or lot.lot_id) if lot.acquired is not None else None
            self._history.acquisitions.append(lot)
        for bought, part in unlisted:
            if bought.lot_id is None or self._history.may_be_called(bought.lot_id, bought):
                self._history.acquisitions.append(self._unlisted_lot(bought, part, purchases))
        bought_here = [(bought, bought.quantity * part) for bought, part in unlisted]
        for transaction in self._transactions:
            if transaction.sells:
                self._sell_listed(transaction, taken.get(transaction, []), bought_here)
            elif transaction.departs:
                self._leave(transaction)
        for row, part in alone:
            self._sell_realized(row, part, None, None)

    def _held(self, holding: Holding) -> Acquisition:
        lot = holding.lot
        return Acquisition(
            lot_id=lot.lot_id,
            account=self._account,
            security=self._security(self._account, lot.symbol),
            acquired=holding.bought,
            quantity=lot.quantity,
            basis=lot.basis,
            bought=not lot.inherited and lot.loss_basis is None,
            holding_since=lot.holding_since or (None if holding.purchased is None else lot.acquired),
            loss_basis=lot.loss_basis,
            inherited=lot.inherited,
            stated=True,
            held=True,
            counted=date.max,
        )

    def _unlisted(self) -> Iterable[tuple[Transaction, Decimal]]:
        """Purchases that neither the lots held nor the realized file explain, each with the part unexplained."""
        known: dict[tuple[str, date | None], Decimal] = defaultdict(lambda: ZERO)
        by_id: dict[str | None, Decimal] = defaultdict(lambda: ZERO)
        named = {transaction.lot_id for transaction in self._transactions if transaction.acquires}
        for holding in self._holdings:
            if holding.lot.lot_id in named:
                by_id[holding.lot.lot_id] += holding.lot.quantity
            else:
                known[holding.lot.symbol, holding.bought] += holding.lot.quantity
        for row in self._realized:
            known[row.symbol, row.acquired] += self._restated(row.quantity, self._account, row.symbol, row.sold)
        for transaction in self._transactions:
            if not transaction.acquires:
                continue
            units = self._restated(transaction.quantity, self._account, transaction.symbol, transaction.date)
            explained = ZERO
            if transaction.lot_id in by_id:
                explained = min(units, by_id[transaction.lot_id])
                by_id[transaction.lot_id] -= explained
            more = min(units - explained, known[transaction.symbol, transaction.date])
            known[transaction.symbol, transaction.date] -= more
            explained += more
            if explained < units:
                yield transaction, (units - explained) / units

    def _unlisted_lot(self, bought: Transaction, part: Decimal, purchases: Mapping[str, str | None]) -> Acquisition:
        """Units bought and sold again, to the extent anyone tells; with those of the same purchase still held, one
        lot."""
        lot = self._acquisition(bought)
        purchase = self._purchase(bought.symbol, bought.date) if bought.lot_id is None else purchases.get(lot.lot_id)
        return replace(
            lot,
            lot_id=f"{lot.lot_id}:sold" if lot.lot_id in purchases else lot.lot_id,
            quantity=lot.quantity * part,
            basis=None if lot.basis is None else lot.basis * part,
            purchase=purchase,
        )

    def _sell_listed(
        self, transaction: Transaction, rows: Sequence[Taken], bought_here: list[tuple[Transaction, Decimal]]
    ) -> None:
        bought = (b.symbol == transaction.symbol and b.date <= transaction.date and left > 0 for b, left in bought_here)
        if not rows and self._is_left_out(transaction) and not any(bought):
            return
        shown = self._sale_id(transaction)
        for row, part in rows:
            self._sell_realized(row, part, shown, None)
        rest = transaction.quantity - sum((part for _, part in rows), ZERO)
        if transaction.stated is not None and rest == transaction.quantity:
            units, cost = _used(transaction, bought_here)
            rest = self._sell_as_stated(transaction, rest - units, cost, shown)
        if rest > 0:
            proceeds = transaction.amount * rest / transaction.quantity
            lots = self._unlisted_choice(transaction, rest)
            self._sell(transaction, rest, proceeds, lots, ZERO, shown)

    def _unlisted_choice(self, transaction: Transaction, units: Decimal) -> tuple[Chosen, ...]:
        if transaction.lot_id is None:
            return ()
        listed = any(holding.lot.lot_id == transaction.lot_id for holding in self._holdings)
        return (Chosen(units, f"{transaction.lot_id}:sold" if listed else transaction.lot_id),)


def _used(sale: Transaction, bought_here: list[tuple[Transaction, Decimal]]) -> tuple[Decimal, Decimal]:
    """Of a sale the units, with their cost, that purchases of the history before it explain; these are then gone."""
    units = cost = ZERO
    for n, (bought, left) in enumerate(bought_here):
        if bought.symbol == sale.symbol and bought.date <= sale.date and left > 0:
            part = min(left, sale.quantity - units)
            bought_here[n] = bought, left - part
            units += part
            cost += bought.amount * part / bought.quantity
    return units, cost
