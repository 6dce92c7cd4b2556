"""The lots that histories leave: for accounts whose files say what was bought and sold, and not what is held.

§ 1012: lots as identified, else first in first out within the account; of digital assets by wallet or account (Reg.
§ 1.1012-1(j)). Basis and holding period are as § 1091(d) and § 1223(3) leave them. A history that does not explain
itself yields no lots of that security: nothing is patched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from planner.case import Case
from planner.household import Household
from planner.ledger.keeping import Kept, keep
from planner.ledger.transfers import BASIS_BY_WALLET, Transfer
from planner.portfolio import REPLACEMENT, Holding, Transaction
from planner.refusals import Caution
from rules.history import Restatement
from rules.outcomes import HeldLot
from rules.terms import AssetClass, Lot

FINEST = Decimal("1e-18")  # of a unit: what finer division by a split leaves over is nothing


def with_open_lots(case: Case) -> Case:
    """The case with the open lots of every account that has transactions and lists no lots."""
    built = frozenset(a.name for a in case.household.accounts if a.transactions and not a.lots)
    if not any(transaction.account in built for transaction in case.transactions):
        return case
    kept = keep(case)
    unexplained = kept.unexplained
    lots = [
        held
        for held in kept.ledger.lots
        if held.account in built and (held.account, held.lot.security.symbol) not in unexplained
    ]
    holdings = tuple(_holdings(lots, kept))
    return replace(
        case,
        holdings=(*case.holdings, *holdings),
        cautions=(*case.cautions, *_cautions(kept, built)),
        rebuilt=built,
    )


def with_wash_sale_choices_of(case: Case, household: Household) -> Case:
    """The case under a household that may answer otherwise on § 1091: that moves losses into other lots."""
    if not case.rebuilt or household.wash_sale == case.household.wash_sale:
        return replace(case, household=household)
    listed = tuple(holding for holding in case.holdings if holding.lot.account not in case.rebuilt)
    again = with_open_lots(replace(case, household=household, holdings=listed, rebuilt=frozenset()))
    price = {(h.lot.account, h.lot.symbol): h.price for h in case.holdings}
    holdings = [
        replace(h, price=price.get((h.lot.account, h.lot.symbol))) if h.lot.account in case.rebuilt else h
        for h in again.holdings
    ]
    return replace(again, holdings=tuple(holdings), cautions=case.cautions)


def _holdings(lots: Iterable[HeldLot], kept: Kept) -> Iterator[Holding]:
    """Each piece of a lot that is alike as a lot of its own, under the lot's id where that is enough to tell it."""
    restated = Restatement(kept.history.splits)
    pieces: dict[str, list[HeldLot]] = defaultdict(list)
    for held in lots:
        pieces[held.lot.lot_id].append(held)
    for lot_id, parts in pieces.items():
        names = piece_ids(lot_id, parts)
        for name, held in zip(names, parts, strict=True):
            lot, symbol = held.lot, held.lot.security.symbol
            whole = restated(lot.quantity, lot.account, symbol, lot.counted or lot.day)
            yield Holding(
                Lot(
                    name,
                    held.account,
                    symbol,
                    kept.securities.asset_class(held.account, symbol),
                    _plain(held.quantity),
                    lot.acquired,
                    held.basis,
                    held.holding_since,
                    None if lot.loss_basis is None else lot.loss_basis * held.quantity / whole,
                    lot.inherited,
                ),
                price=None,
                where=kept.history.where.get(lot_id, held.account),
                washed=held.washed_quantity > 0,
            )


def piece_ids(lot_id: str, parts: Sequence[HeldLot]) -> list[str]:
    """An id for each piece of a lot: the lot's own where it was bought, for units that have replaced nothing."""
    times: dict[str, int] = defaultdict(int)
    homes = {held.account for held in parts}
    split = len(parts) > len(homes)
    names = []
    for held in parts:
        name = lot_id
        if len(homes) > 1 and held.account != held.lot.account:
            name += f" (in {held.account})"
        if split and held.washed_quantity > 0:
            name += REPLACEMENT
        times[name] += 1
        names.append(name if times[name] == 1 else f"{name} {times[name]}")
    return names


def _plain(quantity: Decimal) -> Decimal:
    exponent = quantity.as_tuple().exponent
    return quantity.quantize(FINEST) if isinstance(exponent, int) and exponent < FINEST.adjusted() else quantity


# --- what is said of a history ---


def _cautions(kept: Kept, built: frozenset[str]) -> Iterator[Caution]:
    refusals = kept.refusals
    if refusals:
        first = refusals[0]
        more = f", and {len(refusals) - 1:,} more" if len(refusals) > 1 else ""
        text = (
            f"{first.where}: {first.what}{more}: the lots of that security are not known, and there is no plan until "
            f"the history explains them. {first.remedy[0].upper()}{first.remedy[1:]}."
        )
        yield Caution("history_not_explained", text)
    transfers = kept.history.transfers
    yield from _sent_away([row for row in transfers.sent_away if row.account in built])
    coins = [t for t in transfers.sent.values() if _is_coin(t, kept)]
    yield from _before_wallets([t for t in coins if t.out.date < BASIS_BY_WALLET and t.into.account in built])
    yield from _network_fees([t for t in coins if t.fee > 0])


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
            f"{_and_more(sent)} for no account of the household; if it is yours, list it: its lots and purchases count"
        )
        yield Caution("transfer_outside", text)


def _before_wallets(transfers: Sequence[Transfer]) -> Iterator[Caution]:
    if transfers:
        out = transfers[0].out
        text = (
            f"{out.where}: {out.symbol} moved between accounts on {out.date}{_and_more(transfers)}, before basis was "
            "kept by wallet (2025): the lots go as the files show them. Where an allocation made under Rev. Proc. "
            "2024-28 says otherwise, list the lots (I-28)"
        )
        yield Caution("coins_before_2025", text)


def _network_fees(transfers: Sequence[Transfer]) -> Iterator[Caution]:
    if transfers:
        first = transfers[0]
        text = (
            f"{first.out.where}: {first.fee.normalize():f} {first.out.symbol} fewer arrived ({first.into.where}) than "
            f"were sent{_and_more(transfers)}: taken for the network's fee. Coins paid as a fee are sold (I-27), and "
            "no row says what they were worth: no gain is counted"
        )
        yield Caution("network_fee", text)


def _and_more(rows: Sequence[object]) -> str:
    return f" (and {len(rows) - 1:,} more)" if len(rows) > 1 else ""
