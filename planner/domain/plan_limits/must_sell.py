"""`must_sell`: what is sold this year regardless of its value."""

from __future__ import annotations

from planner.domain.plan_limits.declaration import Duties, Duty, Kind, PlanKey

KEY = PlanKey[tuple[Duty, ...]](
    "must_sell",
    Kind.SALES,
    default=(),
    meaning=Duties(lambda duties: duties),
    place=90,
    freest=(),
    label="Must be sold",
    only_if_set=True,
)
