"""`harvest.batch/1`: many households, a row each."""

from __future__ import annotations

from planner.analysis.batch_results import Batch
from planner.report.json_documents.compare import problem_documents
from planner.report.json_documents.plan import Document, benefit_document, in_cents


def batch_document(batch: Batch) -> Document:
    """`harvest.batch/1`. A household without a plan has null for its figures, and its refusals."""
    totals = batch.totals
    return {
        "schema": "harvest.batch/1",
        "as_of": batch.as_of.isoformat(),
        "exit_code": int(batch.exit_code),
        "households": [
            {
                "name": line.name,
                "path": line.path,
                "status": line.status and line.status.value,
                "exit_code": int(line.exit_code),
                "benefit": line.benefit and benefit_document(line.benefit),
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
