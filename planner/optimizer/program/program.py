"""The mixed-integer program being built: its variables, sums and cost, and the way back to quantities.

Variables are named by number, because PuLP's cleaning of names collides.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

import pulp

from planner.optimizer.candidate_rows import CandidateRows
from planner.optimizer.program.too_late import TooLate
from planner.optimizer.program.wash_groups import Coupling

LEAST_SHARE = 1e-7  # of a lot: less is a solver's dust
HALF = 0.5  # a switch is on or off
Sum: TypeAlias = pulp.LpAffineExpression


@dataclass(slots=True)
class Program:
    """The built problem and the way back from its variables to quantities."""

    problem: pulp.LpProblem
    couplings: Sequence[Coupling] = ()
    cost: Sum = field(default_factory=Sum)
    sums: tuple[Sum, Sum, Sum] = field(default_factory=lambda: (Sum(), Sum(), Sum()))  # by basket
    disallowed: Sum = field(default_factory=Sum)  # losses, less those that come back through a basis
    fractions: dict[int, Sum] = field(default_factory=dict)  # candidate's index -> share of the lot sold
    cancelled: dict[str, pulp.LpVariable] = field(default_factory=dict)  # planned purchase -> is it canceled
    switches: dict[int, pulp.LpVariable] = field(default_factory=dict)  # candidate's index -> is any of it sold
    uses: list[Sum] = field(default_factory=list)  # of each limit on a sum
    divisible: bool = False  # any part of any lot may be sold, and its switches are parts too: a bound, and a hint
    deadline: float = math.inf  # on the monotonic clock: what is not built by then is not built
    made: int = 0

    def variable(self, low: float | None, high: float | None, category: str = pulp.LpContinuous) -> pulp.LpVariable:
        self.made += 1
        return pulp.LpVariable(f"x{self.made}", low, high, category)

    def binary(self) -> pulp.LpVariable:
        return self.variable(0, 1, pulp.LpInteger)

    def switch(self, index: int) -> pulp.LpVariable:
        """Whether anything of the lot is sold that day."""
        if index not in self.switches:
            on = self.switches[index] = self.variable(0, 1) if self.divisible else self.binary()
            self.require(self.fractions[index] <= on)
        return self.switches[index]

    def call_off(self, name: str) -> pulp.LpVariable:
        """Whether a planned purchase is canceled."""
        if name not in self.cancelled:
            self.cancelled[name] = self.binary()
        return self.cancelled[name]

    def require(self, constraint: pulp.LpConstraint) -> None:
        if time.monotonic() > self.deadline:
            raise TooLate
        self.problem += constraint

    def sold(self, lots: CandidateRows, values: Mapping[str, float]) -> dict[int, float]:
        """Quantities sold by row, rounded to what can be sold; of a lot on two days, that of which more is sold."""
        of_lot: dict[str, tuple[float, int]] = {}
        for index, expression in self.fractions.items():
            share = expression.constant + sum(w * values.get(v.name, 0.0) for v, w in expression.items())
            if not 0 < share < math.inf:
                continue
            lot = lots[index]
            part = min(Decimal(repr(share)), Decimal(1)) * lot.quantity
            quantity = lot.rounded(max(part, lot.smallest) if share > LEAST_SHARE else part)
            if quantity > 0:
                of_lot[lot.lot_id] = max((float(quantity), index), of_lot.get(lot.lot_id, (0.0, index)))
        return {index: quantity for quantity, index in of_lot.values()}


def called_off(program: Program, values: Mapping[str, float]) -> frozenset[str]:
    """The planned purchases that this solution cancels."""
    return frozenset(purchase for purchase, off in program.cancelled.items() if values.get(off.name, 0.0) > HALF)
