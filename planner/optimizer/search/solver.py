"""The one door to the solver: PuLP with HiGHS. What comes out says exactly how far it may be believed.

Only an engine's own status is believed, and of the statuses three: optimal, infeasible and time limit. Everything
else is a failure, which costs time and nothing else: the caller asks again in another scaling, and then another engine
(docs/model.md, "Trust"). Values are proposals. What they come to is worked out by others.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import pulp

from planner.optimizer.search import engines
from planner.optimizer.search.engines import EngineAnswer, EngineVerdict
from planner.optimizer.search.task import Infeasible

LEAST = 0.05  # seconds below which an engine is not even started


@dataclass(frozen=True, slots=True)
class Solved:
    """A solution. `bound` is below the cost of every solution, as the engine says; `proven` says its search ended."""

    values: Mapping[str, float]
    cost: float
    bound: float
    proven: bool


@dataclass(frozen=True, slots=True)
class OutOfTime:
    """Time ran out with no solution in hand. `bound` is still below the cost of every solution."""

    bound: float


@dataclass(frozen=True, slots=True)
class Failed:
    """The engine has nothing to say that may be believed."""


Engine: TypeAlias = Callable[[pulp.LpProblem, float, float, int | None], EngineAnswer]
Outcome: TypeAlias = Solved | Infeasible | OutOfTime | Failed


def solve(
    problem: pulp.LpProblem, seconds: float, gap: float, nodes: int | None = None, engine: Engine | None = None
) -> Outcome:
    """Minimise. `gap`: stop when no solution can be cheaper by more than this (in the objective's unit).

    `nodes`: stop after so many of the search tree, as if time were out; the same on every machine.
    """
    if seconds < LEAST:
        return OutOfTime(-math.inf)
    answer = (engine or engines.highs_here)(problem, seconds, gap, nodes)
    constant = float(problem.objective.constant)  # PuLP keeps it to itself: an engine's figures lack it
    if answer.verdict is EngineVerdict.INFEASIBLE:
        return Infeasible()
    if answer.verdict is EngineVerdict.FAILED or math.isnan(answer.bound) or math.isnan(answer.cost):
        return Failed()
    if not answer.values:
        return OutOfTime(answer.bound + constant)
    return Solved(
        answer.values, answer.cost + constant, answer.bound + constant, answer.verdict is EngineVerdict.OPTIMAL
    )


def cut_short(outcome: Outcome) -> bool:
    """Whether the engine stopped before it was done."""
    return isinstance(outcome, OutOfTime) or (isinstance(outcome, Solved) and not outcome.proven)


def other_engine(problem: pulp.LpProblem, seconds: float, gap: float, nodes: int | None = None) -> Outcome:
    """The same of CBC, which does not know HiGHS."""
    return solve(problem, seconds, gap, nodes, engines.cbc_apart)
