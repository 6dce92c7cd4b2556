"""A short hunt for plans and bounds that are wrong; `make hunt` is the long one."""

from __future__ import annotations

import time

import pytest
from hunt_plans import hunt
from random_households import household

from planner.optimizer.pipeline import ask
from planner.optimizer.search.book import Book
from planner.optimizer.search.descent import Descent
from planner.optimizer.search.exchange import from_nothing
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
