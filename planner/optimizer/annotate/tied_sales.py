"""Losses that tie in the regulation's order: sold on one day, bought on one day, and washed in part.

Reg. § 1.1091-1(b) goes by the order of the sales, and within a day by the order of acquisition. Where both are the same
it says nothing, and the ledger goes by the lots' names (I-06), which another reading need not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from planner.domain.errors import Caution
from planner.optimizer.verify.evaluate import Evaluation
from planner.optimizer.verify.sale_figures import SaleFigures
from planner.optimizer.verify.setting import Setting
from rules.terms import ZERO

MATTERS = Decimal(1)  # dollars of loss


def tie_cautions(setting: Setting, evaluation: Evaluation) -> Iterator[Caution]:
    """A warning of each tie in which another order would disallow a dollar more."""
    washed = {setting.identity(sale.order.holding) for sale in evaluation.sales if sale.disallowed_loss}
    tied: dict[tuple[str | None, date, date | None], list[SaleFigures]] = defaultdict(list)
    for sale in evaluation.sales if washed else ():
        holding = sale.order.holding
        if sale.gain < 0 and (key := setting.identity(holding)) in washed:
            tied[key, sale.order.sold, holding.bought].append(sale)
    for sales in tied.values():
        more = _more_disallowed(sales) if len(sales) > 1 else ZERO
        if more >= MATTERS:
            last = max(sales, key=_a_unit).order.holding.lot.lot_id
            yield Caution("tied_losses", _said(sales, more, last), last)


def _more_disallowed(sales: Sequence[SaleFigures]) -> Decimal:
    """What would be disallowed besides if as many units were those with the largest losses, in dollars."""
    disallowed = sum((sale.disallowed_loss for sale in sales), ZERO)
    left = sum((sale.disallowed_loss / _a_unit(sale) for sale in sales), ZERO)
    most = ZERO
    for sale in sorted(sales, key=_a_unit, reverse=True):
        units = min(left, sale.order.quantity)
        most, left = most + units * _a_unit(sale), left - units
    return most - disallowed


def _a_unit(sale: SaleFigures) -> Decimal:
    return -sale.gain / sale.order.quantity


def _said(sales: Sequence[SaleFigures], more: Decimal, last: str) -> str:
    holdings = (sale.order.holding for sale in sales)
    ordered = sorted((holding.purchase, holding.lot.lot_id) for holding in holdings)  # as order_of_disposition has it
    names = " and ".join(lot_id for _, lot_id in ordered)
    return (
        f"{names} were bought on one day and are sold on one day, and § 1091 disallows a part of their losses. Which "
        f"of them it meets first no rule says; they are taken in this order, and in another up to ${more:,.2f} more "
        f"would be disallowed (I-06). To have it settled, sell {last} on a later day than the rest."
    )
