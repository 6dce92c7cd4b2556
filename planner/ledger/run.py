"""The ledger of `rules` kept from a case's history, and what of that history it could not explain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from planner.domain.case import Case
from planner.domain.errors import Caution, Problem
from planner.ledger.history import History, history_of
from planner.ledger.securities import Securities
from planner.ledger.unexplained import NotCounted, Unexplained
from rules.ledger.corporate import Exchange
from rules.ledger.history import LedgerSale, Move
from rules.ledger.outcomes import Gap, Ledger
from rules.ledger.run import keep_ledger
from rules.terms import ZERO, AssetClass, Lot, to_cents
from rules.wash_sale import wash_window

_WHOLE = (
    "give the account's history from its first purchase on, or its realized file (of Interactive Brokers a statement "
    "that shows closed lots, under `realized` too), or list its lots"
)

Security = tuple[str, str]  # the account's name, and the symbol


@dataclass(slots=True)
class Kept:
    """The history, the ledger, and what is wrong: `problems` that must be fixed, the securities by account that are
    not explained, and the sales whose gain is not known.

    `unlisted`, with `cautions`, are sales that a history beside listed lots cannot explain: they are left out.
    """

    securities: Securities
    history: History
    ledger: Ledger
    problems: list[Problem]
    unexplained: dict[Security, Unexplained]
    of: Case
    not_counted: list[NotCounted] = field(default_factory=list)
    unlisted: list[NotCounted] = field(default_factory=list)
    cautions: list[Caution] = field(default_factory=list)

    def serves(self, case: Case) -> bool:
        """Whether another case has the same ledger: the same history, of the same accounts, under the same answers."""
        mine, own, its = self.of, self.of.household, case.household
        return (
            mine.transactions is case.transactions
            and mine.realized is case.realized
            and mine.as_of == case.as_of
            and (own.accounts, own.wash_sale, mine.rebuilt) == (its.accounts, its.wash_sale, case.rebuilt)
            and _listed(mine) == _listed(case)
        )


def keep(case: Case) -> Kept:
    """The household's ledger, to the extent its history explains itself.

    Sales of what is not explained are left out, with what they brought: nothing is patched. But for gains before the
    day from which it is not explained, and what a broker states itself. A ledger that the case brings along is not kept
    again.
    """
    if isinstance(case.kept, Kept) and case.kept.serves(case):
        return case.kept
    securities = Securities(case)
    history = history_of(case, securities)
    ledger = _ledger(case, history, securities)
    not_counted = list(history.not_counted)
    kept = Kept(securities, history, ledger, list(history.problems), dict(history.unexplained), case, not_counted)
    listing = frozenset(account.name for account in case.household.accounts if case.lists_lots(account))
    for gap in ledger.gaps:
        _explain(kept, gap, listing)
    _spread(kept, listing)
    left_out = list(_of_the_unexplained(kept, listing))
    missing = {gap.event_id for gap in ledger.gaps if gap.missing and gap.account not in listing}
    if left_out or missing:
        gone = {sale.sale_id for sale in left_out}
        said = {(it.where, it.sold, it.quantity) for it in kept.not_counted}
        found = [_left_out(kept, sale) for sale in left_out]
        kept.not_counted += [it for it in found if (it.where, it.sold, it.quantity) not in said]
        history.moves = [move for move in history.moves if move.move_id not in missing]
        history.moves += [_gone(history, sale) for sale in left_out if sale.sale_id not in missing]
        history.sales = [sale for sale in history.sales if sale.sale_id not in gone]
        kept.ledger = _ledger(case, history, securities)
    taxable = {account.name for account in history.accounts if account.taxable}  # others' sales are on no return
    kept.not_counted = [_of_its_class(it, securities) for it in kept.not_counted if it.account in taxable]
    kept.unlisted = [_of_its_class(it, securities) for it in kept.unlisted]
    return kept


def _of_its_class(sale: NotCounted, securities: Securities) -> NotCounted:
    return replace(sale, asset_class=securities.asset_class(sale.account, sale.symbol))


def _ledger(case: Case, history: History, securities: Securities) -> Ledger:
    choices = case.household.wash_sale
    sales = history.sales
    if choices.crypto_from is not None:
        sales = _reached_from(choices.crypto_from, sales, securities)
    return keep_ledger(
        history.accounts,
        history.acquisitions,
        sales,
        history.moves,
        history.splits,
        choices.conventions,
        open_since=wash_window(case.as_of)[0],
        corporate=history.corporate,
    )


def _reached_from(day: date, sales: Iterable[LedgerSale], securities: Securities) -> list[LedgerSale]:
    """The sales, of which those of digital assets before that day are exempt from § 1091."""
    return [
        replace(sale, exempt=True)
        if sale.sold < day and securities.asset_class(sale.account, sale.symbol) is AssetClass.CRYPTO
        else sale
        for sale in sales
    ]


def _of_the_unexplained(kept: Kept, listing: frozenset[str]) -> Iterator[LedgerSale]:
    """The sales of securities that are not explained, to the extent neither the broker states them nor they are gains
    of before: a loss could be disallowed by what is not known."""
    if not kept.unexplained:
        return
    stated = {lot.lot_id for lot in kept.history.acquisitions if lot.stated}
    gains = {outcome.sale.sale_id: outcome for outcome in kept.ledger.sales}
    for sale in kept.history.sales:
        found = kept.unexplained.get((sale.account, sale.symbol))
        states_it = bool(sale.lots) and all(lot.lot_id in stated for lot in sale.lots)
        if found is None or sale.account in listing or states_it:
            continue
        outcome = gains.get(sale.sale_id)
        gain = ZERO if outcome is None else sum((lot.gain_before_wash for lot in outcome.by_lot), ZERO)
        if not (outcome is not None and sale.sold < found.since and gain >= 0):
            yield sale


def _left_out(kept: Kept, sale: LedgerSale) -> NotCounted:
    found = kept.unexplained[sale.account, sale.symbol]
    where, why = kept.history.where.get(sale.sale_id, ""), f"{sale.symbol} has an unclear history ({found.where})"
    return NotCounted(
        sale.account, sale.symbol, sale.sold, sale.quantity, to_cents(sale.proceeds), where, why, found.remedy
    )


def _gone(history: History, sale: LedgerSale) -> Move:
    """The units of a sale that is left out leave the account anyway."""
    move_id = f"{sale.sale_id}#left out"
    history.where[move_id] = history.where.get(sale.sale_id, "")
    return Move(move_id, sale.account, sale.symbol, sale.sold, sale.quantity, None, sale.lots)


def _spread(kept: Kept, listing: frozenset[str]) -> None:
    """What is not explained where it came from is not explained where it went."""
    transfers = list(kept.history.transfers.sent.values())
    again = True
    while again:
        again = False
        for transfer in transfers:
            out, into = transfer.out, transfer.into
            found = kept.unexplained.get((out.account, out.symbol))
            key = into.account, into.symbol
            if found is None or out.date < found.since or key in kept.unexplained or into.account in listing:
                continue
            what = f"it came from {out.account}, where its history is unclear: {found.what}"
            kept.unexplained[key] = Unexplained(*key, into.date, found.where, what, found.remedy)
            again = True


def _listed(case: Case) -> list[tuple[Lot, date | None]]:
    """The lots that the ledger takes as listed, to the extent it looks at them."""
    lots = case.lots
    listed = [lots[row] for row, account in enumerate(lots.accounts) if account not in case.rebuilt]
    return [(holding.lot, holding.purchased) for holding in listed]


def _explain(kept: Kept, gap: Gap, listing: frozenset[str]) -> None:
    """What a gap means: a sale left out, or a security that is not explained."""
    history = kept.history
    where = history.where.get(gap.event_id, gap.event_id)
    transfer = history.moved.get(gap.event_id)
    into = None if transfer is None or transfer.into.account in listing else transfer.into
    what = f"{gap.missing.normalize():f} {gap.symbol} more than {gap.account} held on {gap.day}"
    is_sale = gap.event_id in history.shown
    if gap.missing == 0:
        what = gap.why if not is_sale else f"a sale of {gap.symbol} on {gap.day}: {gap.why}"
    if is_sale and gap.missing == 0 and gap.account not in listing:
        remedy = (
            "enter under [[basis]] in household.toml the cost of the units that came in without a price, "
            "with the date they were received and the date they were acquired"
        )
        kept.not_counted.append(
            NotCounted(gap.account, gap.symbol, gap.day, gap.units, to_cents(gap.proceeds), where, gap.why, remedy)
        )
        if not gap.in_order:
            what = f"{what}, so the remaining lots are not known"  # first in first out depends on days (§ 1012)
            _note(kept, Unexplained(gap.account, gap.symbol, gap.day, where, what, remedy))
    elif gap.account not in listing:
        for symbol in dict.fromkeys((gap.symbol, *_became(history, gap.event_id))):
            _note(kept, Unexplained(gap.account, symbol, gap.day, where, what, _WHOLE))
        if into is not None:
            _note(kept, Unexplained(into.account, into.symbol, into.date, where, what, _WHOLE))
    elif is_sale:
        text = f"{where}: {what}: it is not counted; give {gap.account}'s realized file, or "
        text += "enter its cost under [[basis]] in household.toml"
        kept.cautions.append(Caution("sale_not_explained", text))
        sale = next(sale for sale in history.sales if sale.sale_id == gap.event_id)
        out, brought = (sale.quantity, sale.proceeds) if gap.missing else (gap.units, gap.proceeds)
        kept.unlisted.append(NotCounted(gap.account, gap.symbol, gap.day, out, to_cents(brought), where, what, ""))
    elif into is not None:
        units = f"{into.quantity.normalize():f} {into.symbol}"
        what = f"{units} came from {gap.account}, and no file says which of its lots"
        remedy = (
            f"enter their cost under [[basis]] in household.toml, with received = {into.date}, basis and acquired; or "
            "give that account's history from its first purchase on"
        )
        _note(kept, Unexplained(into.account, into.symbol, into.date, into.where, what, remedy))


def _note(kept: Kept, found: Unexplained) -> None:
    known = kept.unexplained.get((found.account, found.symbol))
    if known is None or found.since < known.since:
        kept.unexplained[found.account, found.symbol] = found


def _became(history: History, event_id: str) -> Iterator[str]:
    """What an exchange that cannot be followed should have brought."""
    for event in history.corporate:
        if event.event_id == event_id and isinstance(event, Exchange):
            yield event.into.symbol


def keep_under_bill(case: Case, reached_from: date) -> tuple[Securities, Ledger]:
    """The ledger if § 1091 had reached digital assets sold from that day on."""
    wash_sale = replace(case.household.wash_sale, crypto=True, crypto_from=None)
    supposed = replace(case, household=replace(case.household, wash_sale=wash_sale))
    securities = Securities(supposed)
    history = history_of(supposed, securities)
    sales = _reached_from(reached_from, history.sales, securities)
    ledger = keep_ledger(
        history.accounts,
        history.acquisitions,
        sales,
        history.moves,
        history.splits,
        wash_sale.conventions,
        corporate=history.corporate,
    )
    return securities, ledger
