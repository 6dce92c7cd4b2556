"""All that may be sold, as arrays: a row a lot and a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from planner.domain.plan_limits import PlanLimits, SumOf
from planner.optimizer.candidate_rows import CandidateRows
from planner.optimizer.program.economy import Economy

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Switches = npt.NDArray[np.bool_]

HALF_A_CENT = 0.005
UNSEEN = 1e-6
ENTERS = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 1.0, 1.0]])  # by basket: the sums that a gain enters
TAKEN_BACK = np.column_stack([ENTERS, np.ones(3)])  # and those that a loss enters that § 1091 disallows


@dataclass(frozen=True)
class Limits:
    """Limits on sums over the sales: `uses` has a column a limit, and no sum of a column may be above `most`.

    A limit from below is one from above on the negative. `counts` are the columns that count lots, in whole ones.
    """

    uses: Floats
    most: Floats
    counts: Switches

    @cached_property
    def number(self) -> int:
        return len(self.most)

    @cached_property
    def slack(self) -> Floats:
        """By how much floats may miss a limit: whether cents keep it is seen when the plan is recomputed."""
        return np.where(self.counts, UNSEEN, HALF_A_CENT)


@dataclass(frozen=True)
class Entries:
    """Each candidate as one row, for the whole lot: what it brings to the sums, what it costs, what it uses of limits.

    `lot` numbers the lots; `starts` are where the rows of each lot begin in `order`, which sorts the rows by lot.
    """

    gains: Floats  # a column for each of the year's sums
    costs: Floats  # trading, less φ times the gain; without what a sale costs however small
    charges: Floats  # what a sale costs however small
    limits: Limits
    quantity: Floats
    step: Floats
    smallest: Floats
    lot: Ints
    order: Ints
    starts: Ints
    duty: Floats  # by lot: the least share of it that must be sold

    def __len__(self) -> int:
        return len(self.costs)

    @cached_property
    def sums(self) -> int:
        """How many sums the year has."""
        return int(self.gains.shape[1])

    @cached_property
    def taken_back(self) -> Floats:
        """By basket: the sums that a disallowed loss enters."""
        return TAKEN_BACK[:, : self.sums]

    @property
    def lots(self) -> int:
        return len(self.starts)

    @cached_property
    def units(self) -> list[float]:
        """Of each row the whole quantity."""
        found: list[float] = self.quantity.tolist()
        return found

    def shares(self, sold: Mapping[int, float]) -> tuple[Ints, Floats]:
        """The rows of which anything is sold, and the share of the whole that is."""
        index = np.fromiter(sold.keys(), dtype=np.int64, count=len(sold))
        return index, np.fromiter(sold.values(), dtype=float, count=len(sold)) / self.quantity[index]

    def brought(self, row: Ints, quantity: Floats) -> tuple[Floats, Floats, Floats]:
        """What so many units of each of these rows bring, cost, and use of limits; a row below zero is no sale."""
        sold = row >= 0
        share = np.where(sold, quantity / self.quantity[row], 0.0)
        cost = share * self.costs[row] + np.where(sold, self.charges[row], 0.0)
        part = np.where(self.limits.counts, sold[:, None], share[:, None])
        return share[:, None] * self.gains[row], cost, part * self.limits.uses[row]

    def best_of_lot(self, values: Floats) -> Floats:
        """Of each lot, the smallest value over its days."""
        return np.minimum.reduceat(values[self.order], self.starts) if len(values) else np.zeros(0)


def entries(lots: CandidateRows, economy: Economy, limits: PlanLimits) -> Entries:
    """The candidates as arrays, in their order."""
    of, firsts = lots.lot, lots.firsts
    gain, proceeds, quantity = lots.gain[of], lots.proceeds[of], lots.quantity[of]
    gains = np.concatenate([gain[:, None] * ENTERS[lots.basket], -lots.moved[of][:, None]], axis=1)
    return Entries(
        gains=gains[:, : len(economy.before)],
        costs=lots.rate * proceeds - economy.deferral * gain,
        charges=np.full(len(lots), float(firsts.offering.charge)),
        limits=_limits(lots, proceeds, limits),
        quantity=quantity,
        step=firsts.step[of],
        smallest=firsts.smallest[of],
        lot=of,
        order=np.arange(len(lots)),
        starts=lots.starts,
        duty=lots.duty,
    )


def _limits(lots: CandidateRows, proceeds: Floats, limits: PlanLimits) -> Limits:
    columns = []
    for limit in limits.sums:
        covered = lots.firsts.covered(limit.where)[lots.lot].astype(float)
        sign = -1.0 if limit.at_least else 1.0
        use = covered if limit.of is SumOf.LOTS else covered * proceeds
        columns.append((sign * use, sign * float(limit.amount), limit.of is SumOf.LOTS))
    return Limits(
        np.array([use for use, _, _ in columns]).T.reshape(len(lots), len(columns)),
        np.array([most for _, most, _ in columns]),
        np.array([counted for _, _, counted in columns], dtype=bool),
    )
