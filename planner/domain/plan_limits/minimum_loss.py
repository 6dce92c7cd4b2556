"""`minimum_loss`: no lot is sold for less loss than this. It is about sales at a loss; a lot without one is not its
concern, so that one may be sold for the cash it brings."""

from __future__ import annotations

from decimal import Decimal

from planner.domain.plan_limits.declaration import Kind, LotFacts, PlanKey, WhichLots
from rules.terms import ZERO


def _bars(minimum_loss: Decimal, facts: LotFacts) -> str | None:
    gain = facts.gain if facts.sold_gain is None else facts.sold_gain
    if facts.gain is None or gain is None or facts.gain >= 0:
        return None
    return f"its loss is below minimum_loss = {minimum_loss}" if -gain < minimum_loss else None


KEY = PlanKey(
    "minimum_loss",
    Kind.AMOUNT,
    default=ZERO,
    meaning=WhichLots(_bars, spares_duties=True, by_gain=True),
    place=50,
    freest=ZERO,
    label="Smallest loss of a lot to sell",
)
