"""A saved plan beside what happened since: which sales were made, which lots the brokers took, which windows broke.

Sales are matched by account, symbol and acquisition date, then quantity: a broker's file seldom has our lot ids.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from planner.domain.case import Case, FileRead
from planner.domain.portfolio import RealizedDisposition, Transaction
from planner.domain.saved_plan import SavedPlan, SavedSale
from planner.domain.trading_days import settles_on
from planner.ledger.coverage import days_shown
from planner.ledger.results import Disposition, HouseholdLedger, LotLine
from rules.substantially_identical import spelling
from rules.terms import ZERO, to_cents

SAME_COST = Decimal(1)  # dollars by which two figures of one lot's basis may differ, rounded as they are


class Progress(StrEnum):
    """What became of a planned sale. Other lot: the broker sold units of the symbol, but not of the lot named."""

    DONE = "done"
    PARTLY = "partly"
    OPEN = "open"
    OTHER_LOT = "other_lot"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class FollowedSale:
    """A planned sale and what was sold of it. Dollars; `gain_so_far` is signed and before § 1091.

    `taken_instead` are the acquisition dates of the lots that the broker took instead (None: not known), `sold_on` the
    days of the sales.
    """

    planned: SavedSale
    sold_quantity: Decimal
    proceeds: Decimal
    gain_so_far: Decimal
    progress: Progress
    taken_instead: tuple[date | None, ...] = ()
    sold_on: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class UnplannedSale:
    """Units sold since the plan that it does not name. Dollars, `gain` signed and before § 1091."""

    lot_id: str
    account: str
    symbol: str
    sold: date
    quantity: Decimal
    gain: Decimal


@dataclass(frozen=True, slots=True)
class BrokenWindow:
    """A purchase since the plan that washed a loss sale made since the plan. § 1091(a). The losses are positive."""

    symbol: str
    account: str
    bought: date
    quantity: Decimal
    disallowed_loss: Decimal
    permanently_lost: Decimal


@dataclass(frozen=True, slots=True)
class Followed:
    """All of it. `left` is the net benefit, in dollars, of a plan of what is left; zero once the year is over.
    `by_plan_alone` are sales of which the saved plan alone says the lot: no file has their basis."""

    plan: SavedPlan
    as_of: date
    sales: tuple[FollowedSale, ...]
    not_planned: tuple[UnplannedSale, ...]
    broken_windows: tuple[BrokenWindow, ...]
    by_plan_alone: tuple[RealizedDisposition, ...] = ()
    left: Decimal = ZERO

    @property
    def may_be_corrected(self) -> bool:
        """Whether a sale of another lot than the one named has not settled yet. Reg. § 1.1012-1(c)(8)."""
        others = (sale for sale in self.sales if sale.progress is Progress.OTHER_LOT)
        return any(self.as_of <= settles_on(day) for sale in others for day in sale.sold_on)

    @property
    def disallowed_since(self) -> Decimal:
        """The losses that purchases since the plan disallow, positive."""
        return sum((window.disallowed_loss for window in self.broken_windows), ZERO)

    @property
    def realized_planned(self) -> Decimal:
        """What the plan's sales realize by the plan, before § 1091."""
        return sum((sale.planned.gain for sale in self.sales), ZERO)

    @property
    def realized_so_far(self) -> Decimal:
        """What was realized so far by sales that answer to the plan, before § 1091."""
        return sum((sale.gain_so_far for sale in self.sales), ZERO)


def with_planned_lots(
    plan: SavedPlan, case: Case, ledger: HouseholdLedger
) -> tuple[Case, tuple[RealizedDisposition, ...]]:
    """The case with the lots that the plan names, for sales since it of which no file says what was sold; and these.

    A broker that lists lots no longer lists the one that is sold; its history has the sale alone, and the ledger leaves
    it out, not knowing the basis. The saved plan knows it. A sale that names a lot is of that lot; one that names none
    is taken to be of the plan's lots, in the order of the plan.
    """
    unseen = _sales_not_in_the_ledger(plan, case, ledger)
    left = {id(sale): sale.quantity for sale in plan.sales}
    found: list[RealizedDisposition] = []
    for transaction, units in unseen:
        of_it = [sale for sale in plan.sales if _is_security(sale, transaction.account, transaction.symbol)]
        of_it = [sale for sale in of_it if not _is_still_listed(sale, plan, case, transaction.date)]
        if transaction.lot_id is not None:
            of_it = [sale for sale in of_it if sale.lot_id == transaction.lot_id]
        for sale in sorted(of_it, key=lambda each: each.sold):
            taken = min(units, left[id(sale)])
            if taken > 0:
                units -= taken
                left[id(sale)] -= taken
                found.append(_as_sold(sale, transaction, taken))
    return (replace(case, realized=(*case.realized, *found), kept=None) if found else case), tuple(found)


def _sales_not_in_the_ledger(
    plan: SavedPlan, case: Case, ledger: HouseholdLedger
) -> Iterator[tuple[Transaction, Decimal]]:
    """Sales since the plan, each with the units that no disposition of the ledger accounts for."""
    known: dict[tuple[str, str, date, str], Decimal] = defaultdict(lambda: ZERO)
    for disposition in ledger.dispositions:
        for line in disposition.by_lot:
            known[disposition.account, spelling(disposition.symbol), disposition.sold, line.lot_id] += line.quantity
    sales = sorted(
        (each for each in case.transactions if each.sells and each.date >= plan.as_of), key=lambda each: each.date
    )
    left = [transaction.quantity for transaction in sales]
    for by_lot in (True, False):  # first the lots that the rows name: a row must not take what another one sold
        for n, transaction in enumerate(sales):
            of_it = (transaction.account, spelling(transaction.symbol), transaction.date)
            for key, units in known.items():
                if key[:3] == of_it and (not by_lot or key[3] == transaction.lot_id):
                    taken = min(left[n], units)
                    left[n] -= taken
                    known[key] -= taken
    yield from ((transaction, units) for transaction, units in zip(sales, left, strict=True) if units > 0)


def _is_still_listed(sale: SavedSale, plan: SavedPlan, case: Case, sold: date) -> bool:
    """Whether a lot that the plan sells whole is in the account's lots of a later day: another was sold. A file that
    states no day is of a later one where it is not the file that the plan was made from."""
    files = [file for file in case.files if file.kind == "lots" and sale.account in file.account.split(", ")]
    if not sale.whole_lot or not files or not all(_is_later(file, plan, case, sold) for file in files):
        return False
    held = [each for each in case.holdings if _is_security(sale, each.lot.account, each.lot.symbol)]
    units = sum((each.lot.quantity for each in held if each.bought == sale.acquired), ZERO)
    return sale.acquired is not None and units >= sale.quantity


def _is_later(file: FileRead, plan: SavedPlan, case: Case, sold: date) -> bool:
    if file.as_of is not None:
        return file.as_of > sold
    then, now = plan.digests.get(file.path), case.sources.digests.get(file.path)
    return bool(plan.digests) and now is not None and then != now


def _is_security(sale: SavedSale, account: str, symbol: str) -> bool:
    return sale.account == account and spelling(sale.symbol) == spelling(symbol)


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


class _Sold:
    """Units of one lot in one disposition, of which planned sales take their part."""

    def __init__(self, disposition: Disposition, line: LotLine) -> None:
        self.disposition, self.line, self.left = disposition, line, line.quantity

    def take(self, most: Decimal) -> _Taken:
        taken = min(self.left, most)
        self.left -= taken
        return _Taken(self, taken)

    def part(self, amount: Decimal, units: Decimal) -> Decimal:
        return amount * units / self.line.quantity

    def answers(self, sale: SavedSale) -> bool:
        """Whether it is the same security of the same account."""
        return self.left > 0 and _is_security(sale, self.disposition.account, self.disposition.symbol)

    def is_lot(self, sale: SavedSale, plan: SavedPlan) -> bool:
        """Whether it is the lot named: by its id, else by the day it was acquired; where no file gives the day, by what
        it had cost, alone or with the plan's other sales of the security."""
        line = self.line
        if line.acquired is None and not line.inherited and line.lot_id != sale.lot_id:
            disposition = self.disposition
            its = [each for each in plan.sales if _is_security(each, disposition.account, disposition.symbol)]
            return any(
                abs(line.basis * units / line.quantity - basis) <= SAME_COST
                for units, basis in (
                    (sale.quantity, sale.basis),
                    (sum((each.quantity for each in its), ZERO), sum((each.basis for each in its), ZERO)),
                )
            )
        return line.lot_id == sale.lot_id or line.acquired == sale.acquired


@dataclass(frozen=True, slots=True)
class _Taken:
    sold: _Sold
    units: Decimal

    @property
    def proceeds(self) -> Decimal:
        return self.sold.part(self.sold.line.proceeds, self.units)

    @property
    def gain(self) -> Decimal:
        return self.sold.part(self.sold.line.gain_before_wash, self.units)


def followed(plan: SavedPlan, case: Case, ledger: HouseholdLedger) -> Followed:
    """What became of a plan. Sales of its own day count as made after it."""
    since = [disposition for disposition in ledger.dispositions if disposition.sold >= plan.as_of]
    sold = [_Sold(disposition, line) for disposition in since for line in disposition.by_lot]
    sales = sorted(plan.sales, key=lambda sale: sale.sold)
    named = {
        id(sale): list(_take(sale, sale.quantity, [one for one in sold if one.is_lot(sale, plan)])) for sale in sales
    }
    instead = {id(sale): list(_take(sale, sale.quantity - _units(named[id(sale)]), sold)) for sale in sales}
    unseen = list(_sales_not_in_the_ledger(plan, case, ledger))
    return Followed(
        plan=plan,
        as_of=case.as_of,
        sales=tuple(
            _of_unknown_lots(_followed(sale, named[id(sale)], instead[id(sale)], case), unseen, plan, case)
            for sale in sales
        ),
        not_planned=tuple(_unplanned(one) for one in sold if one.left > 0),
        broken_windows=tuple(_broken(plan, since)),
    )


def _take(sale: SavedSale, most: Decimal, sold: Iterable[_Sold]) -> Iterator[_Taken]:
    """Units for a planned sale, at most so many, in the order in which they were sold."""
    for one in sold:
        if most > 0 and one.answers(sale):
            taken = one.take(most)
            most -= taken.units
            yield taken


def _units(taken: Iterable[_Taken]) -> Decimal:
    return sum((one.units for one in taken), ZERO)


def _followed(sale: SavedSale, named: Sequence[_Taken], instead: Sequence[_Taken], case: Case) -> FollowedSale:
    both = [*named, *instead]
    return FollowedSale(
        planned=sale,
        sold_quantity=_units(both),
        proceeds=to_cents(sum((one.proceeds for one in both), ZERO)),
        gain_so_far=to_cents(sum((one.gain for one in both), ZERO)),
        progress=_progress(sale, _units(named), bool(instead), case),
        taken_instead=tuple(dict.fromkeys(one.sold.line.acquired for one in instead)),
        sold_on=tuple(sorted({one.sold.disposition.sold for one in both})),
    )


def _of_unknown_lots(
    it: FollowedSale, unseen: list[tuple[Transaction, Decimal]], plan: SavedPlan, case: Case
) -> FollowedSale:
    """A sale of which no file says the lot, only that it was not the one named: that is still listed. Its gain is not
    known, and zero here."""
    sale = it.planned
    for n, (transaction, units) in enumerate(unseen if it.sold_quantity == 0 else ()):
        of_it = units > 0 and _is_security(sale, transaction.account, transaction.symbol)
        if of_it and _is_still_listed(sale, plan, case, transaction.date):
            taken = min(units, sale.quantity)
            unseen[n] = transaction, units - taken
            return replace(
                it,
                sold_quantity=taken,
                proceeds=to_cents(transaction.amount * taken / transaction.quantity),
                progress=Progress.OTHER_LOT,
                taken_instead=(None,),
                sold_on=(transaction.date,),
            )
    return it


def _progress(sale: SavedSale, of_the_lot: Decimal, others: bool, case: Case) -> Progress:
    if others:
        return Progress.OTHER_LOT
    if of_the_lot >= sale.quantity:
        return Progress.DONE
    if of_the_lot > 0:
        return Progress.PARTLY
    return Progress.OPEN if _is_known_unsold(sale, case) else Progress.UNKNOWN


def _is_known_unsold(sale: SavedSale, case: Case) -> bool:
    """The day is still to come, the lot is still listed, or a file of the account covers the day and shows no sale."""
    if case.as_of < sale.sold:
        return True
    held = sum((each.lot.quantity for each in case.holdings if each.lot.lot_id == sale.lot_id), ZERO)
    if held >= sale.quantity:
        return True
    days = [file.as_of for file in case.files if file.as_of and sale.account in file.account.split(", ")]
    span = days_shown(case).get(sale.account)
    return any(day >= sale.sold for day in (*days, *(span[1:] if span else ())))


def _unplanned(one: _Sold) -> UnplannedSale:
    disposition = one.disposition
    gain = to_cents(one.part(one.line.gain_before_wash, one.left))
    return UnplannedSale(one.line.lot_id, disposition.account, disposition.symbol, disposition.sold, one.left, gain)


def _broken(plan: SavedPlan, since: Sequence[Disposition]) -> Iterator[BrokenWindow]:
    """Purchases on or after the plan's day that disallow losses taken since, each purchase once."""
    found: dict[tuple[str, str, date], list[Decimal]] = {}
    for by in (by for disposition in since for line in disposition.by_lot for by in line.replaced_by):
        if by.acquired is None or by.acquired < plan.as_of or by.account is None:
            continue
        sums = found.setdefault((by.symbol, by.account, by.acquired), [ZERO, ZERO, ZERO])
        sums[0] += by.quantity
        sums[1] += by.disallowed_loss
        sums[2] += by.disallowed_loss if by.permanently_lost else ZERO
    for (symbol, account, bought), (quantity, disallowed, lost) in sorted(found.items()):
        yield BrokenWindow(symbol, account, bought, quantity, to_cents(disallowed), to_cents(lost))
