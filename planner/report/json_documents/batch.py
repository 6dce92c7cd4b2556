"""`harvest.batch/1`: many households, a row each."""

from __future__ import annotations

from typing import Literal

from planner.analysis.batch_results import Batch
from planner.report.json_documents.parts import (
    BenefitJson,
    ProblemJson,
    StatusWord,
    benefit_document,
    problem_documents,
)
from planner.report.json_documents.values import Day, Money, TypedDict, in_cents, iso


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
    totals = batch.totals
    return {
        "schema": "harvest.batch/1",
        "as_of": iso(batch.as_of),
        "exit_code": int(batch.exit_code),
        "households": [
            {
                "name": line.name,
                "path": line.path,
                "status": line.status and line.status.value,
                "exit_code": int(line.exit_code),
                "benefit": benefit_document(line.benefit) if line.benefit else None,
                "sales": line.sales,
                "turnover": in_cents(line.proceeds),
                "refusals": problem_documents(line.problems),
            }
            for line in batch.lines
        ],
        "totals": {
            "households": totals.households,
            "planned": totals.planned,
            "proven": totals.proven,
            "worth": in_cents(totals.worth),
            "tax_saved": in_cents(totals.tax_saved),
            "sales": totals.sales,
            "turnover": in_cents(totals.proceeds),
        },
    }
