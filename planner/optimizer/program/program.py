"""The mixed-integer program being built: its variables, sums and cost, and the way back to quantities.

Variables are named by number, because PuLP's cleaning of names collides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

import pulp

from planner.optimizer.candidates import Candidate
from planner.optimizer.program.supply_curves import Bulk
from planner.optimizer.program.tax_regimes import Box, Regime, Sums, cheapest
from planner.optimizer.program.wash_groups import Coupling
from rules.terms import ZERO

UNIT = 1000.0  # the model's dollar: keeps coefficients near one
PATIENCE = 0.0015  # dollars, above the gap at which the search stops: what waiting for the next day must be worth
HALF = 0.5  # a switch is on or off
Sum: TypeAlias = pulp.LpAffineExpression


@dataclass(frozen=True, slots=True)
class Economy:
    """What the model needs of the return: regimes on a box of sums, the sums before the plan, and φ.

    `state`: the state's tax as regimes of its own, which adds to the cost of the others; empty where there is none.
    `exact`: the regimes are the law, or `below` it by no more dollars; `jumps`: the cost may jump, so that a plan may
    end on a border that is taxed as what lies across.
    """

    regimes: Sequence[Regime]
    box: Box
    before: tuple[float, float, float]
    deferral: float
    state: Sequence[Regime] = ()
    exact: bool = True
    jumps: bool = False
    below: Decimal = ZERO

    def cost(self, sums: Sums, slack: float) -> float:
        """This year's cost at a point: the cheapest regime that holds it, federal and state."""
        state = cheapest(self.state, sums, slack) if self.state else 0.0
        return cheapest(self.regimes, sums, slack) + state


@dataclass(slots=True)
class Program:
    """The built problem and the way back from its variables to quantities."""

    problem: pulp.LpProblem
    couplings: Sequence[Coupling] = ()
    cost: Sum = field(default_factory=Sum)
    sums: tuple[Sum, Sum, Sum] = field(default_factory=lambda: (Sum(), Sum(), Sum()))
    used: dict[int, Sum] = field(default_factory=lambda: defaultdict(Sum))  # a limit's place -> its sum
    fractions: dict[int, Sum] = field(default_factory=dict)  # candidate's index -> share of the lot sold
    cancelled: dict[str, pulp.LpVariable] = field(default_factory=dict)  # planned purchase -> is it called off
    switches: dict[int, pulp.LpVariable] = field(default_factory=dict)  # candidate's index -> is any of it sold
    bulks: list[tuple[Bulk, pulp.LpVariable, pulp.LpVariable]] = field(default_factory=list)
    made: int = 0

    def variable(self, low: float | None, high: float | None, category: str = pulp.LpContinuous) -> pulp.LpVariable:
        self.made += 1
        return pulp.LpVariable(f"x{self.made}", low, high, category)

    def binary(self) -> pulp.LpVariable:
        return self.variable(0, 1, pulp.LpInteger)

    def switch(self, index: int) -> pulp.LpVariable:
        """Whether anything of the lot is sold that day."""
        if index not in self.switches:
            on = self.switches[index] = self.binary()
            self.require(self.fractions[index] <= on)
        return self.switches[index]

    def call_off(self, name: str) -> pulp.LpVariable:
        """Whether a planned purchase is called off: for nothing, but not without need."""
        if name not in self.cancelled:
            off = self.cancelled[name] = self.binary()
            self.cost.addInPlace((PATIENCE / UNIT) * off)
        return self.cancelled[name]

    def require(self, constraint: pulp.LpConstraint) -> None:
        self.problem += constraint

    def sold(self, lots: Sequence[Candidate], values: Mapping[str, float]) -> dict[int, Decimal]:
        """Quantities sold of the lots with variables of their own, rounded to what can be sold."""
        found = {}
        for index, expression in self.fractions.items():
            share = expression.constant + sum(w * values[v.name] for v, w in expression.items())
            quantity = lots[index].rounded(lots[index].quantity * Decimal(repr(max(0.0, share))))
            if quantity > 0:
                found[index] = quantity
        return found


def called_off(program: Program, values: Mapping[str, float]) -> frozenset[str]:
    """The planned purchases that this solution cancels."""
    return frozenset(purchase_id for purchase_id, off in program.cancelled.items() if values[off.name] > HALF)
