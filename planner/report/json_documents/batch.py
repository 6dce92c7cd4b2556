"""`harvest.batch/1`: many households, a row each."""

from __future__ import annotations

from typing import Literal

from planner.analysis.batch_results import Batch
from planner.report.json_documents.parts import BenefitJson, ProblemJson, StatusWord
from planner.report.json_documents.values import Day, Money, TypedDict, filled


class HouseholdJson(TypedDict):
    """A household. Without a plan it has null for its figures, and its input errors."""

    name: str
    path: str
    status: StatusWord | None
    exit_code: int
    benefit: BenefitJson | None
    sales: int
    turnover: Money
    refusals: list[ProblemJson]


class BatchTotalsJson(TypedDict):
    """Sums over the households that have a plan."""

    households: int
    planned: int
    proven: int
    worth: Money
    tax_saved: Money
    sales: int
    turnover: Money


class BatchJson(TypedDict):
    """Many households."""

    schema: Literal["harvest.batch/1"]
    as_of: Day
    exit_code: int
    households: list[HouseholdJson]
    totals: BatchTotalsJson


def batch_document(batch: Batch) -> BatchJson:
    return filled(
        BatchJson,
        batch,
        schema="harvest.batch/1",
        households=[
            filled(HouseholdJson, line, turnover=line.proceeds, refusals=line.problems) for line in batch.lines
        ],
        totals=filled(BatchTotalsJson, batch.totals, turnover=batch.totals.proceeds),
    )
