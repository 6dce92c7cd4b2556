"""`exactly = true`: what `must_sell` asks for is sold, that much of it and nothing else. The plan chooses the days."""

from __future__ import annotations

from planner.domain.plan_limits.declaration import Kind, LotFacts, PlanKey, WhichLots


def _bars(exactly: bool, facts: LotFacts) -> str | None:
    return "it is not named in `must_sell`, and `exactly` is true" if exactly else None


KEY = PlanKey(
    "exactly",
    Kind.FLAG,
    default=False,
    meaning=WhichLots(_bars, spares_duties=True),
    place=95,
    freest=False,
    label="Sells",
    words=("the lots in `must_sell`, and nothing else", "any lots with a net benefit"),
    only_if_set=True,
)
