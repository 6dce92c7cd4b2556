"""The staircase of the next dollar as a table: how far each step goes, what a dollar on it saves, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from planner.analysis.marginal_value import Marginal, MarginalStaircase, Rung, Side
from planner.report.screens.text_page import TextColumn, TextPage
from planner.report.words import bar, count, money, percent
from rules.terms import ZERO

BAR = 10  # columns for the steepest step
FEWEST_TOGETHER = 3  # thresholds in a row that share one line
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
    here = stairs.next_dollar
    page.table(
        [
            TextColumn("", rigid=True),
            TextColumn("Up to", number=True),
            TextColumn("Saves" if stairs.side is Side.LOSS else "Costs", number=True),
            TextColumn("", rigid=True),
            TextColumn("Net benefit", number=True),
            TextColumn("Each dollar", least=22),
        ],
        [_row(run, here, stairs.side, steepest) for run in runs(rungs, here)],
    )


def runs(rungs: Sequence[Rung], here: Rung) -> Iterator[Sequence[Rung]]:
    """The rungs one by one, but those that cross threshold after threshold together, where there are three or more.

    The plan's own stands alone."""
    run: list[Rung] = []
    for rung in (*rungs, None):
        if rung is not None and rung.jump and rung is not here and (not run or rung.jump * run[0].jump > 0):
            run.append(rung)
            continue
        yield from [run] if len(run) >= FEWEST_TOGETHER else [[each] for each in run]
        run = []
        if rung is not None and rung.jump and rung is not here:
            run.append(rung)
        elif rung is not None:
            yield [rung]


def _row(run: Sequence[Rung], here: Rung, side: Side, steepest: Decimal) -> list[str]:
    first, last = run[0], run[-1]
    return [
        ">" if first is here else "",
        "above" if last.end is None else money(last.end),
        percent(round(first.tax_saved if side is Side.LOSS else -first.tax_saved, 6).normalize()),
        bar(abs(first.tax_saved), steepest, BAR),
        f"{'-' if first.worth < ZERO else ''}${abs(first.worth):.4f}",
        first.why if len(run) == 1 else _together(run),
    ]


def _together(run: Sequence[Rung]) -> str:
    """Several thresholds in a row: how many, what each does at once, and what the first dollar between them does."""
    jumps = sorted(abs(rung.jump) for rung in run)
    does = "save" if run[0].jump > 0 else "cost"
    each = f"{money(jumps[0])} to {money(jumps[-1])}" if jumps[0] != jumps[-1] else money(jumps[0])
    return f"crosses {len(run)} thresholds, which {does} {each} each at once; after the first {run[0].past_the_jump}"
