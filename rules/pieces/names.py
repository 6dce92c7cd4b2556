"""The sums of a year by name: what the sales of a plan add to, and all that a year's cost depends on. §§ 1222, 1(h)(4).

All start from the year before the plan: gains already taken, less carryovers, § 1212(b).
"""

from __future__ import annotations

from rules.liability import TaxReturn

SHORT = "short"
"""Net short-term gain after the carryover: Schedule D line 7."""
LONG = "long"
"""Net long-term gain after the carryover, collectibles among it: Schedule D line 15."""
COLLECTIBLES = "collectibles"
"""Net collectibles gain of this year, before any carryover: 28% Rate Gain Worksheet line 1."""

DISALLOWED = "disallowed"
"""Losses that § 1091 disallows, less those that came back through a basis: what a state without § 1091 allows."""
JANUARY = "january"
"""Net gain of sales put off to next year, netted there with what this year carries into it, § 1212(b)."""

FEDERAL = (SHORT, LONG, COLLECTIBLES)
"""The sums that every return has. A state's own sums come after them, and January's, where a plan may reach into it."""


def sums_of(facts: TaxReturn) -> tuple[str, ...]:
    """The sums that this return's taxes depend on."""
    own = facts.state is not None and not facts.state.has_wash_sales
    return (*FEDERAL, DISALLOWED) if own else FEDERAL
