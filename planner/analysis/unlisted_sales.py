"""Sales since a saved plan of which no file says the lot: they are of the plan's lots, but where others were sold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from planner.domain.case import Case, FileRead
from planner.domain.portfolio import RealizedDisposition, Transaction
from planner.domain.saved_plan import SavedPlan, SavedSale
from planner.ledger.results import HouseholdLedger
from rules.substantially_identical import spelling
from rules.terms import ZERO, to_cents

Security = tuple[str, str]  # account, symbol


def with_planned_lots(
    plan: SavedPlan, case: Case, ledger: HouseholdLedger
) -> tuple[Case, tuple[RealizedDisposition, ...]]:
    """The case with the lots that the plan names, for sales since it of which no file says what was sold; and these.

    A broker that lists lots no longer lists the one that is sold; its history has the sale alone, and the ledger leaves
    it out, not knowing the basis. The saved plan knows it. A sale that names a lot is of that lot; one that names none
    is taken to be of the plan's lots, in the order of the plan.
    """
    unseen = sales_not_in_the_ledger(plan, case, ledger)
    planned, listed = by_security(plan), ListedLots(plan, case)
    left = {id(sale): sale.quantity for sale in plan.sales}
    found: list[RealizedDisposition] = []
    for transaction, units in unseen:
        of_it = planned.get(security(transaction.account, transaction.symbol), [])
        of_it = [sale for sale in of_it if not listed.has(sale, transaction.date)]
        if transaction.lot_id is not None:
            of_it = [sale for sale in of_it if sale.lot_id == transaction.lot_id]
        for sale in sorted(of_it, key=lambda each: each.sold):
            taken = min(units, left[id(sale)])
            if taken > 0:
                units -= taken
                left[id(sale)] -= taken
                found.append(_as_sold(sale, transaction, taken))
    return (replace(case, realized=(*case.realized, *found), kept=None) if found else case), tuple(found)


def sales_not_in_the_ledger(
    plan: SavedPlan, case: Case, ledger: HouseholdLedger
) -> Iterator[tuple[Transaction, Decimal]]:
    """Sales since the plan, each with the units that no disposition of the ledger accounts for."""
    known: dict[tuple[Security, date], dict[str, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for disposition in ledger.dispositions:
        of_it = known[security(disposition.account, disposition.symbol), disposition.sold]
        for line in disposition.by_lot:
            of_it[line.lot_id] += line.quantity
    sales = sorted(
        (each for each in case.transactions if each.sells and each.date >= plan.as_of), key=lambda each: each.date
    )
    left = [transaction.quantity for transaction in sales]
    for by_lot in (True, False):  # first the lots that the rows name: a row must not take what another one sold
        for n, transaction in enumerate(sales):
            of_it = known.get((security(transaction.account, transaction.symbol), transaction.date), {})
            for lot_id in [each for each in of_it if not by_lot or each == transaction.lot_id]:
                taken = min(left[n], of_it[lot_id])
                left[n] -= taken
                of_it[lot_id] -= taken
    yield from ((transaction, units) for transaction, units in zip(sales, left, strict=True) if units > 0)


class ListedLots:
    """What accounts that list lots still hold, by security and day of purchase: gone through once, asked often."""

    def __init__(self, plan: SavedPlan, case: Case) -> None:
        self._plan, self._case = plan, case
        self._files: dict[str, list[FileRead]] = defaultdict(list)
        for file in case.files:
            for account in file.account.split(", ") if file.kind == "lots" else ():
                self._files[account].append(file)
        self._units: dict[tuple[Security, date | None], Decimal] = defaultdict(lambda: ZERO)
        for each in case.holdings:
            self._units[security(each.lot.account, each.lot.symbol), each.bought] += each.lot.quantity

    def has(self, sale: SavedSale, sold: date) -> bool:
        """Whether a lot that the plan sells whole is in the account's lots of a later day: another was sold. A file
        that states no day is of a later one where it is not the file that the plan was made from."""
        files = self._files.get(sale.account)
        if not sale.whole_lot or sale.acquired is None or not files:
            return False
        if not all(_is_later(file, self._plan, self._case, sold) for file in files):
            return False
        return self._units.get((security(sale.account, sale.symbol), sale.acquired), ZERO) >= sale.quantity


def _is_later(file: FileRead, plan: SavedPlan, case: Case, sold: date) -> bool:
    if file.as_of is not None:
        return file.as_of > sold
    then, now = plan.digests.get(file.path), case.sources.digests.get(file.path)
    return bool(plan.digests) and now is not None and then != now


def security(account: str, symbol: str) -> Security:
    """What makes two rows of one security in one account: the account, and the symbol as it is usually spelled."""
    return account, spelling(symbol)


def by_security(plan: SavedPlan) -> dict[Security, list[SavedSale]]:
    """The plan's sales of each security of each account, in the order of the plan."""
    found: dict[Security, list[SavedSale]] = defaultdict(list)
    for sale in plan.sales:
        found[security(sale.account, sale.symbol)].append(sale)
    return found


def _as_sold(sale: SavedSale, transaction: Transaction, units: Decimal) -> RealizedDisposition:
    return RealizedDisposition(
        account=sale.account,
        symbol=transaction.symbol,
        asset_class=sale.asset_class,
        quantity=units,
        acquired=sale.acquired,
        sold=transaction.date,
        proceeds=to_cents(transaction.amount * units / transaction.quantity),
        basis=to_cents(sale.basis * units / sale.quantity),
        character=sale.character,
        where=transaction.where,
        by_household=True,
    )
