"""Sales as rows, one a piece of a lot, and what the matching of the day's losses makes of them. § 1001(a), § 1091."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from rules.holding_period import character
from rules.ledger.corporate import CashReturned, Exchange, Gain
from rules.ledger.history import LedgerSale
from rules.ledger.lot_book import LotPart, LotPiece
from rules.ledger.outcomes import Gap, LotSold, OpenLoss, ReplacedBy
from rules.terms import ZERO, Character, Owner
from rules.wash_sale import LossSlice, order_of_disposition


class SoldRow:
    """Units of one piece sold: first with their whole loss, then with what the day's matching makes of it."""

    __slots__ = (
        "basis",
        "elsewhere",
        "left",
        "moved",
        "number",
        "part",
        "proceeds",
        "quantity",
        "replaced_by",
        "replacement",
        "sale",
        "sold_units",
        "start",
    )

    def __init__(
        self, sale: LedgerSale, part: LotPart, piece: LotPiece, proceeds: Decimal, sold_units: Decimal
    ) -> None:
        lot = part.lot
        self.sale = sale
        self.part = part
        self.quantity = self.left = piece.quantity  # left: not replaced yet
        self.sold_units = sold_units
        self.proceeds = proceeds
        self.basis = piece.basis if piece.basis is not None else ZERO
        self.elsewhere = piece.elsewhere
        self.moved = piece.moved
        self.start = piece.since or lot.acquired
        self.replacement = piece.replacement
        self.replaced_by: list[ReplacedBy] = []
        self.number = 0  # in its day
        if lot.loss_basis is not None and proceeds < self.basis:  # § 1015(a), Reg. § 1.1015-1(a)(2)
            lower = lot.loss_basis * piece.quantity / part.whole
            self.basis = proceeds
            if proceeds < lower:
                self.basis = lower
                self.elsewhere = self.moved = ZERO
                self.start = lot.acquired

    @property
    def character(self) -> Character:
        lot = self.part.lot
        if lot.character is not None and not self.replacement:
            return lot.character
        return character(self.start, self.sale.sold, inherited=lot.inherited)

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


class SaleOutcome:
    """A sale in a taxable account: its `rows`, in the order in which the lots were taken."""

    __slots__ = ("rows", "sale")

    def __init__(self, sale: LedgerSale, rows: Sequence[SoldRow]) -> None:
        self.sale = sale
        self.rows = rows

    @property
    def identity(self) -> str | None:
        return self.rows[0].part.lot.security.identity

    @property
    def reached(self) -> bool:
        """Whether § 1091 reaches what was sold."""
        return self.identity is not None

    @property
    def by_lot(self) -> tuple[LotSold, ...]:
        """The rows of each lot and character put together; made where they are asked for."""
        rows = self.rows
        if len(rows) == 1:
            return (_lot_sold(rows, rows[0].character),)
        merged: dict[tuple[str, Character], list[SoldRow]] = defaultdict(list)
        for row in rows:
            merged[row.part.lot.lot_id, row.character].append(row)
        return tuple([_lot_sold(its, kind) for (_, kind), its in merged.items()])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SaleOutcome) and (self.sale, self.by_lot) == (other.sale, other.by_lot)

    __hash__ = None  # type: ignore[assignment]


def _lot_sold(rows: Sequence[SoldRow], kind: Character) -> LotSold:
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
            kind,
            tuple(first.replaced_by),
            first.elsewhere,
            first.moved,
        )
    return LotSold(
        lot_id=lot_id,
        symbol=symbol,
        quantity=sum([row.sold_units for row in rows], ZERO),
        proceeds=sum([row.proceeds for row in rows], ZERO),
        basis=sum([row.basis for row in rows], ZERO),
        character=kind,
        replaced_by=tuple([by for row in rows for by in row.replaced_by]),
        elsewhere=sum([row.elsewhere for row in rows], ZERO),
        moved=sum([row.moved for row in rows], ZERO),
    )


def recognized(event: Exchange | CashReturned, gains: Sequence[Gain], shown: Decimal) -> SaleOutcome | str:
    """Gain on units that no one sold, `shown` of them on that day, as rows of one sale: §§ 356(a)(1), 301(c)(3)(A),
    1222. Why not, where it is not known."""
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
    return SaleOutcome(sale, rows)


def sold(sale: LedgerSale, taken: Sequence[tuple[LotPart, LotPiece]]) -> SaleOutcome:
    """A row a piece, with its share of the units and proceeds."""
    if len(taken) == 1:
        part, piece = taken[0]
        return SaleOutcome(sale, (SoldRow(sale, part, piece, sale.proceeds, sale.quantity),))
    units = sum([piece.quantity for _, piece in taken], ZERO)
    return SaleOutcome(
        sale,
        [
            SoldRow(sale, part, piece, sale.proceeds * piece.quantity / units, sale.quantity * piece.quantity / units)
            for part, piece in taken
        ],
    )


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
