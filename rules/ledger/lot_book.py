"""The lots of all accounts while history passes over them: which units a sale takes, and what a wash sale adds to one.

§ 1012 (lots as identified, else first in first out within the account), § 1091(d) and § 1223(3) (basis and holding
period, share by share). Units are counted as at the end of the history.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from heapq import heappop, heappush

from rules.ledger.history import Acquisition, Chosen, Security
from rules.terms import ZERO

DUST = Decimal("1e-15")
"""Less than this of a unit is what division by a split's ratio leaves over, and is nothing."""

Place = tuple[str, str]  # account, symbol


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
        """So many of the units with their share of the basis; all of them where only dust would stay."""
        if self.quantity - quantity <= DUST:
            part = LotPiece(self.quantity, self.basis, self.since, self.replacement, self.elsewhere, self.moved)
            self.quantity, self.basis, self.elsewhere, self.moved = ZERO, ZERO, ZERO, ZERO
            return part
        basis = None if self.basis is None else self.basis * quantity / self.quantity
        elsewhere = self.elsewhere * quantity / self.quantity if self.elsewhere else ZERO
        moved = self.moved * quantity / self.quantity if self.moved else ZERO
        self.quantity -= quantity
        self.elsewhere -= elsewhere
        self.moved -= moved
        if self.basis is not None and basis is not None:
            self.basis -= basis
        return LotPiece(quantity, basis, self.since, self.replacement, elsewhere, moved)


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
    def quantity(self) -> Decimal:
        return self.fresh.quantity + sum([piece.quantity for piece in self.used], ZERO)

    @property
    def pieces(self) -> Iterator[LotPiece]:
        """Everything held, replacements first."""
        yield from self.used
        if self.fresh.quantity > 0:
            yield self.fresh

    def take(self, wanted: Decimal, taken: list[tuple[LotPart, LotPiece]]) -> Decimal:
        """Takes units away, in their order, and adds them to `taken`; how many of those wanted were not there."""
        while self.used and wanted > DUST:
            piece = self.used[0].split_off(wanted)
            wanted -= piece.quantity
            if self.used[0].quantity == 0:
                del self.used[0]
            taken.append((self, piece))
        if self.fresh.quantity > 0 and wanted > DUST:
            piece = self.fresh.split_off(wanted)
            wanted -= piece.quantity
            taken.append((self, piece))
        return wanted


class Purchase:
    """What was bought together, wherever its units lie now: what may replace others, or never itself."""

    __slots__ = ("acquired", "bought", "first", "gone", "lot_id", "parts", "purchase_id", "security")

    def __init__(self, purchase_id: str, first: Acquisition) -> None:
        self.purchase_id = purchase_id
        self.first = first
        self.lot_id: str | None = purchase_id
        self.acquired = first.acquired or date.min
        self.bought = first.bought and first.acquired is not None
        self.security: Security = first.security
        self.parts: list[LotPart] = []
        self.gone = ZERO  # fresh units sold or moved away that may replace anyway: C1, literal reading

    @property
    def left(self) -> Decimal:
        """Units that have replaced nothing yet."""
        if len(self.parts) == 1:
            return self.parts[0].fresh.quantity + self.gone
        return sum((part.fresh.quantity for part in self.parts), self.gone)

    def use(self, units: Decimal) -> list[tuple[LotPart, LotPiece]]:
        """Turns so many fresh units into replacements: the pieces, still to be given their basis and their start."""
        used = []
        for part in self.parts:
            if units <= DUST:
                break
            if part.fresh.quantity > 0:
                piece = part.fresh.split_off(min(units, part.fresh.quantity))
                piece.replacement = True
                part.used.append(piece)
                units -= piece.quantity
                used.append((part, piece))
        return used


class LotBook:
    """Every lot, and per account and symbol the order in which unidentified units are sold."""

    def __init__(self, acquisitions: Iterable[tuple[Acquisition, Decimal]]) -> None:
        """`acquisitions` in order, each with its units restated. None has arrived yet."""
        self.purchases: dict[str, Purchase] = {}
        self.parts: list[LotPart] = []
        self._arrived: dict[str, list[LotPart]] = defaultdict(list)
        self._by_day: dict[tuple[str, str, date], list[LotPart]] = defaultdict(list)
        self._queue: dict[Place, list[tuple[date, int, LotPart]]] = defaultdict(list)
        self._count = 0
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
        self._arrived[lot.lot_id].append(part)
        if lot.held:
            return
        account, symbol = part.account, lot.security.symbol
        if lot.acquired is not None:
            self._by_day[account, symbol, lot.acquired].append(part)
        if not lot.stated:  # units of a broker's realized file are sold by their own sale only
            self._count += 1
            heappush(self._queue[account, symbol], (lot.acquired or date.min, self._count, part))

    def there(self, account: str, symbol: str) -> list[LotPart]:
        """What lies in an account of a security, to the extent sales may take it."""
        return [part for _, _, part in self._queue[account, symbol] if part.quantity > 0]

    def take(
        self, account: str, symbol: str, quantity: Decimal, chosen: Sequence[tuple[Chosen, Decimal]]
    ) -> tuple[list[tuple[LotPart, LotPiece]], Decimal]:
        """Units taken out of an account, and how many of those wanted were not there."""
        taken: list[tuple[LotPart, LotPiece]] = []
        missing = ZERO
        if not chosen:
            missing = self._first_in(account, symbol, quantity, taken)
        for choice, wanted in chosen:
            if choice.lot_id is not None:
                parts = [part for part in self._arrived[choice.lot_id] if part.account == account and not part.lot.held]
            elif choice.acquired is not None:
                parts = self._by_day[account, symbol, choice.acquired]
            else:
                missing += self._first_in(account, symbol, wanted, taken)
                continue
            missing += _from(parts, wanted, taken)
        return taken, missing

    def _first_in(self, account: str, symbol: str, wanted: Decimal, taken: list[tuple[LotPart, LotPiece]]) -> Decimal:
        queue = self._queue[account, symbol]
        while wanted > DUST and queue:
            part = queue[0][2]
            wanted = part.take(wanted, taken)
            if not (part.fresh.quantity or part.used):
                heappop(queue)
        return wanted if wanted > DUST else ZERO

    def put(self, account: str, taken: Iterable[tuple[LotPart, LotPiece]]) -> None:
        """Units taken out of one account lie in another now; the lot is the same."""
        moved: dict[int, LotPart] = {}
        for source, piece in taken:
            part = moved.get(id(source))
            if part is None:
                part = moved[id(source)] = self.add(
                    LotPart(
                        source.lot, source.of, account, LotPiece(ZERO, ZERO, source.lot.holding_since), source.whole
                    )
                )
            if piece.replacement:
                part.used.append(piece)
            else:
                part.fresh = piece
        for part in moved.values():
            self.arrive(part)


def _from(parts: Iterable[LotPart], wanted: Decimal, taken: list[tuple[LotPart, LotPiece]]) -> Decimal:
    for part in parts:
        if wanted <= DUST:
            break
        wanted = part.take(wanted, taken)
    return wanted if wanted > DUST else ZERO
