"""The page's sliders: plans found beforehand, a row for each value, and the sentence that a slider shows of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from planner.analysis.comparison import Sweep, SweepPoint
from planner.analysis.totals import total_of
from planner.domain.plan import Plan
from planner.report.words import count, money, quantity
from rules.terms import CENT, ZERO

_TITLES = {  # of a key, by its last part: the slider, its column
    "years_to_use_carryover": ("If a carried loss is used after so many years", "Years"),
    "max_turnover": ("If proceeds may be no more than", "Proceeds at most"),
    "max_sales": ("If no more lots are sold than", "Lots at most"),
}


@dataclass(frozen=True, slots=True)
class SliderRow:
    """One value: as it is shown, its plan's figures, and the sentence."""

    value: str
    point: SweepPoint
    said: str


@dataclass(frozen=True, slots=True)
class Slider:
    """A key and its rows; `start` is the row nearest to the plan as it is."""

    id: str
    title: str
    short: str
    rows: tuple[SliderRow, ...]
    start: int


def sliders(sweeps: Sequence[Sweep], plan: Plan) -> list[Slider]:
    """One for each key that was moved."""
    return list(_sliders(sweeps, plan))


def _sliders(sweeps: Sequence[Sweep], plan: Plan) -> Iterator[Slider]:
    for sweep in sweeps:
        key = sweep.key.rpartition(".")[2]
        title, short = _TITLES[key]
        rows = [_row(key, point, plan, comparable=sweep.comparable) for point in sweep.points]
        values = [point.value for point in sweep.points]
        start = len(rows) - 1
        if sweep.as_given in values:
            start = values.index(sweep.as_given)
        elif not sweep.comparable:  # the plan's own worth is of another kind: by the schedule of years
            rows.insert(0, _as_planned(plan))
            start = 0
        yield Slider(f"if-{key.replace('_', '-')}", title, short, tuple(rows), start)


def _as_planned(plan: Plan) -> SliderRow:
    sold = total_of(plan.sales)
    point = SweepPoint(ZERO, plan.benefit, plan.status, sold.lots, sold.proceeds, plan.planned.total_tax)
    worth = f"net benefit {money(plan.benefit.total)}"
    return SliderRow("as planned", point, f"as planned: {worth}; {count(sold.lots, 'lot')} for {money(sold.proceeds)}")


def _row(key: str, point: SweepPoint, plan: Plan, *, comparable: bool) -> SliderRow:
    value = money(point.value) if key == "max_turnover" else quantity(point.value)
    if point.benefit is None:
        return SliderRow(value, point, f"{value}: no plan keeps the limits")
    said = f"net benefit {money(point.benefit.total)}"
    less = plan.benefit.total - point.benefit.total
    if comparable and less > CENT:
        said += f", {money(less)} less than the plan"
    return SliderRow(value, point, f"{value}: {said}; {count(point.sales, 'lot')} for {money(point.proceeds)}")
