"""What checking a saved plan found, a line a check."""

from __future__ import annotations

from typing import Any

from planner.domain.verification import Verification
from planner.report.screens.text_page import TextPage
from planner.report.words import money

_MARK = {True: "holds", False: "DOES NOT HOLD", None: "not proven here"}
_NAME = {"figures": "Figures", "limits": "Limits", "wash_sales": "Wash sales", "bound": "Bound"}


def verify_screen(found: Verification, **layout: Any) -> str:
    """Each check with what it says, then the two numbers that matter."""
    page = TextPage(**layout)
    page.heading("The plan holds" if found.holds else "The plan does not hold")
    for check in found.findings:
        page.say(f"{_NAME[check.name]}: {_MARK[check.holds]}. {check.says[:1].upper()}{check.says[1:]}.", indent=2)
    page.blank()
    if found.total is not None:
        page.say(f"Net benefit, recomputed: {money(found.total)}. Upper bound: {money(found.bound)}.", indent=2)
    if found.differs:
        page.say(f"Changed since the plan was made: {', '.join(found.differs)}.", indent=2)
    return page.text
