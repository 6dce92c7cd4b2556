"""The lots of a disposition in cents, as forms and screens have them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rules.holding_period import character
from rules.ledger.history import Acquisition
from rules.ledger.outcomes import LotSold, ReplacedBy
from rules.ledger.sold_rows import SaleOutcome
from rules.quickly_made import quickly_made
from rules.terms import ZERO, Character, to_cents

NO_CENTS = Decimal("0.00")


@quickly_made
@dataclass(frozen=True, slots=True)
class LotLine:
    """Units of one lot in a disposition, in cents. `gain_before_wash` is signed, the two losses are positive.

    `listed_basis` and `listed_character` are what the lot's broker states for these units, None where only we know; the
    lot's own may come from a loss that § 1091(d) moved into it, `moved` of it, from another account. `acquired` None:
    no one knows, or inherited.
    """

    lot_id: str
    quantity: Decimal
    gain_before_wash: Decimal
    disallowed_loss: Decimal
    permanently_lost: Decimal
    character: Character
    replaced_by: tuple[ReplacedBy, ...]
    proceeds: Decimal = ZERO
    acquired: date | None = None
    inherited: bool = False
    listed_basis: Decimal | None = None
    listed_character: Character | None = None
    moved: Decimal = ZERO

    @property
    def recognized(self) -> Decimal:
        return self.gain_before_wash + self.disallowed_loss

    @property
    def basis(self) -> Decimal:
        """As adjusted by earlier wash sales."""
        return self.proceeds - self.gain_before_wash

    @property
    def listed_gain(self) -> Decimal:
        """What the lot's broker makes of it, before § 1091: it knows no loss that came from another account."""
        return self.gain_before_wash if self.listed_basis is None else self.proceeds - self.listed_basis

    @property
    def listed_term(self) -> Character:
        """The character that the lot's broker gives it."""
        return self.listed_character or self.character


def lot_lines(outcomes: Sequence[SaleOutcome], acquisitions: Mapping[str, Acquisition]) -> Iterator[LotLine]:
    """The lots of one disposition, each figure rounded so that they add up to its own rounded total. I-18."""
    gain, disallowed, lost, proceeds, moved = _Rounded(), _Rounded(), _Rounded(), _Rounded(), _Rounded()
    sold = outcomes[0].sale.sold
    for lot in (lot for outcome in outcomes for lot in outcome.by_lot):
        acquisition = acquisitions.get(lot.lot_id)
        exact_gain, exact_loss = lot.gain_before_wash, lot.disallowed_loss
        gain_in_cents = gain.add(exact_gain)
        disallowed_in_cents = lost_in_cents = ZERO
        if exact_loss:
            exact_lost = lot.permanently_lost
            disallowed_in_cents, lost_in_cents = disallowed.add(exact_loss), lost.add(exact_lost)
            if exact_loss == -exact_gain or disallowed_in_cents > -gain_in_cents > 0:
                disallowed_in_cents = -gain_in_cents  # a loss wholly disallowed leaves nothing, not a cent
            if exact_lost == exact_loss or lost_in_cents > disallowed_in_cents:
                lost_in_cents = disallowed_in_cents
        yield LotLine(
            lot.lot_id,
            lot.quantity,
            gain_in_cents,
            disallowed_in_cents,
            lost_in_cents,
            lot.character,
            lot.replaced_by,
            proceeds=proceeds.add(lot.proceeds),
            acquired=acquisition.acquired if acquisition else None,
            inherited=acquisition.inherited if acquisition else False,
            listed_basis=_listed_basis(lot, acquisition),
            listed_character=_listed_character(lot, acquisition, sold),
            moved=moved.add(lot.moved),
        )


def _listed_basis(lot: LotSold, acquisition: Acquisition | None) -> Decimal | None:
    """The broker's: as it states it; else without the losses that other accounts' sales moved in. § 1091(d)."""
    if acquisition is None:
        return None
    if not acquisition.stated or acquisition.basis is None:
        return to_cents(lot.basis - lot.elsewhere) if lot.elsewhere else None
    return to_cents(acquisition.basis * lot.quantity / acquisition.quantity)


def _listed_character(lot: LotSold, acquisition: Acquisition | None, sold: date) -> Character | None:
    """The broker's: as it states it; else of the lot's own day, without what another account's sale tacked to it."""
    if acquisition is None:
        return None
    if acquisition.stated:
        return acquisition.character
    own = acquisition.holding_since
    return character(acquisition.acquired, sold, holding_since=own) if lot.elsewhere and acquisition.acquired else None


class _Rounded:
    """A running sum, given out in cents."""

    __slots__ = ("_exact", "_given")

    def __init__(self) -> None:
        self._exact = self._given = ZERO

    def add(self, amount: Decimal) -> Decimal:
        if not amount:
            return NO_CENTS
        self._exact += amount
        before, self._given = self._given, to_cents(self._exact)
        return self._given - before
