"""Corporate actions that are no sale: one security for another, a new company's shares, capital returned.

Basis and holding period go on: §§ 354, 355, 358, 1036, 1223(1); Reg. § 1.358-2. What is received so is not acquired "by
purchase or exchange" in which gain or loss is recognized (Reg. § 1.1091-1(f)): the purchase behind it remains what it
was, on its own day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from rules.ledger.history import Security
from rules.ledger.lot_book import LotBook, LotPart, Piece, Purchase
from rules.terms import ZERO

GIFT = "a gift's two bases (§ 1015(a)) are not divided here"
BEYOND_BASIS = "the distribution is more than the basis of a lot: the rest is a gain, § 301(c)(3)"


@dataclass(frozen=True, slots=True)
class Exchange:
    """`old` units of a security became `new` of another; where `keeps`, they brought them, and stay: a spin-off.

    `basis_share` is the part of the old units' basis that the new ones take, § 358(b), (c): all, but of a spin-off.
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


@dataclass(frozen=True, slots=True)
class Distribution:
    """Capital returned in cash, the same on each unit held: it lowers basis, § 301(c)(2)."""

    event_id: str
    account: str
    symbol: str
    day: date
    amount: Decimal


def register(book: LotBook, exchanges: Iterable[Exchange]) -> None:
    """Before any day passes: each purchase of a security that is exchanged is one of what it becomes too, as yet "
    "empty."""
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
    book: LotBook, exchange: Exchange, taken: Iterable[tuple[LotPart, Piece]], old: Decimal, new: Decimal
) -> str | None:
    """Put what these units became into the account; `old` and `new` in units of the end. Why not, where it cannot "
    "be."""
    taken = list(taken)
    if any(part.lot.loss_basis is not None for part, _ in taken):
        return GIFT
    parts: dict[int, LotPart] = {}
    for source, piece in taken:
        units = piece.quantity * new / old
        part = parts.get(id(source))
        if part is None:
            lot_id = f"{source.lot.lot_id} ({exchange.into.symbol})" if exchange.keeps else source.lot.lot_id
            lot = replace(source.lot, lot_id=lot_id, account=exchange.account, security=exchange.into)
            purchase = became(book, source.of, exchange.into)
            whole = source.whole * new / old
            part = parts[id(source)] = book.add(
                LotPart(lot, purchase, exchange.account, Piece(ZERO, ZERO, source.lot.holding_since), whole)
            )
        basis = None if piece.basis is None else piece.basis * exchange.basis_share
        share = exchange.basis_share
        became_piece = Piece(units, basis, piece.since, piece.replacement, piece.elsewhere * share, piece.moved * share)
        if piece.replacement:
            part.used.append(became_piece)
        elif part.fresh.quantity == 0:
            part.fresh = became_piece
        else:
            part.used.append(became_piece)
    for part in parts.values():
        book.arrive(part)
    return None


def spun_off(book: LotBook, exchange: Exchange, new: Decimal) -> str | None:
    """The new company's shares on every unit held, with their share of its basis."""
    held = list(_held(book, exchange.account, exchange.symbol))
    total = sum((piece.quantity for _, piece in held), ZERO)
    if total == 0:
        return f"no {exchange.symbol} was held"
    why = exchanged(book, exchange, held, total, new)
    if why is None:
        for _, piece in held:
            piece.elsewhere -= piece.elsewhere * exchange.basis_share
            if piece.basis is not None:
                piece.basis -= piece.basis * exchange.basis_share
                piece.moved -= piece.moved * exchange.basis_share
    return why


def returned(book: LotBook, paid: Distribution) -> str | None:
    """Lower the basis of every unit held; a lot's basis is never below zero."""
    held = list(_held(book, paid.account, paid.symbol))
    total = sum((piece.quantity for _, piece in held), ZERO)
    if total == 0:
        return f"no {paid.symbol} was held"
    beyond = False
    for part, piece in held:
        if part.lot.loss_basis is not None:
            return GIFT
        if piece.basis is not None:
            left = piece.basis - paid.amount * piece.quantity / total
            beyond = beyond or left < 0
            piece.basis = max(left, ZERO)
    return BEYOND_BASIS if beyond else None


def _held(book: LotBook, account: str, symbol: str) -> Iterator[tuple[LotPart, Piece]]:
    for part in book.there(account, symbol):
        for piece in part.pieces:
            yield part, piece
