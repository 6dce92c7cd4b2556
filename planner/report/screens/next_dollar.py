"""The staircase of the next dollar as a table: how far each step goes, what a dollar on it saves, and why."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from planner.analysis.marginal_value import Marginal, MarginalStaircase, Rung, Side
from planner.report.screens.text_page import TextColumn, TextPage
from planner.report.words import bar, count, money, percent
from rules.terms import ZERO

BAR = 10  # columns for the steepest step
MOST_GAIN_STEPS = 3  # of gains only the next few steps matter to someone who sells losses


def show_next_dollar(page: TextPage, marginal: Marginal) -> None:
    """The staircases of losses, with the plan's place on them, and the first steps of those of gains."""
    page.heading("Value of the next dollar of loss or gain")
    page.say(
        "> marks where the plan is. Saves and costs are this year's tax on one dollar. Net benefit is "
        "what the dollar adds to the plan before trading costs. The steps are computed from the law, not "
        "sampled.",
        indent=2,
    )
    steepest = max(abs(rung.tax_saved) for stairs in (*marginal.losses, *marginal.gains) for rung in stairs.rungs)
    for stairs in (*marginal.losses, *marginal.gains):
        page.blank()
        page.say(_title(stairs), indent=2)
        rungs = stairs.shown if stairs.side is Side.LOSS else stairs.shown[:MOST_GAIN_STEPS]
        _table(page, stairs, rungs, steepest)
        if more := len(stairs.rungs) - len(rungs):
            page.say(f"{count(more, 'more step')}; see --json.", indent=2)


def _title(stairs: MarginalStaircase) -> str:
    kind = f"{stairs.character.value.capitalize()}-term {stairs.side.value}"
    if stairs.side is Side.GAIN:
        return f"{kind}, beyond the plan"
    return f"{kind}: the plan takes {money(stairs.plan_at)}"


def _table(page: TextPage, stairs: MarginalStaircase, rungs: Sequence[Rung], steepest: Decimal) -> None:
    here, losses = stairs.next_dollar, stairs.side is Side.LOSS
    page.table(
        [
            TextColumn("", rigid=True),
            TextColumn("Up to", number=True),
            TextColumn("Saves" if losses else "Costs", number=True),
            TextColumn("", rigid=True),
            TextColumn("Net benefit", number=True),
            TextColumn("Each dollar", least=22),
        ],
        [
            [
                ">" if rung is here else "",
                "above" if rung.end is None else money(rung.end),
                percent(round(rung.tax_saved if losses else -rung.tax_saved, 6).normalize()),
                bar(abs(rung.tax_saved), steepest, BAR),
                f"{'-' if rung.worth < ZERO else ''}${abs(rung.worth):.4f}",
                rung.why,
            ]
            for rung in rungs
        ],
    )
