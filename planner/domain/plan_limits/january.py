"""`january = true`: a sale may be deferred to the first session of next year, where that is worth more.

It permits and limits nothing else: its days are those of `planner.optimizer.put_off`.
"""

from __future__ import annotations

from planner.domain.plan_limits.declaration import Kind, PlanKey, WhichDays

KEY = PlanKey(
    "january",
    Kind.FLAG,
    default=False,
    meaning=WhichDays(),
    place=97,
    freest=False,
    label="Sales in January",
    words=("may be deferred to the first session of next year", "none"),
    only_if_set=True,
)
