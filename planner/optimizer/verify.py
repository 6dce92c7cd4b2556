"""The plan recomputed in exact cents from lots and law. It has never seen the model, and the model never sees it.

Everything printed about a plan comes from `evaluate`: each sale's proceeds, basis and gain, what § 1091 disallows,
the year's tax as worksheets, and the benefit. `evaluate` of no sales is the baseline.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from planner.household import Assumptions
from planner.plan import Benefit
from planner.portfolio import Holding
from rules.assets import in_collectibles_group
from rules.holding_period import character_of_sale
from rules.liability import Liability, TaxReturn, liability
from rules.terms import ZERO, Character, Gains, ReplacementPurchase, to_cents
from rules.wash_sale import LossSlice, disallow


@dataclass(frozen=True, slots=True)
class Order:
    """So many units of a lot, to be sold on a day."""

    holding: Holding
    quantity: Decimal
    sold: date


@dataclass(frozen=True, slots=True)
class SaleFigures:
    """What one order comes to, in cents. `gain` is before § 1091; losses disallowed are positive."""

    order: Order
    proceeds: Decimal
    basis: Decimal
    gain: Decimal
    character: Character
    collectible: bool
    disallowed_loss: Decimal = ZERO
    permanently_lost: Decimal = ZERO

    @property
    def recognized_gain(self) -> Decimal:
        return self.gain + self.disallowed_loss


@dataclass(frozen=True, slots=True)
class Setting:
    """All that a plan is judged against: the return, gains already taken, what the future is worth, § 1091's reach.

    `identity` gives a security's key for § 1091, None where the section does not reach it.
    """

    facts: TaxReturn
    taken: Gains
    assumptions: Assumptions
    identity: Callable[[Holding], str | None]
    identity_of_symbol: Callable[[str], str]
    purchases: tuple[ReplacementPurchase, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A plan's exact consequences. `benefit.bound` is not set here (it is the solver's to say)."""

    sales: tuple[SaleFigures, ...]
    year: Liability
    benefit: Benefit


def figures(order: Order) -> SaleFigures:
    """Proceeds, basis, gain and character of an order, before § 1091.

    A part of a lot takes its share of the basis. A gift's lower loss basis applies to losses only; between the two
    there is neither gain nor loss, § 1015(a), Reg. § 1.1015-1(a)(2). Raises ValueError where basis, price or date
    are not known: such a lot is never a candidate.
    """
    holding, lot = order.holding, order.holding.lot
    if holding.price is None or lot.basis is None:
        raise ValueError(f"lot {lot.lot_id}: basis or price unknown")
    proceeds = to_cents(order.quantity * holding.price)
    basis = _part(lot.basis, order)
    by_loss_basis = False
    if lot.loss_basis is not None and proceeds < basis:
        lower = _part(lot.loss_basis, order)
        by_loss_basis = proceeds < lower
        basis = lower if by_loss_basis else proceeds
    character = character_of_sale(lot, order.sold, at_loss_basis=by_loss_basis)
    return SaleFigures(
        order=order,
        proceeds=proceeds,
        basis=basis,
        gain=proceeds - basis,
        character=character,
        collectible=character is Character.LONG and in_collectibles_group(lot.symbol, lot.asset_class),
    )


@dataclass(frozen=True, slots=True)
class Totals:
    """What sales add up to: recognised gains, basis given up (less is negative) and the cost of trading, in dollars."""

    gains: Gains = field(default_factory=Gains)
    basis_given_up: Decimal = ZERO
    trading_cost: Decimal = ZERO

    def changed(self, out: Totals, into: Totals) -> Totals:
        """These totals with some sales taken out and others put in."""
        return Totals(
            Gains(
                self.gains.short_term - out.gains.short_term + into.gains.short_term,
                self.gains.long_term - out.gains.long_term + into.gains.long_term,
                self.gains.collectibles - out.gains.collectibles + into.gains.collectibles,
            ),
            self.basis_given_up - out.basis_given_up + into.basis_given_up,
            self.trading_cost - out.trading_cost + into.trading_cost,
        )


def evaluate(setting: Setting, orders: Sequence[Order], baseline: Liability | None = None) -> Evaluation:
    """What these orders come to. `baseline` is the year without them, computed here when not given."""
    sales = after_wash_sales(setting, [figures(order) for order in orders])
    if baseline is None:
        baseline = liability(setting.facts, setting.taken)
    year, benefit = judge(setting, baseline, totals(setting, sales))
    return Evaluation(tuple(sales), year, benefit)


def totals(setting: Setting, sales: Iterable[SaleFigures]) -> Totals:
    """The sums of a plan's sales that its benefit depends on."""
    sales = list(sales)
    costs = setting.assumptions.round_trip_cost
    return Totals(
        recognized(sales),
        sum((sale.permanently_lost - sale.recognized_gain for sale in sales), ZERO),
        sum((sale.proceeds * costs[sale.order.holding.lot.asset_class] for sale in sales), ZERO),
    )


def judge(setting: Setting, baseline: Liability, sums: Totals) -> tuple[Liability, Benefit]:
    """The year with these sums, and the contract's objective against the baseline, each part to the cent."""
    year = liability(setting.facts, setting.taken + sums.gains)
    carried = (year.carryover_short + year.carryover_long) - (baseline.carryover_short + baseline.carryover_long)
    assumptions = setting.assumptions
    return year, Benefit(
        tax_saved=baseline.total_tax - year.total_tax,
        carryover_value=to_cents(assumptions.carryover_rate * carried),
        deferred_tax=to_cents(assumptions.deferral_rate * sums.basis_given_up),
        trading_cost=to_cents(sums.trading_cost),
        bound=ZERO,
    )


def recognized(sales: Iterable[SaleFigures]) -> Gains:
    """The gains and losses these sales bring into the year's netting."""
    short = long = collectibles = ZERO
    for sale in sales:
        gain = sale.recognized_gain
        if sale.character is Character.SHORT:
            short += gain
        else:
            long += gain
            if sale.collectible:
                collectibles += gain
    return Gains(short, long, collectibles)


def _part(amount: Decimal, order: Order) -> Decimal:
    lot = order.holding.lot
    return amount if order.quantity == lot.quantity else to_cents(amount * order.quantity / lot.quantity)


def after_wash_sales(setting: Setting, sales: list[SaleFigures]) -> list[SaleFigures]:
    """Each loss less what § 1091 disallows, given what will still be held when all orders are filled."""
    slices: list[LossSlice] = []
    for sale in sales:
        if sale.gain < 0 and setting.identity(sale.order.holding) is not None:
            holding = sale.order.holding
            slices.append(
                LossSlice(
                    slice_id=holding.lot.lot_id,
                    lot_id=holding.lot.lot_id,
                    symbol=holding.lot.symbol,
                    sold=sale.order.sold,
                    acquired=holding.bought,
                    quantity=sale.order.quantity,
                    loss=-sale.gain,
                )
            )
    if not slices or not setting.purchases:
        return sales
    disallowed: dict[str, Decimal] = {}
    lost: dict[str, Decimal] = {}
    used: dict[str, Decimal] = {}  # shares of a purchase that have replaced others already: each replaces once
    for day in sorted({loss.sold for loss in slices}):
        held = _still_held(setting.purchases, sales, day, used)
        for match in disallow([s for s in slices if s.sold == day], held, setting.identity_of_symbol):
            disallowed[match.slice_id] = disallowed.get(match.slice_id, ZERO) + match.disallowed_loss
            used[match.purchase_id] = used.get(match.purchase_id, ZERO) + match.quantity
            if match.permanently_lost:
                lost[match.slice_id] = lost.get(match.slice_id, ZERO) + match.disallowed_loss
    _refuse_chains(setting.purchases, sales, used)
    return [_with_disallowed(sale, disallowed, lost) for sale in sales]


def _with_disallowed(sale: SaleFigures, disallowed: Mapping[str, Decimal], lost: Mapping[str, Decimal]) -> SaleFigures:
    lot_id = sale.order.holding.lot.lot_id
    if lot_id not in disallowed:
        return sale
    return replace(
        sale, disallowed_loss=to_cents(disallowed[lot_id]), permanently_lost=to_cents(lost.get(lot_id, ZERO))
    )


def _still_held(
    purchases: Iterable[ReplacementPurchase], sales: Sequence[SaleFigures], day: date, used: Mapping[str, Decimal]
) -> Iterable[ReplacementPurchase]:
    """Shares not sold by the end of that day (C1: what is sold by then replaces nothing) and not yet a replacement."""
    sold = {s.order.holding.lot.lot_id: s.order.quantity for s in sales if s.order.sold <= day}
    for purchase in purchases:
        gone = sold.get(purchase.lot_id, ZERO) if purchase.lot_id is not None else ZERO
        left = purchase.quantity - gone - used.get(purchase.purchase_id, ZERO)
        if left > 0:
            yield purchase if left == purchase.quantity else replace(purchase, quantity=left)


def _refuse_chains(
    purchases: Iterable[ReplacementPurchase], sales: Sequence[SaleFigures], used: Mapping[str, Decimal]
) -> None:
    """A lot that took on a loss and is sold later in the plan would need the ledger (L-27): no plan does that."""
    sold = {s.order.holding.lot.lot_id for s in sales}
    chained = [p.lot_id for p in purchases if p.purchase_id in used and p.lot_id in sold]
    for lot_id in chained:
        sale = next(s for s in sales if s.order.holding.lot.lot_id == lot_id)
        kept = sale.order.holding.lot.quantity - sale.order.quantity
        if any(used[p.purchase_id] > kept for p in purchases if p.lot_id == lot_id):
            raise ChainedSale(f"lot {lot_id} replaces shares sold at a loss before it is sold itself")


class ChainedSale(ValueError):  # noqa: N818  a plan that is not offered
    """A plan that sells a lot after it became the replacement of shares sold at a loss earlier in the same plan."""
