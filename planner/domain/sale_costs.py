"""What a sale costs, whatever its tax: the round trip, waiting for its day, and the sale itself.

The declaration of the keys `round_trip_cost`, `waiting_cost` and `cost_per_sale` of `[assumptions]`: the program and
the verifier both read it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from planner.domain.household import Assumptions
from planner.domain.trading_days import next_trading_day
from rules.quickly_made import quickly_made
from rules.terms import AssetClass


@quickly_made
@dataclass(frozen=True, slots=True)
class SaleCosts:
    """`first` is the first calendar day on which the plan may sell."""

    assumptions: Assumptions
    first: date | None = None

    @property
    def charge(self) -> Decimal:
        """Dollars for each sale, however small."""
        return self.assumptions.cost_per_sale

    def rate(self, asset_class: AssetClass, sold: date) -> Decimal:
        """Dollars for each dollar of proceeds of a sale on this day."""
        rate = self.assumptions.round_trip_cost[asset_class]
        if not self.assumptions.waiting_cost or self.first is None:
            return rate
        return rate + self.assumptions.waiting_cost * (sold - _first_open_day(asset_class, self.first)).days


@lru_cache(maxsize=1000)
def _first_open_day(asset_class: AssetClass, day: date) -> date:
    return next_trading_day(day, asset_class)
