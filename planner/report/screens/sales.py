"""What to sell, as one orders it from a broker: account by account, lot by lot, each with why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from planner.analysis.totals import SalesTotal, by_account_and_symbol, total_of
from planner.domain.case import Case
from planner.domain.plan import Plan, Sale, WashState
from planner.domain.portfolio import Holding
from planner.report.screens.text_page import TextColumn, TextPage
from planner.report.words import ACCOUNT_KIND, TERM, count, day, loss_or_gain, money, quantity
from rules.terms import AssetClass

MOST_SALES = 60  # above this the screen groups the lots by symbol
WASH = {
    WashState.CLEAN: "clean",
    WashState.PARTLY_DISALLOWED: "deferred",
    WashState.PERMANENTLY_LOST: "lost",
    WashState.COVERAGE_INCOMPLETE: "unknown",
    WashState.QUESTION: "ask",
}
NO_WASH = "-"
WASH_COLUMN = (TextColumn("Wash", rigid=True),)  # left out where § 1091 reaches nothing that is sold
_WASH_MEANS = {
    WashState.CLEAN: "no known purchase disallows the loss",
    WashState.PARTLY_DISALLOWED: "some or all of the loss is disallowed, and moves into the replacement’s basis",
    WashState.PERMANENTLY_LOST: "some or all of the loss is permanently disallowed",
    WashState.COVERAGE_INCOMPLETE: "some purchases are not known; see Warnings",
    WashState.QUESTION: "whether something you bought is substantially identical, only you can answer; see Warnings",
}


LOT_ORDER = "Per-lot savings are computed in order of loss, largest first."


def naming(sales: Sequence[Sale]) -> str:
    """How the lots are to be named, so that these and no others are sold."""
    coins = "; for coins, record it in your own books before the sale (Reg. § 1.1012-1(j))"
    return (
        "Identify each lot to the broker when you place the order; an identification after settlement is void "
        f"(Reg. § 1.1012-1(c)){coins if any(sale.asset_class is AssetClass.CRYPTO for sale in sales) else ''}."
    )


def show_sales(page: TextPage, plan: Plan, case: Case) -> None:
    """Write the sales: lot by lot with what each adds, or by symbol where there are many."""
    if not plan.sales:
        return
    usual, _ = Counter(sale.date for sale in plan.sales).most_common(1)[0]
    others = any(sale.date != usual for sale in plan.sales)
    when = f" on {day(usual)}{' unless another day is shown' if others else ''}"
    total = total_of(plan.sales)
    grouped = len(plan.sales) > MOST_SALES
    wash = WASH_COLUMN if any(sale.wash_state for sale in plan.sales) else ()
    page.heading(f"Sell {count(total.lots, 'lot')}{when}")
    page.say(f"{naming(plan.sales)} {LOT_ORDER}", indent=2)
    accounts = {account.name: account for account in case.household.accounts}
    for name, groups in by_account_and_symbol(plan.sales):
        account = accounts.get(name)
        page.heading(f"{name} ({ACCOUNT_KIND[account.kind]}, {account.owner.value}’s)" if account else name)
        if grouped:
            _symbols(page, groups, wash)
        else:
            _lots(page, groups, case, wash, usual=usual)
    page.blank()
    _legend(page, plan.sales)
    if grouped:
        page.say("Lots are grouped by symbol; --json lists each lot with its reason.")
    page.say(
        f"All accounts: proceeds {money(total.proceeds)}, {loss_or_gain(total.gain)}{_washed(total)}.", style="bold"
    )


def _washed(total: SalesTotal) -> str:
    if not total.disallowed_loss:
        return ""
    lost = f", {money(total.permanently_lost)} of it permanently" if total.permanently_lost else ""
    return f"; loss disallowed by § 1091: {money(total.disallowed_loss)}{lost}"


def _legend(page: TextPage, sales: Sequence[Sale]) -> None:
    legend = wash_legend(sales)
    if legend:
        page.say(legend)


def wash_legend(sales: Sequence[Sale]) -> str:
    """What the marks in the column Wash mean, to the extent they occur; empty where none does."""
    states = {sale.wash_state for sale in sales}
    meanings = [f"{WASH[state]}: {meaning}" for state, meaning in _WASH_MEANS.items() if state in states]
    if None in states and meanings:
        meanings.append(f"{NO_WASH}: § 1091 does not apply")
    return f"Wash (§ 1091): {'; '.join(meanings)}." if meanings else ""


def wash_mark(*sales: Sale) -> str:
    """What § 1091 does to these losses, in a word; several where they differ."""
    return "/".join(dict.fromkeys(NO_WASH if s.wash_state is None else WASH[s.wash_state] for s in sales))


def _lots(
    page: TextPage, groups: Sequence[Sequence[Sale]], case: Case, wash: Sequence[TextColumn], *, usual: date
) -> None:
    holdings = {holding.lot.lot_id: holding for holding in case.holdings}
    sales = [sale for group in groups for sale in group]
    subtotal = total_of(sales)
    page.table(
        [
            TextColumn("Lot", least=18),
            TextColumn("Quantity", number=True),
            TextColumn("Proceeds", number=True),
            TextColumn("Gain/loss", number=True),
            TextColumn("Term", rigid=True),
            *wash,
        ],
        [
            [
                lot_name(sale, holdings.get(sale.lot_id)),
                _units(sale, holdings.get(sale.lot_id)),
                money(sale.proceeds),
                money(sale.gain),
                TERM[sale.character],
                *(wash_mark(sale) for _ in wash),
            ]
            for sale in sales
        ],
        notes=[_note(sale, usual) for sale in sales],
        total=[
            count(subtotal.lots, "lot"),
            "",
            money(subtotal.proceeds),
            money(subtotal.gain),
            "",
            *("" for _ in wash),
        ],
    )


def lot_name(sale: Sale, holding: Holding | None) -> str:
    """The lot's id, with the day of acquisition where the id does not hold it: that is how a broker lists lots."""
    acquired = holding.lot.acquired.isoformat() if holding and holding.lot.acquired else ""
    return sale.lot_id if acquired in sale.lot_id else f"{sale.lot_id} {acquired}"


def _units(sale: Sale, holding: Holding | None) -> str:
    if sale.whole_lot or holding is None:
        return quantity(sale.quantity)
    return f"{quantity(sale.quantity)} of {quantity(holding.lot.quantity)}"


def _note(sale: Sale, usual: date) -> str:
    when = f"on {day(sale.date)}: " if sale.date != usual else ""
    return f"{when}{why_sold(sale)}"


def why_sold(sale: Sale) -> str:
    """What selling it brings, and what of its loss is permanently lost."""
    lost = sale.permanently_lost
    for_good = (
        f"; {money(lost)} of it is permanently lost because a retirement account bought (I-03, I-04)" if lost else ""
    )
    return f"{sale.reason}{for_good}"


def _symbols(page: TextPage, groups: Sequence[Sequence[Sale]], wash: Sequence[TextColumn]) -> None:
    rows = []
    for group in groups:
        total = total_of(group)
        rows.append([group[0].symbol, group[0].date.isoformat(), *_sums(total), *(wash_mark(*group) for _ in wash)])
    page.table(
        [
            TextColumn("Symbol", least=6),
            TextColumn("Sell on", rigid=True),
            TextColumn("Lots", number=True),
            TextColumn("Proceeds", number=True),
            TextColumn("Short-term", number=True),
            TextColumn("Long-term", number=True),
            *wash,
        ],
        rows,
        total=["Total", "", *_sums(total_of(sale for group in groups for sale in group)), *("" for _ in wash)],
    )


def _sums(total: SalesTotal) -> list[str]:
    return [f"{total.lots:,}", money(total.proceeds), money(total.gain_short), money(total.gain_long)]
