"""The one door to the solver: PuLP with HiGHS. What comes out says exactly how far it may be believed.

PuLP's `status` says Optimal even when time ran out, and fills every variable with zeros when there is no solution at
all; only the solver's own words are believed here (docs/model.md, "Trust").
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pulp

# Tolerances a hundred times finer than HiGHS's own: on sums of millions, 1e-6 of a switch would be dollars.
FEASIBILITY = 1e-9
THREADS = 1  # one thread and a fixed seed: the same file gives the same plan
SEED = 0


@dataclass(frozen=True, slots=True)
class Solved:
    """A solution. `bound` is below the cost of every solution; `proven` says that the search ended."""

    values: Mapping[str, float]
    cost: float
    bound: float
    proven: bool


@dataclass(frozen=True, slots=True)
class Infeasible:
    """No values satisfy the constraints: proven."""


@dataclass(frozen=True, slots=True)
class OutOfTime:
    """Time ran out with no solution in hand. `bound` is still below the cost of every solution."""

    bound: float


def solve(problem: pulp.LpProblem, seconds: float, gap: float) -> Solved | Infeasible | OutOfTime:
    """Minimise. `gap`: stop when no solution can be cheaper by more than this (in the objective's unit)."""
    engine = pulp.HiGHS(
        msg=False,
        timeLimit=max(0.1, seconds),
        gapRel=0.0,
        gapAbs=gap,
        threads=THREADS,
        random_seed=SEED,
        mip_feasibility_tolerance=FEASIBILITY,
        primal_feasibility_tolerance=FEASIBILITY,
        dual_feasibility_tolerance=FEASIBILITY,
    )
    problem.solve(engine)
    import highspy

    highs = problem.solverModel
    found, facts = highs.getModelStatus(), highs.getInfo()
    statuses = highspy.HighsModelStatus
    if found in (statuses.kInfeasible, statuses.kUnboundedOrInfeasible):
        return Infeasible()
    constant = problem.objective.constant  # PuLP keeps it to itself: HiGHS's figures lack it
    integer = any(v.cat == pulp.LpInteger for v in problem.variables())
    bound = (facts.mip_dual_bound if integer else facts.objective_function_value) + constant
    has_solution = facts.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    if not has_solution:
        return OutOfTime(bound if math.isfinite(bound) else -math.inf)
    proven = found == statuses.kOptimal
    if not integer and not proven:
        bound = -math.inf
    values = {v.name: float(v.varValue or 0.0) for v in problem.variables()}
    return Solved(values, facts.objective_function_value + constant, bound, proven)
