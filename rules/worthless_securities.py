"""When a security that became worthless is lost: § 165(g). What else a corporate action does is in rules/ledger/."""

from __future__ import annotations

from datetime import date


def worthless_on(year: int) -> date:
    """The day of the loss on a security that becomes worthless in a year: its last, § 165(g)(1); Reg. § 1.165-5(c)."""
    return date(year, 12, 31)
