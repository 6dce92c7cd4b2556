"""What a group of lots does, and prices at which it is asked what that costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from planner.optimizer.program.entries import Floats

FEW = 60  # rows, up to which a choice is quicker to add up in plain numbers than in arrays


@dataclass(frozen=True, eq=False)
class Choice:
    """What one group does: quantities by row, purchases canceled, and what that brings, costs and uses of limits."""

    sold: Mapping[int, float]
    cancelled: frozenset[str]
    gains: Floats
    cost: float
    uses: Floats

    def priced(self, prices: Floats, rents: Floats) -> float:
        """Its cost where a dollar of each sum costs `prices`, and a unit of each limit `rents`."""
        return self.cost + float(self.gains @ prices) + float(self.uses @ rents)


class PricedRows:
    """Prices made ready for very many questions: of each row a unit, what a sale costs however small, the whole, and
    the whole a unit, as lists and in arrays; of baskets."""

    def __init__(self, units: Floats, charges: Floats, wholes: Floats, per_share: Floats, baskets: Floats) -> None:
        self.units, self.charges, self.wholes, self.shares, self.washed = units, charges, wholes, per_share, baskets
        self.a_unit: list[float] = units.tolist()
        self.charge: list[float] = charges.tolist()
        self.whole: list[float] = wholes.tolist()
        self.baskets: tuple[float, ...] = tuple(baskets.tolist())

    def alone(self, sold: Mapping[int, float]) -> float:
        """What these sales cost, every loss allowed."""
        if len(sold) > FEW:
            index = np.fromiter(sold.keys(), dtype=np.int64, count=len(sold))
            quantity = np.fromiter(sold.values(), dtype=float, count=len(sold))
            return float((quantity * self.units[index] + self.charges[index]).sum())
        total = 0.0
        for row, units in sold.items():
            total += units * self.a_unit[row] + self.charge[row]
        return total
