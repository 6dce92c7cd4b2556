"""Every key of `[plan]` compared with a plan's sales, in exact cents and units, by code that has never seen the model.

The keys are read from their declarations (`planner.domain.plan_limits`), which the program reads too; neither knows of
the other. A plan that breaks one is not printed: exit 70.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from planner.domain.case import Case
from planner.domain.household import Account
from planner.domain.plan_limits import LotFacts, WhichLots
from planner.domain.portfolio import Holding
from planner.domain.sellable import Sellable
from planner.domain.trading_days import can_trade, first_session
from planner.optimizer.verify.sale_figures import Order, SaleFigures, figures
from rules.terms import AssetClass

FINEST_SHARE = Decimal("0.000001")
FINEST_COIN = Decimal("0.00000001")


@dataclass(frozen=True, slots=True)
class Broken:
    """A key that a plan breaks, as the household writes it, and how."""

    key: str
    says: str

    def __str__(self) -> str:
        return f"{self.key}: {self.says}"


def broken_limits(case: Case, sales: Sequence[SaleFigures]) -> list[Broken]:
    """What these sales break of `[plan]` and `[[accounts]]`; nothing where they keep all of it.

    The case has its lots as the ledger leaves them, and `must_sell` spread over them (`planner.domain.duties`).
    """
    held = [case.lots.by_id(sale.order.holding.lot.lot_id) for sale in sales]
    return [
        *_lots(case, sales, held),
        *_days(case, sales),
        *_sums(case, sales),
        *_duties(case, sales),
        *_units(case, sales, held),
    ]


def _lots(case: Case, sales: Sequence[SaleFigures], held: Sequence[Holding | None]) -> Iterator[Broken]:
    """Lots that cannot or may not be sold. `held` are the lots as the case has them."""
    limits, sellable = case.household.plan_limits, Sellable.of(case.household)
    duties, barring = limits.duties, limits.barrings()
    choosy = any(isinstance(key.meaning, WhichLots) for key in limits.limiting)
    for sale, holding in zip(sales, held, strict=True):
        lot = sale.order.holding.lot
        if holding is None:
            yield Broken("lots", f"{lot.lot_id} is not held")
            continue
        if (obstacle := sellable.obstacle(holding)) is not None:
            yield Broken(obstacle.key, f"{lot.lot_id} is sold: {obstacle.words}")
            continue
        if not choosy:
            continue
        whole = sale.gain
        if sale.order.holding is not holding or sale.order.quantity != holding.lot.quantity:
            whole = figures(Order(holding, holding.lot.quantity, sale.order.sold)).gain
        facts = LotFacts(holding.lot, whole, sale.gain)
        for key in barring(facts, lot.lot_id in duties):
            yield Broken(key, f"{lot.lot_id} is sold, {sale.order.quantity:f} of it with a gain of {sale.gain}")


def _days(case: Case, sales: Sequence[SaleFigures]) -> Iterator[Broken]:
    """Days outside the tax year, before the first or after the last that is allowed, or without a market."""
    year, limits = case.household.taxpayer.tax_year, case.household.plan_limits
    first, last, january, duties = case.sale_date, limits.last_day, limits.january, limits.duties
    year_end = date(year, 12, 31)
    at = [(sale.order.holding.lot.asset_class, sale.order.sold) for sale in sales]
    usual = {pair for pair in set(at) if first <= pair[1] <= min(last or year_end, year_end) and can_trade(*pair)}
    for sale, pair in zip(sales, at, strict=True):
        if pair in usual:
            continue
        lot, sold = sale.order.holding.lot, sale.order.sold
        if sold < first:
            yield Broken("sale_date", f"{lot.lot_id} is sold on {sold}, before {first}")
        if last is not None and sold > last:
            yield Broken("last_sale_date", f"{lot.lot_id} is sold on {sold}, after {last}")
        put_off = january and sold == first_session(year, lot.asset_class) and lot.lot_id not in duties
        if sold > year_end and not put_off:
            yield Broken("tax_year", f"{lot.lot_id} is sold on {sold}, after the year")
        if not can_trade(lot.asset_class, sold):
            yield Broken("sale_date", f"{lot.lot_id} is sold on {sold}, when its market is closed")


def _sums(case: Case, sales: Sequence[SaleFigures]) -> Iterator[Broken]:
    """January counts in what is allowed at most, and not in what is asked for (contract)."""
    year, limits = case.household.taxpayer.tax_year, case.household.plan_limits.sums
    if not limits:
        return
    every = [(sale.order.holding.lot, sale.proceeds) for sale in sales]
    this_year = [(sale.order.holding.lot, sale.proceeds) for sale in sales if sale.order.sold.year == year]
    for limit in limits:
        counted = this_year if limit.at_least else every
        if limit.missed(counted) > 0:
            least = "least" if limit.at_least else "most"
            yield Broken(limit.name, f"{limit.of} of {limit.total(counted)}, at {least} {limit.amount} allowed")


def _duties(case: Case, sales: Sequence[SaleFigures]) -> Iterator[Broken]:
    limits = case.household.plan_limits
    if not limits.duties:
        return
    sold = {sale.order.holding.lot.lot_id: sale.order for sale in sales}
    for lot_id, duty in limits.duties.items():
        order = sold.get(lot_id)
        least = duty.quantity if duty.quantity is not None else case.lots.quantities[case.lots.row_of[lot_id]]
        quantity = order.quantity if order is not None else Decimal(0)
        if quantity < least:
            yield Broken("must_sell", f"{quantity:f} of {lot_id} are sold, of {least:f} at least")
        if limits.exactly and quantity != least:
            yield Broken("exactly", f"{quantity:f} of {lot_id} are sold, not {least:f}")
        if order is not None and duty.day is not None and order.sold != duty.day:
            yield Broken("must_sell", f"{lot_id} is sold on {order.sold}, not on {duty.day}")


def _units(case: Case, sales: Sequence[SaleFigures], held: Sequence[Holding | None]) -> Iterator[Broken]:
    """Quantities that no broker sells: more than the lot, parts of a share, nothing; and a lot sold twice."""
    accounts = {account.name: account for account in case.household.accounts}
    times = Counter(sale.order.holding.lot.lot_id for sale in sales)
    yield from (Broken("lots", f"{lot_id} is sold on {n} days") for lot_id, n in times.items() if n > 1)
    for sale, holding in zip(sales, held, strict=True):
        quantity = sale.order.quantity
        if holding is not None and not _can_be_sold(quantity, holding, accounts.get(holding.lot.account)):
            yield Broken("fractional", f"{quantity:f} of {holding.lot.lot_id} cannot be sold")


def finest_unit(holding: Holding, account: Account | None) -> Decimal:
    """The smallest part of a lot that a broker sells: whole shares but for coins and accounts that say otherwise."""
    if holding.lot.asset_class is AssetClass.CRYPTO:
        return FINEST_COIN
    return FINEST_SHARE if account is not None and account.fractional else Decimal(1)


def _can_be_sold(quantity: Decimal, holding: Holding, account: Account | None) -> bool:
    whole = holding.lot.quantity
    return quantity == whole or (0 < quantity < whole and quantity % finest_unit(holding, account) == 0)
