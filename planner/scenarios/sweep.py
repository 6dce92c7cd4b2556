"""One number of household.toml moved over a range, or two together: the best plan at each of their values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import partial

from planner.analysis.comparison import Grid, Sweep, SweepPoint
from planner.analysis.totals import total_of
from planner.domain.case import Case
from planner.domain.errors import InputError, Problem
from planner.loader import number_at, with_numbers
from planner.optimizer import SECONDS, plan_case
from planner.scenarios.definitions import judged_apart
from planner.scenarios.workers import Told, in_order, silent
from rules.terms import CENT

FINE = Decimal("0.000001")  # what the values of a range of less than a dollar a step are rounded to; others to cents


def even_steps(first: Decimal, last: Decimal, steps: int) -> tuple[Decimal, ...]:
    """So many values from the first to the last, inclusive, evenly apart, each once."""
    if steps == 1:
        return (first,)
    step = (last - first) / (steps - 1)
    unit = CENT if abs(step) >= 1 else FINE
    values = [(first + step * n).quantize(unit, ROUND_HALF_UP) for n in range(steps - 1)]
    return tuple(dict.fromkeys((first, *values[1:], last)))


def sweep_case(
    case: Case, key: str, values: Sequence[Decimal], *, seconds: float = SECONDS, told: Told = silent
) -> Sweep:
    """The case planned with the key at each of these values.

    Raises Refused with everything that is wrong with the key or a value, before anything is planned.
    """
    cases = _moved(case, [{key: value} for value in values])
    points = _planned(cases, values, seconds, told)
    return Sweep(key, number_at(case, key), tuple(points), comparable=_comparable(case, cases))


def grid_case(
    case: Case,
    first: tuple[str, Sequence[Decimal]],
    second: tuple[str, Sequence[Decimal]],
    *,
    seconds: float = SECONDS,
    told: Told = silent,
) -> Grid:
    """The case planned at each pair of values of two keys: a sweep of the second under each of the first's. Raises as
    `sweep_case`."""
    (key, values), (other, others) = first, second
    cases = _moved(case, [{key: value, other: across} for value in values for across in others])
    points = _planned(cases, [*others] * len(values), seconds, told)
    given, comparable, wide = number_at(case, other), _comparable(case, cases), len(others)
    rows = (points[start : start + wide] for start in range(0, len(points), wide))
    sweeps = tuple(Sweep(other, given, tuple(row), comparable) for row in rows)
    return Grid(key, number_at(case, key), tuple(values), sweeps)


def _moved(case: Case, settings: Sequence[Mapping[str, Decimal]]) -> list[Case]:
    """The case under each of these settings. Raises Refused with everything that is wrong with any."""
    cases: list[Case] = []
    problems: list[Problem] = []
    for numbers in settings:
        try:
            cases.append(with_numbers(case, numbers))
        except InputError as refused:
            problems += refused.problems
    if problems:
        raise InputError(list(dict.fromkeys(problems)))
    return cases


def _planned(cases: Sequence[Case], values: Sequence[Decimal], seconds: float, told: Told) -> list[SweepPoint]:
    return list(in_order(partial(_point, seconds=seconds), list(zip(values, cases, strict=True)), told=told))


def _comparable(case: Case, cases: Sequence[Case]) -> bool:
    """Whether the keys change only what a plan may do."""
    return {judged_apart(case.household, moved.household) for moved in cases} == {""}


def _point(moved: tuple[Decimal, Case], seconds: float) -> SweepPoint:
    value, case = moved
    try:
        plan = plan_case(case, seconds=seconds)
    except InputError as refused:
        return SweepPoint(value, None, None, 0, Decimal(0), None, refused.problems)
    sold = total_of(plan.sales)
    year = plan.planned
    return SweepPoint(
        value,
        plan.benefit,
        plan.status,
        sold.lots,
        sold.proceeds,
        year.total_tax,
        credits=year.credits,
        agi=year.agi,
    )
