"""Options in a history: what was written, bought back, assigned or exercised, and where the premium goes.

A written option that lapses, or is bought back, is a short-term gain or loss of that day (§ 1234(b)(1)). One that is
assigned is none: a put's premium lessens the basis of the shares bought, a call's is part of what the shares sold
bring. A call exercised is part of the basis of the shares it brings, a put's cost lessens what the shares bring
(Rev. Rul. 78-182). Lots that a broker lists hold all that already.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from planner.domain.portfolio import Transaction
from planner.ledger.events import History
from rules.option_contracts import SHARES_PER_CONTRACT, OptionContract, option_underlying
from rules.substantially_identical import spelling
from rules.terms import ZERO

NEARBY = timedelta(days=5)  # between an assignment and the row of its shares
FEES = Decimal("0.02")  # of the strike: what a row's amount may be off by


@dataclass(slots=True)
class _Open:
    """Contracts bought or written together, with what is left of their dollars."""

    units: Decimal
    dollars: Decimal
    row: Transaction


class _Contracts:
    """First in, first out."""

    def __init__(self) -> None:
        self.open: dict[str, list[_Open]] = defaultdict(list)

    def add(self, row: Transaction) -> None:
        self.open[spelling(row.symbol)].append(_Open(row.quantity, row.amount, row))

    def take(self, symbol: str, units: Decimal) -> tuple[Decimal, Decimal]:
        """The dollars of so many contracts, and how many of them were not there."""
        dollars = ZERO
        held = self.open[spelling(symbol)]
        while units > 0 and held:
            first = held[0]
            part = min(units, first.units)
            share = first.dollars * part / first.units
            dollars += share
            first.units -= part
            first.dollars -= share
            units -= part
            if not first.units:
                held.pop(0)
        return dollars, units

    def left(self, symbol: str) -> Decimal:
        return sum((part.units for part in self.open[spelling(symbol)]), ZERO)


def with_premiums(
    rows: Sequence[Transaction], account: str, history: History, *, listing: bool, reported: AbstractSet[str]
) -> list[Transaction]:
    """The rows of an account with premiums moved into the shares' own rows, and written options taken out: what these
    brought is a sale of the history, but of those that a realized file reports (`reported`, by spelling)."""
    if not any(_of_interest(row) for row in rows):
        return list(rows)
    changed = list(rows)
    bought, written = _Contracts(), _Contracts()
    used: set[int] = set()
    gone: set[int] = set()
    for n, row in enumerate(rows):
        contract = option_underlying(row.symbol)
        if contract is None:
            continue
        if row.action == "write":
            written.add(row)
            gone.add(n)
        elif row.action == "close":
            premium, missing = written.take(row.symbol, row.quantity)
            gone.add(n)
            if missing < row.quantity and spelling(row.symbol) not in reported:
                part = row.quantity - missing
                history.closed(account, row, part, premium, row.amount * part / row.quantity)
            if missing and spelling(row.symbol) not in reported:
                _not_shown(account, history, row, "bought back", missing)
        elif row.action == "expire" and bought.left(row.symbol) < row.quantity and written.left(row.symbol):
            premium, missing = written.take(row.symbol, row.quantity)
            gone.add(n)
            if spelling(row.symbol) not in reported:
                history.closed(account, row, row.quantity - missing, premium, ZERO)
        elif row.action in ("assign", "exercise"):
            side = written if row.action == "assign" else bought
            dollars, missing = side.take(row.symbol, row.quantity)
            if row.action == "assign":
                gone.add(n)
            place = _shares(changed, used, row, contract)
            if listing:
                continue
            if missing or place is None:
                _not_followed(account, history, row, contract, _stock(rows, contract), missing)
                continue
            used.add(place)
            changed[place] = _adjusted(changed[place], row, contract, dollars)
        elif row.acquires:
            bought.add(row)
        elif row.sells:
            bought.take(row.symbol, row.quantity)
    return [row for n, row in enumerate(changed) if n not in gone]


def _of_interest(row: Transaction) -> bool:
    return row.action in ("write", "close", "assign") or (row.action == "exercise" and row.departs)


def _stock(rows: Sequence[Transaction], contract: OptionContract) -> str:
    """The stock as the account's rows spell it: an option's root drops the point of a share class."""
    bare = contract.underlying.replace(".", "")
    return next((row.symbol for row in rows if spelling(row.symbol).replace(".", "") == bare), contract.underlying)


def _shares(rows: Sequence[Transaction], used: set[int], of: Transaction, contract: OptionContract) -> int | None:
    """The row of the shares that an assignment or exercise brought or took away: a hundred for each contract."""
    comes = (contract.right == "call") is (of.action == "exercise")
    wanted = of.quantity * SHARES_PER_CONTRACT
    stock = contract.underlying.replace(".", "")

    def fits(row: Transaction) -> bool:
        right_way = row.acquires if comes else row.action == "sell"
        same = spelling(row.symbol).replace(".", "") == stock
        return right_way and same and row.quantity == wanted and abs(row.date - of.date) <= NEARBY

    found = [n for n, row in enumerate(rows) if n not in used and fits(row)]
    strike = (contract.strike or ZERO) * wanted

    def nearness(n: int) -> tuple[bool, timedelta, int]:
        row = rows[n]
        return abs(row.amount - strike) > strike * FEES, abs(row.date - of.date), n

    return min(found, key=nearness, default=None)


def _adjusted(shares: Transaction, of: Transaction, contract: OptionContract, dollars: Decimal) -> Transaction:
    """Rev. Rul. 78-182: by the premium received where assigned, by the price paid where exercised."""
    comes = (contract.right == "call") is (of.action == "exercise")
    more = dollars if comes is (of.action == "exercise") else -dollars
    strike = (contract.strike or ZERO) * shares.quantity
    if abs(shares.amount - strike - more) < abs(shares.amount - strike):
        return shares  # the row states it so already
    return replace(shares, amount=max(shares.amount + more, ZERO))


def _not_followed(
    account: str, history: History, row: Transaction, contract: OptionContract, stock: str, missing: Decimal
) -> None:
    what = f"an option on {contract.underlying} was {'assigned' if row.action == 'assign' else 'exercised'}"
    if missing:
        what += ", and no row shows its premium"
        remedy = "give the history from the day on which the option was opened"
    else:
        what += ", and no row shows its shares"
        remedy = "write the shares' `buy` or `sell` at the strike in our own layout"
    why = f"{what}, which is part of the basis or the proceeds of the shares (Rev. Rul. 78-182)"
    history.unexplain(account, stock, row, why, remedy)


def _not_shown(account: str, history: History, row: Transaction, done: str, units: Decimal) -> None:
    remedy = "enter the gain (§ 1234(b): short-term) in [realized], or give the history from the day it was written"
    why = f"the option was written before the history begins, and {done}"
    history.leave_out(account, row, units, None, why, remedy)
