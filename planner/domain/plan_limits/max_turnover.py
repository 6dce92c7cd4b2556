"""`max_turnover`: how many dollars of proceeds the sales may bring."""

from __future__ import annotations

from planner.domain.plan_limits.declaration import Kind, PlanKey, SumOf, one_sum

KEY = PlanKey(
    "max_turnover",
    Kind.AMOUNT,
    default=None,
    meaning=one_sum("max_turnover", SumOf.PROCEEDS),
    place=70,
    freest=None,
    label="Proceeds",
    words="at most {}",
    unset="any amount",
)
