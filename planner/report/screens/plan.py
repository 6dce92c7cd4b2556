"""A plan as a person reads it, in the order in which one acts: its net benefit, what to sell, what not to buy, why."""

from __future__ import annotations

from collections.abc import Sequence

from planner.analysis.estimated_tax import estimated_tax
from planner.domain.case import Case
from planner.domain.errors import Caution
from planner.domain.plan import Plan, Status
from planner.report.screens.edges import landing_words, room_at_zero
from planner.report.screens.estimated_tax import estimated_words
from planner.report.screens.giving import show_giving, show_kept_winners
from planner.report.screens.sales import show_sales
from planner.report.screens.sensitivities import hangs_on
from planner.report.screens.swaps import show_swaps
from planner.report.screens.text_page import TextColumn, TextPage
from planner.report.screens.value import (
    digital_and_other,
    held_back_in_order,
    is_worth_more_in_january,
    not_in_the_plan,
    proof,
    put_off_instead,
    spent_at_zero,
    valued,
    waiting,
    why_nothing,
    worth_rows,
    year_note,
    year_rows,
)
from planner.report.screens.watch_list import show_replacements, show_windows
from planner.report.words import FILING_STATUS, change, count, day, money

MOST_HELD_BACK = 15
MOST_ALIKE = 3  # cautions of one code shown in full
UNANSWERED = ("taxpayer_assumed", "income_edge")  # the cautions that are above everything


def plan_screen(plan: Plan, case: Case, *, width: int, color: bool, plain: bool = False) -> str:
    """The whole plan as text of that many columns. Numbers and names are never cut; a narrow page grows instead."""
    page = TextPage(width, color, plain)
    _headline(page, plan, case)
    show_sales(page, plan, case)
    show_giving(page, plan.giving)
    _year(page, plan, case)
    show_windows(page, plan, case)
    if plan.swaps is None:
        show_replacements(page, plan)
    show_swaps(page, plan)
    _crypto(page, plan)
    show_kept_winners(page, plan.kept_winners)
    _near_long_term(page, plan)
    _held_back(page, plan)
    _cautions(page, plan)
    page.blank()
    page.say(f"An estimate under the law held for {plan.tax_year} (harvest law {plan.tax_year}), not tax advice.")
    return page.text


def _headline(page: TextPage, plan: Plan, case: Case) -> None:
    status = FILING_STATUS[case.household.taxpayer.filing_status]
    scenario = f" · scenario “{plan.scenario}”" if plan.scenario else ""
    page.say(f"Tax year {plan.tax_year} · {status} · as of {day(plan.as_of)}{scenario}", hanging=2)
    for caution in plan.cautions:
        if caution.code in UNANSWERED:
            page.say(caution.text, style="bold")
    if left_out := not_in_the_plan(plan, case):
        page.say(left_out, style="bold", hanging=2)
    if not plan.sales:
        page.heading("Nothing to sell")
        page.say(why_nothing(plan, case), indent=2)
        for words in filter(None, (put_off_instead(plan, case), room_at_zero(plan, case), hangs_on(plan))):
            page.say(words, indent=2)
        if case.household.plan_limits.sell:
            _proof(page, plan)
        return
    worth = money(plan.benefit.total)
    page.heading(f"Net benefit: {worth}")
    page.table(
        [TextColumn("", least=24), TextColumn("", number=True)],
        [list(row) for row in worth_rows(plan, case.household.assumptions)],
        total=["Net benefit", worth],
    )
    page.say(valued(case.household.assumptions), indent=2)
    landing = landing_words(plan.landing) if plan.landing else ""
    for words in filter(None, (hangs_on(plan), room_at_zero(plan, case), landing)):
        page.say(words, indent=2)
    if words := spent_at_zero(plan, case):
        page.say(words, indent=2)
    if words := waiting(plan):
        page.say(words, indent=2, style="bold red" if is_worth_more_in_january(plan) else "")
    _proof(page, plan)


def _proof(page: TextPage, plan: Plan) -> None:
    page.say(proof(plan), indent=2, style="bold" if plan.status is Status.UNPROVEN else "")


def _year(page: TextPage, plan: Plan, case: Case) -> None:
    rows = year_rows(plan)
    columns = [TextColumn("", least=24), TextColumn("Without", number=True)]
    if plan.sales:
        page.heading(f"The year {plan.tax_year}, without the plan and with it")
        page.table(
            [*columns, TextColumn("With", number=True), TextColumn("Change", number=True)],
            [[label, money(line.baseline), money(line.planned), change(line.difference)] for label, line in rows],
        )
    else:
        page.heading(f"The year {plan.tax_year} so far")
        page.table(
            [TextColumn("", least=24), TextColumn("", number=True)],
            [[label, money(line.baseline)] for label, line in rows],
        )
    page.say(f"{year_note(plan)} harvest explain --tax has the worksheets.", indent=2)
    if estimated := estimated_tax(plan, case):
        page.say(estimated_words(estimated), indent=2)


def _crypto(page: TextPage, plan: Plan) -> None:
    cautions, _ = digital_and_other(plan.cautions)
    if cautions:
        page.heading("Digital assets: outside the wash-sale rule today")
        _list(page, cautions)


def _near_long_term(page: TextPage, plan: Plan) -> None:
    if not plan.near_long_term:
        return
    sold = {sale.lot_id: sale.date for sale in plan.sales}
    page.heading("Becoming long-term soon")
    page.table(
        [
            TextColumn("Lot", least=18),
            TextColumn("Gain/loss today", number=True),
            TextColumn("Long-term from", rigid=True),
            TextColumn("This plan", rigid=True),
        ],
        [
            [
                near.lot_id,
                money(near.gain),
                near.on.isoformat(),
                f"sold on {sold[near.lot_id].isoformat()}" if near.lot_id in sold else "not sold",
            ]
            for near in plan.near_long_term
        ],
    )


def _held_back(page: TextPage, plan: Plan) -> None:
    if not plan.held_back:
        return
    page.heading(f"Held back: {count(len(plan.held_back), 'lot')}")
    shown = held_back_in_order(plan)[:MOST_HELD_BACK]
    page.table(
        [
            TextColumn("Lot", least=18),
            TextColumn("Gain/loss today", number=True),
            TextColumn("Until", rigid=True),
            TextColumn("Why", least=24),
        ],
        [[held.lot_id, money(held.gain), held.until.isoformat() if held.until else "-", held.reason] for held in shown],
    )
    more = len(plan.held_back) - len(shown)
    if more > 0:
        page.say(f"and {count(more, 'more lot')}; see --json.", indent=2)


def _cautions(page: TextPage, plan: Plan) -> None:
    _, cautions = digital_and_other(plan.cautions)
    cautions = [caution for caution in cautions if caution.code not in UNANSWERED]
    if cautions:
        page.heading("Warnings")
        _list(page, cautions)


def _list(page: TextPage, cautions: Sequence[Caution]) -> None:
    for code in dict.fromkeys(caution.code for caution in cautions):
        alike = [caution for caution in cautions if caution.code == code]
        shown = alike if len(alike) <= MOST_ALIKE + 1 else alike[:MOST_ALIKE]  # "and 1 more" saves no one a line
        for caution in shown:
            page.say(f"* {caution.text} [{code}]", indent=2, hanging=2)
        if len(alike) > len(shown):
            page.say(f"* and {len(alike) - len(shown):,} more [{code}]; see --json", indent=2, hanging=2)
