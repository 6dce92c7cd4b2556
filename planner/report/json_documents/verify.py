"""`harvest.verify/1`: what checking a saved plan found."""

from __future__ import annotations

from planner.domain.verification import Verification
from planner.report.json_documents.plan import Document, in_cents


def verify_document(found: Verification) -> Document:
    """The contract's document. `differs` names what is not as it was when the plan was made."""
    return {
        "schema": "harvest.verify/1",
        "holds": found.holds,
        "total": in_cents(found.total),
        "bound": in_cents(found.bound),
        "certified_bound": in_cents(found.certified),
        "checks": [{"name": check.name, "holds": check.holds, "says": check.says} for check in found.findings],
        "differs": list(found.differs),
    }
