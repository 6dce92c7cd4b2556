"""A plan and a comparison as a notebook shows them. All text is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from planner.analysis.comparison import Compared, Comparison
from planner.domain.plan import Plan, Sale
from planner.report.screens.compare import NO_FIGURE, what_of
from planner.report.screens.value import proof, year_rows
from planner.report.words import change, count, money, quantity

MOST_SALES = 20
_SCENARIOS = ("Scenario", "Net benefit", "Tax saved", "Sales", "What it changes")
_SALES = ("Sell on", "Account", "Lot", "Quantity", "Proceeds", "Gain", "Term", "Buy again from")


def plan_html(plan: Plan) -> str:
    """The plan as a fragment of HTML without styles or scripts of its own: what it brings, the sales, the year."""
    heading = f"Net benefit: {money(plan.benefit.total)}" if plan.sales else "Nothing to sell"
    parts = [f"<h4>{escape(heading)}</h4>", f"<p>{escape(proof(plan))}</p>"]
    if plan.sales:
        rows = [_row(sale) for sale in plan.sales[:MOST_SALES]]
        parts.append(_table(_SALES, rows))
        if len(plan.sales) > MOST_SALES:
            parts.append(f"<p>and {count(len(plan.sales) - MOST_SALES, 'sale')} more: <code>plan.sales</code></p>")
    year = [(label, money(row.baseline), money(row.planned), change(row.difference)) for label, row in year_rows(plan)]
    parts.append(_table((f"The year {plan.tax_year}", "Without", "With", "Change"), year))
    if plan.cautions:
        parts.append(f"<p>{count(len(plan.cautions), 'warning')}: <code>plan.cautions</code></p>")
    return "\n".join(parts)


def comparison_html(comparison: Comparison) -> str:
    """The scenarios as a table of HTML, the best marked."""
    rows = [_scenario(each, each.name == comparison.best) for each in comparison.scenarios]
    return "\n".join(
        [
            "<h4>Net benefit of each scenario</h4>",
            _table(_SCENARIOS, rows),
            "<p>* best of those that can be compared</p>",
        ]
    )


def _scenario(each: Compared, best: bool) -> tuple[str, ...]:
    name = f"{each.name} *" if best else each.name
    if each.plan is None:
        return name, NO_FIGURE, NO_FIGURE, NO_FIGURE, what_of(each)
    total = each.plan.benefit.total if each.in_january is None else each.in_january
    return name, money(total), money(each.plan.benefit.tax_saved), str(len(each.plan.sales)), what_of(each)


def _row(sale: Sale) -> tuple[str, ...]:
    rebuy = sale.rebuy_on.isoformat() if sale.rebuy_on else ""
    lot = f"{sale.symbol} ({sale.lot_id})"
    gain, term = money(sale.gain), sale.character.value
    return sale.date.isoformat(), sale.account, lot, quantity(sale.quantity), money(sale.proceeds), gain, term, rebuy


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
