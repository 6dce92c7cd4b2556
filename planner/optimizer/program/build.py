"""The plan as a mixed-integer program in PuLP: docs/model.md. Minimises the year's cost; money in thousands of dollars.

Three parts: the tax regimes (one is chosen, and bears the three sums), the lots (with variables of their own, or in
bulk behind a supply curve), and what § 1091 takes away from coupled groups of lots (`wash_model`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import pulp

from planner.domain.plan_limits import PlanLimits, SumOf
from planner.optimizer.candidates import Candidate, whole_steps
from planner.optimizer.program.program import PATIENCE, UNIT, Economy, Program, Sum
from planner.optimizer.program.supply_curves import Bulk
from planner.optimizer.program.tax_regimes import Expr, Regime
from planner.optimizer.program.wash_constraints import add_coupling
from planner.optimizer.program.wash_groups import Coupling
from rules.terms import CENT, Lot


def build(
    economy: Economy,
    lots: Sequence[Candidate],
    single: Sequence[int],
    bulks: Sequence[Bulk],
    couplings: Sequence[Coupling],
    plan_limits: PlanLimits,
) -> Program:
    """The program over `single` (indices into `lots`, each with variables of its own) and `bulks`.

    `economy.before` and `wishes` are already net of whatever the caller has fixed.
    """
    program = Program(pulp.LpProblem("harvest", pulp.LpMinimize), couplings)
    for index in single:
        _add_lot(program, economy, lots[index], index, plan_limits)
    _add_days(program, lots, single)
    for bulk in bulks:
        _add_bulk(program, economy, bulk, [lots[bulk.members[0]].holding.lot] if len(bulk.members) else [], plan_limits)
    for coupling in couplings:
        add_coupling(program, economy, lots, coupling)
    _add_regimes(program, economy)
    _add_limits(program, plan_limits)
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


def _add_lot(program: Program, economy: Economy, lot: Candidate, index: int, plan_limits: PlanLimits) -> None:
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
    program.cost.addInPlace((float(lot.cost_rate) * proceeds - economy.deferral * gain) * share)
    least = float(lot.smallest) / quantity
    limits = [(n, limit) for n, limit in enumerate(plan_limits.sums) if limit.where.covers(lot.holding.lot)]
    for n, _ in (pair for pair in limits if pair[1].of is SumOf.PROCEEDS):
        program.used[n].addInPlace(proceeds * share)
    counted = [n for n, limit in limits if limit.of is SumOf.LOTS]
    if counted or least > 0 or lot.charge:
        sold = program.switch(index)
        program.cost.addInPlace((float(lot.charge) / UNIT) * sold)
        if least > 0:
            program.require(share >= least * sold)
        for n in counted:
            program.used[n].addInPlace(sold)


def _add_days(program: Program, lots: Sequence[Candidate], single: Sequence[int]) -> None:
    """A lot offered on several days is sold on one of them, or on none; where days are equal, on the earlier."""
    entries: dict[str, list[int]] = defaultdict(list)
    for index in single:
        entries[lots[index].lot_id].append(index)
    for days in entries.values():
        if lots[days[0]].must:
            duty = float(lots[days[0]].duty / lots[days[0]].quantity)
            program.require(pulp.lpSum(program.fractions[index] for index in days) >= duty)
        if len(days) < 2:
            continue
        switches = [program.switch(index) for index in days]
        program.require(pulp.lpSum(switches) <= 1)
        for n, switch in enumerate(switches):
            program.cost.addInPlace((n * PATIENCE / UNIT) * switch)


def _add_bulk(program: Program, economy: Economy, bulk: Bulk, one: Sequence[Lot], plan_limits: PlanLimits) -> None:
    """Many lots of one basket and cost rate behind their supply curve: any gain g at the least proceeds p.

    `one` is any of them: limits cover all of a curve or none of it, and none of them counts its lots.
    """
    gain = program.variable(bulk.gain_low / UNIT, bulk.gain_high / UNIT)
    proceeds = program.variable(0, bulk.proceeds_high / UNIT)
    for slope, intercept in bulk.lower_cuts:
        program.require(proceeds >= slope * gain + intercept / UNIT)
    for slope, intercept in bulk.upper_cuts:
        program.require(proceeds <= slope * gain + intercept / UNIT)
    program.sums[bulk.basket].addInPlace(gain)
    for n, limit in enumerate(plan_limits.sums):
        if limit.of is SumOf.PROCEEDS and any(limit.where.covers(lot) for lot in one):
            program.used[n].addInPlace(proceeds)
    program.cost.addInPlace(bulk.cost_rate * proceeds - economy.deferral * gain)
    program.bulks.append((bulk, gain, proceeds))


# --- the year --------------------------------------------------------------------------------------------------


def _add_regimes(program: Program, economy: Economy) -> None:
    """The year's cost: the federal regimes and, with a choice of its own, the state's."""
    _add_choice(program, economy, economy.regimes)
    if economy.state:
        _add_choice(program, economy, economy.state)


def _add_choice(program: Program, economy: Economy, regimes: Sequence[Regime]) -> None:
    """The convex hull of regimes: each has its own copy of the sums, and exactly one is switched on."""
    switches = []
    copies: list[tuple[Sum, ...]] = []
    for regime in regimes:
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
            lines = [
                slope * _homogeneous(term.of, here, on) + (intercept / UNIT) * on for slope, intercept in term.lines
            ]
            _add_largest(program, lines)
        if regime.highest:
            _add_largest(program, [_homogeneous(plane, here, on) for plane in regime.highest])
    program.require(pulp.lpSum(switches) == 1)
    short = program.sums[0]
    long = program.sums[1] + program.sums[2]
    collectibles = program.sums[2]
    for which, (total, before) in enumerate(zip((short, long, collectibles), economy.before, strict=True)):
        program.require(pulp.lpSum(copy[which] for copy in copies) == total + before / UNIT)


def _add_largest(program: Program, lines: Sequence[Sum]) -> None:
    """The largest of some lines as a cost."""
    if len(lines) == 1:
        program.cost.addInPlace(lines[0])
        return
    height = program.variable(None, None)
    for line in lines:
        program.require(height >= line)
    program.cost.addInPlace(height)


def _homogeneous(expression: Expr, here: Sequence[Sum], on: pulp.LpVariable) -> Sum:
    """The expression over a regime's own sums, its constant switched with the regime."""
    total = (expression.const / UNIT) * on + Sum()
    for weight, own in zip((expression.s, expression.l, expression.k), here, strict=True):
        if weight:
            total = total + weight * own
    return total


# --- limits ----------------------------------------------------------------------------------------------------


def _add_limits(program: Program, plan_limits: PlanLimits) -> None:
    for n, limit in enumerate(plan_limits.sums):
        amount = float(limit.amount) / (UNIT if limit.of is SumOf.PROCEEDS else 1.0)
        program.require(program.used[n] >= amount if limit.at_least else program.used[n] <= amount)
