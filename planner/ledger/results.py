"""What the household's ledger tells: dispositions lot by lot, lots held, differences from the brokers, open windows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from planner.domain.errors import Caution
from planner.domain.plan import Window
from planner.ledger.lot_lines import LotLine, lot_lines
from planner.ledger.unexplained import NotCounted
from rules.ledger.history import Acquisition
from rules.ledger.outcomes import GoneShares, HeldLot, OpenLoss
from rules.ledger.sold_rows import SaleOutcome
from rules.quickly_made import quickly_made
from rules.terms import ZERO, AssetClass


@quickly_made
@dataclass(frozen=True)
class Disposition:
    """A sale that happened in a taxable account, lot by lot; its figures are the sums of its lots'.

    `outcomes` are what the ledger says of it, of lots that were acquired as `acquisitions` says. Of a long history few
    dispositions are looked at, so the lots' lines are made when they are first asked for.
    """

    disposition_id: str
    sold: date
    account: str
    symbol: str
    outcomes: Sequence[SaleOutcome]
    acquisitions: Mapping[str, Acquisition] = field(repr=False, compare=False)
    collectible: bool
    asset_class: AssetClass

    @cached_property
    def by_lot(self) -> tuple[LotLine, ...]:
        return tuple(lot_lines(self.outcomes, self.acquisitions))

    @property
    def quantity(self) -> Decimal:
        return sum([outcome.sale.quantity for outcome in self.outcomes], ZERO)

    @property
    def reached(self) -> bool:
        """Whether § 1091 reaches what was sold."""
        return self.outcomes[0].reached

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
