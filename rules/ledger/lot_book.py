"""The lots of all accounts while history passes over them: which units a sale takes, and what a wash sale adds to one.

§ 1012 (lots as identified, else first in first out within the account), § 1091(d) and § 1223(3) (basis and holding
period, share by share). Units are counted as at the end of the history.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from rules.ledger.history import Acquisition, Chosen, Security
from rules.terms import ZERO

if TYPE_CHECKING:
    from rules.ledger.sold_rows import SoldRow

DUST = Decimal("1e-15")
"""Less than this of a unit is what division by a split's ratio leaves over, and is nothing."""


@dataclass(slots=True)
class LotPiece:
    """Units of a lot that are alike. `since` is a tacked start of their holding period; `basis` None: not known.

    `elsewhere`: the part of the basis that § 1091(d) moved in from a sale that the broker of these units need not look
    at: in another account, or of another CUSIP (Reg. § 1.6045-1(d)(6)(iii)(A)).
    `moved`: all of the basis that § 1091(d) put there, which a state without § 1091 does not.
    """

    quantity: Decimal
    basis: Decimal | None
    since: date | None
    replacement: bool = False  # already the replacement of a loss: each share once, Reg. § 1.1091-1(e)
    elsewhere: Decimal = ZERO
    moved: Decimal = ZERO

    def split_off(self, quantity: Decimal) -> LotPiece:
        """So many of the units, fewer than all, with their share of the basis."""
        whole, basis, elsewhere, moved = self.quantity, self.basis, ZERO, ZERO
        if basis is not None:
            basis = basis * quantity / whole
            self.basis -= basis  # type: ignore[operator]
        if self.elsewhere:
            elsewhere = self.elsewhere * quantity / whole
            self.elsewhere -= elsewhere
        if self.moved:
            moved = self.moved * quantity / whole
            self.moved -= moved
        self.quantity = whole - quantity
        return LotPiece(quantity, basis, self.since, self.replacement, elsewhere, moved)


NOTHING = LotPiece(ZERO, ZERO, None)
"""What is left of units that are all gone."""


class LotPart:
    """A lot in an account: first the units that have replaced others, in that order, then those that have not."""

    __slots__ = ("account", "fresh", "lot", "of", "used", "whole")

    def __init__(self, lot: Acquisition, of: Purchase, account: str, fresh: LotPiece, whole: Decimal) -> None:
        self.lot = lot
        self.of = of
        self.account = account
        self.fresh = fresh
        self.used: list[LotPiece] = []
        self.whole = whole  # units of the lot when acquired

    @property
    def pieces(self) -> Iterator[LotPiece]:
        """Everything held, replacements first."""
        yield from self.used
        if self.fresh.quantity > 0:
            yield self.fresh

    def alike(self) -> Iterable[list[LotPiece]]:
        """Everything held, pieces that are alike together."""
        if not self.used:
            return ([self.fresh],)
        found: dict[tuple[bool, date | None], list[LotPiece]] = defaultdict(list)
        for piece in self.pieces:
            found[piece.replacement, piece.since].append(piece)
        return found.values()

    def take(self, wanted: Decimal, taken: list[tuple[LotPart, LotPiece]]) -> Decimal:
        """Takes units away, in their order, and adds them to `taken`; how many of those wanted were not there."""
        while self.used and wanted > DUST:
            piece = self.used[0]
            if piece.quantity - wanted > DUST:
                piece = piece.split_off(wanted)
            else:
                del self.used[0]
            wanted -= piece.quantity
            taken.append((self, piece))
        if wanted > DUST and self.fresh.quantity > 0:
            piece = self.take_fresh(wanted)
            wanted -= piece.quantity
            taken.append((self, piece))
        return wanted

    def take_fresh(self, wanted: Decimal) -> LotPiece:
        """Units that have replaced nothing: so many, or all where only dust would stay."""
        piece = self.fresh
        if piece.quantity - wanted > DUST:
            return piece.split_off(wanted)
        self.fresh = NOTHING
        return piece


class Purchase:
    """What was bought together, wherever its units lie now: what may replace others, or never itself."""

    __slots__ = ("acquired", "bought", "first", "gone", "lot_id", "parts", "purchase_id", "security", "sold")

    def __init__(self, purchase_id: str, first: Acquisition) -> None:
        self.purchase_id = purchase_id
        self.first = first
        self.lot_id: str | None = purchase_id
        self.acquired = first.acquired or date.min
        self.bought = first.bought and first.acquired is not None
        self.security: Security = first.security
        self.parts: list[LotPart] = []
        self.gone = ZERO  # fresh units sold or moved away that may replace anyway: C1, literal reading
        self.sold: list[tuple[Decimal, SoldRow | None]] = []  # each with the sale that takes up a loss

    @property
    def left(self) -> Decimal:
        """Units that have replaced nothing yet."""
        if len(self.parts) == 1 and not self.gone:
            return self.parts[0].fresh.quantity
        return sum((part.fresh.quantity for part in self.parts), self.gone)

    def leave(self, units: Decimal, row: SoldRow | None) -> None:
        """Fresh units left the household: by a sale whose basis would take up a loss, or otherwise."""
        self.gone += units
        self.sold.append((units, row))

    def forget(self, row: SoldRow) -> None:
        """What this sale took replaces nothing any longer."""
        self.gone -= sum([units for units, seller in self.sold if seller is row], ZERO)
        self.sold = [(units, seller) for units, seller in self.sold if seller is not row]

    def use(self, units: Decimal) -> list[tuple[Decimal, LotPart, LotPiece | SoldRow | None]]:
        """Turns so many units into replacements: how many, where they lie, and what takes up their loss: a piece, still
        to be given its basis and its start, or the sale of units that are gone."""
        used: list[tuple[Decimal, LotPart, LotPiece | SoldRow | None]] = []
        while units > 0 and self.sold and self.gone > 0:  # C1, literal: sold first, so first in order
            there, row = self.sold.pop(0)
            quantity = min(there, units)
            if quantity < there:
                self.sold.insert(0, (there - quantity, row))
            self.gone -= quantity
            units -= quantity
            used.append((quantity, row.part if row is not None else self.parts[0], row))
        for part in self.parts:
            if units <= DUST:
                break
            if part.fresh.quantity > 0:
                piece = part.take_fresh(units)
                piece.replacement = True
                part.used.append(piece)
                units -= piece.quantity
                used.append((piece.quantity, part, piece))
        return used


class LotBook:
    """Every lot, and per account and symbol the order in which unidentified units are sold."""

    def __init__(self, acquisitions: Iterable[tuple[Acquisition, Decimal]], named: Container[str | None]) -> None:
        """`acquisitions` in order, each with its units restated. None has arrived yet. `named`: ids of lots that may be
        asked for."""
        self.purchases: dict[str, Purchase] = {}
        self.parts: list[LotPart] = []
        self._named = named
        self._arrived: dict[str, list[LotPart]] = defaultdict(list)
        self._places: dict[tuple[str, str], _Place] = defaultdict(_Place)  # by account and symbol
        for lot, quantity in acquisitions:
            key = lot.purchase or lot.lot_id
            purchase = self.purchases.get(key)
            if purchase is None:
                purchase = self.purchases[key] = Purchase(key, lot)
            elif (purchase.acquired, purchase.bought) != (
                lot.acquired or date.min,
                lot.bought and lot.acquired is not None,
            ):
                raise ValueError(f"purchase {key}: its lots were not acquired together")
            self.add(LotPart(lot, purchase, lot.account, LotPiece(quantity, lot.basis, lot.holding_since), quantity))

    def add(self, part: LotPart) -> LotPart:
        part.of.parts.append(part)
        self.parts.append(part)
        return part

    def arrive(self, part: LotPart) -> None:
        """The units are in their account from now on."""
        lot = part.lot
        if lot.held:
            return
        if lot.lot_id in self._named:
            self._arrived[lot.lot_id].append(part)
        place = self._places[part.account, lot.security.symbol]
        place.arrived.append(part)
        if not lot.stated:  # units of a broker's realized file are sold by their own sale only
            heappush(place.queue, (lot.acquired or date.min, len(place.arrived), part))

    def there(self, account: str, symbol: str) -> list[LotPart]:
        """What lies in an account of a security, to the extent sales may take it."""
        return [part for _, _, part in self._places[account, symbol].queue if part.used or part.fresh.quantity]

    def take(
        self, account: str, symbol: str, quantity: Decimal, chosen: Sequence[tuple[Chosen, Decimal]]
    ) -> tuple[list[tuple[LotPart, LotPiece]], Decimal]:
        """Units taken out of an account, and how many of those wanted were not there."""
        taken: list[tuple[LotPart, LotPiece]] = []
        if not chosen:
            return taken, self._places[account, symbol].first_in(quantity, taken)
        missing = ZERO
        for choice, wanted in chosen:
            if choice.lot_id is not None:
                parts = [part for part in self._arrived[choice.lot_id] if part.account == account]
            elif choice.acquired is not None:
                parts = self._places[account, symbol].of_day(choice.acquired)
            else:
                missing += self._places[account, symbol].first_in(wanted, taken)
                continue
            missing += _from(parts, wanted, taken)
        return taken, missing

    def put(self, account: str, taken: Iterable[tuple[LotPart, LotPiece]]) -> None:
        """Units taken out of one account lie in another now; the lot is the same."""
        moved: dict[int, LotPart] = {}
        for source, piece in taken:
            part = moved.get(id(source))
            if part is None:
                part = moved[id(source)] = self.add(LotPart(source.lot, source.of, account, NOTHING, source.whole))
            if piece.replacement:
                part.used.append(piece)
            else:
                part.fresh = piece
        for part in moved.values():
            self.arrive(part)


class _Place:
    """What has come into an account of one security, but for lots that the broker lists as held."""

    __slots__ = ("_dated", "_days", "arrived", "queue")

    def __init__(self) -> None:
        self.arrived: list[LotPart] = []
        self.queue: list[tuple[date, int, LotPart]] = []  # the first acquired in front, then the first to come
        self._days: dict[date | None, list[LotPart]] = defaultdict(list)
        self._dated = 0

    def first_in(self, wanted: Decimal, taken: list[tuple[LotPart, LotPiece]]) -> Decimal:
        """First in, first out: Reg. § 1.1012-1(c)(1). How many of those wanted were not there."""
        queue = self.queue
        while wanted > DUST and queue:
            part = queue[0][2]
            wanted = part.take(wanted, taken)
            if not (part.fresh.quantity or part.used):
                heappop(queue)
        return wanted if wanted > DUST else ZERO

    def of_day(self, acquired: date) -> list[LotPart]:
        """The lots acquired on a day, those that a realized file states among them."""
        for part in self.arrived[self._dated :]:
            self._days[part.lot.acquired].append(part)
        self._dated = len(self.arrived)
        return self._days[acquired]


def _from(parts: Iterable[LotPart], wanted: Decimal, taken: list[tuple[LotPart, LotPiece]]) -> Decimal:
    for part in parts:
        if wanted <= DUST:
            break
        wanted = part.take(wanted, taken)
    return wanted if wanted > DUST else ZERO
