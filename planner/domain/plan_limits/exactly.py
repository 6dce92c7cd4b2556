"""`exactly = true`: what `must_sell` asks for is sold, that much of it and nothing else. The plan chooses the days."""

from __future__ import annotations

from planner.domain.plan_limits.declaration import Kind, LotFacts, PlanKey, WhichLots


def _bars(exactly: bool, facts: LotFacts) -> str | None:
    return "`must_sell` does not name it, and `exactly` is true" if exactly else None


KEY = PlanKey(
    "exactly",
    Kind.FLAG,
    default=False,
    meaning=WhichLots(_bars, spares_duties=True),
    place=95,
    freest=False,
    label="Sells",
    words=("what `must_sell` names, and nothing else", "whatever is worth selling"),
    only_if_set=True,
)
