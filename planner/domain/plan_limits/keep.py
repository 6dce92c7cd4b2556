"""`keep`: symbols and lot ids that are never sold."""

from __future__ import annotations

from planner.domain.plan_limits.declaration import Kind, LotFacts, PlanKey, WhichLots


def _bars(kept: tuple[str, ...], facts: LotFacts) -> str | None:
    return "you asked to keep it" if facts.lot.lot_id in kept or facts.lot.symbol in kept else None


KEY = PlanKey[tuple[str, ...]](
    "keep",
    Kind.LOTS,
    default=(),
    meaning=WhichLots(_bars),
    place=30,
    freest=(),
    label="Never sold",
    unset="none",
)
