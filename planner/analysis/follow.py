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
from itertools import compress
from operator import not_

from planner.analysis.unlisted_sales import ListedLots, Security, by_security, sales_not_in_the_ledger, security
from planner.domain.case import Case
from planner.domain.portfolio import RealizedDisposition, Transaction
from planner.domain.saved_plan import SavedPlan, SavedSale
from planner.domain.trading_days import settles_on
from planner.ledger.coverage import days_shown
from planner.ledger.lot_lines import LotLine
from planner.ledger.results import Disposition, HouseholdLedger
from rules.ledger.outcomes import ReplacedBy
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
    """A planned sale and what was sold of it. Dollars; `gain_so_far` is signed and before § 1091, `disallowed_so_far`
    what § 1091 disallows of it, positive.

    `instead` are the acquisition dates of the lots that the broker took instead (None: not known), each with its units,
    `sold_on` the days of the sales.
    """

    planned: SavedSale
    sold_quantity: Decimal
    proceeds: Decimal
    gain_so_far: Decimal
    progress: Progress
    instead: tuple[tuple[date | None, Decimal], ...] = ()
    sold_on: tuple[date, ...] = ()
    disallowed_so_far: Decimal = ZERO

    @property
    def sold_of_the_lot(self) -> Decimal:
        """The units sold of the lot that the plan names."""
        return self.sold_quantity - sum((units for _, units in self.instead), ZERO)

    @property
    def taken_instead(self) -> list[date | None]:
        return [acquired for acquired, _ in self.instead]


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
    """A purchase that washed loss sales made since the plan. § 1091(a). The losses are positive. `bought` None: the
    broker states the disallowed loss, and no file shows the purchase. `its_sale`: the plan's sale of these shares."""

    symbol: str
    account: str
    bought: date | None
    quantity: Decimal
    disallowed_loss: Decimal
    permanently_lost: Decimal
    its_sale: FollowedSale | None = None


@dataclass(frozen=True, slots=True)
class Followed:
    """All of it. `left` is the net benefit, in dollars, of a plan of what is left; zero once the year is over.
    `by_plan_alone` are sales of which the saved plan alone says the lot: no file has their basis. `broken_windows` are
    purchases since the plan, `older_purchases` those before it: the plan knew of these, and may have sold them."""

    plan: SavedPlan
    as_of: date
    sales: tuple[FollowedSale, ...]
    not_planned: tuple[UnplannedSale, ...]
    broken_windows: tuple[BrokenWindow, ...]
    older_purchases: tuple[BrokenWindow, ...] = ()
    by_plan_alone: tuple[RealizedDisposition, ...] = ()
    left: Decimal = ZERO

    @property
    def may_be_corrected(self) -> bool:
        """Whether a sale of another lot than the one named has not settled yet. Reg. § 1.1012-1(c)(8)."""
        others = (sale for sale in self.sales if sale.progress is Progress.OTHER_LOT)
        return any(self.as_of <= settles_on(day) for sale in others for day in sale.sold_on)

    @property
    def realized_planned(self) -> Decimal:
        """What the plan's sales realize by the plan, before § 1091."""
        return sum((sale.planned.gain for sale in self.sales), ZERO)

    @property
    def realized_so_far(self) -> Decimal:
        """What was realized so far by sales that answer to the plan, before § 1091."""
        return sum((sale.gain_so_far for sale in self.sales), ZERO)

    @property
    def recognized_planned(self) -> Decimal:
        """What the plan's sales recognize by the plan, after § 1091."""
        return sum((sale.planned.recognized for sale in self.sales), ZERO)

    @property
    def recognized_so_far(self) -> Decimal:
        """What sales that answer to the plan recognize so far, after § 1091."""
        return self.realized_so_far + sum((sale.disallowed_so_far for sale in self.sales), ZERO)


def disallowed_by(purchases: Iterable[BrokenWindow]) -> Decimal:
    """The losses that these purchases disallow, positive. § 1091(a)."""
    return sum((each.disallowed_loss for each in purchases), ZERO)


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

    def is_lot(self, sale: SavedSale, its: Sequence[SavedSale]) -> bool:
        """Whether it is the lot named: by its id, else by the day it was acquired; where no file gives the day, by what
        it had cost, alone or with `its`: the plan's sales of the security."""
        line = self.line
        if line.acquired is None and not line.inherited and line.lot_id != sale.lot_id:
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

    @property
    def disallowed(self) -> Decimal:
        return self.sold.part(self.sold.line.disallowed_loss, self.units)


def followed(plan: SavedPlan, case: Case, ledger: HouseholdLedger) -> Followed:
    """What became of a plan. Sales of its own day count as made after it."""
    since = [disposition for disposition in ledger.dispositions if disposition.sold >= plan.as_of]
    sold = [_Sold(disposition, line) for disposition in since for line in disposition.by_lot]
    sold_of: dict[Security, list[_Sold]] = defaultdict(list)
    for one in sold:
        sold_of[security(one.disposition.account, one.disposition.symbol)].append(one)
    sales = sorted(plan.sales, key=lambda sale: sale.sold)
    of = {id(sale): security(sale.account, sale.symbol) for sale in sales}
    planned = by_security(plan)
    named = {id(sale): list(_take_named(sale, sold_of[of[id(sale)]], planned[of[id(sale)]])) for sale in sales}
    instead = {id(sale): list(_take(sale.quantity - _units(named[id(sale)]), sold_of[of[id(sale)]])) for sale in sales}
    unseen: dict[Security, list[tuple[Transaction, Decimal]]] = defaultdict(list)
    for transaction, units in sales_not_in_the_ledger(plan, case, ledger):
        unseen[security(transaction.account, transaction.symbol)].append((transaction, units))
    known, listed = _Known(case), ListedLots(plan, case)
    followed_sales = tuple(
        _of_unknown_lots(
            _followed(sale, named[id(sale)], instead[id(sale)], known), unseen.get(of[id(sale)], []), listed
        )
        for sale in sales
    )
    windows = list(_broken(since, followed_sales))
    is_since = [window.bought is not None and window.bought >= plan.as_of for window in windows]
    return Followed(
        plan=plan,
        as_of=case.as_of,
        sales=followed_sales,
        not_planned=tuple(_unplanned(one) for one in sold if one.left > 0),
        broken_windows=tuple(compress(windows, is_since)),
        older_purchases=tuple(compress(windows, map(not_, is_since))),
    )


def _take_named(sale: SavedSale, sold: Iterable[_Sold], its: Sequence[SavedSale]) -> Iterator[_Taken]:
    """Units of the lot that a planned sale names, of what was sold of its security."""
    return _take(sale.quantity, (one for one in sold if one.left > 0 and one.is_lot(sale, its)))


def _take(most: Decimal, sold: Iterable[_Sold]) -> Iterator[_Taken]:
    """Units for a planned sale, at most so many, in the order in which they were sold."""
    for one in sold:
        if most <= 0:
            return
        if one.left > 0:
            taken = one.take(most)
            most -= taken.units
            yield taken


def _units(taken: Iterable[_Taken]) -> Decimal:
    return sum((one.units for one in taken), ZERO)


def _followed(sale: SavedSale, named: Sequence[_Taken], instead: Sequence[_Taken], known: _Known) -> FollowedSale:
    both = [*named, *instead]
    return FollowedSale(
        planned=sale,
        sold_quantity=_units(both),
        proceeds=to_cents(sum((one.proceeds for one in both), ZERO)),
        gain_so_far=to_cents(sum((one.gain for one in both), ZERO)),
        progress=_progress(sale, _units(named), bool(instead), known),
        instead=tuple(_by_day(instead).items()),
        sold_on=tuple(sorted({one.sold.disposition.sold for one in both})),
        disallowed_so_far=to_cents(sum((one.disallowed for one in both), ZERO)),
    )


def _by_day(taken: Iterable[_Taken]) -> dict[date | None, Decimal]:
    """The units by the day on which their lot was acquired."""
    found: dict[date | None, Decimal] = defaultdict(lambda: ZERO)
    for one in taken:
        found[one.sold.line.acquired] += one.units
    return found


def _of_unknown_lots(it: FollowedSale, unseen: list[tuple[Transaction, Decimal]], listed: ListedLots) -> FollowedSale:
    """A sale of which no file says the lot, only that it was not the one named: that is still listed. Its gain is not
    known, and zero here. `unseen`: sales of its security that the ledger does not explain, with their units."""
    sale = it.planned
    for n, (transaction, units) in enumerate(unseen if it.sold_quantity == 0 else ()):
        if units > 0 and listed.has(sale, transaction.date):
            taken = min(units, sale.quantity)
            unseen[n] = transaction, units - taken
            return replace(
                it,
                sold_quantity=taken,
                proceeds=to_cents(transaction.amount * taken / transaction.quantity),
                progress=Progress.OTHER_LOT,
                instead=((None, taken),),
                sold_on=(transaction.date,),
            )
    return it


def _progress(sale: SavedSale, of_the_lot: Decimal, others: bool, known: _Known) -> Progress:
    if others:
        return Progress.OTHER_LOT
    if of_the_lot >= sale.quantity:
        return Progress.DONE
    if of_the_lot > 0:
        return Progress.PARTLY
    return Progress.OPEN if known.unsold(sale) else Progress.UNKNOWN


class _Known:
    """What files say of sales that no ledger has: lots still held, and the last day that each account's files cover."""

    def __init__(self, case: Case) -> None:
        self._as_of = case.as_of
        self._held: dict[str, Decimal] = defaultdict(lambda: ZERO)
        for each in case.holdings:
            self._held[each.lot.lot_id] += each.lot.quantity
        self._last = {account: last for account, (_, last) in days_shown(case).items()}
        for file in case.files:
            if file.as_of is not None:
                for account in file.account.split(", "):
                    self._last[account] = max(self._last.get(account, file.as_of), file.as_of)

    def unsold(self, sale: SavedSale) -> bool:
        """The day is still to come, the lot is still listed, or a file of the account covers the day and shows no
        sale."""
        if self._as_of < sale.sold or self._held.get(sale.lot_id, ZERO) >= sale.quantity:
            return True
        return self._last.get(sale.account, date.min) >= sale.sold


def _unplanned(one: _Sold) -> UnplannedSale:
    disposition = one.disposition
    gain = to_cents(one.part(one.line.gain_before_wash, one.left))
    return UnplannedSale(one.line.lot_id, disposition.account, disposition.symbol, disposition.sold, one.left, gain)


def _broken(since: Sequence[Disposition], sales: Sequence[FollowedSale]) -> Iterator[BrokenWindow]:
    """Purchases that disallow losses taken since the plan, each purchase once."""
    found: dict[tuple[str, str, date | None], list[Decimal]] = {}
    for by, disallowed in (each for disposition in since for line in disposition.by_lot for each in _in_cents(line)):
        sums = found.setdefault((by.symbol, by.account, by.acquired), [ZERO, ZERO, ZERO])
        sums[0] += by.quantity
        sums[1] += disallowed
        sums[2] += disallowed if by.permanently_lost else ZERO
    of_lot: dict[tuple[Security, date | None], FollowedSale] = {}  # the first sale of each lot
    for sale in sales:
        of_lot.setdefault((security(sale.planned.account, sale.planned.symbol), sale.planned.acquired), sale)
    for (symbol, account, bought), (quantity, total, lost) in sorted(found.items(), key=_by_symbol_and_day):
        its_sale = of_lot.get((security(account, symbol), bought)) if bought is not None else None
        yield BrokenWindow(symbol, account, bought, quantity, total, lost, its_sale)


def _in_cents(line: LotLine) -> Iterator[tuple[ReplacedBy, Decimal]]:
    """What disallows the line's loss, each with its part, in cents that add up to the line's."""
    left = line.disallowed_loss
    for n, by in enumerate(line.replaced_by, 1):
        part = min(to_cents(by.disallowed_loss), left) if n < len(line.replaced_by) else left
        left -= part
        yield by, part


def _by_symbol_and_day(item: tuple[tuple[str, str, date | None], object]) -> tuple[str, str, date]:
    (symbol, account, bought), _ = item
    return symbol, account, bought or date.min
