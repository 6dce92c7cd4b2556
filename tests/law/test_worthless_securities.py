"""§ 165(g): when a worthless security is lost."""

from __future__ import annotations

from datetime import date

from rules.worthless_securities import worthless_on


def test_165_g_1_a_worthless_security_is_lost_on_the_last_day_of_the_year() -> None:
    assert worthless_on(2026) == date(2026, 12, 31)
