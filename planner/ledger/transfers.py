"""Transfers between accounts of the household: two rows of two histories are one move, and the lots travel along.

No acquisition and no sale (Reg. § 1.1091-1(f), § 1223(2)): basis and day of acquisition stay those of the lot. A row of
which no one shows the other half goes to, or comes from, an account that is not in the household.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from planner.domain.case import Case
from planner.domain.portfolio import Transaction
from planner.ledger.securities import Securities
from rules.terms import AccountKind, AssetClass

DAYS_UNDER_WAY = timedelta(days=14)  # between the two rows of one transfer
MOST_NETWORK_FEE = Decimal("0.02")  # of what was sent: less that arrives is another transfer (I-27)
HIGH_NETWORK_FEE = Decimal("0.25")  # nearly a transfer: named where neither row has another half
BASIS_BY_WALLET = date(2025, 1, 1)  # Reg. § 1.1012-1(j): from then on


@dataclass(frozen=True, slots=True)
class Transfer:
    """Units that left one account of the household and came into another."""

    out: Transaction
    into: Transaction
    lot_id: str | None  # of the lot moved, where either row names it

    @property
    def fee(self) -> Decimal:
        """Units that did not arrive: the network's fee, paid in the coin itself."""
        return self.out.quantity - self.into.quantity


@dataclass(slots=True)
class Transfers:
    """What is matched, by each of its two rows, and what is left over.

    By the row itself: a place is not enough, since the fee of a withdrawal is on the same line as the withdrawal.
    """

    sent: dict[Transaction, Transfer] = field(default_factory=dict)
    received: dict[Transaction, Transfer] = field(default_factory=dict)
    sent_away: list[Transaction] = field(default_factory=list)

    def nearly(self, into: Transaction) -> Transaction | None:
        """What was sent to no one, and would be this transfer, but for a fee above what is taken for one."""
        return _nearest(into, (o for o in self.sent_away if o.symbol == into.symbol and _less_a_high_fee(o, into)))

    def add(self, transfer: Transfer) -> None:
        self.sent[transfer.out] = transfer
        self.received[transfer.into] = transfer


def matched_transfers(case: Case, securities: Securities) -> Transfers:
    """The household's transfers: same security, same quantity, at most two weeks apart, the nearest first.

    Between taxable accounts, or between sheltered ones: across the border it is a contribution or a distribution. Of
    coins fewer may arrive than left. A row that states basis and day itself needs no sender where that account's
    lots are listed, since no one shows which of them left.
    """
    taxable = {a.name: a.kind is AccountKind.TAXABLE for a in case.household.accounts}
    listing = {a.name for a in case.household.accounts if case.lists_lots(a)}
    found = Transfers()

    def same(row: Transaction) -> tuple[str, bool, Decimal]:
        return row.symbol, taxable[row.account], row.quantity

    def lot_of(out: Transaction, into: Transaction) -> str | None:
        return out.lot_id or (into.lot_id if into.lot_id in bought else None)

    bought = {t.lot_id for t in case.transactions if t.acquires}
    outs = [t for t in case.transactions if t.action == "transfer_out"]
    ins = [t for t in case.transactions if t.action == "transfer_in"]
    waiting: dict[tuple[str, bool, Decimal], list[Transaction]] = defaultdict(list)
    for out in outs:
        waiting[same(out)].append(out)
    alone: list[Transaction] = []
    for into in ins:
        nearby = waiting[same(into)]
        sender = _nearest(into, (o for o in nearby if not (_tells_its_past(into) and o.account in listing)))
        if sender is None:
            alone.append(into)
        else:
            nearby.remove(sender)
            found.add(Transfer(sender, into, lot_of(sender, into)))
    left: dict[tuple[str, bool], list[Transaction]] = defaultdict(list)
    for out in (o for o in outs if o not in found.sent):
        left[same(out)[:2]].append(out)
    for into in alone:
        if securities.asset_class(into.account, into.symbol) is AssetClass.CRYPTO:
            sendable = left[same(into)[:2]]
            sender = _nearest(into, (o for o in sendable if _less_a_fee(o, into)))
            if sender is not None:
                sendable.remove(sender)
                found.add(Transfer(sender, into, lot_of(sender, into)))
    found.sent_away = [out for out in outs if out not in found.sent]
    return found


def _nearest(into: Transaction, outs: Iterable[Transaction]) -> Transaction | None:
    near = [o for o in outs if o.account != into.account and abs(into.date - o.date) <= DAYS_UNDER_WAY]
    return min(near, key=lambda o: (abs(into.date - o.date), o.quantity, o.date), default=None)


def _less_a_fee(out: Transaction, into: Transaction) -> bool:
    return into.quantity < out.quantity <= into.quantity / (1 - MOST_NETWORK_FEE)


def _less_a_high_fee(out: Transaction, into: Transaction) -> bool:
    return into.quantity < out.quantity <= into.quantity / (1 - HIGH_NETWORK_FEE)


def _tells_its_past(into: Transaction) -> bool:
    return into.acquired is not None and into.amount > 0
