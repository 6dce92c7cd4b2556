"""Bills and proposals that would bring digital assets under § 1091: what they say, how far they got, where it
stands."""

from __future__ import annotations

from collections.abc import Iterable

from planner.report.screens.text_page import TextPage
from rules.digital_assets import LawProposal


def pending_law_screen(proposals: Iterable[LawProposal], *, width: int, color: bool, plain: bool = False) -> str:
    """Those still alive first, the one last acted on at the top."""
    page = TextPage(width, color, plain)
    page.say(
        "None of these is law: § 1091 reaches stock and securities, not digital assets held directly. What happened "
        "after the day seen is not known here. To plan as if one were law: [wash_sale] crypto = the bill, or a day."
    )
    ordered = sorted(proposals, key=lambda proposal: (proposal.alive, proposal.status_on), reverse=True)
    for proposal in ordered:
        page.heading(proposal.name if proposal.alive else f"{proposal.name} (dead)")
        seen = f"seen {proposal.status_on.isoformat()}"
        page.say(f"introduced {proposal.introduced.isoformat()}; {proposal.status}; {seen}", indent=2, hanging=2)
        page.say(f"would reach {proposal.effective_text}", indent=2, hanging=2)
        if proposal.alive and proposal.reaches_from is not None:
            page.say(f"first day reached: {proposal.reaches_from.isoformat()}", indent=2, hanging=2)
        page.say(f"certainty: {proposal.certainty}", indent=2, hanging=2, style="dim")
        page.say(proposal.source, indent=2, hanging=2, style="dim")
    return page.text
