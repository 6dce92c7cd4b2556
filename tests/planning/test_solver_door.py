"""The one door to the solver: proven, unproven, infeasible and out of time are four answers, and never mixed up."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

import pulp
import pytest
from household_files import exactly, invoked, planned, write

from planner.domain.certificate import ProvenBy
from planner.domain.errors import ExitCode, InternalError, NoPlan
from planner.domain.plan import Status
from planner.optimizer import proof
from planner.optimizer.program.program import Program
from planner.optimizer.search import search
from planner.optimizer.search.solver import Infeasible, OutOfTime, Solved, solve

CENT = 1e-5  # in thousands of dollars, as the model counts
MOMENT = 0.1  # seconds: the least that `solve` gives


def minimised(objective: pulp.LpAffineExpression, *constraints: pulp.LpConstraint) -> pulp.LpProblem:
    problem = pulp.LpProblem("made", pulp.LpMinimize)
    problem.setObjective(objective)
    for constraint in constraints:
        problem += constraint
    return problem


def switches(number: int) -> list[pulp.LpVariable]:
    return [pulp.LpVariable(f"x{n}", 0, 1, pulp.LpInteger) for n in range(number)]


# --- proven ---


def test_a_search_that_ends_is_proven_with_its_bound() -> None:
    """Of 6, 5 and 4 with weights 5, 4 and 3, at most 7 in all: 5 + 4 = 9. The constant counts."""
    a, b, c = switches(3)
    answer = solve(minimised(-6 * a - 5 * b - 4 * c + 100, 5 * a + 4 * b + 3 * c <= 7), 10, 0)
    assert isinstance(answer, Solved)
    assert answer.proven
    assert answer.cost == pytest.approx(91)
    assert answer.bound == pytest.approx(91)
    assert {name: round(value) for name, value in answer.values.items()} == {"x0": 0, "x1": 1, "x2": 1}


def test_a_problem_without_switches_is_proven_too() -> None:
    x, y = pulp.LpVariable("x", 0, 10), pulp.LpVariable("y", 0, 10)
    answer = solve(minimised(2 * x + y - 3, x + y >= 4, x >= 1), 10, 0)
    assert isinstance(answer, Solved)
    assert answer.proven
    assert answer.cost == answer.bound == pytest.approx(2)


def test_the_search_may_stop_within_the_gap_and_the_bound_says_so() -> None:
    random = Random(5)
    worths, weights = ([random.randint(20, 99) for _ in range(30)] for _ in range(2))
    chosen = switches(30)
    worth, weight = pulp.lpDot(worths, chosen), pulp.lpDot(weights, chosen)
    exact = solve(minimised(-worth, weight <= 700), 10, 0)
    rough = solve(minimised(-worth, weight <= 700), 10, 50)
    assert isinstance(exact, Solved)
    assert isinstance(rough, Solved)
    assert exact.proven
    assert exact.bound == pytest.approx(exact.cost)
    assert rough.bound <= exact.cost + 1e-6 <= rough.cost + 2e-6
    assert rough.cost - rough.bound <= 50 + 1e-6


# --- out of time ---


def market_split(rows: int, columns: int, *, slack: bool) -> pulp.LpProblem:
    """Cornuéjols and Dawande's market split: easy to state, hopeless to search. Made so that one split is exact."""
    random = Random(7)
    chosen = switches(columns)
    wasted = pulp.LpAffineExpression(constant=7)
    constraints = []
    for row in range(rows):
        weights = [random.randint(0, 99) for _ in range(columns)]
        wanted = sum(weights[: columns // 2])  # selling the first half is exact
        if slack:
            over, under = pulp.LpVariable(f"over{row}", 0), pulp.LpVariable(f"under{row}", 0)
            wasted += over + under
            constraints.append(pulp.lpDot(weights, chosen) + under - over == wanted)
        else:
            constraints.append(pulp.lpDot(weights, chosen) == wanted)
    return minimised(wasted, *constraints)


def test_a_search_that_is_stopped_is_unproven_and_its_bound_is_true() -> None:
    """The best split costs 7 exactly: the bound must not be above it, nor the solution in hand below it."""
    answer = solve(market_split(5, 50, slack=True), MOMENT, 0)
    assert isinstance(answer, Solved)
    assert not answer.proven
    assert answer.bound <= 7 + 1e-9
    assert answer.cost > answer.bound + 1e-6
    assert answer.cost >= 7 - 1e-9


def test_a_search_that_is_stopped_with_nothing_in_hand_is_out_of_time() -> None:
    """Not infeasible: there is a split. The zeros PuLP fills in are no solution."""
    answer = solve(market_split(5, 50, slack=False), MOMENT, 0)
    assert isinstance(answer, OutOfTime)
    assert answer.bound <= 7 + 1e-9


# --- infeasible ---


@pytest.mark.parametrize("category", [pulp.LpContinuous, pulp.LpInteger])
def test_what_no_values_satisfy_is_infeasible_and_has_none(category: str) -> None:
    x, y = (pulp.LpVariable(name, 0, 10, category) for name in "xy")
    answer = solve(minimised(x + y, x + y >= 21), 10, 0)
    assert answer == Infeasible()
    assert not hasattr(answer, "values")


def test_infeasible_for_whole_numbers_only() -> None:
    x, y = (pulp.LpVariable(name, 0, 10, pulp.LpInteger) for name in "xy")
    assert solve(minimised(x + y, 2 * x - 2 * y == 1), 10, 0) == Infeasible()


# --- what becomes of the four answers in a plan ---

LOTS = "AAA,30,2024-01-05,6000,100,stock,\nBBB,31,2025-01-06,6200,100,stock,\n"
BOTH_WISHES = "\n[plan]\ncash_needed = 250\nmax_turnover = 270\n"  # shares of 100: 200 or 300


def test_the_values_of_an_infeasible_program_are_never_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*_: object) -> None:
        raise AssertionError("the values of an infeasible program were read")

    monkeypatch.setattr(Program, "sold", read)
    folder = write(tmp_path, LOTS, BOTH_WISHES)
    with pytest.raises(NoPlan, match="cash_needed = 250, max_turnover = 270"):
        planned(folder)
    answer = invoked(folder)
    assert answer.exit_code == ExitCode.NO_PLAN
    assert answer.stdout == ""


def test_an_unproven_answer_makes_an_unproven_plan_with_its_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*words: object) -> object:
        answer = solve(*words)  # type: ignore[arg-type]
        return replace(answer, proven=False, bound=answer.bound - 0.5) if isinstance(answer, Solved) else answer

    folder = write(tmp_path, LOTS)
    best = planned(folder)
    monkeypatch.setattr(search, "solve", stopped)
    alone = planned(folder)
    assert (alone.status, alone.proven_by) == (Status.PROVEN, ProvenBy.ARITHMETIC)  # a solver is not needed for that
    assert alone.benefit.bound == alone.certified
    monkeypatch.setattr(proof, "certified_of", lambda *_: (None, None))
    plan = planned(folder)
    assert best.status is Status.PROVEN
    assert plan.status is Status.UNPROVEN
    assert plan.benefit.total == best.benefit.total
    assert plan.benefit.bound == best.benefit.bound + 500
    answer = invoked(folder)
    assert answer.exit_code == ExitCode.NO_PLAN
    assert exactly(answer.stdout)["status"] == "unproven"


def test_a_plan_as_good_as_its_bound_is_proven_whatever_stopped_the_search(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*words: object) -> object:
        answer = solve(*words)  # type: ignore[arg-type]
        return replace(answer, proven=False) if isinstance(answer, Solved) else answer

    monkeypatch.setattr(search, "solve", stopped)
    # A bound allows three cents for rounding, which the cent a lot of this plan's four lots covers.
    lots = LOTS + "CCC,10,2024-01-05,2000,100,stock,\nDDD,10,2024-01-05,2000,100,stock,\n"
    plan = planned(write(tmp_path, lots))
    assert plan.benefit.bound - plan.benefit.total <= Decimal("0.01") * len(plan.sales)
    assert plan.status is Status.PROVEN


def test_out_of_time_without_a_plan_is_to_do_nothing_unproven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(tmp_path, LOTS)
    best = planned(folder)
    monkeypatch.setattr(search, "solve", lambda *_: OutOfTime(-1000.0))
    plan = planned(folder)
    assert plan.status is Status.UNPROVEN
    assert plan.sales == ()
    assert plan.benefit.total == 0
    assert plan.benefit.bound >= best.benefit.total > 0


def test_out_of_time_with_cash_to_raise_is_no_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "solve", lambda *_: OutOfTime(-1.0))
    folder = write(tmp_path, LOTS, "\n[plan]\ncash_needed = 100\n")
    with pytest.raises(NoPlan, match="no plan was found within 30 seconds"):
        planned(folder)
    answer = invoked(folder, "--time-limit", "2")
    assert answer.exit_code == ExitCode.NO_PLAN
    assert answer.stdout == ""
    assert "--time-limit" in answer.stderr


@pytest.mark.parametrize("cents", [-10, 10])
def test_an_answer_that_the_law_does_not_confirm_is_never_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cents: int
) -> None:
    def other(*words: object) -> object:
        answer = solve(*words)  # type: ignore[arg-type]
        return replace(answer, cost=answer.cost + cents * CENT) if isinstance(answer, Solved) else answer

    monkeypatch.setattr(search, "solve", other)
    folder = write(tmp_path, LOTS)
    with pytest.raises(InternalError, match="the model values the plan at"):
        planned(folder)
    answer = invoked(folder)
    assert answer.exit_code == ExitCode.OUR_FAULT
    assert answer.stdout == ""


@pytest.mark.parametrize(("cents", "printed"), [(-10, False), (10, True)])
def test_a_search_cut_short_may_think_its_plan_dearer_than_the_law_does_but_not_cheaper(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cents: int, printed: bool
) -> None:
    """Stopped early, a plan may be held in a regime that is not the cheapest where it lies. The law's figure counts."""

    def stopped(*words: object) -> object:
        answer = solve(*words)  # type: ignore[arg-type]
        if not isinstance(answer, Solved):
            return answer
        return replace(answer, cost=answer.cost + cents * CENT, bound=answer.bound - 1, proven=False)

    folder = write(tmp_path, LOTS)
    best = planned(folder)
    monkeypatch.setattr(search, "solve", stopped)
    monkeypatch.setattr(proof, "certified_of", lambda *_: (None, None))
    if not printed:
        with pytest.raises(InternalError):
            planned(folder)
        return
    plan = planned(folder)
    assert plan.status is Status.UNPROVEN
    assert plan.benefit.total == best.benefit.total


def test_a_bound_that_is_not_finite_is_never_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unbounded(*words: object) -> object:
        answer = solve(*words)  # type: ignore[arg-type]
        return replace(answer, bound=float("-inf"), proven=False) if isinstance(answer, Solved) else answer

    monkeypatch.setattr(search, "solve", unbounded)
    with pytest.raises(InternalError, match="no bound"):
        planned(write(tmp_path, LOTS))
