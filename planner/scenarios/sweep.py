"""One number of household.toml moved over a range: the best plan at each of its values."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import partial

from planner.analysis.comparison import Sweep, SweepPoint
from planner.analysis.totals import total_of
from planner.domain.case import Case
from planner.domain.errors import InputError, Problem
from planner.loader import number_at, with_number
from planner.optimizer import SECONDS, plan_case
from planner.scenarios.definitions import judged_apart
from planner.scenarios.workers import Told, in_order, silent
from rules.terms import CENT

FINE = Decimal("0.000001")  # what the values of a range of less than a dollar a step are rounded to; others to cents


def even_steps(first: Decimal, last: Decimal, steps: int) -> tuple[Decimal, ...]:
    """So many values from the first to the last, both included, evenly apart, each once."""
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
    cases: list[Case] = []
    problems: list[Problem] = []
    for value in values:
        try:
            cases.append(with_number(case, key, value))
        except InputError as refused:
            problems += refused.problems
    if problems:
        raise InputError(list(dict.fromkeys(problems)))
    points = in_order(partial(_point, seconds=seconds), list(zip(values, cases, strict=True)), told=told)
    apart = {judged_apart(case.household, moved.household) for moved in cases}
    return Sweep(key, number_at(case, key), tuple(points), comparable=apart == {""})


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
