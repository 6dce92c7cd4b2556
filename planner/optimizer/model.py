"""The plan as a mixed-integer program in PuLP: docs/model.md. Minimises the year's cost; money in thousands of dollars.

Three parts, each a method: the tax regimes (one is chosen, and bears the three sums), the lots (with variables of
their own, or in bulk behind a supply curve), and what § 1091 takes away from coupled groups of lots. Variables are
named by number, because PuLP's cleaning of names collides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

import pulp

from planner.household import Wishes
from planner.optimizer.candidates import Candidate, whole_steps
from planner.optimizer.groups import Coupling, can_wash
from planner.optimizer.regimes import Box, Expr, Regime
from planner.optimizer.supply import Bulk
from rules.terms import CENT

UNIT = 1000.0  # the model's dollar: keeps coefficients near one
PATIENCE = 0.0015  # dollars, above the gap at which the search stops: what waiting for the next day must be worth
HALF = 0.5  # a switch is on or off
Sum: TypeAlias = pulp.LpAffineExpression


@dataclass(frozen=True, slots=True)
class Economy:
    """What the model needs of the return: regimes on a box of sums, the sums before the plan, and φ."""

    regimes: Sequence[Regime]
    box: Box
    before: tuple[float, float, float]
    deferral: float


@dataclass(slots=True)
class Program:
    """The built problem and the way back from its variables to quantities."""

    problem: pulp.LpProblem
    couplings: Sequence[Coupling] = ()
    cost: Sum = field(default_factory=Sum)
    sums: tuple[Sum, Sum, Sum] = field(default_factory=lambda: (Sum(), Sum(), Sum()))
    proceeds: Sum = field(default_factory=Sum)
    fractions: dict[int, Sum] = field(default_factory=dict)  # candidate's index -> share of the lot sold
    cancelled: dict[str, pulp.LpVariable] = field(default_factory=dict)  # planned purchase -> is it called off
    switches: dict[int, pulp.LpVariable] = field(default_factory=dict)  # candidate's index -> is any of it sold
    bulks: list[tuple[Bulk, pulp.LpVariable, pulp.LpVariable]] = field(default_factory=list)
    count: Sum = field(default_factory=Sum)
    made: int = 0

    def variable(self, low: float | None, high: float | None, category: str = pulp.LpContinuous) -> pulp.LpVariable:
        self.made += 1
        return pulp.LpVariable(f"x{self.made}", low, high, category)

    def binary(self) -> pulp.LpVariable:
        return self.variable(0, 1, pulp.LpInteger)

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


def build(
    economy: Economy,
    lots: Sequence[Candidate],
    single: Sequence[int],
    bulks: Sequence[Bulk],
    couplings: Sequence[Coupling],
    wishes: Wishes,
) -> Program:
    """The program over `single` (indices into `lots`, each with variables of its own) and `bulks`.

    `economy.before` and `wishes` are already net of whatever the caller has fixed.
    """
    program = Program(pulp.LpProblem("harvest", pulp.LpMinimize), couplings)
    for index in single:
        _add_lot(program, economy, lots[index], index, wishes)
    _add_days(program, lots, single)
    for bulk in bulks:
        _add_bulk(program, economy, bulk)
    for coupling in couplings:
        _add_coupling(program, economy, lots, coupling)
    _add_regimes(program, economy)
    _add_wishes(program, wishes)
    program.problem.setObjective(program.cost)
    return program


def priced_year(economy: Economy, prices: Sequence[float], gains: Sequence[tuple[float, float]]) -> pulp.LpProblem:
    """The year alone, free to choose each basket's gain within its range, a dollar of loss costing `prices`."""
    program = Program(pulp.LpProblem("year", pulp.LpMinimize))
    for basket, (price, (low, high)) in enumerate(zip(prices, gains, strict=True)):
        gain = program.variable(low / UNIT, high / UNIT)
        program.sums[basket].addInPlace(gain)
        program.cost.addInPlace(-price * gain)
    _add_regimes(program, economy)
    program.problem.setObjective(program.cost)
    return program.problem


# --- lots ------------------------------------------------------------------------------------------------------


def _add_lot(program: Program, economy: Economy, lot: Candidate, index: int, wishes: Wishes) -> None:
    """A lot of its own: sold in whole steps, or in any fraction where a step is worth less than a cent."""
    quantity = float(lot.quantity)
    if lot.step < 1 and lot.whole.proceeds * lot.step < CENT * lot.quantity:
        share = Sum([(program.variable(0, 1), 1.0)])
    else:
        steps = whole_steps(lot.quantity, lot.step)
        remainder = float(lot.quantity - steps * lot.step)
        share = Sum()
        if steps:
            units = program.variable(0, steps, pulp.LpInteger)
            share += (float(lot.step) / quantity) * units
        if remainder:  # a lot's last fraction goes only with the whole lot
            rest = program.binary()
            share += (remainder / quantity) * rest
            if steps:
                program.require(units >= steps * rest)
    gain, proceeds = float(lot.whole.gain) / UNIT, float(lot.whole.proceeds) / UNIT
    program.fractions[index] = share
    program.sums[lot.basket].addInPlace(gain * share)
    program.proceeds.addInPlace(proceeds * share)
    program.cost.addInPlace((float(lot.cost_rate) * proceeds - economy.deferral * gain) * share)
    least = float(lot.smallest) / quantity
    if wishes.max_sales is not None or least > 0:
        sold = _switch(program, index)
        if least > 0:
            program.require(share >= least * sold)
        program.count.addInPlace(sold)


def _switch(program: Program, index: int) -> pulp.LpVariable:
    """Whether anything of the lot is sold that day."""
    if index not in program.switches:
        on = program.switches[index] = program.binary()
        program.require(program.fractions[index] <= on)
    return program.switches[index]


def _add_days(program: Program, lots: Sequence[Candidate], single: Sequence[int]) -> None:
    """A lot offered on several days is sold on one of them, or on none; where days are equal, on the earlier."""
    entries: dict[str, list[int]] = defaultdict(list)
    for index in single:
        entries[lots[index].lot_id].append(index)
    for days in entries.values():
        if lots[days[0]].must:
            program.require(pulp.lpSum(program.fractions[index] for index in days) >= 1)
        if len(days) < 2:
            continue
        switches = [_switch(program, index) for index in days]
        program.require(pulp.lpSum(switches) <= 1)
        for n, switch in enumerate(switches):
            program.cost.addInPlace((n * PATIENCE / UNIT) * switch)


def _add_bulk(program: Program, economy: Economy, bulk: Bulk) -> None:
    """Many lots of one basket and cost rate behind their supply curve: any gain g at the least proceeds p."""
    gain = program.variable(bulk.gain_low / UNIT, bulk.gain_high / UNIT)
    proceeds = program.variable(0, bulk.proceeds_high / UNIT)
    for slope, intercept in bulk.lower_cuts:
        program.require(proceeds >= slope * gain + intercept / UNIT)
    for slope, intercept in bulk.upper_cuts:
        program.require(proceeds <= slope * gain + intercept / UNIT)
    program.sums[bulk.basket].addInPlace(gain)
    program.proceeds.addInPlace(proceeds)
    program.cost.addInPlace(bulk.cost_rate * proceeds - economy.deferral * gain)
    program.bulks.append((bulk, gain, proceeds))


# --- § 1091 ----------------------------------------------------------------------------------------------------


def _add_coupling(program: Program, economy: Economy, lots: Sequence[Candidate], coupling: Coupling) -> None:
    """Share for share, in the regulation's order: slice i meets replacement p with

        m[i,p] = min(what is left of slice i, what is left of replacement p)

    One binary a pair says which of the two is used up. A matched share's loss is not recognised; it moves into the
    replacement's basis (nothing is given up), or is gone where an IRA bought. A replacement that took on a loss is not
    sold later in the same plan (L-27).
    """
    used_of_replacement = [Sum() for _ in coupling.replacements]
    for index in coupling.slices:
        lot = lots[index]
        quantity = float(lot.quantity)
        loss = -float(lot.whole.gain) / UNIT / quantity  # per unit
        sold = quantity * program.fractions[index]
        used_of_slice = Sum()
        for p, replacement in enumerate(coupling.replacements):
            if not can_wash(lots, replacement, index):
                continue
            held: Sum = Sum(constant=replacement.quantity)
            if replacement.cancelable is not None:
                held = held - replacement.quantity * _call_off(program, replacement.cancelable)
            later = []
            for i in replacement.sellable:
                if lots[i].sold <= lot.sold:
                    held = held - float(lots[i].quantity) * program.fractions[i]
                else:
                    later.append(program.switches[i])
            matched = program.variable(0, min(quantity, replacement.quantity))
            slice_used_up = program.binary()
            used_of_slice = used_of_slice + matched
            used_of_replacement[p] = used_of_replacement[p] + matched
            program.require(used_of_slice <= sold)
            program.require(used_of_replacement[p] <= held)
            program.require(used_of_slice >= sold - quantity * (1 - slice_used_up))
            program.require(used_of_replacement[p] >= held - replacement.quantity * slice_used_up)
            if later:
                program.require(matched <= min(quantity, replacement.quantity) * (1 - pulp.lpSum(later)))
            program.sums[lot.basket].addInPlace(loss * matched)
            kept = 0.0 if replacement.permanent else economy.deferral
            program.cost.addInPlace(-kept * loss * matched)


def _call_off(program: Program, purchase_id: str) -> pulp.LpVariable:
    """Whether a planned purchase is called off: for nothing, but not without need."""
    if purchase_id not in program.cancelled:
        off = program.cancelled[purchase_id] = program.binary()
        program.cost.addInPlace((PATIENCE / UNIT) * off)
    return program.cancelled[purchase_id]


# --- the year --------------------------------------------------------------------------------------------------


def _add_regimes(program: Program, economy: Economy) -> None:
    """The convex hull of the regimes: each has its own copy of the sums, and exactly one is switched on."""
    switches = []
    copies: list[tuple[Sum, ...]] = []
    for regime in economy.regimes:
        on = program.binary()
        here = tuple(Sum([(program.variable(None, None), 1.0)]) for _ in range(3))
        copies.append(here)
        switches.append(on)
        for own, (low, high) in zip(here, economy.box, strict=True):
            program.require(own >= (low / UNIT) * on)
            program.require(own <= (high / UNIT) * on)
        for side in regime.within:
            program.require(_homogeneous(side, here, on) >= 0)
        program.cost.addInPlace(_homogeneous(regime.linear, here, on))
        for term in regime.terms:
            if len(term.lines) == 1:
                ((slope, intercept),) = term.lines
                program.cost.addInPlace(slope * _homogeneous(term.of, here, on) + (intercept / UNIT) * on)
                continue
            height = program.variable(None, None)
            for slope, intercept in term.lines:
                program.require(height >= slope * _homogeneous(term.of, here, on) + (intercept / UNIT) * on)
            program.cost.addInPlace(height)
    program.require(pulp.lpSum(switches) == 1)
    short = program.sums[0]
    long = program.sums[1] + program.sums[2]
    collectibles = program.sums[2]
    for which, (total, before) in enumerate(zip((short, long, collectibles), economy.before, strict=True)):
        program.require(pulp.lpSum(copy[which] for copy in copies) == total + before / UNIT)


def _homogeneous(expression: Expr, here: Sequence[Sum], on: pulp.LpVariable) -> Sum:
    """The expression over a regime's own sums, its constant switched with the regime."""
    total = (expression.const / UNIT) * on + Sum()
    for weight, own in zip((expression.s, expression.l, expression.k), here, strict=True):
        if weight:
            total = total + weight * own
    return total


# --- wishes ----------------------------------------------------------------------------------------------------


def _add_wishes(program: Program, wishes: Wishes) -> None:
    if wishes.max_turnover is not None:
        program.require(program.proceeds <= float(wishes.max_turnover) / UNIT)
    if wishes.cash_needed > 0:
        program.require(program.proceeds >= float(wishes.cash_needed) / UNIT)
    if wishes.max_sales is not None:
        program.require(program.count <= wishes.max_sales)
