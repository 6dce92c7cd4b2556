"""Lots whose losses depend on one another: those of one substantially identical security with purchases around."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from planner.optimizer.candidates import Candidate
from rules.terms import AccountKind, ReplacementPurchase
from rules.wash_sale import wash_window


@dataclass(frozen=True, slots=True)
class Replacement:
    """Replacement shares, in the order in which they are matched.

    `sellable` are the candidates (one a day) that these shares are, if they may be sold; `washes` are the days of sale
    whose window they lie in; `cancelable` names a planned purchase that the plan may call off.
    """

    quantity: float
    permanent: bool  # bought in an IRA or the like: the loss is gone for good
    sellable: tuple[int, ...]
    washes: frozenset[date]
    cancelable: str | None = None


@dataclass(frozen=True, slots=True)
class Coupling:
    """Loss lots of one security (candidates, in the order in which losses are matched) and what may replace them."""

    identity: str
    slices: tuple[int, ...]
    replacements: tuple[Replacement, ...]

    @property
    def pairs(self) -> int:
        return len(self.slices) * len(self.replacements)

    @property
    def members(self) -> set[int]:
        """Every candidate that needs variables of its own here."""
        return {*self.slices, *(i for r in self.replacements for i in r.sellable)}


def couplings(
    lots: Sequence[Candidate],
    purchases: Sequence[ReplacementPurchase],
    identity: Callable[[str], str],
    cancelable: frozenset[str] = frozenset(),
) -> list[Coupling]:
    """One coupling for each security with a loss to take and shares bought, or to be bought, around it.

    `cancelable` are the ids of planned purchases that may be called off.
    """
    bought: dict[str, list[ReplacementPurchase]] = defaultdict(list)
    for purchase in sorted(purchases, key=lambda p: (p.acquired, p.purchase_id)):
        bought[identity(purchase.symbol)].append(purchase)
    if not bought:
        return []
    entries: dict[str, list[int]] = defaultdict(list)  # by lot
    slices: dict[str, list[int]] = defaultdict(list)  # by security
    for i, lot in enumerate(lots):
        entries[lot.lot_id].append(i)
        if lot.identity in bought and lot.whole.gain < 0:
            slices[lot.identity].append(i)
    found = []
    for key, losses in slices.items():
        ordered = tuple(sorted(losses, key=lambda i: _order(lots[i])))
        days = {lots[i].sold for i in ordered}
        replacements = merged([_replacement(purchase, entries, days, cancelable) for purchase in bought[key]])
        if any(can_wash(lots, r, i) for i in ordered for r in replacements):
            found.append(Coupling(key, ordered, replacements))
    return found


def can_wash(lots: Sequence[Candidate], replacement: Replacement, index: int) -> bool:
    """Whether these shares lie in the window of a sale of this candidate, and are not its own lot."""
    own = any(lots[i].lot_id == lots[index].lot_id for i in replacement.sellable)
    return lots[index].sold in replacement.washes and not own


def _replacement(
    purchase: ReplacementPurchase, entries: dict[str, list[int]], days: set[date], cancelable: frozenset[str]
) -> Replacement:
    washes = frozenset(day for day in days if _inside(purchase.acquired, day))
    sellable = tuple(entries.get(purchase.lot_id, ())) if purchase.lot_id is not None else ()
    permanent = purchase.account_kind is not AccountKind.TAXABLE
    may_cancel = purchase.purchase_id if purchase.purchase_id in cancelable else None
    return Replacement(float(purchase.quantity), permanent, sellable, washes, may_cancel)


def _inside(bought: date, sold: date) -> bool:
    first, last = wash_window(sold)
    return first <= bought <= last


def _order(lot: Candidate) -> tuple[date, date, str]:
    """The order of rules.wash_sale: by sale, then by original acquisition (Reg. § 1.1091-1(b))."""
    return lot.sold, lot.holding.bought or date.min, lot.lot_id


def merged(replacements: Sequence[Replacement]) -> tuple[Replacement, ...]:
    """Neighbours that cannot be sold and have the same effect are as good as one: fewer switches for the solver."""
    merged: list[Replacement] = []
    for replacement in replacements:
        if not replacement.washes:
            continue
        last = merged[-1] if merged else None
        if last and _settled(last) and _settled(replacement) and _effect(last) == _effect(replacement):
            total = last.quantity + replacement.quantity
            merged[-1] = Replacement(total, last.permanent, (), last.washes)
        else:
            merged.append(replacement)
    return tuple(merged)


def _settled(replacement: Replacement) -> bool:
    """Nothing the plan does changes how many shares these are."""
    return not replacement.sellable and replacement.cancelable is None


def _effect(replacement: Replacement) -> tuple[bool, frozenset[date]]:
    return replacement.permanent, replacement.washes
