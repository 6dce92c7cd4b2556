"""Figures of all lots at once: computed when first asked for, and kept as long as the same holdings are asked about.

Many questions are asked of every lot, and nearly all lots answer them by the same few figures: a value against a basis.
Exact, as the lots are.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from planner.domain.portfolio import Holding
from rules.terms import AssetClass, Lot


@dataclass(frozen=True)
class LotColumns:
    """A row a holding, in their order."""

    holdings: tuple[Holding, ...]

    @cached_property
    def lots(self) -> list[Lot]:
        return [holding.lot for holding in self.holdings]

    @cached_property
    def values(self) -> list[Decimal | None]:
        """Of each lot what it is worth today, not rounded; None where its price is not known."""
        return [None if (price := holding.price) is None else price * holding.lot.quantity for holding in self.holdings]

    @cached_property
    def gains(self) -> list[Decimal | None]:
        """Of each lot value less basis, not rounded; None where either is not known."""
        return [
            None if value is None or lot.basis is None else value - lot.basis
            for value, lot in zip(self.values, self.lots, strict=True)
        ]

    @cached_property
    def by_id(self) -> dict[str, Holding]:
        """Each holding by the id of its lot."""
        return {lot.lot_id: holding for lot, holding in zip(self.lots, self.holdings, strict=True)}

    @cached_property
    def kinds(self) -> dict[tuple[str, str, AssetClass], None]:
        """Each account with each security held in it, in the order of the holdings."""
        return dict.fromkeys([(lot.account, lot.symbol, lot.asset_class) for lot in self.lots])


_latest = LotColumns(())


def lot_columns(holdings: tuple[Holding, ...]) -> LotColumns:
    """The columns of these holdings; made again only where others were asked about in between."""
    global _latest
    columns = _latest
    if columns.holdings is not holdings:
        columns = _latest = LotColumns(holdings)
    return columns
