"""From a case to the history that the ledger of `rules` is told: each purchase once, each sale once.

Where an account has a lots file, lots are as the broker states them: those held are in it, those sold in its realized
file, and its transactions add only what neither explains. Where it has none, its lots are built from its transactions,
by `lot_id`, else by the days that its realized file gives, else first in first out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from planner.case import Case
from planner.household import Account
from planner.ledger.securities import Securities
from planner.portfolio import Holding, RealizedDisposition, Transaction
from planner.refusals import Refusal
from rules.history import Acquisition, Chosen, LedgerAccount, LedgerSale, Move, Restatement, Split
from rules.terms import ZERO, AccountKind

# § 1091(a) "acquired": by purchase or taxable exchange; what is taxed as income on receipt is that too (I-23)
ACQUISITIONS = frozenset({"buy", "reinvest", "vest", "exercise", "income"})
NOT_BOUGHT = frozenset({"gift_in", "inherit", "transfer_in"})
SALES = frozenset({"sell", "expire"})
LEAVING = frozenset({"transfer_out", "gift_out"})
DAYS_UNDER_WAY = timedelta(days=14)  # between the two rows of one transfer

Taken = tuple[RealizedDisposition, Decimal]  # so many units of a row of a realized file


@dataclass(slots=True)
class History:
    """What happened, and where each event was read. `shown` is the id under which a sale is told."""

    accounts: tuple[LedgerAccount, ...]
    acquisitions: list[Acquisition] = field(default_factory=list)
    sales: list[LedgerSale] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    splits: list[Split] = field(default_factory=list)
    shown: dict[str, str] = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)

    def next_sale(self, shown: str, where: str) -> str:
        """An id for one more sale, told under the id `shown`; several may be told as one."""
        sale_id = f"{shown}#{len(self.sales) + 1}"
        self.shown[sale_id] = shown
        self.where[sale_id] = where
        return sale_id


def history_of(case: Case, securities: Securities) -> History:
    """The household's history. `refusals` holds what contradicts itself; what is missing only the ledger can tell."""
    history = History(tuple(LedgerAccount(a.name, a.kind, a.owner) for a in case.household.accounts))
    arrived = _transfers(case, history)
    for account in case.household.accounts:
        _AccountHistory(case, account, securities, history, arrived).tell()
    return history


class _AccountHistory:
    """One account's part of the history."""

    def __init__(
        self, case: Case, account: Account, securities: Securities, history: History, arrived: set[str]
    ) -> None:
        self._account = account.name
        self._listed = bool(account.lots)
        self._security = securities
        self._history = history
        self._arrived = arrived  # rows of transfers whose lots come from another account
        self._transactions = [t for t in case.transactions if t.account == account.name and t.symbol]
        self._holdings = [h for h in case.holdings if h.lot.account == account.name]
        self._realized = [r for r in case.realized if r.account == account.name]
        self._numbers: dict[str, int] = defaultdict(int)
        self._splits = list(self._split_rows())
        self._restated = Restatement(self._splits)
        history.splits += self._splits

    def tell(self) -> None:
        taken, alone = _matched([t for t in self._transactions if t.action in SALES], self._realized)
        if self._listed:
            self._as_listed(taken, alone)
        else:
            self._from_transactions(taken, alone)

    # --- an account with nothing but its history ---

    def _from_transactions(self, taken: dict[str, list[Taken]], alone: list[Taken]) -> None:
        bought: dict[str, Transaction] = {}
        days: set[tuple[str, date]] = set()
        for transaction in self._transactions:
            if transaction.action in ACQUISITIONS | NOT_BOUGHT and transaction.where not in self._arrived:
                lot = self._acquisition(transaction)
                first = bought.setdefault(lot.lot_id, transaction)
                if (first.symbol, first.date) != (transaction.symbol, transaction.date):
                    self._refuse_second_lot(lot.lot_id, first, transaction)
                    continue
                self._history.acquisitions.append(lot)
                days.add((lot.security.symbol, transaction.date))
            elif transaction.action in SALES:
                rows = taken.get(transaction.where, [])
                chosen = self._chosen(transaction, rows, days)
                stated = sum((row.disallowed_loss * part / row.quantity for row, part in rows), ZERO)
                self._sell(transaction, transaction.quantity, transaction.amount, chosen, stated)
            elif transaction.action in LEAVING and transaction.where not in self._arrived:
                self._leave(transaction)
        for row, part in alone:
            if row.acquired is not None and (row.symbol, row.acquired) in days:
                self._sell_realized(row, part, None, Chosen(part, acquired=row.acquired))
            else:
                self._sell_realized(row, part, None, None)

    def _acquisition(self, transaction: Transaction) -> Acquisition:
        came_free = transaction.action in NOT_BOUGHT
        return Acquisition(
            lot_id=transaction.lot_id or self._number(f"{self._account}:{transaction.symbol}:{transaction.date}"),
            account=self._account,
            security=self._security(self._account, transaction.symbol),
            acquired=None if transaction.action == "transfer_in" else transaction.date,
            arrived=transaction.date,
            quantity=transaction.quantity,
            basis=None if came_free and transaction.amount == 0 else transaction.amount,
            bought=transaction.action in ACQUISITIONS,
            inherited=transaction.action == "inherit",
        )

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

    def _refuse_second_lot(self, lot_id: str, first: Transaction, second: Transaction) -> None:
        self._history.refusals.append(
            Refusal(
                second.where,
                f"`lot_id` `{lot_id}` is that of {first.symbol} bought on {first.date} ({first.where})",
                "give each purchase a lot id of its own; the fills of one order may share one",
            )
        )

    # --- an account whose lots the broker lists ---

    def _as_listed(self, taken: dict[str, list[Taken]], alone: list[Taken]) -> None:
        unlisted = list(self._unlisted())
        parted = {(row.symbol, row.acquired) for row in self._realized}
        parted |= {(bought.symbol, bought.date) for bought, _ in unlisted if bought.lot_id is None}
        purchases: dict[str, str] = {}
        for holding in self._holdings:
            lot = self._held(holding)
            if (lot.security.symbol, lot.acquired) in parted and lot.acquired is not None:
                lot = replace(lot, purchase=self._purchase(lot.security.symbol, lot.acquired))
            purchases[lot.lot_id] = lot.purchase or lot.lot_id
            self._history.acquisitions.append(lot)
        for bought, part in unlisted:
            self._history.acquisitions.append(self._unlisted_lot(bought, part, purchases))
        for transaction in self._transactions:
            if transaction.action in SALES:
                self._sell_listed(transaction, taken.get(transaction.where, []))
            elif transaction.action in LEAVING and transaction.where not in self._arrived:
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
            holding_since=lot.holding_since if holding.purchased is None else lot.acquired,
            loss_basis=lot.loss_basis,
            inherited=lot.inherited,
            stated=True,
            held=True,
            counted=date.max,
        )

    def _unlisted(self) -> Iterable[tuple[Transaction, Decimal]]:
        """Purchases that neither the lots held nor the realized file explain, each with the part unexplained."""
        known: dict[tuple[str, date | None], Decimal] = defaultdict(lambda: ZERO)
        for holding in self._holdings:
            known[holding.lot.symbol, holding.bought] += holding.lot.quantity
        for row in self._realized:
            known[row.symbol, row.acquired] += self._restated(row.quantity, self._account, row.symbol, row.sold)
        for transaction in self._transactions:
            if transaction.action not in ACQUISITIONS:
                continue
            units = self._restated(transaction.quantity, self._account, transaction.symbol, transaction.date)
            explained = min(units, known[transaction.symbol, transaction.date])
            known[transaction.symbol, transaction.date] -= explained
            if explained < units:
                yield transaction, (units - explained) / units

    def _unlisted_lot(self, bought: Transaction, part: Decimal, purchases: Mapping[str, str]) -> Acquisition:
        """Units bought and sold again, as far as anybody tells; with those of the same purchase still held, one lot."""
        lot = self._acquisition(bought)
        purchase = self._purchase(bought.symbol, bought.date) if bought.lot_id is None else purchases.get(lot.lot_id)
        return replace(
            lot,
            lot_id=f"{lot.lot_id}:sold" if lot.lot_id in purchases else lot.lot_id,
            quantity=lot.quantity * part,
            basis=None if lot.basis is None else lot.basis * part,
            purchase=purchase,
        )

    def _sell_listed(self, transaction: Transaction, rows: Sequence[Taken]) -> None:
        shown = self._sale_id(transaction)
        for row, part in rows:
            self._sell_realized(row, part, shown, None)
        rest = transaction.quantity - sum((part for _, part in rows), ZERO)
        if rest > 0:
            proceeds = transaction.amount * rest / transaction.quantity
            lots = self._unlisted_choice(transaction, rest)
            self._sell(transaction, rest, proceeds, lots, ZERO, shown)

    def _unlisted_choice(self, transaction: Transaction, units: Decimal) -> tuple[Chosen, ...]:
        if transaction.lot_id is None:
            return ()
        listed = any(holding.lot.lot_id == transaction.lot_id for holding in self._holdings)
        return (Chosen(units, f"{transaction.lot_id}:sold" if listed else transaction.lot_id),)

    # --- both ---

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

    def _purchase(self, symbol: str, day: date | None) -> str:
        """Units of one day, some held and some sold, are one purchase where only their dates are told. I-22."""
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
        sale_id = self._history.next_sale(shown or self._sale_id(of), of.where)
        sale = LedgerSale(sale_id, self._account, of.symbol, of.date, quantity, proceeds, lots, stated)
        self._history.sales.append(sale)

    def _sale_id(self, transaction: Transaction) -> str:
        default = f"{self._account}:{transaction.symbol}:{transaction.date}:sale"
        return transaction.transaction_id or self._number(default)

    def _leave(self, transaction: Transaction) -> None:
        self._history.where[transaction.where] = transaction.where
        self._history.moves.append(_move(transaction, None, transaction.lot_id))

    def _number(self, prefix: str) -> str:
        self._numbers[prefix] += 1
        return f"{prefix}:{self._numbers[prefix]}"

    def _split_rows(self) -> Iterable[Split]:
        """Splits as ratios: backwards from the lots listed, or forwards from the first transaction."""
        held: dict[str, Decimal] = defaultdict(lambda: ZERO)
        if not any(t.action == "split" for t in self._transactions):
            return
        for holding in self._holdings:
            held[holding.lot.symbol] += holding.lot.quantity
        for transaction in reversed(self._transactions) if self._listed else self._transactions:
            units, symbol = transaction.quantity, transaction.symbol
            if transaction.action in SALES | LEAVING:
                units = -units
            elif transaction.action not in ACQUISITIONS | NOT_BOUGHT | {"split"}:
                continue
            before = held[symbol] - units if self._listed else held[symbol]
            after = before + units
            held[symbol] = before if self._listed else after
            if transaction.action != "split":
                continue
            if before > 0 and after > 0:
                yield Split(self._account, symbol, transaction.date, before, after)
            else:
                what = f"a split of {units} {symbol}, and the account held {before} before it"
                remedy = "give the history from the first purchase on, or a lots file"
                self._history.refusals.append(Refusal(transaction.where, what, remedy))


def _matched(
    sells: Sequence[Transaction], realized: Sequence[RealizedDisposition]
) -> tuple[dict[str, list[Taken]], list[Taken]]:
    """Rows of a realized file by the transaction (its place) that they are; and those that no transaction shows."""
    rows: dict[tuple[str, date], list[Taken]] = defaultdict(list)
    for row in realized:
        rows[row.symbol, row.sold].append((row, row.quantity))
    taken: dict[str, list[Taken]] = {}
    for sell in sells:
        left, waiting = sell.quantity, rows[sell.symbol, sell.date]
        mine = taken[sell.where] = []
        while left > 0 and waiting:
            row, units = waiting.pop(0)
            part = min(left, units)
            left -= part
            mine.append((row, part))
            if part < units:
                waiting.insert(0, (row, units - part))
    return taken, [entry for waiting in rows.values() for entry in waiting]


def _transfers(case: Case, history: History) -> set[str]:
    """Moves between accounts of the household, from their two rows; the places of the rows so explained."""
    accounts = {account.name: account for account in case.household.accounts}
    lots = {t.lot_id for t in case.transactions if t.action in ACQUISITIONS and t.lot_id is not None}
    outs = [t for t in case.transactions if t.action == "transfer_out" and not accounts[t.account].lots]
    explained: set[str] = set()
    for into in (t for t in case.transactions if t.action == "transfer_in" and not accounts[t.account].lots):
        for out in outs:
            same = (out.symbol, out.quantity) == (into.symbol, into.quantity) and out.account != into.account
            taxable = {accounts[t.account].kind is AccountKind.TAXABLE for t in (out, into)}
            near = abs(into.date - out.date) <= DAYS_UNDER_WAY
            if same and near and len(taxable) == 1 and out.where not in explained:
                lot_id = out.lot_id or (into.lot_id if into.lot_id in lots else None)
                history.where[out.where] = out.where
                history.moves.append(_move(out, into.account, lot_id))
                explained |= {out.where, into.where}
                break
    return explained


def _move(transaction: Transaction, into: str | None, lot_id: str | None) -> Move:
    lots = (Chosen(transaction.quantity, lot_id),) if lot_id is not None else ()
    t = transaction
    return Move(t.where, t.account, t.symbol, t.date, t.quantity, into, lots)
