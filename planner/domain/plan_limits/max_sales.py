"""`max_sales`: how many lots may be sold."""

from __future__ import annotations

from planner.domain.plan_limits.declaration import Kind, PlanKey, SumOf, one_sum

KEY = PlanKey(
    "max_sales",
    Kind.WHOLE,
    default=None,
    meaning=one_sum("max_sales", SumOf.LOTS),
    place=60,
    freest=None,
    label="Lots sold",
    words="at most {}",
    unset="any number",
)
