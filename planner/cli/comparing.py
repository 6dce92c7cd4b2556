"""A comparison as `compare`, `export` and the page ask for it: scenarios, and one key moved over a range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from planner.cli.progress import progress

if TYPE_CHECKING:
    from planner.analysis.comparison import Comparison
    from planner.domain.case import Case
    from planner.domain.plan import Plan

SECONDS = 30.0  # the default time limit of a plan


@dataclass(frozen=True, slots=True)
class Range:
    """A key of household.toml, and the values it is moved over: so many, from the first to the last."""

    key: str
    first: Decimal
    last: Decimal
    steps: int


def compared(
    case: Case,
    names: Sequence[str],
    sweep: Range | None,
    seconds: float,
    plan: Plan | None = None,
    sales: Path | None = None,
    across: Range | None = None,
) -> Comparison:
    """The case beside its scenarios, and with a key moved where one is; with its progress on the way.

    `plan` is that of the case as given, where there is one already; `sales` a file of sales to value beside it;
    `across` a second key, moved under each value of the first.
    """
    from planner.scenarios import compare_case, even_steps, grid_case, sweep_case

    listed = None
    if sales is not None:
        from planner.loader.reading.sales_list import read_sales_list

        listed = sales.name, read_sales_list(sales)
    with progress("comparing") as told:
        comparison = compare_case(case, names, plan=plan, seconds=seconds, told=told, listed=listed)
    if sweep is None:
        return comparison
    values = even_steps(sweep.first, sweep.last, sweep.steps)
    if across is not None:
        others = even_steps(across.first, across.last, across.steps)
        with progress(f"varying {sweep.key} and {across.key}") as told:
            pair = (sweep.key, values), (across.key, others)
            return replace(comparison, grid=grid_case(case, *pair, seconds=seconds, told=told))
    with progress(f"varying {sweep.key}") as told:
        return replace(comparison, sweep=sweep_case(case, sweep.key, values, seconds=seconds, told=told))
