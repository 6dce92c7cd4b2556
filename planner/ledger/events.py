"""What happened in a household, as the ledger of `rules` takes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from planner.domain.errors import Caution, Problem
from planner.domain.portfolio import Transaction
from planner.ledger.transfers import Transfer, Transfers
from planner.ledger.unexplained import NotCounted, Unexplained
from rules.ledger.corporate import CashReturned, Exchange
from rules.ledger.history import Acquisition, Chosen, LedgerAccount, LedgerSale, Move, Security, Split
from rules.substantially_identical import spelling
from rules.terms import Character


@dataclass(slots=True)
class History:
    """What happened, and where each event and lot was read. `shown` is the id under which a sale is shown, `moved` has
    the transfer that a move is part of.

    `unexplained` are the securities, by account, of which no one can say what is held: one of them is held back, and
    never refuses a household. `not_counted` are sales whose gain is not known. `problems` are what must be fixed.
    `lot_ids` has each lot id with the account, symbol and day of its one purchase, and its place; the account is None
    for a lot that a lots file states, which may have been bought elsewhere and moved.
    """

    accounts: tuple[LedgerAccount, ...]
    acquisitions: list[Acquisition] = field(default_factory=list)
    sales: list[LedgerSale] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    splits: list[Split] = field(default_factory=list)
    shown: dict[str, str] = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)
    transfers: Transfers = field(default_factory=Transfers)
    moved: dict[str, Transfer] = field(default_factory=dict)
    corporate: list[Exchange | CashReturned] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unexplained: dict[tuple[str, str], Unexplained] = field(default_factory=dict)
    not_counted: list[NotCounted] = field(default_factory=list)
    rows: dict[str, Transaction] = field(default_factory=dict)
    cautions: list[Caution] = field(default_factory=list)
    lot_ids: dict[str, tuple[str | None, str, date, str]] = field(default_factory=dict)

    def refuse(self, row: Transaction, what: str, remedy: str) -> None:
        self.problems.append(Problem(row.where, what, remedy))

    def unexplain(self, account: str, symbol: str, row: Transaction, what: str, remedy: str) -> None:
        """A security of an account is not explained, from the day of that row on; the first row to say so counts."""
        found = self.unexplained.get((account, symbol))
        if found is None or row.date < found.since:
            self.unexplained[account, symbol] = Unexplained(account, symbol, row.date, row.where, what, remedy)

    def may_be_called(self, lot_id: str, bought: Transaction) -> bool:
        """Whether this purchase may have the lot id; refused where it is another's, in whatever account."""
        mine = (bought.account, bought.symbol, bought.date, bought.where)
        known = self.lot_ids.setdefault(lot_id, mine)
        if known is mine:
            return True
        account, symbol, day, where = known
        alike = spelling(symbol) == spelling(bought.symbol) and day == bought.date
        if alike and account in (None, bought.account):
            return True
        self.refuse(
            bought,
            f"`lot_id` `{lot_id}` is that of {symbol} bought on {day} ({where})",
            "give each purchase of the household its own lot id; the fills of one order may share one",
        )
        return False

    def next_sale(self, shown: str, where: str) -> str:
        """An id for one more sale, shown under the id `shown`; several may be shown as one."""
        sale_id = f"{shown}#{len(self.sales) + 1}"
        self.shown[sale_id] = shown
        self.where[sale_id] = where
        return sale_id

    def leave_out(
        self, account: str, row: Transaction, units: Decimal, proceeds: Decimal | None, why: str, remedy: str
    ) -> None:
        """A sale whose gain is not known."""
        left_out = NotCounted(account, row.symbol, row.date, units, proceeds, row.where, why, remedy)
        self.not_counted.append(left_out)

    def closed(self, account: str, row: Transaction, units: Decimal, premium: Decimal, cost: Decimal) -> None:
        """A written option bought back, or lapsed: a short-term gain or loss of that day, § 1234(b)(1).

        It is held by no one, and § 1091(a) looks at what is held: L-40.
        """
        number = len(self.sales) + 1
        lot_id = f"{account}:{row.symbol}:written:{number}"
        self.acquisitions.append(
            Acquisition(
                lot_id=lot_id,
                account=account,
                security=Security(row.symbol, None),
                acquired=row.date,
                quantity=units,
                basis=cost,
                bought=False,
                stated=True,
                character=Character.SHORT,
            )
        )
        shown = row.transaction_id or f"{account}:{row.symbol}:{row.date}:closed:{number}"
        self.sales.append(
            LedgerSale(
                sale_id=self.next_sale(shown, row.where),
                account=account,
                symbol=row.symbol,
                sold=row.date,
                quantity=units,
                proceeds=premium,
                lots=(Chosen(units, lot_id),),
            )
        )
