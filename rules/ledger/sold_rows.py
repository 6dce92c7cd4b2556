"""Units sold, one row a piece of a lot, between their sale and the matching of the day's losses. § 1091, § 1001(a)."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from rules.holding_period import character
from rules.ledger.corporate import CashReturned, Exchange, Gain
from rules.ledger.history import LedgerSale
from rules.ledger.lot_book import LotPart, LotPiece
from rules.ledger.outcomes import Gap, LotSold, OpenLoss, ReplacedBy
from rules.terms import ZERO, Owner
from rules.wash_sale import LossSlice, order_of_disposition


class SoldRow:
    """Units of one piece sold, until the day's losses are matched."""

    __slots__ = (
        "basis",
        "character",
        "elsewhere",
        "left",
        "moved",
        "number",
        "part",
        "proceeds",
        "quantity",
        "replaced_by",
        "sale",
        "sold_units",
        "start",
    )

    def __init__(
        self, sale: LedgerSale, part: LotPart, piece: LotPiece, proceeds: Decimal, sold_units: Decimal
    ) -> None:
        lot = part.lot
        basis = piece.basis if piece.basis is not None else ZERO
        at_loss_basis = False
        if lot.loss_basis is not None and proceeds < basis:  # § 1015(a), Reg. § 1.1015-1(a)(2)
            lower = lot.loss_basis * piece.quantity / part.whole
            at_loss_basis = proceeds < lower
            basis = lower if at_loss_basis else proceeds
        self.sale = sale
        self.part = part
        self.quantity = self.left = piece.quantity  # left: not replaced yet
        self.sold_units = sold_units
        self.proceeds = proceeds
        self.basis = basis
        self.elsewhere = ZERO if at_loss_basis else piece.elsewhere
        self.moved = ZERO if at_loss_basis else piece.moved
        self.start = lot.acquired if at_loss_basis else (piece.since or lot.acquired)
        if lot.character is not None and not piece.replacement:
            self.character = lot.character
        else:
            since = None if at_loss_basis else piece.since
            self.character = character(lot.acquired, sale.sold, holding_since=since, inherited=lot.inherited)
        self.replaced_by: list[ReplacedBy] = []
        self.number = 0  # in its day

    @property
    def gain(self) -> Decimal:
        return self.proceeds - self.basis

    @property
    def slice_id(self) -> str:
        return f"{self.sale.sale_id}:{self.number:09}"

    def turn(self) -> tuple[date, date, str, str]:
        """Its place in the order in which losses find their replacements."""
        return order_of_disposition(self.sale.sold, self.part.lot.acquired, self.part.of.purchase_id, self.slice_id)

    def open_loss(self, identity: str, owner: Owner) -> OpenLoss:
        """The part of the loss that nothing has disallowed yet; none of a gain."""
        disallowed = sum((by.disallowed_loss for by in self.replaced_by), ZERO)
        left = LossSlice(
            slice_id=self.slice_id,
            lot_id=self.part.of.purchase_id,
            symbol=identity,
            sold=self.sale.sold,
            acquired=self.part.lot.acquired,
            quantity=self.left,
            loss=max(-self.gain - disallowed, ZERO),
            owner=owner,
        )
        return OpenLoss(left, self.sale.account, self.part.lot.security.symbol, self.character)


def lot_sold(rows: list[SoldRow]) -> LotSold:
    """The rows of one lot and character in one sale, put together."""
    first = rows[0]
    lot_id, symbol = first.part.lot.lot_id, first.part.lot.security.symbol
    if len(rows) == 1:
        return LotSold(
            lot_id,
            symbol,
            first.sold_units,
            first.proceeds,
            first.basis,
            first.character,
            tuple(first.replaced_by),
            first.elsewhere,
            first.moved,
        )
    return LotSold(
        lot_id=lot_id,
        symbol=symbol,
        quantity=sum((row.sold_units for row in rows), ZERO),
        proceeds=sum((row.proceeds for row in rows), ZERO),
        basis=sum((row.basis for row in rows), ZERO),
        character=first.character,
        replaced_by=tuple(by for row in rows for by in row.replaced_by),
        elsewhere=sum((row.elsewhere for row in rows), ZERO),
        moved=sum((row.moved for row in rows), ZERO),
    )


def recognized(event: Exchange | CashReturned, gains: Sequence[Gain], shown: Decimal) -> list[SoldRow] | str:
    """Gain on units that no one sold, `shown` of them on that day, as rows of one sale: §§ 356(a)(1), 301(c)(3)(A),
    1222. Why not, where it is not known."""
    if not gains:
        return []
    units, money = sum([gain.piece.quantity for gain in gains], ZERO), sum([gain.money for gain in gains], ZERO)
    sale = LedgerSale(event.event_id, event.account, event.symbol, event.day, shown, money, exempt=True)
    rows = []
    for part, piece, money, basis in gains:
        if why := unknown(part, piece):
            return why
        used = LotPiece(piece.quantity, basis, piece.since, piece.replacement)
        row = SoldRow(sale, part, used, money, sale.quantity * piece.quantity / units)
        row.basis, row.left = basis, ZERO  # a gift's lower basis is for losses, and nothing replaces a gain
        rows.append(row)
    return rows


def sold_rows(sale: LedgerSale, taken: Sequence[tuple[LotPart, LotPiece]]) -> list[SoldRow]:
    """A row a piece, with its share of the units and proceeds."""
    units = sum([piece.quantity for _, piece in taken], ZERO)
    rows = []
    for part, piece in taken:
        alone = piece.quantity == units
        proceeds = sale.proceeds if alone else sale.proceeds * piece.quantity / units
        rows.append(
            SoldRow(sale, part, piece, proceeds, sale.quantity if alone else sale.quantity * piece.quantity / units)
        )
    return rows


def part_known(
    sale: LedgerSale, taken: Sequence[tuple[LotPart, LotPiece]], left: Iterable[LotPart]
) -> tuple[LedgerSale, list[tuple[LotPart, LotPiece]], Gap]:
    """A sale of units some of which are unknown: the sale of the others, those, and the gap that the unknown ones are.

    Each unit's gain is its own (§ 1001(a), § 1012), so the rest counts: but where it is uncertain which lots were sold,
    nothing does. `left`: what is still in the account.
    """
    certain = bool(sale.lots) or _in_order(taken, left)
    why = next(filter(None, itertools.starmap(unknown, taken)))
    known = [(part, piece) for part, piece in taken if certain and unknown(part, piece) is None]
    share = sum([piece.quantity for _, piece in known], ZERO) / sum([piece.quantity for _, piece in taken], ZERO)
    units, proceeds = sale.quantity * share, sale.proceeds * share
    gap = Gap(
        sale.sale_id, sale.account, sale.symbol, sale.sold, ZERO, why, sale.quantity - units, sale.proceeds - proceeds,
        certain,
    )  # fmt: skip
    return (replace(sale, quantity=units, proceeds=proceeds) if known else sale), known, gap


def _in_order(taken: Sequence[tuple[LotPart, LotPiece]], left: Iterable[LotPart]) -> bool:
    """Whether first in first out (Reg. § 1.1012-1(c)(1)) tells which lots were sold, though the day of some is unknown:
    they came in before every other was acquired, or nothing is left."""
    rest = [part.lot for part in left]
    lots = [*(part.lot for part, _ in taken), *rest]
    days = [lot.acquired for lot in lots if lot.acquired is not None]
    arrivals = [lot.arrived for lot in lots if lot.acquired is None]
    return not rest or all(came is not None and came <= day for came in arrivals for day in days)


def unknown(part: LotPart, piece: LotPiece) -> str | None:
    """Why the sale of these units cannot be computed; None where it can."""
    lot = part.lot
    if piece.basis is None:
        return f"the basis of lot {lot.lot_id} is not known"
    if lot.acquired is None and piece.since is None and not lot.inherited and lot.character is None:
        return f"the day on which lot {lot.lot_id} was acquired is not known"
    return None
