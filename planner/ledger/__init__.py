"""The household's wash-sale ledger: sales so far with what § 1091 disallows, lots as that leaves them, open windows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from planner.domain.case import Case
from planner.domain.errors import Caution, InputError
from planner.domain.portfolio import RealizedDisposition
from planner.domain.trading_days import last_trading_day, previous_trading_day
from planner.ledger.coverage import coverage_cautions
from planner.ledger.crypto_bills import bill_cautions, pending_bills
from planner.ledger.history import History
from planner.ledger.open_windows import open_windows
from planner.ledger.questions import of_one_subject, open_questions
from planner.ledger.results import Difference, Disposition, HouseholdLedger
from planner.ledger.run import Kept, keep
from planner.ledger.securities import Securities
from planner.ledger.unexplained import not_counted_cautions
from rules.assets import in_collectibles_group
from rules.ledger.outcomes import HeldLot, Ledger
from rules.ledger.sold_rows import SaleOutcome
from rules.substantially_identical import spelling
from rules.terms import CENT, ZERO, to_cents
from rules.wash_sale import last_day_to_double_up

__all__ = ["Difference", "Disposition", "HouseholdLedger", "household_ledger"]


def household_ledger(case: Case) -> HouseholdLedger:
    """The ledger of all accounts. Raises InputError, with file and line, for what contradicts itself, such as one lot
    id for two purchases.

    A sale of units that an account never received, to the extent its files tell, is left out and cautioned about.
    """
    kept = keep(case)
    if kept.problems:
        raise InputError(kept.problems)
    history, ledger = kept.history, kept.ledger
    dispositions = tuple(_dispositions(history, ledger, kept.securities))
    differences = tuple(_differences(case.realized, history, ledger))
    bought = [(a.security.symbol, a.acquired) for a in history.acquisitions if a.bought and a.acquired is not None]
    alike = of_one_subject({each.symbol for each in dispositions} | {symbol for symbol, _ in bought})
    losses = [(each.symbol, each.sold) for each in dispositions if each.symbol in alike and each.allowed_loss > 0]
    first = next((each.sold for each in dispositions if each.allowed_loss > 0), None)
    last = next((each.sold for each in reversed(dispositions) if each.allowed_loss > 0), None)
    last_session = last_trading_day(case.household.taxpayer.tax_year)
    return HouseholdLedger(
        as_of=case.as_of,
        last_session=last_session,
        double_up_by=previous_trading_day(last_day_to_double_up(last_session)),
        dispositions=dispositions,
        lots=tuple(_as_known(held, kept) for held in ledger.lots) if kept.unexplained else ledger.lots,
        windows=open_windows(dispositions, case),
        differences=differences,
        cautions=(
            *case.cautions,
            *kept.cautions,
            *([] if case.rebuilt else not_counted_cautions(kept.not_counted)),
            *map(_difference_caution, differences),
            *(asked for _, asked in open_questions(case, losses, [each for each in bought if each[0] in alike])),
            *([] if first is None or last is None else coverage_cautions(case, first, last)),
            *bill_cautions(pending_bills(case, dispositions)),
        ),
        open_losses=ledger.open_losses,
        gone=ledger.gone,
        not_counted=(*kept.not_counted, *kept.unlisted),
    )


def _as_known(held: HeldLot, kept: Kept) -> HeldLot:
    """A lot without its basis and dates, where the history does not explain the security."""
    key = held.account, held.lot.security.symbol
    if held.account not in kept.of.rebuilt or key not in kept.unexplained:
        return held
    return held._replace(lot=replace(held.lot, acquired=None), basis=None, holding_since=None)


# --- sales ---


def _dispositions(history: History, ledger: Ledger, securities: Securities) -> Iterator[Disposition]:
    """The ledger's sales, those that one transaction tells of put together, in cents."""
    together: dict[tuple[date, str, str, str], list[SaleOutcome]] = defaultdict(list)
    for outcome in ledger.sales:
        sale = outcome.sale
        together[sale.sold, sale.account, sale.symbol, history.shown.get(sale.sale_id, sale.sale_id)].append(outcome)
    lots = {acquisition.lot_id: acquisition for acquisition in history.acquisitions}
    for (sold, account, symbol, shown), outcomes in sorted(together.items()):
        asset_class = securities.asset_class(account, symbol)
        collectible = in_collectibles_group(symbol, asset_class)
        yield Disposition(shown, sold, account, symbol, outcomes, lots, collectible, asset_class)


# --- what the brokers say ---


def _differences(realized: Iterable[RealizedDisposition], history: History, ledger: Ledger) -> Iterator[Difference]:
    """Days on which a broker's realized file disallows more or less of a security's losses than the household's."""
    stated: dict[tuple[str, str, date], Decimal] = defaultdict(lambda: ZERO)
    where: dict[tuple[str, str, date], str] = {}
    for row in realized:
        if row.by_household:
            continue
        stated[row.account, row.symbol, row.sold] += row.disallowed_loss
        where.setdefault((row.account, row.symbol, row.sold), row.where)
    if not stated:
        return
    found: dict[tuple[str, str, date], Decimal] = defaultdict(lambda: ZERO)
    near: dict[tuple[str, str, date], Decimal] = defaultdict(lambda: ZERO)
    for outcome in ledger.sales:
        key = outcome.sale.account, outcome.sale.symbol, outcome.sale.sold
        for by in (by for lot in outcome.by_lot for by in lot.replaced_by if by.lot_id is not None):
            found[key] += by.disallowed_loss
            if (by.account, spelling(by.symbol)) == (key[0], spelling(key[1])):
                near[key] += by.disallowed_loss
    for key, amount in sorted(stated.items()):
        if abs(found[key] - amount) >= CENT:
            yield Difference(*key, to_cents(amount), to_cents(found[key]), where[key], to_cents(near[key]))


def _difference_caution(difference: Difference) -> Caution:
    d = difference
    return Caution(
        "disallowed_differs",
        f"{d.where}: of the loss on {d.symbol} sold on {d.sold}, {d.account} reports "
        f"${d.stated_disallowed_loss:,.2f} as disallowed, and the purchases of all accounts disallow "
        f"${d.disallowed_loss:,.2f}: {_why_it_differs(d)}",
    )


def _why_it_differs(d: Difference) -> str:
    """A broker reports what a purchase of the same CUSIP in the same account disallows, Reg. § 1.6045-1(d)(6)(iii)(A);
    its files of the year may lack that until Form 1099-B."""
    if d.disallowed_loss <= d.stated_disallowed_loss:
        return "it may know of a purchase that no file here shows; its figure is used until you find out"
    if d.in_its_sight <= d.stated_disallowed_loss:
        return "it sees purchases of the same security in the same account only; report the household's figure"
    part = "the purchase is" if d.in_its_sight == d.disallowed_loss else f"the purchase for ${d.in_its_sight:,.2f} is"
    return (
        f"{part} in this same account, and the file does not have it; Form 1099-B should: compare that, and report the "
        "household's figure"
    )
