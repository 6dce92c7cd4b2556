"""Losses already taken whose windows are still open: what purchases to come will disallow of them. § 1091(a), W7, W10.

A purchase replaces the earliest disposition first (Reg. § 1.1091-1(b)) and each share replaces once (Reg. (e)): what
these losses take of a planned purchase, the sales of a plan can no longer take.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from rules.conventions import DEFAULTS, Conventions
from rules.terms import ZERO, Character, Gains, ReplacementPurchase, to_cents
from rules.wash_sale import Disallowance, LossSlice, disallow


@dataclass(frozen=True, slots=True)
class PastLoss:
    """Shares sold, and the part of their loss that nothing has disallowed yet.

    `counted`: the loss is on this return. One of another year, or on a spouse's return, uses replacements up too,
    but what becomes of it changes nothing here.
    """

    loss: LossSlice
    account: str
    symbol: str
    character: Character
    collectible: bool
    counted: bool

    @property
    def basket(self) -> int:
        """Which of the year's sums it is in: 0 short, 1 long, 2 long in the 28-percent group."""
        if self.character is Character.SHORT:
            return 0
        return 2 if self.collectible else 1


@dataclass(frozen=True, slots=True)
class Washed:
    """What purchases to come do to past losses, on this return in cents: `gains` is the loss taken back, positive;
    `moved` the part of it that a basis keeps; `used` the shares of each purchase that are spent, on any return."""

    matches: tuple[tuple[PastLoss, Disallowance], ...] = ()
    gains: Gains = field(default_factory=Gains)
    moved: Decimal = ZERO
    used: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def disallowed_loss(self) -> Decimal:
        return self.gains.short_term + self.gains.long_term


def washed_by(
    past: Sequence[PastLoss],
    purchases: Iterable[ReplacementPurchase],
    identical: Callable[[str], str],
    conventions: Conventions = DEFAULTS,
) -> Washed:
    """What the planned ones among these purchases disallow of losses already taken."""
    to_come = [purchase for purchase in purchases if purchase.to_come]
    if not past or not to_come:
        return Washed()
    by_slice = {loss.loss.slice_id: loss for loss in past}
    matches = tuple(
        (by_slice[match.slice_id], match)
        for match in disallow([loss.loss for loss in past], to_come, identical, conventions)
    )
    used: dict[str, Decimal] = defaultdict(lambda: ZERO)
    disallowed: dict[tuple[str, bool], Decimal] = defaultdict(lambda: ZERO)
    for _, match in matches:
        used[match.purchase_id] += match.quantity
        disallowed[match.slice_id, match.permanently_lost] += match.disallowed_loss
    gains, moved = Gains(), ZERO
    for (slice_id, lost), exact in disallowed.items():
        loss, amount = by_slice[slice_id], to_cents(exact)
        if loss.counted:
            long = amount if loss.basket else ZERO
            gains = gains + Gains(amount - long, long, long if loss.collectible else ZERO, amount)
            moved += ZERO if lost else amount
    return Washed(matches, gains, moved, dict(used))


def what_is_left(
    purchases: Iterable[ReplacementPurchase], used: Mapping[str, Decimal]
) -> tuple[ReplacementPurchase, ...]:
    """The purchases less the shares that have replaced others."""
    left = ((purchase, purchase.quantity - used.get(purchase.purchase_id, ZERO)) for purchase in purchases)
    return tuple(
        purchase if quantity == purchase.quantity else replace(purchase, quantity=quantity)
        for purchase, quantity in left
        if quantity > 0
    )
