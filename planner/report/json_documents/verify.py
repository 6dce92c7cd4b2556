"""`harvest.verify/1`: what checking a saved plan found."""

from __future__ import annotations

from typing import Annotated, Literal

from planner.domain.verification import Verification
from planner.report.json_documents.values import Money, TypedDict, filled, one_of


class FindingJson(TypedDict):
    """A check; null where nothing speaks against it and nothing here can prove it."""

    name: Annotated[str, one_of("figures", "limits", "wash_sales", "bound")]
    holds: bool | None
    says: str


class VerifyJson(TypedDict):
    """A saved plan recomputed. `differs` names what is not as it was when the plan was made."""

    schema: Literal["harvest.verify/1"]
    holds: bool
    total: Money | None
    bound: Money
    certified_bound: Money | None
    checks: list[FindingJson]
    differs: list[str]


def verify_document(found: Verification) -> VerifyJson:
    return filled(VerifyJson, found, schema="harvest.verify/1", certified_bound=found.certified, checks=found.findings)
