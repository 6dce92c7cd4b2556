"""The plan as a mixed-integer program in PuLP: docs/model.md. Minimises the year's cost, in scaled units.

Three parts: the tax regimes (one is chosen, and bears the three sums) or prices in their place, the lots, and what
§ 1091 takes away from coupled groups of lots (`wash_constraints`).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Protocol

import pulp

from planner.optimizer.candidate import Candidate, whole_steps
from planner.optimizer.candidate_rows import CandidateRows
from planner.optimizer.program.economy import Economy
from planner.optimizer.program.entries import Entries, Floats
from planner.optimizer.program.program import Program, Sum
from planner.optimizer.program.tax_regimes import Expr, Regime
from planner.optimizer.program.wash_constraints import add_coupling
from planner.optimizer.program.wash_groups import Coupling
from rules.terms import CENT

LARGEST_DOMAIN = 1e5  # whole numbers beyond this are lost in an engine's tolerances: a part of such a lot is any part


def build(
    economy: Economy,
    lots: CandidateRows,
    rows: Entries,
    members: Sequence[int],
    couplings: Sequence[Coupling],
    most: Floats,
    deadline: float = math.inf,
) -> Program:
    """The program over `members` (rows), with what each limit still allows.

    `economy.before` and `most` are already net of whatever the caller has fixed. Raises TooLate at the deadline.
    """
    program = _with_lots(economy, lots, rows, members, couplings, deadline)
    _add_year(program, economy, rows, most)
    return program


def _add_year(program: Program, economy: Economy, rows: Entries, most: Floats) -> None:
    _add_regimes(program, economy)
    for column in range(rows.limits.number):
        unit = 1.0 if rows.limits.counts[column] else economy.unit
        program.require(program.uses[column] <= float(most[column]) / unit)
    program.problem.setObjective(program.cost)


def with_columns(
    economy: Economy,
    lots: CandidateRows,
    rows: Entries,
    members: Sequence[int],
    columns: Sequence[Sequence[Column]],
    most: Floats,
    *,
    deadline: float = math.inf,
    divisible: bool = False,
) -> tuple[Program, list[list[pulp.LpVariable]]]:
    """The program over free rows, and of each group one of the columns given: with the switches of these."""
    program = _with_lots(economy, lots, rows, members, (), deadline, divisible=divisible)
    unit, chosen = economy.unit, []
    for offered in columns:
        switches = [program.binary() for _ in offered]
        program.require(pulp.lpSum(switches) == 1)
        chosen.append(switches)
        for column, on in zip(offered, switches, strict=True):
            short, long, collectibles, *others = (float(gain) / unit for gain in column.gains)
            for total, gain in zip(program.sums, (short, long - collectibles, collectibles), strict=True):
                total.addInPlace(gain * on)
            program.disallowed.addInPlace(sum(others) * on)
            program.cost.addInPlace(column.cost / unit * on)
            for n, counted in enumerate(rows.limits.counts):
                program.uses[n].addInPlace(float(column.uses[n]) / (1.0 if counted else unit) * on)
    _add_year(program, economy, rows, most)
    return program, chosen


class Column(Protocol):
    """What one choice of a group brings to the sums, costs, and uses of limits."""

    @property
    def gains(self) -> Floats: ...
    @property
    def cost(self) -> float: ...
    @property
    def uses(self) -> Floats: ...


def at_prices(
    economy: Economy,
    lots: CandidateRows,
    rows: Entries,
    coupling: Coupling,
    prices: Floats,
    rents: Floats,
    deadline: float = math.inf,
) -> Program:
    """One group alone, a dollar of each sum costing `prices` and a unit of each limit `rents`."""
    program = _with_lots(economy, lots, rows, sorted(coupling.members), [coupling], deadline)
    for basket, total in enumerate(program.sums):
        # gains of the 28-percent group enter the long-term sum too
        program.cost.addInPlace(float(prices[1] + prices[2] if basket == 2 else prices[basket]) * total)
    program.cost.addInPlace(float(sum(prices[3:])) * program.disallowed)
    for column in range(rows.limits.number):
        unit = 1.0 / economy.unit if rows.limits.counts[column] else 1.0
        program.cost.addInPlace(float(rents[column]) * unit * program.uses[column])
    program.problem.setObjective(program.cost)
    return program


def _with_lots(
    economy: Economy,
    lots: CandidateRows,
    rows: Entries,
    members: Iterable[int],
    couplings: Sequence[Coupling],
    deadline: float,
    *,
    divisible: bool = False,
) -> Program:
    program = Program(pulp.LpProblem("harvest", pulp.LpMinimize), couplings, divisible=divisible, deadline=deadline)
    program.uses = [Sum() for _ in range(rows.limits.number)]
    members = list(members)
    for row in members:
        _add_lot(program, economy, lots[row], rows, row)
    _add_days(program, lots, rows, members)
    for coupling in couplings:
        add_coupling(program, economy, lots, coupling)
    return program


# --- lots ------------------------------------------------------------------------------------------------------


def _add_lot(program: Program, economy: Economy, lot: Candidate, rows: Entries, row: int) -> None:
    """A lot on one of its days: sold in whole steps, or in any part where a step is worth less than a cent."""
    quantity = float(lot.quantity)
    steps = whole_steps(lot.quantity, lot.step)
    finer_than_cents = lot.step < 1 and lot.whole.proceeds * lot.step < CENT * lot.quantity
    if program.divisible or finer_than_cents or steps > LARGEST_DOMAIN:
        share = Sum([(program.variable(0, 1), 1.0)])
    else:
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
    unit = economy.unit
    program.fractions[row] = share
    program.sums[lot.basket].addInPlace(float(lot.whole.gain) / unit * share)
    if lot.whole.moved:
        program.disallowed.addInPlace(-float(lot.whole.moved) / unit * share)
    program.cost.addInPlace(float(rows.costs[row]) / unit * share)
    least = float(rows.smallest[row]) / quantity
    if least > 0:
        program.require(share >= least * program.switch(row))
    if rows.charges[row]:
        program.cost.addInPlace(float(rows.charges[row]) / unit * program.switch(row))
    for column, counted in enumerate(rows.limits.counts):
        use = float(rows.limits.uses[row, column])
        if use:
            program.uses[column].addInPlace(use * program.switch(row) if counted else use / unit * share)


def _add_days(program: Program, lots: CandidateRows, rows: Entries, members: Sequence[int]) -> None:
    """A lot offered on several days is sold on one of them, or on none; what must be sold of it is sold."""
    by_lot: dict[str, list[int]] = defaultdict(list)
    for row in members:
        by_lot[lots[row].lot_id].append(row)
    for days in by_lot.values():
        owed = float(rows.duty[rows.lot[days[0]]])
        if owed > 0:
            program.require(pulp.lpSum(program.fractions[row] for row in days) >= owed)
        if len(days) > 1:
            program.require(pulp.lpSum(program.switch(row) for row in days) <= 1)


# --- the year --------------------------------------------------------------------------------------------------


def _add_regimes(program: Program, economy: Economy) -> None:
    """The year's cost: the federal regimes and, with a choice of its own, the state's."""
    _add_choice(program, economy, economy.regimes)
    if economy.state:
        _add_choice(program, economy, economy.state)


def _add_choice(program: Program, economy: Economy, regimes: Sequence[Regime]) -> None:
    """The convex hull of regimes: each has its own copy of the sums, and exactly one is switched on."""
    unit = economy.unit
    switches = []
    copies: list[tuple[Sum, ...]] = []
    for regime in regimes:
        on = program.binary()
        here = tuple(Sum([(program.variable(None, None), 1.0)]) for _ in economy.box)
        copies.append(here)
        switches.append(on)
        for own, (low, high) in zip(here, economy.box, strict=True):
            program.require(own >= (low / unit) * on)
            program.require(own <= (high / unit) * on)
        for side in regime.within:
            program.require(_homogeneous(side, here, on, unit) >= 0)
        program.cost.addInPlace(_homogeneous(regime.linear, here, on, unit))
        for term in regime.terms:
            lines = [
                slope * _homogeneous(term.of, here, on, unit) + (intercept / unit) * on
                for slope, intercept in term.lines
            ]
            _add_largest(program, lines)
        if regime.highest:
            _add_largest(program, [_homogeneous(plane, here, on, unit) for plane in regime.highest])
    program.require(pulp.lpSum(switches) == 1)
    short = program.sums[0]
    long = program.sums[1] + program.sums[2]
    collectibles = program.sums[2]
    sums = (short, long, collectibles, program.disallowed)[: len(economy.before)]
    for which, (total, before) in enumerate(zip(sums, economy.before, strict=True)):
        program.require(pulp.lpSum(copy[which] for copy in copies) == total + before / unit)


def _add_largest(program: Program, lines: Sequence[Sum]) -> None:
    """The largest of some lines as a cost."""
    if len(lines) == 1:
        program.cost.addInPlace(lines[0])
        return
    height = program.variable(None, None)
    for line in lines:
        program.require(height >= line)
    program.cost.addInPlace(height)


def _homogeneous(expression: Expr, here: Sequence[Sum], on: pulp.LpVariable, unit: float) -> Sum:
    """The expression over a regime's own sums, its constant switched with the regime."""
    total = (expression.const / unit) * on + Sum()
    for weight, own in zip(expression.slopes, here, strict=False):
        if weight:
            total = total + weight * own
    return total
