"""`sale_date`: nothing is sold before this day. Without it, nothing before the as-of date."""

from __future__ import annotations

from datetime import date

from planner.domain.plan_limits.declaration import Kind, PlanKey, WhichDays

KEY = PlanKey[date | None](
    "sale_date",
    Kind.DAY,
    default=None,
    meaning=WhichDays(first=lambda day: day),
    place=20,
    freest=None,
)
