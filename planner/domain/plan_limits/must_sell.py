"""`must_sell`: what is sold this year whatever it is worth."""

from __future__ import annotations

from planner.domain.plan_limits.declaration import Duties, Duty, Kind, PlanKey

KEY = PlanKey[tuple[Duty, ...]](
    "must_sell",
    Kind.SALES,
    default=(),
    meaning=Duties(lambda duties: duties),
    place=90,
    freest=(),
    label="Sold whatever it is worth",
    only_if_set=True,
)
