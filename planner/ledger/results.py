"""What the household's ledger tells: dispositions lot by lot, lots held, differences from the brokers, open windows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from planner.domain.errors import Caution
from planner.domain.plan import Window
from planner.ledger.unexplained import NotCounted
from rules.ledger.outcomes import GoneShares, HeldLot, OpenLoss, ReplacedBy
from rules.quickly_made import quickly_made
from rules.terms import ZERO, AssetClass, Character


@quickly_made
@dataclass(frozen=True, slots=True)
class LotLine:
    """Units of one lot in a disposition, in cents. `gain_before_wash` is signed, the two losses are positive.

    `listed_basis` and `listed_character` are what the lot's broker states for these units, None where only we know; the
    lot's own may come from a loss that § 1091(d) moved into it, `moved` of it, from another account. `acquired` None:
    no one knows, or inherited.
    """

    lot_id: str
    quantity: Decimal
    gain_before_wash: Decimal
    disallowed_loss: Decimal
    permanently_lost: Decimal
    character: Character
    replaced_by: tuple[ReplacedBy, ...]
    proceeds: Decimal = ZERO
    acquired: date | None = None
    inherited: bool = False
    listed_basis: Decimal | None = None
    listed_character: Character | None = None
    moved: Decimal = ZERO

    @property
    def recognized(self) -> Decimal:
        return self.gain_before_wash + self.disallowed_loss

    @property
    def basis(self) -> Decimal:
        """As adjusted by earlier wash sales."""
        return self.proceeds - self.gain_before_wash

    @property
    def listed_gain(self) -> Decimal:
        """What the lot's broker makes of it, before § 1091: it knows no loss that came from another account."""
        return self.gain_before_wash if self.listed_basis is None else self.proceeds - self.listed_basis

    @property
    def listed_term(self) -> Character:
        """The character that the lot's broker gives it."""
        return self.listed_character or self.character


@quickly_made
@dataclass(frozen=True, slots=True)
class Disposition:
    """A sale that happened in a taxable account, lot by lot; its figures are the sums of its lots'."""

    disposition_id: str
    sold: date
    account: str
    symbol: str
    quantity: Decimal
    by_lot: tuple[LotLine, ...]
    reached: bool  # whether § 1091 reaches what was sold
    collectible: bool
    asset_class: AssetClass = AssetClass.OTHER

    @property
    def gain_before_wash(self) -> Decimal:
        return sum([lot.gain_before_wash for lot in self.by_lot], ZERO)

    @property
    def disallowed_loss(self) -> Decimal:
        return sum([lot.disallowed_loss for lot in self.by_lot], ZERO)

    @property
    def permanently_lost(self) -> Decimal:
        return sum([lot.permanently_lost for lot in self.by_lot], ZERO)

    @property
    def recognized(self) -> Decimal:
        return sum([lot.recognized for lot in self.by_lot], ZERO)

    @property
    def allowed_loss(self) -> Decimal:
        """The loss, positive, that a further purchase inside the window could still disallow."""
        return -sum([min(lot.recognized, ZERO) for lot in self.by_lot], ZERO) if self.reached else ZERO


@dataclass(frozen=True, slots=True)
class Difference:
    """A disallowed loss that the broker states otherwise: it sees one account and one CUSIP. § 6045(g). `in_its_sight`
    is what purchases of that security in that account disallow of it."""

    account: str
    symbol: str
    sold: date
    stated_disallowed_loss: Decimal
    disallowed_loss: Decimal
    where: str
    in_its_sight: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class HouseholdLedger:
    """Everything the files tell, as of a day. Dispositions by day; lots by account, symbol and day.

    `double_up_by` is the last day to buy ahead of a sale on `last_session`, the year's last, without washing it.
    `open_losses` are what purchases from the as-of day on may still disallow, `gone` the
    shares that replace though they are sold (C1). `not_counted` are sales whose gain is not known. `shown_through`:
    the last day of which any file tells, where `ledger_with_unseen` looked for it.
    """

    as_of: date
    last_session: date
    double_up_by: date
    dispositions: tuple[Disposition, ...]
    lots: tuple[HeldLot, ...]
    windows: tuple[Window, ...]
    differences: tuple[Difference, ...]
    cautions: tuple[Caution, ...]
    open_losses: tuple[OpenLoss, ...] = ()
    gone: tuple[GoneShares, ...] = ()
    not_counted: tuple[NotCounted, ...] = ()
    shown_through: date | None = None
