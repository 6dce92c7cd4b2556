"""harvest: which lots to sell before the year ends, proven and to the cent. The program is a library too.

    case = planner.load("my-household", as_of="2026-12-08")
    plan = planner.plan(case)
    plan.sales                                  # a DataFrame

Tables go in and come out as pandas DataFrames: days as `datetime64`, money as `float64` exact to the cent, signed (a
loss is negative). pandas and the solver are imported when they are first needed, not with this package. The clock is
not read: `as_of` is always given.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.domain.errors import InputError, InternalError, NoPlan, UnsupportedLaw
from planner.domain.version import __version__

if TYPE_CHECKING:
    import pandas as pd

    from planner.domain.case import Case
    from planner.report.frames.results import CheckResult, CompareResult, PlanResult, WindowsResult

__all__ = [
    "InputError",
    "InternalError",
    "NoPlan",
    "UnsupportedLaw",
    "__version__",
    "check",
    "compare",
    "household",
    "load",
    "plan",
    "windows",
]


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage is collected meanwhile, as in the command: what is made is kept, and each pass walks all of it."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


@_uncollected()
def load(
    path: str | Path, *, as_of: date | str, scenario: str | None = None, planning: bool = True, figures: bool = True
) -> Case:
    """The household of a folder, or of a household.toml, with a scenario of its own applied.

    `as_of` is the day to plan from, a date or ISO text. `planning` False allows a day outside the tax year, to look
    back with `windows` and `check`; `figures` False allows those two a later tax year than is held. Raises InputError
    with every problem of the household and its files, or UnsupportedLaw for a year, status or state that is not held.
    """
    from planner.loader import load_case
    from planner.loader.household.arguments import day_given, path_given, scenario_given, yes_or_no_given

    where, day = path_given(path), day_given(as_of)
    named = None if scenario is None else scenario_given(scenario)
    return load_case(
        where,
        as_of=day,
        scenario=named,
        planning=yes_or_no_given("planning", planning),
        figures=yes_or_no_given("figures", figures),
    )


def household(
    *,
    as_of: date | str,
    taxpayer: Mapping[str, Any],
    lots: pd.DataFrame | None = None,
    transactions: pd.DataFrame | None = None,
    realized: pd.DataFrame | Mapping[str, Any] | None = None,
    accounts: pd.DataFrame | Sequence[Mapping[str, Any]] | None = None,
    planning: bool = True,
    **tables: Any,
) -> Case:
    """A household from DataFrames and from the tables of household.toml, each under its name (`plan={...}`).

    The frames have the columns of our own CSV layouts, a row a lot, transaction or sale; dates are dates or ISO text.
    Without `accounts` each name in a frame's column `account` is a taxable account; without such a column there is
    one. `realized` is the table `[realized]` or a frame of sales. Raises as `load` does; a problem names frame and row.
    """
    from planner.loader.household.arguments import day_given
    from planner.loader.household.from_frames import with_blank_rows, written_household

    frames = {"lots": lots, "transactions": transactions, "realized": realized}
    day = day_given(as_of)
    with written_household({"taxpayer": taxpayer, **tables}, frames, accounts) as folder:
        return with_blank_rows(load(folder, as_of=day, planning=planning))


def plan(case: Case, *, time_limit: float = 30.0, with_replacements: bool = False) -> PlanResult:
    """The best plan found within so many seconds; `status` says whether it is proven. `with_replacements`: also what to
    buy with the proceeds, in `swaps`.

    Raises NoPlan where no plan keeps the plan settings, or where none was found in time.
    """
    from planner.loader.household.arguments import case_given, seconds_given, yes_or_no_given
    from planner.loader.household.from_frames import in_frames
    from planner.optimizer import plan_with_sensitivities
    from planner.report.frames.results import PlanResult

    wanted = yes_or_no_given("with_replacements", with_replacements)
    with in_frames(case_given(case)) as said:
        found = plan_with_sensitivities(case, seconds=seconds_given(time_limit))
        if wanted:
            from planner.scenarios.swaps import with_replacements as with_swaps

            found = with_swaps(case, found)
        return PlanResult(found, said)


def compare(
    case: Case, *scenarios: str, sales: pd.DataFrame | str | Path | None = None, time_limit: float = 30.0
) -> CompareResult:
    """The plan beside the household's scenarios and rules of thumb, or only beside those named.

    `sales` are sales to value beside them: a frame with the columns `lot_id`, `quantity` and, if any, `date`, or the
    path of such a file (an edited trade list).
    """
    from planner.loader.household.arguments import case_given, scenario_given, seconds_given
    from planner.loader.household.from_frames import in_frames, sales_of_frame
    from planner.loader.reading.sales_list import read_sales_list
    from planner.report.frames.results import CompareResult
    from planner.scenarios import compare_case

    with in_frames(case_given(case)) as said:
        seconds, names = seconds_given(time_limit), [scenario_given(name) for name in scenarios]
        listed = None
        if isinstance(sales, str | Path):
            listed = Path(sales).name, read_sales_list(Path(sales))
        elif sales is not None:
            listed = "sales", sales_of_frame(sales)
        return CompareResult(compare_case(case, names, seconds=seconds, listed=listed), said)


@_uncollected()
def windows(case: Case) -> WindowsResult:
    """The wash-sale ledger of the year so far, and the windows open now (26 U.S.C. § 1091)."""
    from planner.ledger.unseen import ledger_with_unseen
    from planner.loader.household.arguments import case_given
    from planner.loader.household.from_frames import in_frames
    from planner.report.frames.results import WindowsResult

    with in_frames(case_given(case)) as said:
        return WindowsResult(ledger_with_unseen(case), said)


def check(case: Case) -> CheckResult:
    """What was read of the household's files, with totals to compare with a statement."""
    from planner.loader.household.arguments import case_given
    from planner.loader.household.from_frames import in_frames
    from planner.report.frames.results import CheckResult

    with in_frames(case_given(case)) as said:
        return CheckResult(case, said)
