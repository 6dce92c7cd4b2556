"""§ 1091 among the sales of one plan: each loss less what is disallowed, share for share, in the order of the days.

Nothing here has seen the model. What replaces what is decided by `rules.wash_sale`; this module says which shares are
still there to replace at each sale, by the readings that the household takes (C1, C7).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import groupby, islice
from typing import TYPE_CHECKING

from planner.optimizer.verify.sale_figures import SaleFigures
from rules.terms import ZERO, Owner, ReplacementPurchase, to_cents
from rules.wash_sale import Disallowance, LossSlice, disallow, order_of_disposition, wash_window

if TYPE_CHECKING:
    from planner.optimizer.verify.setting import Setting

AT_ONCE = 16  # losses of one day that are matched before it is asked whether anything is left
Turn = tuple[date, date, str, str]
Disallowed = tuple[Decimal, Decimal]  # of a loss: in all, and for good


class ChainedSale(ValueError):  # noqa: N818  a plan that is not offered
    """A plan that sells shares which take on the loss of others that it sells: it would need the ledger (L-27)."""


def after_wash_sales(setting: Setting, sales: list[SaleFigures]) -> list[SaleFigures]:
    """Each loss less what § 1091 disallows. Raises ChainedSale where a lot that takes on a loss is sold as well."""
    return less_disallowed(sales, replaced(setting, sales))


def less_disallowed(sales: list[SaleFigures], matches: Iterable[Disallowance]) -> list[SaleFigures]:
    """Sales before § 1091, each less what these matches disallow of it."""
    lost = losses_disallowed(matches)
    return [with_disallowed(sale, lost) for sale in sales] if lost else sales


def losses_disallowed(matches: Iterable[Disallowance]) -> dict[str, Disallowed]:
    """By lot what these matches disallow of its loss."""
    found: dict[str, Disallowed] = {}
    for match in matches:
        so_far, lost = found.get(match.slice_id, (ZERO, ZERO))
        loss = match.disallowed_loss
        found[match.slice_id] = so_far + loss, lost + loss if match.permanently_lost else lost
    return found


def replaced(setting: Setting, sales: list[SaleFigures]) -> Iterator[Disallowance]:
    """Which purchases replace what is sold. Raises ChainedSale where a lot that takes on a loss is sold as well."""
    if not setting.purchases:
        return
    around = BoughtAround(setting)
    losses: dict[str, list[SaleFigures]] = defaultdict(list)  # by security
    for sale in sales:
        if around.reaches(sale):
            losses[setting.identity_of_symbol(sale.order.holding.lot.symbol)].append(sale)
    if not losses:
        return
    recent = {purchase.lot_id for purchase in setting.purchases}
    sold = {lot_id: sale for sale in sales if (lot_id := sale.order.holding.lot.lot_id) in recent}
    for key, its in losses.items():
        yield from of_security(setting, sorted(its, key=turn), around.bought[key], sold)


def of_security(
    setting: Setting,
    losses: Iterable[SaleFigures],
    around: Sequence[ReplacementPurchase],
    sold: Mapping[str, SaleFigures],
) -> Iterator[Disallowance]:
    """The same of the losses of one security in their `turn`; `sold` are the sales of lots that could replace others,
    by lot. No more losses are asked for than find shares left."""
    used: dict[str, Decimal] = {}  # shares of a purchase that have replaced others already: each replaces once
    replacing = dict.fromkeys(purchase.lot_id for purchase in around if purchase.lot_id is not None)
    parts = [sold[lot_id] for lot_id in replacing if lot_id in sold]
    for together, gone in _moments(setting, losses, parts):
        first, last = wash_window(together[0].order.sold)
        left = list(_still_there((purchase for purchase in around if purchase.acquired >= first), gone, used))
        if not left:  # nor is there for what is sold later
            return
        held = [purchase for purchase in left if purchase.acquired <= last]
        if not held:
            continue
        slices = [_slice(setting, sale) for sale in together]
        lot_of = {purchase.purchase_id: purchase.lot_id for purchase in held}
        for match in disallow(slices, held, setting.identity_of_symbol, setting.conventions):
            lot_id = lot_of[match.purchase_id]
            if lot_id in sold and lot_id not in gone:
                raise ChainedSale(f"lot {lot_id} replaces shares sold at a loss, and is sold itself")
            used[match.purchase_id] = used.get(match.purchase_id, ZERO) + match.quantity
            yield match


class BoughtAround:
    """What was bought of each security; most losses have nothing within 30 days and need not be matched."""

    def __init__(self, setting: Setting) -> None:
        self._setting, self._key = setting, setting.identity_of_symbol
        self.bought: dict[str, list[ReplacementPurchase]] = defaultdict(list)
        for purchase in setting.purchases:
            self.bought[self._key(purchase.symbol)].append(purchase)
        self._known: dict[tuple[str, date], bool] = {}

    def reaches(self, sale: SaleFigures) -> bool:
        """Whether § 1091 has to match this sale with what was bought of the security in its window."""
        return _is_matched(self._setting, sale) and self._in_window(sale)

    def _in_window(self, sale: SaleFigures) -> bool:
        asked = sale.order.holding.lot.symbol, sale.order.sold
        if asked not in self._known:
            first, last = wash_window(sale.order.sold)
            its = self.bought.get(self._key(asked[0]), ())
            self._known[asked] = any(first <= purchase.acquired <= last for purchase in its)
        return self._known[asked]


def _is_matched(setting: Setting, sale: SaleFigures) -> bool:
    """Losses are matched with replacements; gains too, where they use them up (C3)."""
    if setting.identity(sale.order.holding) is None:
        return False
    return sale.gain < 0 or setting.conventions.gains_use_up_replacements


def _slice(setting: Setting, sale: SaleFigures) -> LossSlice:
    holding = sale.order.holding
    return LossSlice(
        slice_id=holding.lot.lot_id,
        lot_id=holding.purchase,
        symbol=holding.lot.symbol,
        sold=sale.order.sold,
        acquired=holding.bought,
        quantity=sale.order.quantity,
        loss=max(-sale.gain, ZERO),
        owner=Owner.SPOUSE if holding.lot.account in setting.spouses else Owner.TAXPAYER,
    )


def _moments(
    setting: Setting, losses: Iterable[SaleFigures], parts: Sequence[SaleFigures]
) -> Iterator[tuple[list[SaleFigures], Mapping[str, Decimal]]]:
    """The losses that meet their replacements at once, and by lot the shares that are sold by then. `parts` are the
    sales of lots that could replace others.

    A day is one moment, unless the earlier acquired goes first (C7); of a day with very many losses a few are given at
    a time, in order, for the first of them may use up what is there. Where sold shares replace too (C1), none counts as
    sold: what takes on a loss although it is sold is a chain.
    """
    conventions = setting.conventions
    turns = {sale.order.holding.lot.lot_id: turn(sale) for sale in parts}
    quantities = {sale.order.holding.lot.lot_id: sale.order.quantity for sale in parts}

    def gone(last: Turn) -> Mapping[str, Decimal]:
        if conventions.gone_shares_replace:
            return {}
        if conventions.days_sales_together:
            return {lot_id: quantities[lot_id] for lot_id, its in turns.items() if its[0] <= last[0]}
        return {lot_id: quantities[lot_id] for lot_id, its in turns.items() if its <= last}

    at_once = AT_ONCE if conventions.days_sales_together else 1
    for _, of_a_day in groupby(losses, key=lambda loss: loss.order.sold):
        while together := list(islice(of_a_day, at_once)):
            yield together, gone(turn(together[0]))


def turn(sale: SaleFigures) -> Turn:
    """The place of a sale in the order in which losses are matched."""
    holding = sale.order.holding
    return order_of_disposition(sale.order.sold, holding.bought, holding.purchase, holding.lot.lot_id)


def _still_there(
    purchases: Iterable[ReplacementPurchase], gone: Mapping[str, Decimal], used: Mapping[str, Decimal]
) -> Iterator[ReplacementPurchase]:
    """Shares that are not yet sold (C1: by default sold shares replace nothing) and have replaced nothing yet."""
    for purchase in purchases:
        sold = gone.get(purchase.lot_id, ZERO) if purchase.lot_id is not None else ZERO
        left = purchase.quantity - sold - used.get(purchase.purchase_id, ZERO)
        if left > 0:
            yield purchase if left == purchase.quantity else replace(purchase, quantity=left)


def with_disallowed(sale: SaleFigures, lost: Mapping[str, Disallowed]) -> SaleFigures:
    """A sale before § 1091, less what is disallowed of its loss by lot."""
    if (its := lost.get(sale.order.holding.lot.lot_id)) is None:
        return sale
    return replace(sale, disallowed_loss=to_cents(its[0]), permanently_lost=to_cents(its[1]))
