"""What one tax year hands to the next: carryovers, lots as § 1091 left them, open windows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from planner.domain.case import Case
from planner.domain.errors import Caution
from planner.domain.household import PlannedPurchase
from planner.domain.portfolio import Holding, Transaction
from planner.domain.tax_return import tax_return
from planner.ledger.deemed_sales import is_worthless_security
from planner.ledger.lot_lines import LotLine
from planner.ledger.results import Disposition
from planner.ledger.unseen import ledger_with_unseen
from planner.ledger.year_to_date import year_so_far
from rules.liability import Liability, liability
from rules.substantially_identical import spelling
from rules.terms import ZERO, Lot, to_cents
from rules.wash_sale import WASH_DAYS_EACH_SIDE, first_safe_day


@dataclass(frozen=True, slots=True)
class CarriedSale:
    """A sale of the next year, or one that its windows must know, of units of one lot, in dollars."""

    account: str
    symbol: str
    asset_class: str
    lot_id: str
    acquired: date
    cost: Decimal
    sold: date
    quantity: Decimal
    proceeds: Decimal


@dataclass(frozen=True, slots=True)
class CarriedPurchase:
    """The purchase of carried sales' lot, in dollars: all units that they sold, and those of that day still held."""

    account: str
    symbol: str
    asset_class: str
    lot_id: str
    acquired: date
    quantity: Decimal
    cost: Decimal
    sales: tuple[CarriedSale, ...]


@dataclass(frozen=True, slots=True)
class MovedLot:
    """A lot whose basis or holding period is not what its broker lists: § 1091(d), § 1223(3)."""

    holding: Holding
    listed_basis: Decimal | None


@dataclass(frozen=True, slots=True)
class OpenWindowLoss:
    """A sale at a loss whose window is still open: until `safe_on` a purchase may move basis. § 1091(a)."""

    lot_id: str
    account: str
    symbol: str
    sold: date
    safe_on: date


@dataclass(frozen=True, slots=True)
class NextYear:
    """The next year's household. `year` is the year that ends, as it was. `unknown`: lots of unknown basis or price,
    which go on too, and are held back until both are known.

    `cautions`: what the ledger of the ended year leaves out or was not shown, so that the carryovers may be others.
    """

    tax_year: int
    year: Liability
    holdings: tuple[Holding, ...]
    moved: tuple[MovedLot, ...]
    unknown: tuple[Holding, ...]
    carried: tuple[CarriedPurchase, ...]
    purchases: tuple[Transaction, ...]
    planned: tuple[PlannedPurchase, ...]
    open_losses: tuple[OpenWindowLoss, ...] = field(default=())
    cautions: tuple[Caution, ...] = ()

    @property
    def provisional(self) -> bool:
        """Whether a purchase may still move a loss of the year into a basis."""
        return bool(self.open_losses)


def next_year(case: Case) -> NextYear:
    """What is handed on, as of a day after the tax year.

    Final once 31 days have passed since the last sale at a loss: until then a purchase can still wash it.
    """
    household, ended = case.household, case.household.taxpayer.tax_year
    so_far = year_so_far(case)
    ledger = ledger_with_unseen(case)
    listed = {holding.lot.lot_id: holding.lot for holding in case.holdings}
    carried = _carried_on(ledger.dispositions, ended, case.as_of)
    held = (
        holding for holding in so_far.holdings if not is_worthless_security(holding)
    )  # lost with the year, § 165(g)
    holdings = tuple(_as_before(tuple(held), carried))
    known = [holding for holding in holdings if holding.lot.basis is not None and holding.price is not None]
    first = min([date(ended, 12, 31) + timedelta(days=1), *(each.sold for each in carried)])
    first -= timedelta(days=WASH_DAYS_EACH_SIDE)
    sold = tuple(_carried_purchases(carried, holdings))
    of_sales = {(each.account, each.symbol, each.acquired) for each in sold}
    bought = (
        each
        for each in case.transactions
        if each.acquires and each.date >= first and (each.account, each.symbol, each.date) not in of_sales
    )
    return NextYear(
        tax_year=ended + 1,
        year=liability(tax_return(household), so_far.gains),
        holdings=tuple(known),
        moved=tuple(_moved(holdings, listed)),
        unknown=tuple(holding for holding in holdings if holding.lot.basis is None or holding.price is None),
        carried=sold,
        purchases=tuple(_still_held(bought, holdings, case)),
        planned=tuple(planned for planned in household.planned_purchases if planned.date > case.as_of),
        open_losses=tuple(_open_losses(ledger.dispositions, case.as_of, ended)),
        cautions=ledger.cautions,
    )


def _carried_on(dispositions: Sequence[Disposition], ended: int, as_of: date) -> list[Disposition]:
    """The sales that the next year's ledger must see: its own, those at a loss whose window is open, and those that
    used up, or sold, shares which these, or a sale from now on, could be matched with: each replaces once
    (Reg. § 1.1091-1(e))."""
    carried = {
        id(each)
        for each in dispositions
        if each.sold.year > ended or (each.allowed_loss > 0 and as_of < first_safe_day(each.sold))
    }
    while True:
        since = min([as_of, *(each.sold for each in dispositions if id(each) in carried)])
        since -= timedelta(days=WASH_DAYS_EACH_SIDE)
        more = {
            id(each)
            for each in dispositions
            if any(day is not None and day >= since for line in each.by_lot for day in _days_of(line))
        }
        if more <= carried:
            return [each for each in dispositions if id(each) in carried]
        carried |= more


def _days_of(line: LotLine) -> Iterator[date | None]:
    """On which days the units sold were bought, and those that replaced them."""
    yield line.acquired
    yield from (by.acquired for by in line.replaced_by)


def _moved(holdings: Iterable[Holding], listed: dict[str, Lot]) -> Iterator[MovedLot]:
    for holding in holdings:
        whole, lot = listed.get(holding.purchase), holding.lot
        basis = None
        if whole is not None and whole.basis is not None and whole.quantity >= lot.quantity:
            basis = to_cents(whole.basis * lot.quantity / whole.quantity)
        if basis is not None and lot.basis is not None:
            if basis != to_cents(lot.basis):
                yield MovedLot(holding, basis)
        elif holding.part_of is not None and lot.holding_since is not None:
            yield MovedLot(holding, None)


def _as_before(holdings: Iterable[Holding], carried: Iterable[Disposition]) -> Iterator[Holding]:
    """Lots that replaced shares of a carried sale, as before that: the next year's ledger has the sale, and moves the
    loss again. All others are as wash sales left them."""
    moved: dict[str, Decimal] = {}
    for by in (by for disposition in carried for line in disposition.by_lot for by in line.replaced_by):
        if by.lot_id is not None:
            loss = ZERO if by.permanently_lost else by.disallowed_loss
            moved[by.lot_id] = moved.get(by.lot_id, ZERO) + loss
    pieces: dict[str, list[Holding]] = {}
    for holding in holdings:
        pieces.setdefault(holding.purchase, []).append(holding)
    for lot_id, parts in pieces.items():
        if lot_id not in moved:
            yield from parts
            continue
        bases = [part.lot.basis for part in parts]
        basis = None if None in bases else to_cents(sum(filter(None, bases), ZERO) - moved[lot_id])
        quantity = sum((part.lot.quantity for part in parts), ZERO)
        lot = replace(parts[0].lot, lot_id=lot_id, quantity=quantity, basis=basis, holding_since=None)
        yield replace(parts[0], lot=replace(lot, acquired=parts[0].bought), purchased=None, part_of=None)


def _carried_purchases(dispositions: Iterable[Disposition], holdings: Iterable[Holding]) -> Iterator[CarriedPurchase]:
    """The carried sales by purchase, each with what is still held of it; units held of a lot that sold nothing, or that
    no sale names, count once, in the first purchase of their day."""
    by_lot: dict[tuple[str, str, date, str], list[CarriedSale]] = defaultdict(list)
    dispositions = list(dispositions)
    moved = {by.lot_id for each in dispositions for line in each.by_lot for by in line.replaced_by}
    for disposition in dispositions:
        for line in disposition.by_lot:
            if line.acquired is not None:
                key = disposition.account, disposition.symbol, line.acquired, line.lot_id
                by_lot[key].append(_carried(disposition, line, line.acquired, moved))
    held: dict[tuple[str, str, date | None, str | None], Decimal] = defaultdict(lambda: ZERO)
    for holding in holdings:
        of_day = holding.lot.account, holding.lot.symbol, holding.bought
        named = holding.purchase if (*of_day, holding.purchase) in by_lot else None
        held[(*of_day, named)] += holding.lot.quantity
    for (account, symbol, acquired, lot_id), sales in by_lot.items():
        of_day = account, symbol, acquired
        still_held = held.pop((*of_day, lot_id), ZERO) + held.pop((*of_day, None), ZERO)
        sold = sum((sale.quantity for sale in sales), ZERO)
        cost = sum((sale.cost for sale in sales), ZERO) * (sold + still_held) / sold
        kind = sales[0].asset_class
        yield CarriedPurchase(account, symbol, kind, lot_id, acquired, sold + still_held, cost, tuple(sales))


def _carried(disposition: Disposition, line: LotLine, acquired: date, moved: set[str | None]) -> CarriedSale:
    """`moved`: lots into which a carried sale's loss moves, and will again in the next year's ledger."""
    return CarriedSale(
        account=disposition.account,
        symbol=disposition.symbol,
        asset_class=disposition.asset_class.value,
        lot_id=line.lot_id,
        acquired=acquired,
        cost=line.basis - line.moved if line.lot_id in moved else line.basis,
        sold=disposition.sold,
        quantity=line.quantity,
        proceeds=line.proceeds,
    )


def _still_held(purchases: Iterable[Transaction], holdings: Iterable[Holding], case: Case) -> Iterator[Transaction]:
    """The purchases without the units that are gone, sold in a sale that is not carried: no window that a sale may yet
    open reaches back to these, and with them the next year's history would leave more than is held."""
    held: dict[tuple[str, str, date | None], Decimal] = defaultdict(lambda: ZERO)
    for holding in holdings:
        held[holding.lot.account, spelling(holding.lot.symbol), holding.bought] += holding.lot.quantity
    for bought in purchases:
        security = bought.account, spelling(bought.symbol)
        left = bought.quantity
        days = (bought.date, None)  # of a lot without a day it may be a part
        if security not in case.unexplained and bought.date < case.as_of - timedelta(days=WASH_DAYS_EACH_SIDE):
            for day in days:
                taken = min(left, held[(*security, day)])
                held[(*security, day)] -= taken
                left -= taken
            left = bought.quantity - left
        if left == bought.quantity:
            yield bought
        elif left > 0:
            yield replace(bought, quantity=left, amount=bought.amount * left / bought.quantity)


def _open_losses(dispositions: Iterable[Disposition], as_of: date, ended: int) -> Iterator[OpenWindowLoss]:
    for disposition in dispositions:
        safe_on = first_safe_day(disposition.sold)
        if disposition.sold.year == ended and disposition.allowed_loss > 0 and as_of < safe_on:
            for line in disposition.by_lot:
                if line.recognized < 0:
                    yield OpenWindowLoss(
                        line.lot_id, disposition.account, disposition.symbol, disposition.sold, safe_on
                    )
