"""Lots whose losses depend on one another: those of one substantially identical security with purchases around."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from planner.domain.columns import coded
from planner.ledger.open_losses import PastLoss
from planner.optimizer.candidate_rows import CandidateRows
from rules.conventions import DEFAULTS, Conventions
from rules.terms import AccountKind, Owner, ReplacementPurchase
from rules.wash_sale import order_of_disposition, wash_window


@dataclass(frozen=True, slots=True)
class ReplacementShares:
    """Replacement shares, in the order in which they are matched.

    `sellable` are the candidates (one a day) that these shares are, if they may be sold; `washes` are the days of sale
    whose window they lie in; `cancelable` names a planned purchase that the plan may call off. `to_come`: planned, so
    that losses already taken meet them too. `not_for_later`: the day of purchase, where shares bought before those
    sold replace nothing (C2). `bought_as` names the lot of which these shares are, which they never replace.
    """

    quantity: float
    permanent: bool  # bought in an IRA or the like: the loss is permanently lost
    sellable: tuple[int, ...]
    washes: frozenset[date]
    cancelable: str | None = None
    to_come: bool = False
    owner: Owner = Owner.TAXPAYER
    not_for_later: date | None = None
    bought_as: str | None = None


@dataclass(frozen=True, slots=True)
class PastSlice:
    """Shares already sold whose loss planned purchases may disallow. `loss` is dollars a share on this return."""

    quantity: float
    loss: float
    basket: int
    sold: date
    bought: date | None
    owner: Owner


@dataclass(frozen=True, slots=True)
class Coupling:
    """Loss lots of one security (candidates, in the order in which losses are matched) and what may replace them.

    `past` are losses already taken, matched before all others.
    """

    identity: str
    slices: tuple[int, ...]
    replacements: tuple[ReplacementShares, ...]
    past: tuple[PastSlice, ...] = ()
    conventions: Conventions = DEFAULTS

    @property
    def pairs(self) -> int:
        return (len(self.slices) + len(self.past)) * len(self.replacements)

    @property
    def members(self) -> set[int]:
        """Every candidate that needs variables of its own here."""
        return {*self.slices, *(i for r in self.replacements for i in r.sellable)}

    def can_wash(self, lots: CandidateRows, replacement: ReplacementShares, index: int) -> bool:
        """Whether these shares lie in the window of a sale of this candidate, and are not its own lot."""
        lot, firsts = lots.numbers[index], lots.firsts
        own = replacement.bought_as == firsts.bought_as[lot]
        return not own and _reaches(replacement, lots.sold[index], firsts.bought[lot])

    def washes_past(self, replacement: ReplacementShares, loss: PastSlice) -> bool:
        """Whether these shares, still to be bought, lie in the window of a loss already taken."""
        return replacement.to_come and _reaches(replacement, loss.sold, loss.bought)

    def keeps(self, replacement: ReplacementShares, owner: Owner) -> bool:
        """Whether a basis takes up the loss that these shares disallow: I-03 to I-05."""
        spouse = replacement.owner is not owner
        return not replacement.permanent and (self.conventions.spouse_keeps_the_loss or not spouse)

    def gone_by(self, lots: CandidateRows, seller: int, index: int) -> bool:
        """Whether what candidate `seller` sells has left when `index` is sold: C1, C7."""
        if self.conventions.gone_shares_replace:
            return False
        if self.conventions.days_sales_together:
            return lots.sold[seller] <= lots.sold[index]
        return _order(lots, seller) <= _order(lots, index)


@dataclass(frozen=True, slots=True)
class Around:
    """What lies around the lots of a plan: purchases, by what name each may be canceled, and losses already taken."""

    purchases: Sequence[ReplacementPurchase]
    identity: Callable[[str], str]
    called_off_as: Mapping[str, str] = field(default_factory=dict)
    past: Sequence[PastLoss] = ()
    conventions: Conventions = DEFAULTS


def couplings(lots: CandidateRows, around: Around) -> list[Coupling]:
    """One coupling for each security with a loss to take, or taken, and shares bought, or to be bought, around it."""
    bought: dict[str, list[ReplacementPurchase]] = defaultdict(list)
    for purchase in sorted(around.purchases, key=lambda p: (p.acquired, p.purchase_id)):
        bought[around.identity(purchase.symbol)].append(purchase)
    if not bought:
        return []
    past: dict[str, list[PastLoss]] = defaultdict(list)
    for loss in around.past:
        past[around.identity(loss.loss.symbol)].append(loss)
    held = {purchase.lot_id for purchase in around.purchases if purchase.lot_id is not None}
    numbers = ((lot_id, lots.firsts.number_of(lot_id)) for lot_id in held)
    entries = {lot_id: range(int(lots.starts[n]), int(lots.ends[n])) for lot_id, n in numbers if n is not None}
    slices = _slices(lots, bought, every=around.conventions.gains_use_up_replacements)
    names = set(lots.firsts.bought_as)
    found = []
    for key in dict.fromkeys([*slices, *past]):
        ordered = slices.get(key, ())
        taken = tuple(_past_slice(loss) for loss in past.get(key, ()))
        days = {lots.sold[i] for i in ordered} | {loss.sold for loss in taken}
        replacements = merged(
            [_replacement(purchase, entries, days, around, names, bool(taken)) for purchase in bought[key]]
        )
        coupling = Coupling(key, ordered, replacements, taken, around.conventions)
        if taken or any(coupling.can_wash(lots, r, i) for i in ordered for r in replacements):
            found.append(coupling)
    return found


def _slices(lots: CandidateRows, keys: Container[str], *, every: bool) -> dict[str, tuple[int, ...]]:
    """By security the rows of its lots at a loss (or `every` one): by day of sale, and of one day in the order in which
    it disposes of them (`order_of_disposition`)."""
    firsts = lots.firsts
    some = np.flatnonzero(firsts.near(keys) & ((lots.gain < 0) | every))
    of_kind, number = coded(offer.first.identity or "" for offer in firsts.offers)
    security = number[firsts.kind]
    its = firsts.in_order(some, [firsts.bought_day, security], lambda n: (firsts.bought_as[n], firsts.lot_ids[n]))
    rows = lots.rows_of(its)
    rows = rows[np.lexsort([lots.day[rows], security[lots.lot[rows]]])]
    parts = np.split(rows, np.flatnonzero(np.diff(security[lots.lot[rows]])) + 1) if len(rows) else []
    by_first_lot = sorted(parts, key=lambda part: int(lots.lot[part].min()))
    return {of_kind[security[lots.lot[part[0]]]]: tuple(part.tolist()) for part in by_first_lot}


def _past_slice(past: PastLoss) -> PastSlice:
    loss = past.loss
    a_share = float(loss.loss / loss.quantity) if past.counted else 0.0
    return PastSlice(float(loss.quantity), a_share, past.basket, loss.sold, loss.acquired, loss.owner)


def _replacement(
    purchase: ReplacementPurchase,
    entries: Mapping[str, Sequence[int]],
    days: Iterable[date],
    around: Around,
    names: Collection[str],
    with_past: bool,
) -> ReplacementShares:
    bought_as = purchase.bought_as or purchase.lot_id
    return ReplacementShares(
        quantity=float(purchase.quantity),
        permanent=purchase.account_kind is not AccountKind.TAXABLE,
        sellable=tuple(entries.get(purchase.lot_id, ())) if purchase.lot_id is not None else (),
        washes=frozenset(day for day in days if _inside(purchase.acquired, day)),
        cancelable=around.called_off_as.get(purchase.purchase_id),
        to_come=purchase.to_come and with_past,
        owner=purchase.owner,
        bought_as=bought_as if bought_as in names else None,
        not_for_later=None if around.conventions.older_replaces_newer else purchase.acquired,
    )


def _inside(bought: date, sold: date) -> bool:
    first, last = wash_window(sold)
    return first <= bought <= last


def _reaches(replacement: ReplacementShares, sold: date, bought: date | None) -> bool:
    too_early = replacement.not_for_later is not None and bought is not None and replacement.not_for_later < bought
    return sold in replacement.washes and not too_early


def _order(lots: CandidateRows, row: int) -> tuple[date, date, str, str]:
    """The order of rules.wash_sale: by sale, then by original acquisition (Reg. § 1.1091-1(b))."""
    lot, firsts = lots.numbers[row], lots.firsts
    return order_of_disposition(lots.sold[row], firsts.bought[lot], firsts.bought_as[lot], firsts.lot_ids[lot])


def merged(replacements: Collection[ReplacementShares]) -> tuple[ReplacementShares, ...]:
    """Neighbours that cannot be sold and have the same effect are as good as one: fewer switches for the solver."""
    merged: list[ReplacementShares] = []
    for replacement in replacements:
        if not replacement.washes:
            continue
        last = merged[-1] if merged else None
        if last and _settled(last) and replace(last, quantity=0.0) == replace(replacement, quantity=0.0):
            merged[-1] = replace(last, quantity=last.quantity + replacement.quantity)
        else:
            merged.append(replacement)
    return tuple(merged)


def _settled(replacement: ReplacementShares) -> bool:
    """Nothing the plan does changes how many shares these are."""
    return not replacement.sellable and replacement.cancelable is None
