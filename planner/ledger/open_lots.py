"""The lots that histories leave: for accounts whose files say what was bought and sold, and not what is held.

§ 1012: lots as identified, else first in first out within the account; of digital assets by wallet or account (Reg.
§ 1.1012-1(j)). Basis and holding period are as § 1091(d) and § 1223(3) leave them. A security that its history does not
explain is listed and held back: nothing is patched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from planner.domain.case import Case
from planner.domain.errors import Caution, file_of
from planner.domain.household import Household
from planner.domain.lot_table import LotTable
from planner.domain.portfolio import Holding, Transaction
from planner.ledger.run import Kept, keep
from planner.ledger.transfers import BASIS_BY_WALLET, Transfer
from planner.ledger.unexplained import not_counted_cautions, unexplained_cautions
from rules.ledger.outcomes import HeldLot
from rules.substantially_identical import spelling
from rules.terms import ZERO, AssetClass

FINEST = Decimal("1e-18")  # of a unit: what finer division by a split leaves over is nothing


def with_open_lots(case: Case, positions: Sequence[Holding] = ()) -> Case:
    """The case with the open lots of every account that has transactions and lists no lots.

    `positions` are no lots: an account that lists only these has the lots that its history leaves. A security that its
    history does not explain is listed to the extent the history goes, and held back; where a position states it, as
    that."""
    stated = {(position.lot.account, spelling(position.lot.symbol)) for position in positions}
    unlisted = {account for account, _ in stated} - set(case.lots.coded("account")[0])
    telling = [account for account in case.household.accounts if account.transactions]
    accounts = frozenset(account.name for account in telling if not account.lots or account.name in unlisted)
    if not accounts & {row.account for row in case.transactions}:
        return case
    kept = keep(replace(case, rebuilt=accounts))
    unexplained = {(it.account, spelling(it.symbol)): it.why for it in kept.unexplained.values()}
    opened = _open_lots(kept, accounts, stated)
    return replace(
        case,
        holdings=(*case.holdings, *opened) if case.holdings else opened,
        cautions=(*case.cautions, *_cautions(kept, accounts)),
        rebuilt=accounts,
        unexplained=unexplained,
        left_out=frozenset(unexplained),
        kept=kept,
    )


def with_wash_sale_choices_of(case: Case, household: Household) -> Case:
    """The case under a household that may answer otherwise on § 1091: that moves losses into other lots."""
    if not case.rebuilt or household.wash_sale == case.household.wash_sale:
        return replace(case, household=household)
    stated = {read.path for read in case.files if read.kind == "positions"}
    other: list[Holding] = []
    before: list[Holding] = []
    for holding in case.holdings:
        from_history = holding.lot.account in case.rebuilt and file_of(holding.where) not in stated
        (before if from_history else other).append(holding)
    case = replace(case, household=household, holdings=tuple(other))
    price = {(h.lot.account, h.lot.symbol): h.price for h in before}
    kept = keep(case)
    lots = (h for h in _open_lots(kept, case.rebuilt, ()) if (h.lot.account, h.lot.symbol) in price)
    again = [replace(h, price=price[h.lot.account, h.lot.symbol]) for h in lots]
    return replace(case, holdings=(*other, *again), kept=kept)


def _open_lots(kept: Kept, accounts: AbstractSet[str], stated: Container[tuple[str, str]]) -> LotTable:
    """What the history leaves in these accounts. Of a security that it does not explain only the units, held back; not
    even these where a position states them."""
    explained: list[HeldLot] = []
    others: list[HeldLot] = []
    for held in kept.ledger.lots:
        if held.account in accounts:
            key = held.account, held.lot.security.symbol
            if key not in kept.unexplained:
                explained.append(held)
            elif (key[0], spelling(key[1])) not in stated:
                others.append(held)
    named = [*_named(explained), *((name, _unexplained(held)) for name, held in _named(others))]
    named.sort(key=lambda row: (row[1].account, row[1].lot.security.symbol, row[1].lot.acquired or date.min, row[0]))
    every = [held for _, held in named]
    places = [(held.account, held.lot.security.symbol) for held in every]
    why = {place: it.why for place, it in kept.unexplained.items()}
    where = kept.history.where
    columns: dict[str, Sequence[Any]] = {
        "lot_id": [name for name, _ in named],
        "account": [account for account, _ in places],
        "symbol": [symbol for _, symbol in places],
        "asset_class": [kept.securities.asset_class(*place) for place in places],
        "quantity": [_plain(held.quantity) for held in every],
        "acquired": [held.lot.acquired for held in every],
        "basis": [held.basis for held in every],
        "holding_since": [held.holding_since for held in every],
        "loss_basis": [held.loss_basis for held in every],
        "inherited": [held.lot.inherited for held in every],
        "moved": [held.moved for held in every],
        "price": [None] * len(every),
        "where": [where.get(held.lot.lot_id, held.account) for held in every],
        "washed": [held.washed_quantity > 0 for held in every],
        "part_of": [held.lot.lot_id for held in every],
    }
    if others:
        columns["unexplained"] = [why.get(place, "") for place in places]
    return LotTable(columns)


def _unexplained(held: HeldLot) -> HeldLot:
    """A lot of which neither the basis nor the day is sure, nor whether it is still there."""
    lot = replace(held.lot, acquired=None, inherited=False)
    return held._replace(lot=lot, basis=None, holding_since=None, loss_basis=None, washed_quantity=ZERO)


def _named(lots: Iterable[HeldLot]) -> Iterator[tuple[str, HeldLot]]:
    """Each piece of a lot that is alike as a lot of its own, under the lot's id where that is enough to tell it."""
    pieces: dict[str, list[HeldLot]] = defaultdict(list)
    for held in lots:
        pieces[held.lot.lot_id].append(held)
    for lot_id, parts in pieces.items():
        yield from zip(piece_ids(lot_id, parts), parts, strict=True)


def piece_ids(lot_id: str, parts: Sequence[HeldLot]) -> list[str]:
    """An id for each piece of a lot: the lot's own where it was bought, for units that have replaced nothing."""
    if len(parts) == 1:
        return [lot_id]
    times: dict[str, int] = defaultdict(int)
    homes = {held.account for held in parts}
    split = len(parts) > len(homes)
    names = []
    for held in parts:
        name = lot_id
        if len(homes) > 1 and held.account != held.lot.account:
            name += f" (in {held.account})"
        if split and held.washed_quantity > 0:
            name += " (replacement)"
        times[name] += 1
        names.append(name if times[name] == 1 else f"{name} {times[name]}")
    return names


def _plain(quantity: Decimal) -> Decimal:
    exponent = quantity.as_tuple().exponent
    return quantity.quantize(FINEST) if isinstance(exponent, int) and exponent < FINEST.adjusted() else quantity


# --- what is said of a history ---


def _cautions(kept: Kept, built: frozenset[str]) -> Iterator[Caution]:
    yield from unexplained_cautions(it for it in kept.unexplained.values() if it.account in built)
    year = kept.of.household.taxpayer.tax_year
    yield from not_counted_cautions([it for it in kept.not_counted if it.sold.year == year])
    yield from kept.history.cautions
    transfers = kept.history.transfers
    arrived = [t for t in kept.of.transactions if t.action == "transfer_in" and t not in transfers.received]
    nearly = [transfers.nearly(into) for into in arrived]  # said of what arrived
    yield from _sent_away([row for row in transfers.sent_away if row.account in built and row not in nearly])
    coins = [t for t in transfers.sent.values() if _is_coin(t, kept)]
    yield from _before_wallets([t for t in coins if t.out.date < BASIS_BY_WALLET and t.into.account in built])
    yield from _network_fees([t for t in coins if t.fee > 0])
    fees = [t for t in kept.of.transactions if t.account in built and t.action == "fee" and t.departs]
    yield from _fees_without_value(fees)


def _is_coin(transfer: Transfer, kept: Kept) -> bool:
    out = transfer.out
    return kept.securities.asset_class(out.account, out.symbol) is AssetClass.CRYPTO


def _sent_away(rows: Sequence[Transaction]) -> Iterator[Caution]:
    by_account: dict[str, list[Transaction]] = defaultdict(list)
    for row in rows:
        by_account[row.account].append(row)
    for account, sent in by_account.items():
        first = sent[0]
        text = (
            f"{first.where}: {first.quantity.normalize():f} {first.symbol} left {account} on {first.date}"
            f"{_and_more(sent)}, and no account of the household shows them coming in; if they went to an account of "
            "yours, list it with its history: its lots and purchases count"
        )
        yield Caution("transfer_outside", text)


def _before_wallets(transfers: Sequence[Transfer]) -> Iterator[Caution]:
    if transfers:
        out = transfers[0].out
        text = (
            f"{out.where}: {out.symbol} moved between accounts on {out.date}{_and_more(transfers)}, before "
            "basis was tracked by wallet (2025): the lots move as the files show. If your Rev. Proc. 2024-28 "
            "allocation differs, list the lots (I-28)"
        )
        yield Caution("coins_before_2025", text)


def _network_fees(transfers: Sequence[Transfer]) -> Iterator[Caution]:
    if transfers:
        first = transfers[0]
        text = (
            f"{first.out.where}: {first.fee.normalize():f} {first.out.symbol} fewer arrived "
            f"({first.into.where}) than were sent{_and_more(transfers)}: treated as the network fee. Coins "
            "paid as a fee are sold (I-27), but no row gives their value, so no gain is counted"
        )
        yield Caution("network_fee", text)


def _fees_without_value(rows: Sequence[Transaction]) -> Iterator[Caution]:
    if rows:
        first = rows[0]
        text = (
            f"{first.where}: a fee of {first.quantity.normalize():f} {first.symbol}{_and_more(rows)}, but the "
            "value of the coins is not given, so no gain or loss is counted for them (I-27)"
        )
        yield Caution("fee_without_value", text)


def _and_more(rows: Sequence[object]) -> str:
    return f" (and {len(rows) - 1:,} more)" if len(rows) > 1 else ""
