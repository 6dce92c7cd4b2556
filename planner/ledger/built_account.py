"""An account with nothing but its history: its lots are built from its transactions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from planner.domain.case import Case
from planner.domain.errors import Caution
from planner.domain.household import Account
from planner.domain.portfolio import RealizedDisposition, Transaction
from planner.ledger.account_history import AccountHistory, Taken
from planner.ledger.events import History
from planner.ledger.securities import Securities
from planner.ledger.stablecoins import coins_at_par
from rules.ledger.history import Acquisition, Chosen
from rules.terms import ZERO


class BuiltAccount(AccountHistory):
    """Lots by `lot_id`, else by the days that the realized file gives, else first in first out."""

    def __init__(
        self, case: Case, account: Account, rows: Sequence[Transaction], securities: Securities, history: History
    ) -> None:
        super().__init__(case, account, rows, securities, history)
        self._first_days: dict[str, date] = {}

    def _tell(self, taken: dict[Transaction, list[Taken]], alone: list[Taken]) -> None:
        days: set[tuple[str, date]] = set()
        if not self._taxable:
            self._history.acquisitions += self._held_before()
        else:
            self._history.acquisitions += coins_at_par(self._account, self._transactions, self._security, self._history)
        for transaction in self._transactions:
            if transaction.acquires or (transaction.arrives and not self._is_moved(transaction)):
                lot = self._acquisition(transaction)
                if not self._history.may_be_called(lot.lot_id, transaction):
                    continue
                if self._taxable and transaction.action == "transfer_in" and lot.basis is None:
                    self._not_sent(transaction)
                self._history.acquisitions.append(lot)
                self._history.where.setdefault(lot.lot_id, transaction.where)
                if self._realized:  # else no one asks for a day
                    days.add((lot.security.symbol, lot.acquired or transaction.date))
            elif transaction.sells:
                self._sell_built(transaction, taken.get(transaction, []) if taken else [], days)
            elif transaction.departs:
                self._leave(transaction)
        for row, part in alone:
            self._sell_of_its_day(row, part, None, days)

    def _sell_built(self, sale: Transaction, rows: Sequence[Taken], days: set[tuple[str, date]]) -> None:
        """A sale from the lots of the history; or as the realized file has it, of lots bought before that begins."""
        older = not rows and self._begins(sale.symbol) > sale.date
        if older and self._is_left_out(sale):
            return
        says_it = older and sale.stated is not None
        if says_it and self._sell_as_stated(sale, sale.quantity, ZERO, self._sale_id(sale)) == 0:
            return
        if not rows:
            self._sell(sale, sale.quantity, sale.amount, self._chosen(sale, rows, days), ZERO)
            return
        told = sale.lot_id is None and sum((part for _, part in rows), ZERO) == sale.quantity
        if told and any(row.acquired is not None and row.acquired < self._begins(sale.symbol) for row, _ in rows):
            shown = self._sale_id(sale)
            for row, part in rows:
                self._sell_of_its_day(row, part, shown, days)
            return
        stated = sum((row.disallowed_loss * part / row.quantity for row, part in rows), ZERO)
        self._sell(sale, sale.quantity, sale.amount, self._chosen(sale, rows, days), stated)

    def _sell_of_its_day(
        self, row: RealizedDisposition, part: Decimal, shown: str | None, days: set[tuple[str, date]]
    ) -> None:
        """A row of a realized file takes from the lot of its day; where the history has none, it brings its own."""
        known = row.acquired is not None and (row.symbol, row.acquired) in days
        self._sell_realized(row, part, shown, Chosen(part, acquired=row.acquired) if known else None)

    def _begins(self, symbol: str) -> date:
        """The first day on which the history has units of this security come in."""
        if not self._first_days:
            for row in self._transactions:
                if row.acquires or row.arrives:
                    self._first_days.setdefault(row.symbol, row.date)
        return self._first_days.get(symbol, date.max)

    def _is_moved(self, transaction: Transaction) -> bool:
        """Whether the units come from another account of the household, and their lots with them."""
        return transaction in self._history.transfers.received

    def _held_before(self) -> Iterable[Acquisition]:
        """Units of a sheltered account whose history begins late: a sale of more than is there says that they were.

        Their basis and their day do not matter in such an account. Being older they go first, so that what was bought
        lately is taken to be there still: the dearer reading under § 1091.
        """
        held: dict[str, Decimal] = defaultdict(lambda: ZERO)
        before: dict[str, Decimal] = defaultdict(lambda: ZERO)
        for transaction in self._transactions:
            symbol, units = transaction.symbol, transaction.quantity
            if transaction.acquires or transaction.arrives:
                held[symbol] += units
            elif transaction.lot_id is None and (transaction.sells or transaction.departs):
                short = units > held[symbol]
                (before if short else held)[symbol] += units if short else -units
        split = {split.symbol for split in self._splits}
        for symbol, units in before.items():
            if units > 0 and symbol not in split:
                security = self._security(self._account, symbol)
                lot_id = f"{self._account}:{symbol}:before:1"
                yield Acquisition(lot_id, self._account, security, None, units, None, bought=False)

    def _chosen(
        self, transaction: Transaction, rows: Sequence[Taken], days: set[tuple[str, date]]
    ) -> tuple[Chosen, ...]:
        """The lot named; else the days that the broker's realized file gives for the whole sale; else none."""
        if transaction.lot_id is not None:
            return (Chosen(transaction.quantity, transaction.lot_id),)
        told = sum((part for _, part in rows), ZERO) == transaction.quantity
        if told and all((row.symbol, row.acquired) in days for row, _ in rows):
            return tuple(Chosen(part, acquired=row.acquired) for row, part in rows)
        return ()

    def _not_sent(self, into: Transaction) -> None:
        """Units from nowhere: they are listed, and held back for want of a basis."""
        units = f"{into.quantity.normalize():f} {into.symbol}"
        text = (
            f"{into.where}: {units} came into {self._account} on {into.date}, but no account of the household sent them"
        )
        near = self._history.transfers.nearly(into)
        if near is not None:
            less = near.quantity - into.quantity
            text += (
                f": {near.where} sent {near.quantity.normalize():f}, {less.normalize():f} more. If that is "
                f"the network's fee, write two rows in our own layout with `replaces = {near.where}`: a "
                f"`transfer_out` of what arrived, and a `fee` with the quantity {less.normalize():f} and its "
                "value as `amount`"
            )
        else:
            text += (
                f". List the account they came from with its history, or enter their cost under [[basis]] in "
                f'household.toml: symbol = "{into.symbol}", received = {into.date}, basis = ..., acquired = ...'
            )
        self._history.cautions.append(Caution("transfer_not_sent", f"{text}. Until then they are held back"))
