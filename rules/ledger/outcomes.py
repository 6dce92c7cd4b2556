"""What a ledger says: sales with the losses § 1091 disallows, lots with the basis § 1091(d) gives them, and gaps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from rules.ledger.history import Acquisition
from rules.terms import ZERO, Character
from rules.wash_sale import LossSlice

if TYPE_CHECKING:
    from rules.ledger.sold_rows import SaleOutcome


class ReplacedBy(NamedTuple):
    """The purchase that disallows part of a loss, and the rule. `quantity` counts shares sold, on the day of the sale.

    `lot_id` and `acquired` are None where only the broker's own figure speaks of the purchase.
    """

    lot_id: str | None
    account: str
    symbol: str
    acquired: date | None
    quantity: Decimal
    disallowed_loss: Decimal
    permanently_lost: bool
    rule: str


class LotSold(NamedTuple):
    """Units of one lot in one sale, of one character. `basis` is as adjusted by earlier wash sales, `gain` signed.

    `moved`: the part of the basis that wash sales put there; `elsewhere`: of it, by those which the lot's broker need
    not look at.
    """

    lot_id: str
    symbol: str
    quantity: Decimal
    proceeds: Decimal
    basis: Decimal
    character: Character
    replaced_by: tuple[ReplacedBy, ...] = ()
    elsewhere: Decimal = ZERO
    moved: Decimal = ZERO

    @property
    def gain_before_wash(self) -> Decimal:
        return self.proceeds - self.basis

    @property
    def disallowed_loss(self) -> Decimal:
        return sum([by.disallowed_loss for by in self.replaced_by], ZERO) if self.replaced_by else ZERO

    @property
    def permanently_lost(self) -> Decimal:
        return sum([by.disallowed_loss for by in self.replaced_by if by.permanently_lost], ZERO)

    @property
    def recognized(self) -> Decimal:
        return self.gain_before_wash + self.disallowed_loss


class HeldLot(NamedTuple):
    """Units of a lot held at the end that are alike; a lot that is only partly a replacement is two of these.

    `basis` is after § 1091(d), None where it was never known; `holding_since` a tacked start, None where nothing is
    tacked; `washed_quantity` all of `quantity`, or nothing; `moved` is what § 1091(d) put into the basis, `loss_basis`
    the lower basis that a gift has for losses.
    """

    lot: Acquisition
    account: str
    quantity: Decimal
    basis: Decimal | None
    holding_since: date | None
    washed_quantity: Decimal
    moved: Decimal = ZERO
    loss_basis: Decimal | None = None


class OpenLoss(NamedTuple):
    """Shares sold whose loss a further purchase may still disallow: as many as nothing has replaced, with their loss.

    Units are those of the end of the history.
    """

    loss: LossSlice
    account: str
    symbol: str
    character: Character


class GoneShares(NamedTuple):
    """A purchase of which shares were sold that have replaced nothing: they may replace anyway (C1)."""

    purchase_id: str
    identity: str
    acquired: date


@dataclass(frozen=True, slots=True)
class Gap:
    """A sale or move that the history before it does not explain: `missing` units were not there.

    Of a sale with none missing, `units` brought `proceeds`, and their gain is not known; the rest of it is counted.
    `in_order`: it is certain which lots they were of.
    """

    event_id: str
    account: str
    symbol: str
    day: date
    missing: Decimal
    why: str
    units: Decimal = ZERO
    proceeds: Decimal = ZERO
    in_order: bool = False


@dataclass(frozen=True, slots=True)
class Ledger:
    """The sales, in order of their days; the lots held; what could not be explained, of which nothing is in `sales`."""

    sales: tuple[SaleOutcome, ...]
    lots: tuple[HeldLot, ...]
    gaps: tuple[Gap, ...]
    open_losses: tuple[OpenLoss, ...] = ()
    gone: tuple[GoneShares, ...] = ()
