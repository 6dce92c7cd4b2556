"""§ 1091: the window around a loss, and which of the purchases in it disallow how much of the loss.

Matching is share for share, as Reg. § 1.1091-1(b)-(e) orders it. What the disallowance then does to the replacement's
basis (§ 1091(d)) and holding period (§ 1223(3)) is for the ledger that keeps the lots (`rules.ledger.run`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Generic, Protocol, TypeVar

from rules.conventions import DEFAULTS, Conventions
from rules.quickly_made import quickly_made
from rules.terms import ZERO, AccountKind, Owner, ReplacementPurchase

WASH_DAYS_EACH_SIDE = 30
"""§ 1091(a): "beginning 30 days before the date of such sale … and ending 30 days after such date"."""

ONE = Decimal(1)
_REACH = timedelta(days=WASH_DAYS_EACH_SIDE)
_BEYOND = timedelta(days=WASH_DAYS_EACH_SIDE + 1)

_MATCHING = "§ 1091(a)-(c), Reg. § 1.1091-1(b)-(e)"
RULE: Mapping[AccountKind, str] = {
    AccountKind.TAXABLE: f"{_MATCHING}; § 1091(d): the loss is added to the replacement's basis",
    AccountKind.IRA: f"{_MATCHING}; Rev. Rul. 2008-5: no basis keeps the loss; I-03",
    AccountKind.ROTH_IRA: f"{_MATCHING}; Rev. Rul. 2008-5: no basis keeps the loss; I-03",
    AccountKind.PLAN_401K: f"{_MATCHING}; unsettled, treated as an IRA; I-04",
    AccountKind.HSA: f"{_MATCHING}; unsettled, treated as an IRA; I-04",
    AccountKind.PLAN_529: f"{_MATCHING}; unsettled, treated as an IRA; I-04",
}
"""Why shares bought in an account of this kind disallow a loss, and what becomes of the loss."""


def wash_window(sold: date) -> tuple[date, date]:
    """First and last day, inclusive, on which a purchase washes a loss sale on `sold`: 61 days. § 1091(a).

    Calendar days between trade dates, weekends and year ends included; Reg. § 1.1091-1(a).
    """
    return sold - _REACH, sold + _REACH


def first_safe_day(sold: date) -> date:
    """The first day after a loss sale on which a repurchase does not wash it. § 1091(a)."""
    return sold + _BEYOND


def first_clean_day(purchased: date) -> date:
    """The first day on which an older lot can be sold at a loss that this purchase does not wash. § 1091(a)."""
    return purchased + _BEYOND


def last_day_to_double_up(sold: date) -> date:
    """The last day to buy replacement shares ahead of a loss sale on `sold` without washing it. § 1091(a)."""
    return sold - _BEYOND


@quickly_made
@dataclass(frozen=True, slots=True)
class LossSlice:
    """Shares of one lot sold at a loss in one sale (§ 1091(a) reaches losses only).

    `loss` is positive dollars for the whole slice, measured from the basis as already adjusted by earlier wash sales
    (§ 1091(d)); zero for shares sold at a gain, which are slices only where gains use replacements up (C3). `acquired`
    is the lot's original acquisition; None, where no one knows it, sorts first. `owner` is whose sale it is.
    """

    slice_id: str
    lot_id: str
    symbol: str
    sold: date
    acquired: date | None
    quantity: Decimal
    loss: Decimal
    owner: Owner = Owner.TAXPAYER

    def __post_init__(self) -> None:
        if self.quantity <= 0 or self.loss < 0:
            raise ValueError(
                f"slice {self.slice_id}: quantity and loss must be positive, got {self.quantity} and {self.loss}"
            )


@quickly_made
@dataclass(frozen=True, slots=True)
class Disallowance:
    """So many shares of a purchase replace so many of a slice, and disallow their part of its loss.

    `disallowed_loss` is positive and unrounded. `permanently_lost`: no replacement's basis keeps it. `rule` says why.
    """

    slice_id: str
    purchase_id: str
    quantity: Decimal
    disallowed_loss: Decimal
    permanently_lost: bool
    rule: str


def disallow(
    slices: Iterable[LossSlice],
    purchases: Iterable[ReplacementPurchase],
    identical: Callable[[str], str],
    conventions: Conventions = DEFAULTS,
) -> tuple[Disallowance, ...]:
    """Which losses § 1091(a) disallows: every match of sold with replacement shares, in the order of the slices.

    `identical` gives the key that substantially identical securities share. `purchases` are the shares that may
    replace: by default (I-01) those still held when the sales are done, and not yet the replacement of an earlier loss.

    * The earliest disposition first; on one day, the earliest acquired first: Reg. § 1.1091-1(b); I-06.
    * Against it the first acquired in its window, one share for one share: § 1091(b), (c); Reg. § 1.1091-1(c), (d).
    * A share replaces once: Reg. § 1.1091-1(e).
    * A lot never replaces itself: Rev. Rul. 56-602 (the unsold rest of a lot is not a replacement for the part sold).

    The order of the arguments does not matter. Takes O(n log n) for n slices and purchases together. Raises
    ValueError for a purchase of less than nothing.
    """
    bought: defaultdict[str, list[tuple[_Shares, Decimal]]] = defaultdict(list)
    for purchase in purchases:
        if purchase.quantity < 0:
            raise ValueError(f"purchase {purchase.purchase_id}: quantity is negative, {purchase.quantity}")
        bought[identical(purchase.symbol)].append((_Shares(purchase), ONE))
    unused = {key: Unused(group) for key, group in bought.items()}
    found: list[Disallowance] = []
    for loss in sorted(slices, key=lambda s: order_of_disposition(s.sold, s.acquired, s.lot_id, s.slice_id)):
        group = unused.get(identical(loss.symbol))
        if group is not None:
            found.extend(_match(loss, group, conventions))
    return tuple(found)


def order_of_disposition(
    sold: date, acquired: date | None, lot_id: str, slice_id: str = ""
) -> tuple[date, date, str, str]:
    """The order in which losses find their replacements: Reg. § 1.1091-1(b), and by name within one acquisition."""
    return sold, acquired or date.min, lot_id, slice_id


def keeps_the_loss(kind: AccountKind, *, spouse: bool, conventions: Conventions = DEFAULTS) -> bool:
    """Whether the basis of a replacement bought in such an account takes up the loss: § 1091(d), I-03 to I-05."""
    return kind is AccountKind.TAXABLE and (conventions.spouse_keeps_the_loss or not spouse)


def _match(loss: LossSlice, group: Unused[_Shares], conventions: Conventions) -> Iterator[Disallowance]:
    replaced = Apportionment(loss.loss, loss.quantity)
    not_before = None if conventions.older_replaces_newer else loss.acquired
    for shares, quantity, _ in group.take(loss.lot_id, wash_window(loss.sold), loss.quantity, not_before):
        shares.left -= quantity
        purchase = shares.purchase
        yield Disallowance(
            slice_id=loss.slice_id,
            purchase_id=purchase.purchase_id,
            quantity=quantity,
            disallowed_loss=replaced.add(quantity),
            permanently_lost=not keeps_the_loss(
                purchase.account_kind, spouse=purchase.owner is not loss.owner, conventions=conventions
            ),
            rule=RULE[purchase.account_kind],
        )


class Apportionment:
    """The loss of so many shares, positive, shared out among their replacements by shares (I-19), and used up once
    all are replaced."""

    __slots__ = ("_disallowed", "_loss", "_quantity", "_replaced")

    def __init__(self, loss: Decimal, quantity: Decimal) -> None:
        self._loss = loss
        self._quantity = quantity
        self._replaced = ZERO
        self._disallowed = ZERO

    def add(self, quantity: Decimal) -> Decimal:
        """The loss, positive, that so many more replaced shares disallow."""
        self._replaced += quantity
        all_replaced = self._replaced == self._quantity
        so_far = self._loss if all_replaced else self._loss * self._replaced / self._quantity
        disallowed, self._disallowed = so_far - self._disallowed, so_far
        return disallowed


class Replacing(Protocol):
    """Shares of one purchase that may replace others. Whoever books a match takes it off `left`."""

    @property
    def purchase_id(self) -> str: ...
    @property
    def lot_id(self) -> str | None: ...
    @property
    def acquired(self) -> date: ...
    @property
    def left(self) -> Decimal: ...


R = TypeVar("R", bound=Replacing)


class _Shares:
    """What is left of one purchase."""

    __slots__ = ("acquired", "left", "lot_id", "purchase", "purchase_id")

    def __init__(self, purchase: ReplacementPurchase) -> None:
        self.purchase = purchase
        self.purchase_id = purchase.purchase_id
        self.lot_id = purchase.bought_as or purchase.lot_id
        self.acquired = purchase.acquired
        self.left = purchase.quantity


class Unused(Generic[R]):
    """Purchases that may replace one security, first acquired first, each with the shares that one unit stands for.

    A share is one share; a contract to acquire stands for a hundred (C6). What is left of a purchase may shrink
    between two losses, by other matches or by a sale; it never grows.
    """

    def __init__(self, purchases: Iterable[tuple[R, Decimal]]) -> None:
        self._purchases = sorted(purchases, key=lambda entry: (entry[0].acquired, entry[0].purchase_id))
        self._days = [purchase.acquired for purchase, _ in self._purchases]
        # _later[i] leads, in some steps, to the first purchase from i on of which anything may be left
        self._later = list(range(len(self._purchases) + 1))

    def take(
        self, lot_id: str, window: tuple[date, date], wanted: Decimal, not_before: date | None = None
    ) -> Iterator[tuple[R, Decimal, Decimal]]:
        """Purchases in the window of shares of that lot sold, until as many as wanted replace them.

        First acquired first; with each the shares sold that it replaces and the units of it that this takes, which the
        caller must take off `left` before asking for the next. `not_before` leaves earlier purchases out (C2).
        """
        first, last = window
        days, later = self._days, self._later
        i = bisect_left(days, first if not_before is None or not_before < first else not_before)
        while wanted > 0:
            if later[i] != i:
                i = self._first_left(i)
            if i == len(days) or days[i] > last:
                return
            purchase, shares = self._purchases[i]
            units = purchase.left
            used = units
            if units > 0 and purchase.lot_id == lot_id:
                used = ZERO
            elif units > 0:
                quantity = min(wanted, units * shares)
                wanted -= quantity
                used = min(units, quantity / shares)
                yield purchase, quantity, used
            if used == units:
                later[i] = i + 1
            i += 1

    def _first_left(self, i: int) -> int:
        while self._later[i] != i:
            self._later[i] = self._later[self._later[i]]
            i = self._later[i]
        return i
