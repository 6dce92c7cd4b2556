"""A short hunt for plans and bounds that are wrong; `make hunt` is the long one."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hunt_plans import hunt
from random_households import household, large_household

from planner.domain.plan import Status
from planner.optimizer.pipeline import answer_case, ask
from planner.optimizer.search.book import Book
from planner.optimizer.search.course import Course
from planner.optimizer.search.descent import Descent
from planner.optimizer.search.dual import Prices
from planner.optimizer.search.exchange import from_nothing, moved_together
from planner.optimizer.search.search import by_exchange
from planner.optimizer.solve import task_of


@pytest.mark.parametrize("start", range(0, 60, 20))
def test_nothing_is_found(start: int) -> None:
    tally = hunt(range(start, start + 20))
    assert tally.failures == []
    assert tally.answers["proven"] >= 13


@pytest.mark.parametrize(("seed", "worth"), [(90, 3_250), (60_018, 5_900)])
def test_a_plan_of_nothing_is_left(seed: int, worth: float) -> None:
    """Limits on sales of one class, and `max_sales` with lots of millions of which only a part is wanted: no rule of
    thumb helps there, and plans read off prices were plans of nothing."""
    until = time.monotonic() + 60
    book = Book(task_of(ask(household(seed)), until))
    nothing = book.of({})
    assert nothing is not None
    descent = Descent(book, nothing, until)
    from_nothing(descent, book.free_lots.tolist(), float("-inf"))
    assert book.keeps_limits(descent.trial)
    assert book.task.idle - descent.trial.cost >= worth


@pytest.mark.parametrize("seed", [1_186, 1_395, 200_312])
def test_cases_prove_a_plan_of_few_large_shares(seed: int) -> None:
    """Lots in whole shares, put off to January or not: halves of a lot fell between two shares, and what a case had to
    sell was sold for nothing in the year that the case had left out; and a lot at the margin, sold in part in both.
    $20, $2,121 and $817 were open."""
    assert answer_case(household(seed), seconds=60).plan.status is Status.PROVEN


def test_a_lot_of_which_few_shares_are_washed_goes_with_the_later_ones() -> None:
    """The first lots leave five shares that wash: the large lot goes a day later, whole, and not in part before it."""
    book = Book(task_of(ask(household(1_278)), time.monotonic() + 60))
    at = Prices(np.array([0.166, 0.166, 8.0]), np.zeros(0))
    best = Course.begun(book).choices(0, at, book.idle_choices[0], time.monotonic() + 60)[0]
    assert best.priced(at.sums, at.rents) < -3_000  # it was -121


def test_two_lots_begin_what_neither_does_alone() -> None:
    """Two sales at most, and a loss that is allowed only after another lot is washed: no lot alone makes nothing
    better, nor is there room for both beside another plan's two sales. The search had $55."""
    book = Book(task_of(ask(household(20_452)), time.monotonic() + 60))
    nothing = book.of({})
    assert nothing is not None
    descent = Descent(book, nothing, time.monotonic() + 60)
    moved_together(descent, 0)
    descent.within(0)
    assert book.keeps_limits(descent.trial)
    assert book.task.idle - descent.trial.cost >= 6_900
    course = Course.begun(book)
    course.take(nothing)
    by_exchange(course)
    assert book.task.idle - course.cost >= 6_900


def test_a_limit_that_an_engine_keeps_but_for_a_cent_is_kept() -> None:
    """Shares of $19,813 in thousandths under `max_turnover`: the engine's plan was over it by a cent, no plan at all
    then, and $1,341 was left."""
    plan = answer_case(household(100_109), seconds=60).plan
    assert plan.status is Status.PROVEN
    assert plan.benefit.total >= 91_566


def test_washed_sales_raise_cash() -> None:
    """Cash is needed, and no loss is worth anything: lots whose losses are washed by what is around raise it for what
    trading costs. They were not looked at, and lots of real losses were sold for $53 more."""
    plan = answer_case(large_household(100_044), seconds=60).plan
    assert plan.status is Status.PROVEN
    assert plan.benefit.total >= -24


@pytest.mark.parametrize("seed", [203_420, 203_662, 204_130])
def test_what_must_be_sold_is_sold_whole_and_on_open_days(seed: int) -> None:
    """A lot whose gain rounds to nothing was offered on a Sunday, and of 274 shares that must be sold a millionth was
    left: each ended in an internal error."""
    assert answer_case(household(seed), seconds=60).plan.status is Status.PROVEN
