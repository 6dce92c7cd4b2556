"""`cash_needed`: how many dollars of proceeds the sales must bring."""

from __future__ import annotations

from decimal import Decimal

from planner.domain.plan_limits.declaration import Kind, PlanKey, SumOf, one_sum
from rules.terms import ZERO

KEY = PlanKey[Decimal | None](
    "cash_needed",
    Kind.AMOUNT,
    default=ZERO,
    meaning=one_sum("cash_needed", SumOf.PROCEEDS, at_least=True),
    place=80,
    freest=ZERO,
    label="Cash to raise",
)
