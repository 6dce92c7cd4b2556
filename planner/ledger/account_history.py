"""What is common to every account's part of the history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from planner.domain.case import Case
from planner.domain.household import Account
from planner.domain.portfolio import NOT_BOUGHT, RealizedDisposition, Transaction
from planner.ledger.corporate_actions import settled_actions
from planner.ledger.events import History
from planner.ledger.securities import Securities
from planner.ledger.splits import split_rows
from planner.ledger.written_options import with_premiums
from rules.ledger.history import Acquisition, Chosen, LedgerSale, Move, Restatement, Split
from rules.substantially_identical import spelling
from rules.terms import ZERO, AccountKind, AssetClass, to_cents

UNKNOWN_AT_ZERO = NOT_BOUGHT | {
    "vest",
    "income",
}  # their basis is a value: a row without one does not say it is nothing

WITH_TERM = (
    "list a file that gives its term under `realized` (of Interactive Brokers a statement that shows closed lots), or "
    "enter basis, `sold` and `acquired` under [[basis]] in household.toml"
)
NO_PROCEEDS = "no file gives its proceeds"
REPLACE = "write the row in our own layout, with `replaces = {where}`"

Taken = tuple[RealizedDisposition, Decimal]  # so many units of a row of a realized file


class AccountHistory:
    """One account's part of the history."""

    def __init__(
        self, case: Case, account: Account, rows: Sequence[Transaction], securities: Securities, history: History
    ) -> None:
        self._account = account.name
        self._taxable = account.kind is AccountKind.TAXABLE
        self._built = frozenset(a.name for a in case.household.accounts if not case.lists_lots(a))
        self._security = securities
        self._history = history
        listing = case.lists_lots(account)
        reported = {spelling(row.symbol) for row in case.realized if row.account == account.name}
        rows = with_premiums(rows, account.name, history, listing=listing, reported=reported)
        self._transactions = settled_actions(rows, account.name, history, securities, listing=listing)
        self._holdings = [h for h in case.holdings if h.lot.account == account.name]
        self._realized = [r for r in case.realized if r.account == account.name]
        self._uncounted = [r for r in case.uncounted if r.account == account.name]
        self._numbers: dict[str, int] = defaultdict(int)
        self._splits = list(self._split_rows(case.lists_lots(account)))
        self._restated = Restatement(self._splits)
        history.splits += self._splits

    def tell(self) -> None:
        """Add what happened in this account to the history."""
        self._tell(*matched_sales([t for t in self._transactions if t.sells], self._realized))

    def _tell(self, taken: dict[Transaction, list[Taken]], alone: list[Taken]) -> None:
        """`taken`: rows of a realized file by the sale that they are; `alone`: those without one."""
        raise NotImplementedError

    def _acquisition(self, transaction: Transaction) -> Acquisition:
        """The lot a row tells of. A gift's own day begins no holding period where the giver's is stated, § 1223(2)."""
        moved_in = transaction.action == "transfer_in"
        value_unknown = transaction.unpriced or (transaction.amount == 0 and transaction.action in UNKNOWN_AT_ZERO)
        return Acquisition(
            transaction.lot_id or self._number(f"{self._account}:{transaction.symbol}:{_acquired(transaction)}"),
            self._account,
            self._security(self._account, transaction.symbol),
            transaction.acquired if moved_in or transaction.action == "received" else transaction.date,
            transaction.quantity,
            None if value_unknown else transaction.amount,
            bought=transaction.acquires or (moved_in and transaction.acquired is not None),
            arrived=transaction.date,
            holding_since=None if moved_in else transaction.acquired,
            loss_basis=transaction.loss_basis,
            inherited=transaction.action == "inherit",
        )

    def _sell_realized(self, row: RealizedDisposition, part: Decimal, shown: str | None, lot: Chosen | None) -> None:
        """A row of a realized file is a sale with its own lot, unless its lot is known."""
        share = part / row.quantity
        day = row.acquired or "Various"
        if lot is None:
            lot_id = self._number(f"{self._account}:{row.symbol}:{day}:sold")
            lot = Chosen(part, lot_id)
            self._history.acquisitions.append(
                Acquisition(
                    lot_id=lot_id,
                    account=self._account,
                    security=self._security(self._account, row.symbol),
                    acquired=row.acquired,
                    quantity=part,
                    basis=row.basis * share,
                    purchase=self._purchase(row.symbol, row.acquired) if row.acquired is not None else None,
                    stated=True,
                    counted=row.sold,
                    character=row.character,
                )
            )
        shown = shown or self._number(f"{self._account}:{row.symbol}:{row.sold}:sale")
        self._history.sales.append(
            LedgerSale(
                sale_id=self._history.next_sale(shown, row.where),
                account=self._account,
                symbol=row.symbol,
                sold=row.sold,
                quantity=part,
                proceeds=row.proceeds * share,
                lots=(lot,),
                stated_disallowed_loss=row.disallowed_loss * share,
            )
        )

    def _sell_as_stated(self, sale: Transaction, units: Decimal, explained: Decimal, shown: str) -> Decimal:
        """The units of a sale that the history does not explain, at what the row itself says that all of them had cost,
        less the cost of those `explained`: sold of a lot of their own. What is left of the sale, to be explained."""
        stated = sale.stated
        if stated is None or units <= 0 or stated.basis < explained or sale.lot_id is not None or self._splits_of(sale):
            return sale.quantity
        proceeds, basis = sale.amount * units / sale.quantity, stated.basis - explained
        if stated.character is None:
            why = f"the file gives its basis, ${basis:,.2f}, and not its term"
            self._history.leave_out(self._account, sale, units, to_cents(proceeds), why, WITH_TERM)
        else:
            kind = sale.asset_class or AssetClass.STOCK
            row = RealizedDisposition(
                self._account, sale.symbol, kind, units, None, sale.date, proceeds, basis, stated.character, sale.where
            )
            self._sell_realized(row, units, shown, None)
        return sale.quantity - units

    def _is_left_out(self, sale: Transaction) -> bool:
        """Whether rows of a realized file that count in no sum are this sale: they list it, with what is known."""
        its = (r for r in self._uncounted if (spelling(r.symbol), r.sold) == (spelling(sale.symbol), sale.date))
        return sum((row.quantity for row in its), ZERO) >= sale.quantity

    def _splits_of(self, sale: Transaction) -> bool:
        return any(split.symbol == sale.symbol for split in self._splits)

    def _purchase(self, symbol: str, day: date | None) -> str:
        """Units of one day, some held and some sold, are one purchase where only their dates are known. I-22."""
        return f"{self._account}:{symbol}:{day}"

    def _sell(
        self,
        of: Transaction,
        quantity: Decimal,
        proceeds: Decimal,
        lots: tuple[Chosen, ...],
        stated: Decimal,
        shown: str | None = None,
    ) -> None:
        if of.unpriced:
            self._history.leave_out(self._account, of, quantity, None, NO_PROCEEDS, REPLACE.format(where=of.where))
            move_id = f"{of.where}#{len(self._history.moves) + 1}"
            self._history.where[move_id] = of.where
            self._history.moves.append(Move(move_id, self._account, of.symbol, of.date, quantity, None, lots))
            return
        sale_id = self._history.next_sale(shown or self._sale_id(of), of.where)
        sale = LedgerSale(sale_id, self._account, of.symbol, of.date, quantity, proceeds, lots, stated)
        self._history.sales.append(sale)

    def _sale_id(self, transaction: Transaction) -> str:
        default = f"{self._account}:{transaction.symbol}:{transaction.date}:sale"
        return transaction.transaction_id or self._number(default)

    def _leave(self, row: Transaction) -> None:
        """Units go to another account whose lots are built too, and their lots with them; or out of sight."""
        transfer = self._history.transfers.sent.get(row)
        lot_id = transfer.lot_id if transfer is not None else row.lot_id
        into = transfer.into.account if transfer is not None and transfer.into.account in self._built else None
        arriving = transfer.into.quantity if transfer is not None else row.quantity
        for units, target in ((arriving, into), (row.quantity - arriving, None)):
            if units > 0:
                lots = (Chosen(units, lot_id),) if lot_id is not None else ()
                move_id = f"{row.where}#{len(self._history.moves) + 1}"
                self._history.where[move_id] = row.where
                if transfer is not None:
                    self._history.moved[move_id] = transfer
                move = Move(move_id, self._account, row.symbol, row.date, units, target, lots)
                self._history.moves.append(move)

    def _number(self, prefix: str) -> str:
        self._numbers[prefix] += 1
        return f"{prefix}:{self._numbers[prefix]}"

    def _split_rows(self, listing: bool) -> Iterable[Split]:
        listed: dict[str, Decimal] = defaultdict(lambda: ZERO)
        for holding in self._holdings:
            listed[holding.lot.symbol] += holding.lot.quantity
        for row in split_rows(self._transactions, listed if listing else None):
            if isinstance(row, Split):
                yield row
            else:
                self._history.unexplain(self._account, row[0].symbol, *row)


def _acquired(transaction: Transaction) -> date | str:
    """The day by which a lot is named."""
    return (transaction.acquired or "Various") if transaction.action == "transfer_in" else transaction.date


def matched_sales(
    sells: Sequence[Transaction], realized: Sequence[RealizedDisposition]
) -> tuple[dict[Transaction, list[Taken]], list[Taken]]:
    """Rows of a realized file by the transaction that they are; and those that no transaction shows. A row of just so
    many units as a sale is that sale, where there is one; the others follow in the order of the files."""
    if not realized:
        return {}, []
    alike: dict[tuple[str, date, Decimal], list[RealizedDisposition]] = defaultdict(list)
    for row in reversed(realized):
        alike[row.symbol, row.sold, row.quantity].append(row)
    taken: dict[Transaction, list[Taken]] = {}
    for sell in sells:
        same = alike[sell.symbol, sell.date, sell.quantity]
        taken[sell] = [(same.pop(), sell.quantity)] if same else []
    rows: dict[tuple[str, date], list[Taken]] = defaultdict(list)
    left_over = {id(row) for same in alike.values() for row in same}
    for row in realized:
        if id(row) in left_over:
            rows[row.symbol, row.sold].append((row, row.quantity))
    for sell in sells:
        mine = taken[sell]
        left, waiting = ZERO if mine else sell.quantity, rows[sell.symbol, sell.date]
        while left > 0 and waiting:
            row, units = waiting.pop(0)
            part = min(left, units)
            left -= part
            mine.append((row, part))
            if part < units:
                waiting.insert(0, (row, units - part))
    return taken, [entry for waiting in rows.values() for entry in waiting]
