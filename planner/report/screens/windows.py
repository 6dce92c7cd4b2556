"""The wash-sale ledger as a screen: sales so far, lots as left, days not to buy."""

from __future__ import annotations

from datetime import date

from planner.analysis.totals import closed_rows
from planner.domain.plan import Window
from planner.ledger.results import Disposition, HouseholdLedger
from planner.report.screens.text_page import TextColumn, TextPage
from planner.report.screens.watch_list import show_scheduled, show_timeline, so_too
from planner.report.words import TERM, UNKNOWN, day, money, quantity

MOST_SALES = 200  # more are left to --json
MOST_LOTS = 100


def windows_screen(ledger: HouseholdLedger, *, width: int, color: bool, plain: bool = False) -> str:
    """The ledger as text of that many columns."""
    page = TextPage(width, color, plain)
    page.say(f"Wash sales (§ 1091), all accounts of the household, as of {day(ledger.as_of)}")
    _windows(page, ledger)
    _sales(page, ledger)
    _lots(page, ledger)
    if ledger.cautions:
        page.heading("Warnings")
        for caution in ledger.cautions:
            page.say(f"* {caution.text} [{caution.code}]", indent=2, hanging=2)
    return page.text


def _windows(page: TextPage, ledger: HouseholdLedger) -> None:
    page.heading("Do not buy")
    if ledger.windows:
        page.say(
            "No one in the household should buy these, or an option on them, in any account. IRAs, "
            "reinvested dividends and employer shares count. From the safe day on, a purchase cannot wash "
            "the sales so far.",
            indent=2,
        )
        rows = closed_rows(ledger.windows, (held.lot.security.symbol for held in ledger.lots))
        page.table(
            [
                TextColumn("Symbol", rigid=True),
                TextColumn("First day", rigid=True),
                TextColumn("Last day", rigid=True),
                TextColumn("Safe on", rigid=True),
                TextColumn("Because", least=20),
            ],
            [[r.window.symbol, *map(date.isoformat, _days(r.window)), r.window.because] for r in rows],
            notes=[so_too(row) for row in rows],
        )
        show_timeline(page, [row.window for row in rows], (), ledger.as_of)
        show_scheduled(page, ledger.windows)
    else:
        through = f" through {ledger.shown_through}" if ledger.shown_through is not None else ""
        words = f"No window is open: buying cannot disallow any loss of the sales that the files show{through}."
        page.say(words, indent=2)
    if ledger.as_of > ledger.double_up_by:
        return
    page.say(
        f"To sell at a loss on {day(ledger.last_session)} and stay invested, buy the same quantity by "
        f"{day(ledger.double_up_by)}, the last day to double up.",
        indent=2,
    )


def _days(window: Window) -> tuple[date, date, date]:
    return window.first, window.last, window.safe_on


def _sales(page: TextPage, ledger: HouseholdLedger) -> None:
    page.heading(f"Sales so far: {len(ledger.dispositions) or 'none'}")
    if not ledger.dispositions:
        return
    shown = ledger.dispositions[-MOST_SALES:]
    if len(shown) < len(ledger.dispositions):
        page.say(f"The last {len(shown)} are shown; --json has all.", indent=2)
    page.table(
        [
            TextColumn("Date", rigid=True),
            TextColumn("Account"),
            TextColumn("Sold", rigid=True),
            TextColumn("Gain", number=True),
            TextColumn("Disallowed", number=True),
            TextColumn("Recognized", number=True),
            TextColumn("Term", rigid=True),
        ],
        [
            [
                sale.sold.isoformat(),
                sale.account,
                f"{quantity(sale.quantity)} {sale.symbol}",
                money(sale.gain_before_wash),
                money(sale.disallowed_loss),
                money(sale.recognized),
                "/".join(dict.fromkeys(TERM[lot.character] for lot in sale.by_lot)),
            ]
            for sale in shown
        ],
        notes=[_why(sale) for sale in shown],
    )


def _why(sale: Disposition) -> str:
    """What replaced the shares sold, and where the loss went."""
    said = []
    for by in (by for lot in sale.by_lot for by in lot.replaced_by):
        loss = money(by.disallowed_loss)
        if by.lot_id is None or by.acquired is None:
            said.append(f"{loss} disallowed {by.rule}.")
            continue
        went = "permanently lost" if by.permanently_lost else f"added to the basis of {by.lot_id}"
        bought = f"{quantity(by.quantity)} replaced by {by.symbol} bought on {by.acquired.isoformat()} in {by.account}"
        said.append(f"{bought}: {loss} disallowed, {went} ({by.rule}).")
    if not sale.reached and sale.gain_before_wash < 0:
        said.append("§ 1091 does not apply.")
    return " ".join(said)


def _lots(page: TextPage, ledger: HouseholdLedger) -> None:
    washed = [held for held in ledger.lots if held.washed_quantity > 0]
    page.heading(f"Lots held: {len(ledger.lots):,}; replacements for shares sold at a loss: {len(washed):,}")
    if not washed:
        return
    shown = washed[:MOST_LOTS]
    page.say("Replacement lots, with the disallowed losses added to their basis. Other lots are unchanged.", indent=2)
    if len(shown) < len(washed):
        page.say(f"The first {len(shown)} are shown; --json has all.", indent=2)
    page.table(
        [
            TextColumn("Lot"),
            TextColumn("Account"),
            TextColumn("Quantity", number=True),
            TextColumn("Basis", number=True),
            TextColumn("Acquired", rigid=True),
            TextColumn("Held since", rigid=True),
        ],
        [
            [
                held.lot.lot_id,
                held.account,
                quantity(held.quantity),
                money(held.basis),
                str(held.lot.acquired or UNKNOWN),
                str(held.holding_since or held.lot.acquired or UNKNOWN),
            ]
            for held in shown
        ],
    )
