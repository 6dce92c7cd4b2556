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
from typing import TYPE_CHECKING

from planner.optimizer.verify.sale_figures import SaleFigures
from rules.terms import ZERO, Owner, ReplacementPurchase, to_cents
from rules.wash_sale import Disallowance, LossSlice, disallow, order_of_disposition, wash_window

if TYPE_CHECKING:
    from planner.optimizer.verify.setting import Setting

AT_ONCE = 16  # losses of one day that are matched before it is asked whether anything is left
Turn = tuple[date, date, str, str]


class ChainedSale(ValueError):  # noqa: N818  a plan that is not offered
    """A plan that sells shares which take on the loss of others that it sells: it would need the ledger (L-27)."""


def after_wash_sales(setting: Setting, sales: list[SaleFigures]) -> list[SaleFigures]:
    """Each loss less what § 1091 disallows. Raises ChainedSale where a lot that takes on a loss is sold as well."""
    return less_disallowed(sales, replaced(setting, sales))


def less_disallowed(sales: list[SaleFigures], matches: Iterable[Disallowance]) -> list[SaleFigures]:
    """Sales before § 1091, each less what these matches disallow of it."""
    disallowed: dict[str, Decimal] = {}
    lost: dict[str, Decimal] = {}
    for match in matches:
        disallowed[match.slice_id] = disallowed.get(match.slice_id, ZERO) + match.disallowed_loss
        if match.permanently_lost:
            lost[match.slice_id] = lost.get(match.slice_id, ZERO) + match.disallowed_loss
    return [_with_disallowed(sale, disallowed, lost) for sale in sales] if disallowed else sales


def replaced(setting: Setting, sales: list[SaleFigures]) -> Iterator[Disallowance]:
    """Which purchases replace what is sold. Raises ChainedSale where a lot that takes on a loss is sold as well."""
    if not setting.purchases:
        return
    around = _Around(setting)
    losses: dict[str, list[SaleFigures]] = defaultdict(list)  # by security
    for sale in sales:
        if _is_matched(setting, sale) and around.reaches(sale):
            losses[setting.identity_of_symbol(sale.order.holding.lot.symbol)].append(sale)
    if not losses:
        return
    recent = {purchase.lot_id for purchase in setting.purchases}
    sold = {lot_id: sale for sale in sales if (lot_id := sale.order.holding.lot.lot_id) in recent}
    for key, its in losses.items():
        yield from _of_security(setting, its, around.bought[key], sold)


def _of_security(
    setting: Setting,
    losses: Sequence[SaleFigures],
    around: Sequence[ReplacementPurchase],
    sold: Mapping[str, SaleFigures],
) -> Iterator[Disallowance]:
    """The same of the losses of one security; `sold` are the sales of lots that could replace others, by lot."""
    used: dict[str, Decimal] = {}  # shares of a purchase that have replaced others already: each replaces once
    replacing = dict.fromkeys(purchase.lot_id for purchase in around if purchase.lot_id is not None)
    parts = [sold[lot_id] for lot_id in replacing if lot_id in sold]
    for together, gone in _moments(setting, losses, parts):
        first, last = wash_window(together[0].order.sold)
        near = (purchase for purchase in around if first <= purchase.acquired <= last)
        held = list(_still_there(near, gone, used))
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


class _Around:
    """What was bought of each security; most losses have nothing within 30 days and need not be matched."""

    def __init__(self, setting: Setting) -> None:
        self._key = setting.identity_of_symbol
        self.bought: dict[str, list[ReplacementPurchase]] = defaultdict(list)
        for purchase in setting.purchases:
            self.bought[self._key(purchase.symbol)].append(purchase)
        self._known: dict[tuple[str, date], bool] = {}

    def reaches(self, sale: SaleFigures) -> bool:
        """Whether anything of the security was bought in the window of this sale."""
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
    setting: Setting, losses: Sequence[SaleFigures], parts: Sequence[SaleFigures]
) -> Iterator[tuple[list[SaleFigures], Mapping[str, Decimal]]]:
    """The losses that meet their replacements at once, and by lot the shares that are sold by then. `parts` are the
    sales of lots that could replace others.

    A day is one moment, unless the earlier acquired goes first (C7); of a day with very many losses a few are given at
    a time, in order, for the first of them may use up what is there. Where sold shares replace too (C1), none counts as
    sold: what takes on a loss although it is sold is a chain.
    """
    conventions = setting.conventions
    turns = {sale.order.holding.lot.lot_id: _turn(sale) for sale in parts}
    quantities = {sale.order.holding.lot.lot_id: sale.order.quantity for sale in parts}

    def gone(last: Turn) -> Mapping[str, Decimal]:
        if conventions.gone_shares_replace:
            return {}
        if conventions.days_sales_together:
            return {lot_id: quantities[lot_id] for lot_id, turn in turns.items() if turn[0] <= last[0]}
        return {lot_id: quantities[lot_id] for lot_id, turn in turns.items() if turn <= last}

    by_day: dict[date, list[SaleFigures]] = defaultdict(list)
    for loss in losses:
        by_day[loss.order.sold].append(loss)
    for _, of_a_day in sorted(by_day.items()):
        together = sorted(of_a_day, key=_turn)
        if not conventions.days_sales_together:
            for loss in together:
                yield [loss], gone(_turn(loss))
            continue
        by_then = gone(_turn(together[0]))
        for start in range(0, len(together), AT_ONCE):
            yield together[start : start + AT_ONCE], by_then


def _turn(sale: SaleFigures) -> Turn:
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


def _with_disallowed(sale: SaleFigures, disallowed: Mapping[str, Decimal], lost: Mapping[str, Decimal]) -> SaleFigures:
    lot_id = sale.order.holding.lot.lot_id
    if lot_id not in disallowed:
        return sale
    return replace(
        sale, disallowed_loss=to_cents(disallowed[lot_id]), permanently_lost=to_cents(lost.get(lot_id, ZERO))
    )
