"""The plan as one page that opens from disk: which parts it has, in which order, and what each is given.

What is said comes from the nouns of the program; how it looks is in the templates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from planner.analysis.action_calendar import agenda
from planner.analysis.brackets import Scale, scales
from planner.analysis.comparison import Comparison, Sweep
from planner.analysis.estimated_tax import estimated_tax
from planner.analysis.first_screen import what_it_rests_on
from planner.analysis.gain_map import lot_map
from planner.analysis.totals import carryover_change, closed_rows, total_of, worksheet_changes
from planner.domain.case import Case
from planner.domain.plan import Plan, Sale, Status
from planner.domain.swaps import HIGHER
from planner.domain.version import __version__
from planner.report.html.charts.brackets import brackets_chart
from planner.report.html.charts.figures import MOST_BARS, SHAPES, taxes_chart, windows_chart
from planner.report.html.charts.lots import lots_chart
from planner.report.html.charts.worths import scenarios_chart, staircase_chart, sweep_chart
from planner.report.html.sliders import sliders
from planner.report.html.templates import Context, written
from planner.report.screens.assumptions import assumed_rows
from planner.report.screens.compare import against_rules, differences, expiring, what_of
from planner.report.screens.estimated_tax import estimated_words
from planner.report.screens.giving import giving_in_full
from planner.report.screens.law import title_of
from planner.report.screens.sales import LOT_ORDER, lot_name, naming, wash_legend, why_sold
from planner.report.screens.sensitivities import hangs_on
from planner.report.screens.swaps import drift_in_words, everywhere_safe, exposures, how_to_swap, moved, note
from planner.report.screens.timeline import MARKS, bars
from planner.report.screens.value import (
    digital_and_other,
    held_back_in_order,
    income_tax_note,
    is_worth_more_in_january,
    proof,
    put_off_instead,
    rests_in_words,
    valued,
    waiting,
    why_nothing,
    worth_rows,
    year_note,
    year_rows,
)
from planner.report.screens.watch_list import closed_together, doubling_up, replacement_rows
from planner.report.words import ACCOUNT_KIND, FILING_STATUS, cents, count, money, percent
from rules.tax_year import TaxYear

MOST_SALES = 500  # rows; a page is for looking at, the other exports have every lot
MOST_ROWS = 300  # of other tables
MOST_LOTS = 250  # areas of the map; above this lots of one symbol are taken together
MOST_ALIKE = 20  # cautions of one code


@dataclass(frozen=True, slots=True)
class PagePart:
    """A section of the page: its anchor and template, its heading, and its name in the list of contents."""

    id: str
    title: str
    short: str

    @property
    def template(self) -> str:
        return f"{self.id}.html"


@dataclass(frozen=True, slots=True)
class SaleRow:
    """A sale as a row shows it; `of` is the whole lot's quantity where only a part is sold."""

    sale: Sale
    lot: str
    why: str
    of: Decimal | None


def html_page(
    plan: Plan, case: Case, law: TaxYear, comparison: Comparison | None = None, what_if: Sequence[Sweep] = ()
) -> bytes:
    """The page in UTF-8, the same bytes for the same plan; `what_if` are the values of its sliders."""
    context: Context = {}
    parts = []
    for part, told in _told(plan, case, law, comparison, what_if):
        if told is not None:
            parts.append(part)
            context |= told
    return written("page.html", context | {"parts": parts, "plan": plan, "version": __version__})


def _told(
    plan: Plan, case: Case, law: TaxYear, comparison: Comparison | None, what_if: Sequence[Sweep]
) -> Sequence[tuple[PagePart, Context | None]]:
    """Each section with what its template is given, in order; None where there is nothing to say."""
    held = len(plan.held_back)
    return (
        (PagePart("first", "What to do first", "First"), _first(plan, case) | _head(plan, case)),
        (PagePart("worth", "Net benefit, and how certain it is", "Net benefit"), _worth(plan, case)),
        (
            PagePart("year", f"The year {plan.tax_year}{', before and after' if plan.sales else ' so far'}", "Year"),
            _year(plan, case),
        ),
        (PagePart("brackets", "Rates, and the room in them", "Rates"), _brackets(plan, case)),
        (PagePart("staircase", "Value of the next dollar of loss", "Next dollar"), _staircase(comparison)),
        (PagePart("swaps", "What to buy with the proceeds", "Purchases"), _swaps(plan)),
        (
            PagePart("giving", "What to give to charity", "Charity"),
            {"giving": giving_in_full(plan.giving)} if plan.giving is not None else None,
        ),
        (PagePart("windows", "Days on which not to buy", "Windows"), _windows(plan, case)),
        (PagePart("lots", "The lots, by gain and loss", "Lots"), _lots(plan, case)),
        (PagePart("sales", "The sales, lot by lot", "Sales"), _sales(plan, case)),
        (PagePart("scenarios", "Scenarios side by side", "Scenarios"), _scenarios(comparison, plan.tax_year)),
        (
            PagePart("if", "What if", "What if"),
            {"sliders": sliders(what_if, plan)} if what_if else None,
        ),
        (PagePart("held", f"Held back: {count(held, 'lot')}" if held else "Soon long-term", "Held back"), _held(plan)),
        (PagePart("cautions", "Warnings", "Warnings"), _cautions(plan)),
        (PagePart("worksheets", "Worksheets", "Worksheets"), {"worksheets": worksheet_changes(plan)}),
        (
            PagePart("sources", "Sources", "Sources"),
            {"sources": [(title_of(section), section) for section in law.sections]},
        ),
        (PagePart("assumptions", "Inputs and assumptions", "Assumptions"), {"assumed": assumed_rows(case, law)}),
        (PagePart("not", "What this is not", "What it is not"), {"income_tax_note": income_tax_note(plan)}),
    )


def _head(plan: Plan, case: Case) -> Context:
    total = total_of(plan.sales)
    lots = count(total.lots, "lot")
    worth = f"Sell {lots}: net benefit {money(plan.benefit.total)}" if plan.sales else "Nothing to sell"
    return {
        "headline": worth,
        "household": case.household.path.resolve().parent.name,
        "filing_status": FILING_STATUS[case.household.taxpayer.filing_status],
        "proven": plan.status is Status.PROVEN,
        "proof": _sentence(proof(plan).removeprefix("Proven: ").removeprefix("NOT PROVEN: ")),
        "rests": rests_in_words(what_it_rests_on(plan, case)),
        "carried": carryover_change(plan),
        "total": total,
    }


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _first(plan: Plan, case: Case) -> Context:
    rows = closed_rows(plan.windows, (holding.lot.symbol for holding in case.holdings))
    instead = replacement_rows(plan)
    return {
        "why_nothing": " ".join(filter(None, (why_nothing(plan, case), put_off_instead(plan, case)))),
        "naming": naming(plan.sales),
        "lot_order": LOT_ORDER,
        "agenda": agenda(plan),
        "accounts": {
            account.name: f" ({ACCOUNT_KIND[account.kind]}, {account.owner.value}’s)"
            for account in case.household.accounts
        },
        "closed": closed_together(rows),
        "double_up": doubling_up(plan),
        "instead": instead[:MOST_ROWS],
        "instead_more": len(instead[MOST_ROWS:]),
    }


def _worth(plan: Plan, case: Case) -> Context | None:
    if not plan.sales:
        return None
    assumptions = case.household.assumptions
    return {
        "worth": worth_rows(plan, assumptions),
        "valued": valued(assumptions),
        "proven_how": proof(plan),
        "waiting": waiting(plan),
        "hangs_on": hangs_on(plan),
        "better_later": is_worth_more_in_january(plan),
    }


def _year(plan: Plan, case: Case) -> Context:
    estimated = estimated_tax(plan, case)
    return {
        "taxes": taxes_chart(plan),
        "year": year_rows(plan),
        "year_note": year_note(plan),
        "estimated": None if estimated is None else estimated_words(estimated),
    }


def _brackets(plan: Plan, case: Case) -> Context:
    found = scales(plan, case)
    return {"gauge": brackets_chart(found), "scales": [(scale, _bracket(scale)) for scale in found]}


def _bracket(scale: Scale) -> str:
    band, following = scale.band, scale.next_band
    if band.rate is not None:
        above = "" if following is None or following.rate is None else f"; the next is {percent(following.rate)}"
        return f"{percent(band.rate)}{above}"
    return f"above: {band.step}" if following is None else f"below: {following.step}"


def _staircase(comparison: Comparison | None) -> Context | None:
    if comparison is None or comparison.marginal is None:
        return None
    marginal = comparison.marginal
    largest = max(marginal.losses, key=lambda stairs: stairs.plan_at)
    here, kind = largest.next_dollar, largest.character.value
    return {
        "standing": f"The plan takes {money(largest.plan_at)} of {kind}-term loss. One dollar more {here.why}: it "
        f"saves {cents(here.tax_saved)} of tax this year; its net benefit is {cents(here.worth)}.",
        "losses": [
            (stairs, staircase_chart(stairs) if len(stairs.rungs) > 1 else None)
            for stairs in sorted(marginal.losses, key=lambda stairs: stairs is not largest)
        ],
        "gains": marginal.gains,
    }


def _scenarios(comparison: Comparison | None, tax_year: int) -> Context | None:
    if comparison is None or comparison.as_given.plan is None:
        return None
    waiting, sweep = comparison.waiting, comparison.sweep
    return {
        "scenarios": [(each, what_of(each)) for each in comparison.scenarios],
        "best": comparison.best,
        "against_rules": " ".join(against_rules(comparison)),
        "expiring": None if waiting is None else expiring(waiting, tax_year),
        "worths": scenarios_chart([each for each in comparison.scenarios if not each.apart], comparison.best),
        "differences": differences(each for each in comparison.scenarios[1:] if each.plan is not None),
        "sweep": sweep,
        "sweep_drawn": None if sweep is None else sweep_chart(sweep),
    }


def _windows(plan: Plan, case: Case) -> Context | None:
    if not plan.windows:
        return None
    rows = closed_rows(plan.windows, (holding.lot.symbol for holding in case.holdings))
    drawn = bars([row.window for row in rows], plan.cancellations, plan.as_of)[:MOST_BARS]
    seen = {sign for bar in drawn for _, sign in bar.signs}
    return {
        "windows": windows_chart(drawn, plan.as_of),
        "windows_keys": [(*SHAPES[sign], MARKS[sign]) for sign in SHAPES if sign in seen],
        "windows_rows": rows[:MOST_ROWS],
        "windows_more": len(rows[MOST_ROWS:]),
        "scheduled": [(window, planned) for window in plan.windows for planned in window.scheduled],
    }


def _swaps(plan: Plan) -> Context | None:
    """Both legs, where they were asked for: what is bought, and what is held meanwhile."""
    if plan.swaps is None or not plan.swaps.swaps:
        return None
    everywhere = everywhere_safe(plan.swaps)
    return {
        "swaps": [(swap, note(swap, everywhere)) for swap in plan.swaps.swaps[:MOST_ROWS]],
        "swaps_more": len(plan.swaps.swaps[MOST_ROWS:]),
        "swaps_how": list(how_to_swap(plan.swaps, everywhere)),
        "swaps_higher": percent(HIGHER),
        "drift": drift_in_words(plan.swaps),
        "exposures": [
            (heading, found) for heading, rows in exposures(plan.swaps) if (found := moved(rows)[:MOST_ROWS])
        ],
    }


def _lots(plan: Plan, case: Case) -> Context | None:
    lots = lot_map(case, plan, most=MOST_LOTS)
    return {"lots": lots, "map": lots_chart(lots)} if lots.standings else None


def _sales(plan: Plan, case: Case) -> Context | None:
    if not plan.sales:
        return None
    holdings = {holding.lot.lot_id: holding for holding in case.holdings}
    shown = set(sorted(plan.sales, key=lambda sale: -abs(sale.gain))[:MOST_SALES])
    rows = [
        SaleRow(
            sale,
            lot_name(sale, holding),
            why_sold(sale),
            holding.lot.quantity if holding is not None and not sale.whole_lot else None,
        )
        for sale in sorted(plan.sales, key=lambda sale: (sale.account, sale.symbol, sale.date, sale.lot_id))
        if sale in shown
        for holding in (holdings.get(sale.lot_id),)
    ]
    return {
        "sales": rows,
        "sales_more": len(plan.sales) - len(rows),
        "wash_legend": wash_legend(plan.sales),
    }


def _held(plan: Plan) -> Context | None:
    if not plan.held_back and not plan.near_long_term:
        return None
    held = held_back_in_order(plan)
    sold = {sale.lot_id: sale.date for sale in plan.sales}
    return {
        "held_back": held[:MOST_ROWS],
        "held_more": len(held[MOST_ROWS:]),
        "soon": [(near, sold.get(near.lot_id)) for near in plan.near_long_term],
    }


def _cautions(plan: Plan) -> Context | None:
    if not plan.cautions:
        return None
    digital, other = digital_and_other(plan.cautions)
    groups = []
    for heading, some in (("", other), ("Digital assets: outside the wash-sale rule today", digital)):
        by_code = {
            code: [c for c in some if c.code == code][:MOST_ALIKE] for code in dict.fromkeys(c.code for c in some)
        }
        if by_code:
            groups.append((heading, [caution for alike in by_code.values() for caution in alike]))
    shown = sum(len(alike) for _, alike in groups)
    return {"cautions": groups, "cautions_more": len(plan.cautions) - shown}
