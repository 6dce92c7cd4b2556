"""`edge_margin`: how many dollars of income a plan stays away from a jump of the tax, as that of § 36B(c)(1)(A).

It bars no lot: the pieces of the year end so far short of each jump (`planner.optimizer.edges`).
"""

from __future__ import annotations

from planner.domain.plan_limits.declaration import Kind, PlanKey, WhichLots
from rules.terms import ZERO

KEY = PlanKey(
    "edge_margin",
    Kind.AMOUNT,
    default=ZERO,
    meaning=WhichLots(lambda _margin, _lot: None),
    place=95,
    freest=ZERO,
    label="Distance kept from income edges",
    only_if_set=True,
)
