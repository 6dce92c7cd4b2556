"""Corporate actions on the lots of a ledger: one security for another, a new company's shares, capital returned.

What they do to basis and gain is in `rules.corporate_actions`. Basis and holding period go on: §§ 354, 355, 358, 1036,
1223(1). What is received so is not acquired "by purchase or exchange" in which gain or loss is recognized (Reg.
§ 1.1091-1(f)): the purchase behind it remains what it was, on its own day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from rules.corporate_actions import capital_returned, exchanged_with_money, shared_by_value
from rules.ledger.history import Security
from rules.ledger.lot_book import NOTHING, LotBook, LotPart, LotPiece, Purchase
from rules.terms import ZERO

GIFT = "a gift has two bases (§ 1015(a)), and money received beside the new units is not divided between them"


@dataclass(frozen=True, slots=True)
class Exchange:
    """`old` units of a security became `new` of another; where `keeps`, they brought them, and stay: a spin-off.

    `basis_share` is the part of the old units' basis that the new ones take, § 358(b), (c): all, but of a spin-off.
    `money` came beside the new units, which were worth `value`: gain is recognized up to it, § 356.
    """

    event_id: str
    account: str
    symbol: str
    into: Security
    day: date
    old: Decimal
    new: Decimal
    basis_share: Decimal = Decimal(1)
    keeps: bool = False
    money: Decimal = ZERO
    value: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class CashReturned:
    """Capital returned in cash, alike on each unit held: it lowers basis and is gain beyond it, § 301(c)(2), (3)."""

    event_id: str
    account: str
    symbol: str
    day: date
    amount: Decimal


class Gain(NamedTuple):
    """Gain recognized on units of a lot without a sale: the money received, and what of the basis it uses up."""

    part: LotPart
    piece: LotPiece
    money: Decimal
    basis: Decimal


def register(book: LotBook, exchanges: Iterable[Exchange]) -> None:
    """Before any day passes: each purchase of a security that is exchanged is one of what it becomes too, yet empty."""
    for exchange in sorted(exchanges, key=lambda event: (event.day, event.event_id)):
        for purchase in list(book.purchases.values()):
            if purchase.security.symbol == exchange.symbol:
                became(book, purchase, exchange.into)


def became(book: LotBook, purchase: Purchase, into: Security) -> Purchase:
    """The purchase of what a purchase became. Each is registered once."""
    key = f"{purchase.purchase_id} as {into.symbol}"
    found = book.purchases.get(key)
    if found is None:
        found = book.purchases[key] = Purchase(key, replace(purchase.first, security=into))
    return found


def exchanged(
    book: LotBook, exchange: Exchange, taken: Iterable[tuple[LotPart, LotPiece]], new: Decimal
) -> list[Gain] | str:
    """Put what these units became into the account, `new` of them as counted at the end: the gain that is recognized.
    Where that is unknown the new units have no basis, and the reason is stated."""
    taken = list(taken)
    old = sum((piece.quantity for _, piece in taken), ZERO)
    why = GIFT if exchange.money and any(part.lot.loss_basis is not None for part, _ in taken) else ""
    parts: dict[int, LotPart] = {}
    gains: list[Gain] = []
    for source, piece in taken:
        units = piece.quantity * new / old
        part = parts.get(id(source))
        if part is None:
            lot_id = f"{source.lot.lot_id} ({exchange.into.symbol})" if exchange.keeps else source.lot.lot_id
            lower = source.lot.loss_basis
            lot = replace(
                source.lot,
                lot_id=lot_id,
                account=exchange.account,
                security=exchange.into,
                loss_basis=None if lower is None else lower * exchange.basis_share,
            )
            purchase = became(book, source.of, exchange.into)
            whole = source.whole * new / old
            part = parts[id(source)] = book.add(LotPart(lot, purchase, exchange.account, NOTHING, whole))
        basis = None if piece.basis is None else _divided(piece.basis, exchange.basis_share)["new"]
        if exchange.money and basis is None:
            why = why or f"the basis of lot {source.lot.lot_id} is not known, and the gain depends on it (§ 356)"
        elif exchange.money and basis is not None:
            part_of = piece.quantity / old
            money = exchange.money * part_of
            gain, left = exchanged_with_money(basis, exchange.value * part_of, money)
            gains.append(Gain(source, piece, money, money - gain))
            basis = left
        share = exchange.basis_share
        became_piece = LotPiece(
            units, basis, piece.since, piece.replacement, piece.elsewhere * share, piece.moved * share
        )
        if piece.replacement:
            part.used.append(became_piece)
        elif part.fresh.quantity == 0:
            part.fresh = became_piece
        else:
            part.used.append(became_piece)
    for part in parts.values():
        book.arrive(part)
    return why or gains


def _divided(basis: Decimal, share: Decimal) -> dict[str, Decimal]:
    """A basis between the new units and the old ones that stay."""
    return shared_by_value(basis, {"new": share, "old": 1 - share})


def spun_off(book: LotBook, exchange: Exchange, new: Decimal) -> list[Gain] | str:
    """The new company's shares on every unit held, with their share of its basis."""
    held = list(_held(book, exchange.account, exchange.symbol))
    if not any(piece.quantity for _, piece in held):
        return f"no {exchange.symbol} was held"
    done = exchanged(book, exchange, held, new)
    if not isinstance(done, str):
        share = exchange.basis_share
        for _, piece in held:
            piece.elsewhere -= piece.elsewhere * share
            piece.moved -= piece.moved * share
            if piece.basis is not None:
                piece.basis = _divided(piece.basis, share)["old"]
        _lower_loss_bases(held, lambda lower, _: lower * (1 - share))
    return done


def _lower_loss_bases(held: Iterable[tuple[LotPart, LotPiece]], lowered: Callable[[Decimal, LotPart], Decimal]) -> None:
    """What befalls the basis of a gift befalls the lower one that it has for losses: §§ 1015(a), 1016(a)."""
    for part in {id(part): part for part, _ in held}.values():
        if part.lot.loss_basis is not None:
            part.lot = replace(part.lot, loss_basis=lowered(part.lot.loss_basis, part))


def returned(book: LotBook, paid: CashReturned) -> list[Gain] | str:
    """Lower the basis of every unit held, not below zero: what is paid beyond it is gain, § 301(c)(3)."""
    held = list(_held(book, paid.account, paid.symbol))
    total = sum((piece.quantity for _, piece in held), ZERO)
    if total == 0:
        return f"no {paid.symbol} was held"
    a_unit = paid.amount / total
    gains: list[Gain] = []
    for part, piece in held:
        if piece.basis is not None:
            left, gain = capital_returned(piece.basis, a_unit * piece.quantity)
            piece.basis = left
            gains.append(Gain(part, piece, gain, ZERO))
    _lower_loss_bases(held, lambda lower, part: max(lower - a_unit * part.whole, ZERO))
    return gains


def _held(book: LotBook, account: str, symbol: str) -> Iterator[tuple[LotPart, LotPiece]]:
    for part in book.there(account, symbol):
        for piece in part.pieces:
            yield part, piece
