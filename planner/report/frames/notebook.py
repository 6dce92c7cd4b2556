"""What the library returns as a notebook shows it: fragments of HTML without styles or scripts. All text is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from planner.analysis.case_totals import totals_by_account
from planner.analysis.comparison import Compared, Comparison
from planner.domain.case import Case
from planner.domain.errors import Caution
from planner.domain.plan import Plan, Sale
from planner.ledger.results import Disposition, HouseholdLedger
from planner.report.screens.check import total_rows
from planner.report.screens.compare import NO_FIGURE, what_of
from planner.report.screens.value import proof, year_rows
from planner.report.words import change, count, day, money, quantity

MOST_SALES = 20
_SCENARIOS = ("Scenario", "Net benefit", "Tax saved", "Sales", "What it changes")
_WINDOWS = ("Do not buy", "First day", "Last day", "Safe on")
_SOLD = ("Sold on", "Account", "Sold", "Gain", "Disallowed", "Recognized")
_SALES = ("Sell on", "Account", "Lot", "Quantity", "Proceeds", "Gain", "Term", "Buy again from")


def plan_html(plan: Plan) -> str:
    """The plan: what it brings, the sales, the year."""
    heading = f"Net benefit: {money(plan.benefit.total)}" if plan.sales else "Nothing to sell"
    parts = [f"<h4>{escape(heading)}</h4>", f"<p>{escape(proof(plan))}</p>"]
    if plan.sales:
        rows = [_row(sale) for sale in plan.sales[:MOST_SALES]]
        parts.append(_table(_SALES, rows))
        if len(plan.sales) > MOST_SALES:
            parts.append(f"<p>and {count(len(plan.sales) - MOST_SALES, 'sale')} more: <code>plan.sales</code></p>")
    year = [(label, money(row.baseline), money(row.planned), change(row.difference)) for label, row in year_rows(plan)]
    parts.append(_table((f"The year {plan.tax_year}", "Without", "With", "Change"), year))
    return "\n".join([*parts, *_warnings(plan.cautions, "plan")])


def check_html(case: Case) -> str:
    """What was read: the sums of each account, to compare with a statement, and how many warnings there are."""
    year, accounts = case.household.taxpayer.tax_year, case.household.accounts
    parts = [f"<h4>{count(len(case.holdings), 'lot')} in {count(len(accounts), 'account')}</h4>"]
    parts.append(f"<p>Tax year {year}, as of {escape(day(case.as_of))}</p>")
    by_account = totals_by_account(case)
    for account in accounts:
        rows = total_rows(by_account[account.name])
        parts.append(_table((account.name, ""), rows or [("No lots", "")]))
    return "\n".join([*parts, *_warnings(case.cautions, "check")])


def windows_html(ledger: HouseholdLedger) -> str:
    """The days on which no one in the household should buy, and the latest sales with what § 1091 disallows."""
    windows = [(w.symbol, w.first.isoformat(), w.last.isoformat(), w.safe_on.isoformat()) for w in ledger.windows]
    parts = [f"<h4>Wash-sale windows, as of {escape(day(ledger.as_of))}</h4>"]
    parts.append(_table(_WINDOWS, windows) if windows else "<p>No window is open.</p>")
    sales = ledger.dispositions
    if sales:
        parts.append(_table(_SOLD, [_sold(sale) for sale in sales[-MOST_SALES:]]))
    if len(sales) > MOST_SALES:
        parts.append(f"<p>The last {MOST_SALES} of {count(len(sales), 'sale')}: <code>windows.sales</code> has all</p>")
    return "\n".join([*parts, *_warnings(ledger.cautions, "windows")])


def _warnings(cautions: Sequence[Caution], result: str) -> list[str]:
    """How many warnings there are, and where."""
    if not cautions:
        return []
    return [f"<p>{count(len(cautions), 'warning')}: <code>{result}.cautions</code></p>"]


def _sold(sale: Disposition) -> tuple[str, ...]:
    sold = f"{quantity(sale.quantity)} {sale.symbol}"
    dollars = (sale.gain_before_wash, sale.disallowed_loss, sale.recognized)
    return sale.sold.isoformat(), sale.account, sold, *map(money, dollars)


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
