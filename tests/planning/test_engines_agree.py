"""A bound that rests on a solver counts where two engines or scalings agree on it; else the certificate's stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import highspy
import pulp
import pytest
from household_files import invoked, planned, write

from planner.domain.certificate import ProvenBy
from planner.domain.errors import ExitCode
from planner.domain.plan import Plan, Status
from planner.optimizer import put_off
from planner.optimizer.search import engines, search
from planner.optimizer.search.engines import EngineAnswer, EngineVerdict

LOTS = "AAA,5,2024-01-05,300000,40000,stock,\nBBB,3,2025-01-06,210000,40500,stock,\n"
GAINS = "\n[realized]\nshort_term = 41_000\n\n[assumptions]\nyears_to_use_carryover = inf\n"
HONEST = engines.highs_here
FAILED = EngineAnswer(EngineVerdict.FAILED)
HUNDREDS = "AAA,30,2024-01-05,6000,100,stock,\nBBB,31,2025-01-06,6200,100,stock,\n"
NOTHING_KEEPS = "\n[plan]\ncash_needed = 250\nmax_turnover = 270\n"  # shares of 100: 200 or 300


def in_turn(answers: Iterator[Callable[..., EngineAnswer]]) -> Callable[..., EngineAnswer]:
    """One answer after the other, the last one for ever."""
    last = next(answers)

    def engine(*words: object) -> EngineAnswer:
        nonlocal last
        now, last = last, next(answers, last)
        return now(*words)

    return engine


def failed(*_: object) -> EngineAnswer:
    return FAILED


def idle(problem: pulp.LpProblem, *words: object) -> EngineAnswer:
    """Doing nothing, called as good as the best plan is: plausible, and false."""
    honest = HONEST(problem, *words)  # type: ignore[arg-type]
    return replace(honest, values=dict.fromkeys(honest.values, 0.0), bound=honest.cost + 0.05, cost=honest.cost + 0.05)


@pytest.fixture
def by_solver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Plan]:
    """A household of a few dear shares, which arithmetic proves by cases alone; here it divides none."""
    monkeypatch.setattr(search, "divided", lambda *_: None)
    monkeypatch.setattr(put_off, "proven_by_cases", lambda question, plan, proof, deadline: proof)
    folder = write(tmp_path, LOTS, GAINS)
    plan = planned(folder)
    assert (plan.status, plan.proven_by) == (Status.PROVEN, ProvenBy.SOLVER)
    assert plan.certified is not None
    assert plan.certified > plan.benefit.bound + 10
    return folder, plan


def test_one_engine_alone_proves_nothing(by_solver: tuple[Path, Plan], monkeypatch: pytest.MonkeyPatch) -> None:
    folder, best = by_solver
    monkeypatch.setattr(engines, "highs_here", in_turn(iter((HONEST, failed))))
    monkeypatch.setattr(engines, "cbc_apart", failed)
    plan = planned(folder)
    assert plan.benefit.total == best.benefit.total
    assert (plan.status, plan.proven_by) == (Status.UNPROVEN, None)
    assert plan.certified is not None
    assert best.benefit.bound + 1 < plan.benefit.bound <= plan.certified  # arithmetic's: its cases too, but no engine's
    assert invoked(folder).exit_code == ExitCode.NO_PLAN


def test_another_engine_will_do(by_solver: tuple[Path, Plan], monkeypatch: pytest.MonkeyPatch) -> None:
    folder, best = by_solver
    monkeypatch.setattr(engines, "highs_here", in_turn(iter((HONEST, failed))))
    plan = planned(folder)
    assert (plan.status, plan.proven_by) == (Status.PROVEN, ProvenBy.SOLVER)
    assert abs(plan.benefit.bound - best.benefit.bound) <= Decimal("0.02")


def test_of_two_bounds_the_weaker_counts(by_solver: tuple[Path, Plan], monkeypatch: pytest.MonkeyPatch) -> None:
    """The first engine's false bound lies below what the other one proves: a plan between the two may be there."""
    folder, best = by_solver

    def sure(problem: pulp.LpProblem, *words: object) -> EngineAnswer:
        answer = HONEST(problem, *words)  # type: ignore[arg-type]
        return replace(answer, bound=answer.bound - 1)  # less is proved, and that is true

    monkeypatch.setattr(engines, "highs_here", in_turn(iter((HONEST, sure))))
    plan = planned(folder)
    assert plan.benefit.bound >= best.benefit.bound + Decimal("0.5")


@pytest.mark.parametrize("other", [failed, HONEST])
def test_a_false_optimum_is_not_believed(
    by_solver: tuple[Path, Plan], monkeypatch: pytest.MonkeyPatch, other: Callable[..., EngineAnswer]
) -> None:
    """Whatever is proven, the bound is above the best plan."""
    folder, best = by_solver
    monkeypatch.setattr(engines, "highs_here", in_turn(iter((idle, other))))
    plan = planned(folder)
    assert plan.benefit.bound >= best.benefit.total - Decimal("0.10")
    assert plan.benefit.bound - plan.benefit.total <= 20 or plan.status is Status.UNPROVEN


# --- what an engine may say ---


class FakeHighs:
    """A HiGHS that ended in some status, with a solution in hand."""

    def __init__(self, status: highspy.HighsModelStatus) -> None:
        self.status = status

    def getModelStatus(self) -> highspy.HighsModelStatus:  # noqa: N802
        return self.status

    def getInfo(self) -> object:  # noqa: N802
        facts = highspy.HighsInfo()
        facts.primal_solution_status = highspy.SolutionStatus.kSolutionStatusFeasible.value
        facts.objective_function_value = 3.0
        facts.mip_dual_bound = 2.0
        return facts

    def getSolution(self) -> object:  # noqa: N802
        solution = highspy.HighsSolution()
        solution.col_value = [3.0]
        return solution


STATUSES = list(highspy.HighsModelStatus.__members__.values())
BELIEVED = {
    "kOptimal": EngineVerdict.OPTIMAL,
    "kInfeasible": EngineVerdict.INFEASIBLE,
    "kUnboundedOrInfeasible": EngineVerdict.INFEASIBLE,  # no cost of a year is without a floor
    "kTimeLimit": EngineVerdict.TIME_LIMIT,
    "kSolutionLimit": EngineVerdict.TIME_LIMIT,
    "kInterrupt": EngineVerdict.TIME_LIMIT,
}


@pytest.mark.parametrize("status", STATUSES, ids=lambda status: status.name)
def test_every_status_but_those_is_a_failure(status: highspy.HighsModelStatus) -> None:
    x = pulp.LpVariable("x", 0, 5, pulp.LpInteger)
    problem = pulp.LpProblem("made", pulp.LpMinimize)
    problem += x
    problem.solverModel = FakeHighs(status)
    answer = engines._words_of(problem)
    assert answer.verdict is BELIEVED.get(status.name, EngineVerdict.FAILED)
    if answer.verdict is EngineVerdict.FAILED:
        assert (answer.values, answer.bound) == ({}, float("-inf"))


@pytest.mark.parametrize("status", [status for status in STATUSES if status.name not in BELIEVED], ids=lambda s: s.name)
def test_a_plan_is_made_whatever_the_status(
    status: highspy.HighsModelStatus, by_solver: tuple[Path, Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    """HiGHS ends so on every call; CBC has its own word."""
    folder, best = by_solver
    words = engines._words_of

    def ended(problem: pulp.LpProblem) -> EngineAnswer:
        problem.solverModel = FakeHighs(status)
        return words(problem)

    monkeypatch.setattr(engines, "_words_of", ended)
    plan = planned(folder)
    assert best.benefit.total - 1 <= plan.benefit.total <= best.benefit.total + Decimal("0.01")
    assert plan.benefit.bound >= best.benefit.total


# --- that no plan keeps the limits ---


def test_two_scalings_of_one_engine_are_not_believed_that_nothing_keeps_the_limits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "cbc_apart", failed)
    answer = invoked(write(tmp_path, HUNDREDS, NOTHING_KEEPS), "--time-limit", "3")
    assert answer.exit_code == ExitCode.NO_PLAN
    assert "no plan was found within 3 seconds" in answer.stderr


def test_two_engines_are(tmp_path: Path) -> None:
    answer = invoked(write(tmp_path, HUNDREDS, NOTHING_KEEPS))
    assert answer.exit_code == ExitCode.NO_PLAN
    assert "satisfies all limits together" in answer.stderr
