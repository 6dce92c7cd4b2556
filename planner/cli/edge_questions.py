"""What `harvest init` asks about income edges, in plain words: what is left empty stays open, and plans say so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from planner.cli.output import say

if TYPE_CHECKING:
    from planner.domain.household_draft import DraftHousehold

Answer = TypeVar("Answer")
Ask = Callable[[str, Any, Callable[[str], Any]], Any]

WHY = (
    "\nNear some incomes a dollar of gain costs thousands, and a small loss brings as much back. Empty leaves a "
    "question open: plans then warn of it."
)
NO_POVERTY_LINE = ("AK", "HI")  # whose premium tax credit is not held
ADULT = 24  # at the end of the year: a child's tax is for those who are younger, § 1(g)(2)


def with_edges_asked(draft: DraftHousehold, ask: Ask) -> DraftHousehold:
    """The draft with what was answered. A separate return has no such keys."""
    from planner.cli.answers import count, day, days, money, people, yes
    from rules.terms import FilingStatus

    if draft.filing_status is FilingStatus.MARRIED_SEPARATELY:
        return draft
    say(WHY, error=True)
    joint = draft.filing_status is FilingStatus.MARRIED_JOINTLY
    edges: dict[str, str] = {}

    def asked(key: str, question: str, parse: Callable[[str], Answer]) -> Answer | None:
        """An answer, written down as TOML has it; None where it is left open."""
        found: Answer | None = ask(question, "", lambda text: parse(text) if text.strip() else None)
        if found is not None:
            edges[key] = _toml(found)
        return found

    born = asked("born", "Your day of birth, such as 1959-05-02", day)
    if joint:
        asked("spouse_born", "Your spouse's day of birth", day)
    whose = "both of you together, " if joint else ""
    asked("social_security", f"Social security benefits this year, {whose}before tax (0: none)", money)
    asked("medicare", "How many of you will be on Medicare two years from now (0, 1 or 2)", people)
    asked("children", "Days of birth of children whom you claim, with commas (none)", days)
    marketplace: dict[str, str] = {}
    insured = "Is your health insurance from the marketplace, with a premium tax credit (yes or no)"
    if draft.state not in NO_POVERTY_LINE and asked("marketplace", insured, yes):
        del edges["marketplace"]
        marketplace = {
            "household_size": str(ask("How many people are in the household", 2 if joint else 1, count)),
            "benchmark_premium": _toml(
                ask("The benchmark plan's premium for the year (Form 1095-A, column B)", Decimal(0), money)
            ),
            "premiums": _toml(ask("Your own plan's premiums for the year (column A)", Decimal(0), money)),
        }
    young = born is not None and draft.tax_year - born.year < ADULT
    if young and asked("parents", "Do your parents claim you, or could they (yes or no)", yes):
        del edges["parents"]
        say("  Then write their income under `parents` in household.toml: docs/input.md says how.", error=True)
    return replace(draft, edges=edges, marketplace=marketplace)


def _toml(answer: object) -> str:
    """An answer as TOML writes it."""
    if isinstance(answer, bool):
        return "true" if answer else "false"
    if isinstance(answer, list):
        return f"[{', '.join(map(str, answer))}]"
    return f"{answer:f}" if isinstance(answer, Decimal) else str(answer)
