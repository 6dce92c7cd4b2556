"""A plan that was saved: what the document `harvest.plan/1` says of its sales, to compare with what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from rules.terms import ZERO, AssetClass, Character


@dataclass(frozen=True, slots=True)
class SavedSale:
    """A sale of a saved plan. Dollars; `gain` is signed and before § 1091, of which `disallowed_loss` (positive) is
    disallowed. `acquired` None: inherited, or not known. `whole_lot`: nothing of the lot is left after it."""

    lot_id: str
    account: str
    symbol: str
    asset_class: AssetClass
    character: Character
    sold: date
    quantity: Decimal
    proceeds: Decimal
    gain: Decimal
    acquired: date | None
    whole_lot: bool = False
    disallowed_loss: Decimal = ZERO

    @property
    def recognized(self) -> Decimal:
        """Signed, after § 1091."""
        return self.gain + self.disallowed_loss

    @property
    def basis(self) -> Decimal:
        """Of the units that the plan sells, dollars."""
        return self.proceeds - self.gain


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """A saved plan; `total` is its net benefit in dollars. `digests`: of each file that it was made from, by its name
    in household.toml; empty where the document has none."""

    tax_year: int
    as_of: date
    scenario: str | None
    total: Decimal
    sales: tuple[SavedSale, ...]
    digests: Mapping[str, str] = field(default_factory=dict)
