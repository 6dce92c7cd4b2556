"""`last_sale_date`: nothing is sold after this day. A day of the next January leaves the tax year whole."""

from __future__ import annotations

from datetime import date

from planner.domain.plan_limits.declaration import Kind, PlanKey, WhichDays

KEY = PlanKey[date | None](
    "last_sale_date",
    Kind.LAST_DAY,
    default=None,
    meaning=WhichDays(last=lambda day: day),
    place=25,
    freest=None,
    label="Last sale date",
    only_if_set=True,
)
