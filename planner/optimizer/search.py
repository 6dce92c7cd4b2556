"""From candidates to quantities with a proof: relax, sharpen around the margin, round, and say how far it may be off.

A few hundred lots go to the solver one by one. More go behind supply curves (supply.py): the solver places the three
sums, tangents are added where it ends until the curves are met, and its bound is then true for every plan. The lots
around the margin, where whole shares matter, are solved for one by one with all others fixed.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from planner.household import Wishes
from planner.optimizer.candidates import Candidate
from planner.optimizer.groups import Coupling
from planner.optimizer.model import UNIT, Economy, Program, build
from planner.optimizer.solver import Infeasible, OutOfTime, Solved, solve
from planner.optimizer.supply import Bulk, bulk
from rules.terms import ZERO

ONE_BY_ONE = 400  # up to so many lots have variables of their own from the start
MARGIN = 40  # lots taken from behind each curve, on both sides of where the plan ends
GAP = 0.004  # dollars: less than a cent
CURVE_ERROR = 0.002  # dollars of cost by which a supply curve may be missed
ROUNDS = 60  # of tangents; in practice three


class OutOfTimeError(Exception):
    """Time ran out before any plan was found."""


@dataclass(frozen=True, slots=True)
class Found:
    """Quantities by candidate's index, and what the solver says of them: cost and bound in dollars."""

    quantities: dict[int, Decimal]
    cost: float
    bound: float
    ended: bool


@dataclass(frozen=True, slots=True)
class Task:
    """Everything the search works on; `seconds` is when it must stop, on the monotonic clock."""

    economy: Economy
    lots: Sequence[Candidate]
    couplings: Sequence[Coupling]
    wishes: Wishes
    deadline: float

    @property
    def seconds(self) -> float:
        return self.deadline - time.monotonic()


def search(task: Task) -> Found | Infeasible:
    """The cheapest year over all that may be sold. Raises OutOfTimeError when no plan was found in time."""
    if len(task.lots) <= ONE_BY_ONE or _counts_lots(task):
        return _one_by_one(task)
    return _in_bulk(task)


def _counts_lots(task: Task) -> bool:
    return task.wishes.max_sales is not None


# --- one by one ------------------------------------------------------------------------------------------------


def _one_by_one(task: Task) -> Found | Infeasible:
    program = build(task.economy, task.lots, range(len(task.lots)), (), task.couplings, task.wishes)
    solved = _solve(program, task)
    if isinstance(solved, Infeasible):
        return solved
    quantities = program.sold(task.lots, solved.values)
    return Found(quantities, solved.cost * UNIT, solved.bound * UNIT, solved.proven)


def _solve(program: Program, task: Task) -> Solved | Infeasible:
    solved = solve(program.problem, task.seconds, GAP / UNIT)
    if isinstance(solved, OutOfTime):
        raise OutOfTimeError
    return solved


# --- in bulk ---------------------------------------------------------------------------------------------------


def _in_bulk(task: Task) -> Found | Infeasible:
    single = {i for coupling in task.couplings for i in coupling.members}
    single |= {i for i, lot in enumerate(task.lots) if lot.whole.gain == 0}  # no gain: off every curve
    # A least quantity is a switch of its own; behind a curve it is left out, which only lowers the bound.
    bulks = _bulks(task.lots, [i for i in range(len(task.lots)) if i not in single])
    placed = _place(task, sorted(single), bulks)
    if isinstance(placed, Infeasible):
        return placed
    program, relaxed = placed
    margin = MARGIN
    while True:
        found = _sharpen(task, sorted(single), program, relaxed, margin)
        everything = margin >= len(task.lots)
        if everything or (isinstance(found, Found) and _close(found)) or task.seconds < 1:
            return found
        margin *= 8


def _close(found: Found) -> bool:
    return found.cost - found.bound <= 0.01 * max(1, len(found.quantities))


def _bulks(lots: Sequence[Candidate], members: Sequence[int]) -> list[Bulk]:
    alike: dict[tuple[int, float], list[int]] = defaultdict(list)
    for i in members:
        alike[lots[i].basket, float(lots[i].cost_rate)].append(i)
    made = []
    for (basket, cost_rate), indices in sorted(alike.items()):
        gains = np.array([float(lots[i].whole.gain) for i in indices])
        proceeds = np.array([float(lots[i].whole.proceeds) for i in indices])
        made.append(bulk(basket, cost_rate, indices, gains, proceeds))
    return made


def _place(task: Task, single: Sequence[int], bulks: Sequence[Bulk]) -> tuple[Program, Solved] | Infeasible:
    """Solve, add the tangents that were missed, solve again: until the supply curves are met."""
    for _ in range(ROUNDS):
        program = build(task.economy, task.lots, single, bulks, task.couplings, task.wishes)
        solved = _solve(program, task)
        if isinstance(solved, Infeasible) or not _add_missed_tangents(task, program, solved) or task.seconds < 1:
            break
    return solved if isinstance(solved, Infeasible) else (program, solved)


def _add_missed_tangents(task: Task, program: Program, solved: Solved) -> bool:
    wishes = task.wishes
    proceeds_matter = wishes.max_turnover is not None or wishes.cash_needed > 0
    missed = False
    for curve, gain_variable, proceeds_variable in program.bulks:
        gain = solved.values[gain_variable.name] * UNIT
        proceeds = solved.values[proceeds_variable.name] * UNIT
        price = max(curve.cost_rate, 1.0 if proceeds_matter else 0.0)
        if (curve.least_proceeds(gain) - proceeds) * price > CURVE_ERROR:
            curve.cut_below(gain)
            missed = True
        if wishes.cash_needed > 0 and proceeds - curve.most_proceeds(gain) > CURVE_ERROR:
            curve.cut_above(gain)
            missed = True
    return missed


def _sharpen(task: Task, always: Sequence[int], program: Program, relaxed: Solved, margin: int) -> Found | Infeasible:
    """Solve one by one for the lots near the margin, all others fixed as the relaxed plan has them."""
    single, fixed = list(always), list[int]()
    for curve, gain_variable, proceeds_variable in program.bulks:
        gain = relaxed.values[gain_variable.name] * UNIT
        proceeds = relaxed.values[proceeds_variable.name] * UNIT
        step = curve.step_at(gain)
        near = np.zeros(len(curve.members), dtype=bool)
        near[max(0, step - margin) : step + margin] = True
        sold = curve.sold_left_of(step)
        if task.wishes.cash_needed > 0:
            near |= _between_edges(curve, gain, proceeds, margin)
        single += [int(i) for i in curve.members[near]]
        fixed += [int(i) for i in curve.members[sold & ~near]]
    gains = [0.0, 0.0, 0.0]
    proceeds_fixed, cost = ZERO, 0.0
    for i in fixed:
        lot = task.lots[i]
        gains[lot.basket] += float(lot.whole.gain)
        proceeds_fixed += lot.whole.proceeds
        cost += float(lot.whole.proceeds) * float(lot.cost_rate) - task.economy.deferral * float(lot.whole.gain)
    short, long, collectibles = task.economy.before
    economy = replace(
        task.economy,
        before=(short + gains[0], long + gains[1] + gains[2], collectibles + gains[2]),
    )
    sharpened = build(economy, task.lots, single, (), task.couplings, _less(task.wishes, proceeds_fixed))
    solved = _solve(sharpened, task)
    if isinstance(solved, Infeasible):
        return solved
    quantities = sharpened.sold(task.lots, solved.values)
    quantities.update({i: task.lots[i].quantity for i in fixed})
    return Found(quantities, solved.cost * UNIT + cost, relaxed.bound * UNIT, relaxed.proven)


def _between_edges(curve: Bulk, gain: float, proceeds: float, margin: int) -> np.ndarray:
    """Where cash is needed beyond the lower edge: lots spread over the curve, to mix both edges with."""
    near = np.zeros(len(curve.members), dtype=bool)
    if proceeds - curve.least_proceeds(gain) > CURVE_ERROR and len(near):
        near[np.unique(np.linspace(0, len(near) - 1, 8 * margin).astype(int))] = True
    return near


def _less(wishes: Wishes, proceeds: Decimal) -> Wishes:
    """The wishes that remain when lots with these proceeds are already sold."""
    return replace(
        wishes,
        max_turnover=None if wishes.max_turnover is None else wishes.max_turnover - proceeds,
        cash_needed=max(ZERO, wishes.cash_needed - proceeds),
    )
