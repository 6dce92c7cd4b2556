"""What the sale of a lot, or of a part of it, comes to in cents, before § 1091."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import numpy as np

from planner.domain.columns import Floats, Ints
from planner.domain.lot_table import LotTable
from planner.domain.portfolio import Holding
from rules.assets import in_collectibles_group
from rules.holding_period import character_of_sale
from rules.quickly_made import quickly_made
from rules.terms import ZERO, Character, to_cents

HALF = 0.5  # of a cent
NEAR = 1e-6  # of a cent: floats are off by less, of amounts that are not
LARGE = 1e9  # cents


@quickly_made
@dataclass(frozen=True, slots=True)
class Order:
    """So many units of a lot, to be sold on a day."""

    holding: Holding
    quantity: Decimal
    sold: date


@quickly_made
@dataclass(frozen=True, slots=True)
class SaleFigures:
    """What one order comes to, in cents. `gain` is before § 1091; losses disallowed are positive.

    `moved` is the part of the basis that earlier wash sales put there, § 1091(d).
    """

    order: Order
    proceeds: Decimal
    basis: Decimal
    gain: Decimal
    character: Character
    collectible: bool
    disallowed_loss: Decimal = ZERO
    permanently_lost: Decimal = ZERO
    moved: Decimal = ZERO

    @property
    def recognized_gain(self) -> Decimal:
        return self.gain + self.disallowed_loss

    @property
    def before_wash_sales(self) -> SaleFigures:
        """The same before § 1091."""
        if not self.disallowed_loss:
            return self
        return replace(self, disallowed_loss=ZERO, permanently_lost=ZERO)

    @property
    def basket(self) -> int:
        """Which of the three sums its gain enters: 0 short, 1 long, 2 long in the 28-percent group."""
        if self.character is Character.SHORT:
            return 0
        return 2 if self.collectible else 1


def figures(order: Order) -> SaleFigures:
    """Proceeds, basis, gain and character of an order, before § 1091.

    A part of a lot takes its share of the basis. A gift's lower loss basis applies to losses only; between the two
    there is neither gain nor loss, § 1015(a), Reg. § 1.1015-1(a)(2). Raises ValueError where basis, price or date
    are not known: such a lot is never a candidate.
    """
    holding, lot = order.holding, order.holding.lot
    price, basis = holding.price, lot.basis
    if price is None or basis is None:
        raise ValueError(f"lot {lot.lot_id}: basis or price unknown")
    proceeds = to_cents(order.quantity * price)
    if order.quantity is not lot.quantity:
        basis = _part(basis, order)
    by_loss_basis = False
    if lot.loss_basis is not None and proceeds < basis:
        lower = _part(lot.loss_basis, order)
        by_loss_basis = proceeds < lower
        basis = lower if by_loss_basis else proceeds
    character = character_of_sale(lot, order.sold, at_loss_basis=by_loss_basis)
    return SaleFigures(  # by place: by keyword it takes a fifth longer, and there are hundreds of thousands
        order,
        proceeds,
        basis,
        proceeds - basis,
        character,
        character is Character.LONG and in_collectibles_group(lot.symbol, lot.asset_class),
        ZERO,
        ZERO,
        _part(lot.moved, order) if lot.moved else ZERO,
    )


def figures_of_whole(lots: LotTable, rows: Ints) -> tuple[Floats, Floats]:
    """Proceeds and gain of these lots if each is sold whole, as `figures` has them: of lots with price, basis and day
    known, and without a gift's loss basis. Where floats could be off, the lot itself is asked."""
    basis = lots.numbers("basis")[rows]
    exact = lots.numbers("quantity")[rows] * lots.numbers("price")[rows] * 100
    cents: Floats = np.floor(exact + HALF)
    proceeds, gain = cents / 100, (cents - np.rint(basis * 100)) / 100
    near = np.abs(exact - np.floor(exact) - HALF) < NEAR
    for n in np.flatnonzero(near | ~(exact < LARGE) | ~(basis < LARGE) | ~lots.in_cents[rows]).tolist():
        holding = lots[int(rows[n])]
        sale = figures(Order(holding, holding.lot.quantity, date.max))
        proceeds[n], gain[n] = float(sale.proceeds), float(sale.gain)
    return proceeds, gain


def _part(amount: Decimal, order: Order) -> Decimal:
    lot = order.holding.lot
    return amount if order.quantity == lot.quantity else to_cents(amount * order.quantity / lot.quantity)
