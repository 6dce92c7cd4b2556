"""The one door to the solver: what an engine says is believed to the extent it goes, a broken one costs time alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

import pulp
import pytest
from household_files import AS_OF, invoked, planned, write

from planner.domain.errors import ExitCode, InternalError, NoPlan
from planner.loader import load_case
from planner.optimizer import plan_case
from planner.optimizer.search import engines
from planner.optimizer.search import solver as engines_module
from planner.optimizer.search.book import Book, Trial
from planner.optimizer.search.engines import EngineAnswer, EngineVerdict
from planner.optimizer.search.solver import OutOfTime, Solved, solve
from planner.optimizer.search.task import Infeasible

CENT = Decimal("0.01")
MOMENT = 0.1  # seconds


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


# --- an engine that fails, lies or hangs costs time, and nothing else ---

LOTS = "AAA,30,2024-01-05,60000,1000,stock,\nBBB,31,2025-01-06,62000,1010,stock,\nCCC,7,2026-02-02,9000,900,stock,\n"
GAINS = "\n[realized]\nshort_term = 41_000\n\n[assumptions]\nyears_to_use_carryover = inf\n"
TWO_LIMITS = "\n[plan]\ncash_needed = 250\nmax_turnover = 270\n"  # shares of 100: 200 or 300
HUNDREDS = "AAA,30,2024-01-05,6000,100,stock,\nBBB,31,2025-01-06,6200,100,stock,\n"


@pytest.fixture
def engines_in_place(monkeypatch: pytest.MonkeyPatch) -> Callable[[engines_module.Engine], None]:
    """Puts another engine in the place of all of them."""

    def put(engine: engines_module.Engine) -> None:
        monkeypatch.setattr(engines, "highs_here", engine)
        monkeypatch.setattr(engines, "cbc_apart", engine)

    return put


def always(answer: EngineAnswer) -> Callable[..., EngineAnswer]:
    return lambda *_: answer


def high_bound(problem: pulp.LpProblem, seconds: float, gap: float, nodes: int | None = None) -> EngineAnswer:
    answer = HONEST(problem, seconds, gap, nodes)
    return replace(answer, bound=answer.bound + abs(answer.bound) + 100)


def wrong_values(problem: pulp.LpProblem, seconds: float, gap: float, nodes: int | None = None) -> EngineAnswer:
    answer = HONEST(problem, seconds, gap, nodes)
    return replace(answer, values=dict.fromkeys(answer.values, 1e9))


def wrong_cost(problem: pulp.LpProblem, seconds: float, gap: float, nodes: int | None = None) -> EngineAnswer:
    answer = HONEST(problem, seconds, gap, nodes)
    return replace(answer, cost=answer.cost - 50)


def not_numbers(problem: pulp.LpProblem, seconds: float, gap: float, nodes: int | None = None) -> EngineAnswer:
    answer = HONEST(problem, seconds, gap, nodes)
    return replace(answer, bound=float("nan"), values={name: float("nan") for name in answer.values})


HONEST = engines.highs_here
BROKEN = {
    "failed": always(EngineAnswer(EngineVerdict.FAILED)),
    "infeasible": always(EngineAnswer(EngineVerdict.INFEASIBLE)),
    "out of time": always(EngineAnswer(EngineVerdict.TIME_LIMIT)),
    "optimal, with nothing": always(EngineAnswer(EngineVerdict.OPTIMAL, 0.0, 0.0)),
    "a bound that no plan meets": high_bound,
    "values out of all bounds": wrong_values,
    "another cost": wrong_cost,
    "not a number": not_numbers,
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_answer_stays_true_whatever_the_engines_say(
    name: str, tmp_path: Path, engines_in_place: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plan is lawful and no worse than selling every loss, and the bound lies above the best plan there is."""
    folder = write(tmp_path, LOTS, GAINS)
    best = planned(folder)
    asked: list[str] = []

    def counted(*words: object) -> EngineAnswer:
        asked.append(name)
        return BROKEN[name](*words)  # type: ignore[arg-type]

    engines_in_place(counted)
    plan = planned(folder)
    assert asked, "the household is not one that an engine is asked about"
    assert plan.benefit.total <= best.benefit.total + CENT
    assert plan.benefit.bound >= best.benefit.total
    every_loss = plan_case(load_case(write(tmp_path, LOTS, GAINS), as_of=AS_OF))
    assert plan.benefit.total >= every_loss.benefit.total - Decimal(1)


def test_an_engine_that_hangs_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "_left_behind", threading.Event())

    def hang(*_: object) -> int:
        time.sleep(30)
        return 0

    monkeypatch.setattr(engines._Quiet, "actualSolve", hang)
    monkeypatch.setattr(engines, "highs_apart", always(EngineAnswer(EngineVerdict.FAILED)))
    monkeypatch.setattr(engines, "cbc_apart", always(EngineAnswer(EngineVerdict.FAILED)))
    folder = write(tmp_path, LOTS, GAINS)
    began = time.monotonic()
    plan = planned(folder, seconds=2)
    assert time.monotonic() - began < 15  # of the 30 it hangs for
    assert plan.benefit.bound >= plan.benefit.total > 0
    assert engines._left_behind.is_set()


@pytest.mark.parametrize("engine", [engines.highs_here, engines.highs_apart, engines.cbc_apart])
def test_every_engine_gives_the_same_answer(engine: Callable[..., EngineAnswer]) -> None:
    a, b, c = switches(3)
    answer = solve(minimised(-6 * a - 5 * b - 4 * c + 100, 5 * a + 4 * b + 3 * c <= 7), 10, 1e-6, None, engine)
    assert isinstance(answer, Solved)
    assert answer.proven
    assert answer.cost == pytest.approx(91)
    assert answer.bound == pytest.approx(91, abs=1e-5)
    x, y = (pulp.LpVariable(name, 0, 10, pulp.LpInteger) for name in "xy")
    assert solve(minimised(x + y, 2 * x - 2 * y == 1), 10, 0, None, engine) == Infeasible()


# --- what no plan can keep ---


def test_limits_that_no_shares_meet_together_are_said(tmp_path: Path) -> None:
    folder = write(tmp_path, HUNDREDS, TWO_LIMITS)
    with pytest.raises(NoPlan, match="cash_needed = 250, max_turnover = 270"):
        planned(folder)
    answer = invoked(folder)
    assert answer.exit_code == ExitCode.NO_PLAN
    assert answer.stdout == ""


def test_one_engine_alone_is_not_believed_that_nothing_keeps_the_limits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first says that there is no plan; there is one."""
    monkeypatch.setattr(engines, "highs_here", always(EngineAnswer(EngineVerdict.INFEASIBLE)))
    plan = planned(write(tmp_path, HUNDREDS, "\n[plan]\ncash_needed = 250\nmax_turnover = 300\n"))
    assert sum(sale.proceeds for sale in plan.sales) == 300


def test_out_of_time_with_cash_to_raise_is_no_plan(tmp_path: Path, engines_in_place: Callable[..., None]) -> None:
    engines_in_place(always(EngineAnswer(EngineVerdict.TIME_LIMIT)))
    folder = write(tmp_path, HUNDREDS, TWO_LIMITS)
    with pytest.raises(NoPlan, match="no plan was found within 30 seconds"):
        planned(folder)
    answer = invoked(folder, "--time-limit", "2")
    assert answer.exit_code == ExitCode.NO_PLAN
    assert answer.stdout == ""
    assert "--time-limit" in answer.stderr


def test_what_the_law_does_not_confirm_is_never_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def other(book: Book, *words: object) -> Trial:
        return replace(trial(book, *words), cost=-1e6)  # type: ignore[arg-type]

    trial = Book.trial
    monkeypatch.setattr(Book, "trial", other)
    folder = write(tmp_path, LOTS)
    with pytest.raises(InternalError, match="the model values the plan at"):
        planned(folder)
    answer = invoked(folder)
    assert answer.exit_code == ExitCode.OUR_FAULT
    assert answer.stdout == ""
