"""`sell_gains`: whether lots that have a gain may be sold too."""

from __future__ import annotations

from planner.domain.plan_limits.declaration import IN_SILENCE, Kind, LotFacts, PlanKey, WhichLots


def _bars(sell_gains: bool, facts: LotFacts) -> str | None:
    return IN_SILENCE if not sell_gains and facts.gain is not None and facts.gain > 0 else None


KEY = PlanKey(
    "sell_gains",
    Kind.FLAG,
    default=False,
    meaning=WhichLots(_bars, spares_duties=True, by_gain=True),
    place=40,
    freest=True,
    label="Gains",
    words=("may also be realized", "are not realized by the plan"),
)
