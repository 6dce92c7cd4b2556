"""`sell = false`: nothing is sold, as in the scenario of waiting for next year."""

from __future__ import annotations

from planner.domain.plan_limits.declaration import IN_SILENCE, Kind, LotFacts, PlanKey, WhichLots


def _bars(sell: bool, facts: LotFacts) -> str | None:
    return IN_SILENCE if not sell and facts.gain is not None else None


KEY = PlanKey("sell", Kind.FLAG, default=True, meaning=WhichLots(_bars, by_gain=True), place=10, freest=True)
