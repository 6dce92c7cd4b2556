"""Two keys moved together: the net benefit of the best plan at each pair of values, as a table."""

from __future__ import annotations

from planner.analysis.comparison import Grid, SweepPoint
from planner.domain.plan import Status
from planner.report.screens.text_page import TextColumn, TextPage
from planner.report.words import money, quantity

NO_PLAN = "no plan"
UNPROVEN = " *"


def show_grid(page: TextPage, grid: Grid) -> None:
    """A row a value of the first key, a column a value of the second."""
    across = grid.sweeps[0]
    page.heading(f"Net benefit as {grid.key} (down) and {across.key} (across) move")
    page.table(
        [
            TextColumn(grid.key.rpartition(".")[2], number=True),
            *(TextColumn(quantity(value), number=True) for value in across.values),
        ],
        [[quantity(value), *map(_cell, sweep.points)] for value, sweep in grid.rows],
    )
    for key, given in ((grid.key, grid.as_given), (across.key, across.as_given)):
        if given is not None:
            page.say(f"{key} is {quantity(given)} in the household as given.", indent=2)
    points = [point for sweep in grid.sweeps for point in sweep.points]
    if any(point.status is Status.UNPROVEN for point in points):
        page.say(f"{UNPROVEN.strip()} not proven", indent=2)
    if not all(sweep.comparable for sweep in grid.sweeps):
        page.say("A key changes what a plan is judged by, not only what it may do.", indent=2)
    for what in dict.fromkeys(problem.what for point in points for problem in point.problems):
        page.say(f"No plan: {what}.", indent=2, hanging=2)


def _cell(point: SweepPoint) -> str:
    if point.benefit is None:
        return NO_PLAN
    return money(point.benefit.total) + (UNPROVEN if point.status is Status.UNPROVEN else "")
