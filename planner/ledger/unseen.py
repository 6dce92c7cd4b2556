"""What a ledger of this day cannot know: sales and purchases after the last row of each account, and planned purchases
whose day has passed and that no file shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from planner.domain.case import Case
from planner.domain.errors import Caution
from planner.domain.household import Account, PlannedPurchase
from planner.ledger import household_ledger
from planner.ledger.coverage import days_shown
from planner.ledger.results import HouseholdLedger
from rules.substantially_identical import spelling
from rules.wash_sale import WASH_DAYS_EACH_SIDE, wash_window

WINDOW = timedelta(days=WASH_DAYS_EACH_SIDE)
AROUND = timedelta(days=5)  # a planned purchase is made on another day than planned, by weekends and holidays


def ledger_with_unseen(case: Case) -> HouseholdLedger:
    """The ledger, with how far the files reach, and a warning on what they may lack."""
    ledger = household_ledger(case)
    ends = last_days(case)
    last_loss = next((each.sold for each in reversed(ledger.dispositions) if each.allowed_loss > 0), None)
    needed = _needed_through(case, last_loss)
    said = tuple(c.text for c in ledger.cautions if c.code == "coverage_incomplete")
    unseen = (
        _caution(case, account, ends.get(account.name), needed)
        for account in case.household.accounts
        if not any(text.startswith(f"{account.name}: ") for text in said)
    )
    return replace(
        ledger,
        shown_through=max(ends.values(), default=None),
        cautions=(*ledger.cautions, *(each for each in unseen if each is not None), *past_purchases(case)),
    )


def past_purchases(case: Case) -> Iterator[Caution]:
    """One for each planned purchase whose day has passed and that no lot and no row shows."""
    for planned in case.household.planned_purchases:
        if planned.date < case.as_of and not _is_shown(case, planned):
            yield Caution(
                "planned_purchase_past",
                f"The planned purchase of {planned.quantity.normalize():f} {planned.symbol} on {planned.date} in "
                f"{planned.account} is before the as-of date, and no file shows it: it is not counted. If it was made, "
                "download the account's files again; if not, remove it.",
            )


def _is_shown(case: Case, planned: PlannedPurchase) -> bool:
    bought = [(row.account, row.symbol, row.date) for row in case.transactions if row.acquires]
    bought += [(h.lot.account, h.lot.symbol, h.bought) for h in case.holdings if h.bought is not None]
    return any(
        account == planned.account
        and spelling(symbol) == spelling(planned.symbol)
        and abs(day - planned.date) <= AROUND
        for account, symbol, day in bought
    )


def last_days(case: Case) -> dict[str, date]:
    """The last day of which the files of each account tell."""
    ends = {account: min(last, case.as_of) for account, (_, last) in days_shown(case).items()}
    for sale in case.realized:
        ends[sale.account] = max(ends.get(sale.account, sale.sold), sale.sold)
    for account in case.household.accounts:
        if (day := _listed_and_sold(case, account.name)) is not None:
            ends[account.name] = max(ends.get(account.name, day), min(day, case.as_of))
    return ends


def _listed_and_sold(case: Case, account: str) -> date | None:
    """The day of which lots and realized sales both tell: what was bought by then is still listed, or was sold."""
    days = []
    for kind in ("lots", "realized"):
        of_it = [file.as_of for file in case.files if file.kind == kind and account in file.account.split(", ")]
        days += [max((day for day in of_it if day is not None), default=None)]
    lots, realized = days
    return min(lots, realized) if lots is not None and realized is not None else None


def _needed_through(case: Case, last_loss: date | None) -> date:
    """The day that files must reach. Of a year that is over: its end, or that of the last window opened (§ 1091(a)).
    Before that, rows may well be rare: 30 days before the as-of date."""
    year_end = date(case.household.taxpayer.tax_year, 12, 31)
    if case.as_of <= year_end:
        return case.as_of - WINDOW
    return max(year_end, min(case.as_of, wash_window(last_loss)[1])) if last_loss is not None else year_end


def _caution(case: Case, account: Account, end: date | None, needed: date) -> Caution | None:
    over = case.as_of.year > case.household.taxpayer.tax_year
    if (end is not None and end >= needed) or (end is None and not over):
        return None
    seen = f"its files end on {end}" if end is not None else "no file of it shows transactions"
    through = needed if over else case.as_of
    return Caution(
        "coverage_incomplete",
        f"{account.name}: {seen}, so sales and purchases{' after it' if end is not None else ''} may be missing. "
        f"Unless there were none, download its history again, through {through} at least.",
    )
