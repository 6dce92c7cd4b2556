"""A plan as a person reads it, in the order in which one acts: what it is worth, what to sell, what not to buy, why."""

from __future__ import annotations

from collections.abc import Sequence

from planner.case import Case
from planner.household import INFINITY, Assumptions
from planner.plan import HeldBack, Plan, Status
from planner.refusals import Caution
from planner.report.page import Column, Page
from planner.report.sales import show_sales
from planner.report.watch_list import show_replacements, show_windows
from planner.report.words import (
    FILING_STATUS,
    YEAR_LINES,
    change,
    count,
    count_of,
    day,
    money,
    percent,
)
from planner.summary import carryover_change, year_changes

MOST_HELD_BACK = 15
MOST_ALIKE = 3  # cautions of one code shown in full
_DIGITAL_ASSETS = {"crypto_exempt", "economic_substance", "crypto_proposals"}


def plan_screen(plan: Plan, case: Case, *, width: int, colour: bool, plain: bool = False) -> str:
    """The whole plan as text of that many columns. Numbers and names are never cut; a narrow page grows instead."""
    page = Page(width, colour, plain)
    _headline(page, plan, case)
    show_sales(page, plan, case)
    _year(page, plan)
    show_windows(page, plan, case)
    show_replacements(page, plan)
    _crypto(page, plan)
    _near_long_term(page, plan)
    _held_back(page, plan)
    _cautions(page, plan)
    page.blank()
    page.say(f"An estimate under the law held for {plan.tax_year} (harvest law {plan.tax_year}), not tax advice.")
    return page.text


def _headline(page: Page, plan: Plan, case: Case) -> None:
    status = FILING_STATUS[case.household.taxpayer.filing_status]
    scenario = f" · scenario “{plan.scenario}”" if plan.scenario else ""
    page.say(f"Tax year {plan.tax_year} · {status} · as of {day(plan.as_of)}{scenario}", hanging=2)
    if not plan.sales:
        page.heading("Nothing to sell")
        page.say(_why_nothing(plan, case), indent=2)
        if case.household.wishes.sell:
            _proof(page, plan)
        return
    benefit, assumptions = plan.benefit, case.household.assumptions
    carried = carryover_change(plan)
    page.heading(f"What the plan is worth: {money(benefit.total)}")
    page.table(
        [Column("", least=24), Column("", number=True)],
        [
            [f"Tax saved for {plan.tax_year}", money(benefit.tax_saved)],
            [
                f"{money(abs(carried))} {'more' if carried >= 0 else 'less'} loss carried to {plan.tax_year + 1}, "
                f"at ${assumptions.carryover_rate:.4f} a dollar",
                change(benefit.carryover_value),
            ],
            [
                f"Less tax that only comes later, at ${assumptions.deferral_rate:.4f} a dollar of basis",
                change(-benefit.deferred_tax),
            ],
            ["Less the cost of selling and buying a replacement", change(-benefit.trading_cost)],
        ],
        total=["Worth of the plan", money(benefit.total)],
    )
    page.say(valued(assumptions), indent=2)
    _proof(page, plan)


def valued(assumptions: Assumptions) -> str:
    """What the figures of the benefit rest on, in a sentence."""
    later = "never" if assumptions.years_to_sale == INFINITY else f"in {count_of(assumptions.years_to_sale, 'year')}"
    return (
        f"Valued by [assumptions]: later gains are taxed at {percent(assumptions.future_rate)}; what is bought "
        f"instead is sold {later}; a carryover is used in {count_of(assumptions.years_to_use_carryover, 'year')}; "
        f"discounted at {percent(assumptions.discount_rate)} a year."
    )


def _why_nothing(plan: Plan, case: Case) -> str:
    if not case.household.wishes.sell:
        return "The household says plan.sell = false: this is the year as it stands."
    if not case.holdings:
        return "No lot was read: these accounts hold nothing that could be sold."
    if plan.held_back:
        return "No sale makes this household better off. Each lot at a loss is listed below with its reason."
    return "No lot that may be sold stands at a loss."


def _proof(page: Page, plan: Plan) -> None:
    page.say(proof(plan), indent=2, style="bold" if plan.status is Status.UNPROVEN else "")


def proof(plan: Plan) -> str:
    """What is known of plans better than this one, in a sentence."""
    gap = plan.benefit.gap
    if plan.status is Status.UNPROVEN:
        return (
            f"NOT PROVEN: time ran out. A better lawful plan may exist, worth at most {money(gap)} more. "
            "Allow more time with --time-limit."
        )
    if gap > 0:
        return f"Proven: no other lawful plan that keeps your wishes is worth over {money(gap)} more."
    return "Proven: no lawful plan that keeps your wishes is worth more."


def _year(page: Page, plan: Plan) -> None:
    lines = year_changes(plan)
    labels = [YEAR_LINES[line.line].format(next=plan.tax_year + 1) for line in lines]
    columns = [Column("", least=24), Column("Without", number=True)]
    if plan.sales:
        page.heading(f"The year {plan.tax_year}, without the plan and with it")
        page.table(
            [*columns, Column("With", number=True), Column("Change", number=True)],
            [
                [label, money(line.baseline), money(line.planned), change(line.difference)]
                for label, line in zip(labels, lines, strict=True)
            ],
        )
    else:
        page.heading(f"The year {plan.tax_year} as it stands")
        page.table(
            [Column("", least=24), Column("", number=True)],
            [[label, money(line.baseline)] for label, line in zip(labels, lines, strict=True)],
        )
    page.say(
        "Net gains are after carryovers and disallowed losses. The income tax is by formula, before credits and "
        "without the alternative minimum tax. --json has the worksheets line by line.",
        indent=2,
    )


def _crypto(page: Page, plan: Plan) -> None:
    cautions = [caution for caution in plan.cautions if caution.code in _DIGITAL_ASSETS]
    if cautions:
        page.heading("Digital assets: outside the wash-sale rule today")
        _list(page, cautions)


def _near_long_term(page: Page, plan: Plan) -> None:
    if not plan.near_long_term:
        return
    sold = {sale.lot_id: sale.date for sale in plan.sales}
    page.heading("Soon long-term")
    page.table(
        [
            Column("Lot", least=18),
            Column("Gain today", number=True),
            Column("Long-term from", rigid=True),
            Column("This plan", rigid=True),
        ],
        [
            [
                near.lot_id,
                money(near.gain),
                near.on.isoformat(),
                f"sells on {sold[near.lot_id].isoformat()}" if near.lot_id in sold else "keeps it",
            ]
            for near in plan.near_long_term
        ],
    )


def _held_back(page: Page, plan: Plan) -> None:
    if not plan.held_back:
        return
    page.heading(f"Held back: {count(len(plan.held_back), 'lot')}")
    shown = sorted(plan.held_back, key=_largest_loss_first)[:MOST_HELD_BACK]
    page.table(
        [
            Column("Lot", least=18),
            Column("Gain today", number=True),
            Column("Until", rigid=True),
            Column("Why", least=24),
        ],
        [[held.lot_id, money(held.gain), held.until.isoformat() if held.until else "-", held.reason] for held in shown],
    )
    more = len(plan.held_back) - len(shown)
    if more > 0:
        page.say(f"and {count(more, 'lot')} more: see --json.", indent=2)


def _largest_loss_first(held: HeldBack) -> tuple[bool, object, str]:
    return held.gain is not None, held.gain or 0, held.lot_id


def _cautions(page: Page, plan: Plan) -> None:
    cautions = [caution for caution in plan.cautions if caution.code not in _DIGITAL_ASSETS]
    if cautions:
        page.heading("Cautions")
        _list(page, cautions)


def _list(page: Page, cautions: Sequence[Caution]) -> None:
    for code in dict.fromkeys(caution.code for caution in cautions):
        alike = [caution for caution in cautions if caution.code == code]
        shown = alike if len(alike) <= MOST_ALIKE + 1 else alike[:MOST_ALIKE]  # "and 1 more" saves nobody a line
        for caution in shown:
            page.say(f"* {caution.text} [{code}]", indent=2, hanging=2)
        if len(alike) > len(shown):
            page.say(f"* and {len(alike) - len(shown):,} more of [{code}]: see --json", indent=2, hanging=2)
