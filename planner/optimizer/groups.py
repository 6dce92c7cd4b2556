"""Lots whose losses depend on one another: those of one substantially identical security with a recent purchase."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from planner.optimizer.candidates import Candidate
from rules.terms import AccountKind, ReplacementPurchase


@dataclass(frozen=True, slots=True)
class Replacement:
    """Replacement shares, in the order in which they are matched. `candidate`: the lot they are, if it may be sold."""

    quantity: float
    permanent: bool  # bought in an IRA or the like: the loss is gone for good
    candidate: int | None = None


@dataclass(frozen=True, slots=True)
class Coupling:
    """Loss lots of one security (indices, in the order in which their losses are matched) and what may replace them."""

    identity: str
    slices: tuple[int, ...]
    replacements: tuple[Replacement, ...]

    @property
    def pairs(self) -> int:
        return len(self.slices) * len(self.replacements)

    @property
    def members(self) -> set[int]:
        """Every candidate that needs variables of its own here."""
        return {*self.slices, *(r.candidate for r in self.replacements if r.candidate is not None)}


def couplings(
    lots: Sequence[Candidate], purchases: Sequence[ReplacementPurchase], identity: Callable[[str], str]
) -> list[Coupling]:
    """One coupling for each security with a loss to take and shares bought, or to be bought, around it."""
    bought: dict[str, list[ReplacementPurchase]] = defaultdict(list)
    for purchase in sorted(purchases, key=lambda p: (p.acquired, p.purchase_id)):
        bought[identity(purchase.symbol)].append(purchase)
    if not bought:
        return []
    index_of = {lot.lot_id: i for i, lot in enumerate(lots)}
    losses: dict[str, list[int]] = defaultdict(list)
    for i, lot in enumerate(lots):
        if lot.identity in bought and lot.whole.gain < 0:
            losses[lot.identity].append(i)
    found = []
    for key, slices in losses.items():
        replacements = _merged(
            [
                Replacement(
                    float(purchase.quantity),
                    purchase.account_kind is not AccountKind.TAXABLE,
                    index_of.get(purchase.lot_id) if purchase.lot_id is not None else None,
                )
                for purchase in bought[key]
            ]
        )
        ordered = tuple(sorted(slices, key=lambda i: _order(lots[i])))
        if any(r.candidate != i for i in ordered for r in replacements):
            found.append(Coupling(key, ordered, replacements))
    return found


def _order(lot: Candidate) -> tuple[date, date, str]:
    """The order of rules.wash_sale: by sale, then by original acquisition (Reg. § 1.1091-1(b))."""
    return lot.whole.order.sold, lot.holding.bought or date.min, lot.lot_id


def _merged(replacements: Sequence[Replacement]) -> tuple[Replacement, ...]:
    """Neighbours that cannot be sold and have the same effect are as good as one: fewer switches for the solver."""
    merged: list[Replacement] = []
    for replacement in replacements:
        last = merged[-1] if merged else None
        if last and last.candidate is None is replacement.candidate and last.permanent == replacement.permanent:
            merged[-1] = Replacement(last.quantity + replacement.quantity, last.permanent)
        else:
            merged.append(replacement)
    return tuple(merged)
