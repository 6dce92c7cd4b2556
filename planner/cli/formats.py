"""The formats that a plan is exported in: one table, for `harvest export` and for `harvest plan --out`.

Each function brings what it needs when it is called, so that the table itself costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from planner.refusals import Refusal, Refused
from planner.report.exported import Exported

if TYPE_CHECKING:
    from planner.case import Case
    from planner.plan import Plan


@dataclass(frozen=True)
class Answer:
    """What there is to export. What only some formats need is a cached property here: reckoned once, when asked for."""

    plan: Plan
    case: Case


@dataclass(frozen=True, slots=True)
class Extra:
    """An optional library, and the extra of ours that brings it."""

    name: str
    module: str


@dataclass(frozen=True, slots=True)
class Format:
    """`name` is the word of the command line, `file` the name in a folder of all, `purpose` what it is for."""

    name: str
    file: str
    purpose: str
    export: Callable[[Answer], Exported]
    extra: Extra | None = None

    def refuse_without_library(self) -> None:
        """Raises Refused, with the command that brings it, where the format's library is missing."""
        if self.extra is not None and find_spec(self.extra.module) is None:
            what = f"{self.name} is written by the library {self.extra.module}, and it is not installed"
            remedy = f"python -m pip install 'harvest-planner[{self.extra.name}]'"
            raise Refused([Refusal("harvest export", what, remedy)])


def _calendar(answer: Answer) -> Exported:
    from planner.report.ics import calendar_file

    return Exported(calendar_file(answer.plan, answer.case))


def _json(answer: Answer) -> Exported:
    from planner.report.data import as_json, plan_document

    return Exported(f"{as_json(plan_document(answer.plan))}\n".encode())


FORMATS = {
    format.name: format
    for format in (
        Format("ics", "wash-sales.ics", "a calendar: days to sell, not to buy, to cancel", _calendar,
               Extra("calendar", "icalendar")),
        Format("json", "plan.json", "the plan for another program, as `plan --json` prints it", _json),
    )
}  # fmt: skip


def listed(formats: Iterable[Format]) -> str:
    """Their names, in a row."""
    return ", ".join(format.name for format in formats)
