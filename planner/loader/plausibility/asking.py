"""The questions about likely mistakes, asked: of what files say, and of what household.toml says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from planner.domain.case import Case
from planner.domain.errors import Caution
from planner.loader.assembly.files import FileRecords
from planner.loader.plausibility.amounts import lots_asked_about, sales_asked_about
from planner.loader.plausibility.copies import rows_asked_about
from planner.loader.plausibility.days import days_asked_about
from planner.loader.plausibility.households import HOUSEHOLD_CODES, household_asked_about
from planner.loader.plausibility.question import PlausibilityQuestion, answered

__all__ = ["HOUSEHOLD_CODES", "about_files", "about_household"]


def about_files(case: Case, files: Sequence[FileRecords]) -> list[Caution]:
    """What the files say that is hardly true."""
    of_rows = (*rows_asked_about(case, files), *days_asked_about(case))
    return _asked(case, [*lots_asked_about(case), *sales_asked_about(case), *of_rows])


def about_household(case: Case) -> list[Caution]:
    """What household.toml says that is hardly true, beside what its files say."""
    return _asked(case, household_asked_about(case))


def _asked(case: Case, questions: Iterable[PlausibilityQuestion]) -> list[Caution]:
    return answered(questions, case.household.confirmed)
