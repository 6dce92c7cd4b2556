"""A list of sales that someone else chose, valued beside the plan: dollars, wash sales, and what it misses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from planner.analysis.comparison import Compared, ScenarioOrigin
from planner.domain.case import Case
from planner.domain.errors import InputError, Problem
from planner.domain.plan import Plan, Status
from planner.domain.portfolio import Holding
from planner.domain.sellable import Sellable
from planner.domain.trading_days import can_trade, first_session, next_trading_day
from planner.ledger.replacement_purchases import called_off_as
from planner.loader.reading.sales_list import ListedSale
from planner.loader.tables.cells import nearest
from planner.optimizer import Order, Question, plan_of_orders
from planner.optimizer.verify.limits import broken_limits
from planner.optimizer.verify.sale_figures import figures
from planner.optimizer.verify.wash_matching import ChainedSale


def valued(case: Case, question: Question, name: str, sales: Sequence[ListedSale], bound: Decimal) -> Compared:
    """The list as a row of a comparison. Raises InputError for a row that cannot be sold so.

    Planned purchases that may be canceled are, one by one, where that makes the list worth more.
    """
    orders = _orders(question, sales)
    broken = broken_limits(question.case, [figures(order) for order in orders])
    apart = "breaks " + ", ".join(dict.fromkeys(each.key for each in broken)) if broken else ""
    plan = _with_the_best_cancelled(case, question, orders, bound)
    what = f"The sales listed in {name}, valued as they are"
    return Compared(f"sales in {name}", ScenarioOrigin.LISTED, what, plan, by_rule=True, apart=apart)


def _with_the_best_cancelled(case: Case, question: Question, orders: Sequence[Order], bound: Decimal) -> Plan:
    left = sorted({called_off_as(purchase) for _, purchase in question.purchases.cancelable})
    off: frozenset[str] = frozenset()
    best = _plan(case, question, orders, bound, off)
    improved = True
    while improved:
        improved = False
        for name in left:
            other = _plan(case, question, orders, bound, off | {name})
            if name not in off and other.benefit.total > best.benefit.total:
                best, off, improved = other, off | {name}, True
    return best


def _plan(case: Case, question: Question, orders: Sequence[Order], bound: Decimal, off: frozenset[str]) -> Plan:
    try:
        return plan_of_orders(case, question, orders, bound, cancelled=off, status=Status.VALUED)
    except ChainedSale as chain:
        remedy = "remove one of the two from the list, or sell them on days further apart"
        raise InputError([Problem("--sales", f"{chain}: such a chain cannot be valued (L-27)", remedy)]) from None


def _orders(question: Question, sales: Sequence[ListedSale]) -> list[Order]:
    case = question.case
    held = {holding.lot.lot_id: holding for holding in case.holdings}
    sellable = Sellable.of(case.household)
    problems, orders, seen = [], [], set[str]()
    for sale in sales:
        holding = held.get(sale.lot_id)
        if holding is None:
            what = f"`lot_id` {sale.lot_id} is not a lot held{nearest(sale.lot_id, held)}"
            problems.append(Problem(sale.where, what, "give the id of a lot: `harvest check` lists them"))
            continue
        day = sale.day or next_trading_day(case.sale_date, holding.lot.asset_class)
        wrong = [*_wrong(case, sale, holding, day, sellable)]
        if sale.lot_id in seen:
            wrong.append(("is sold twice", "list each lot once"))
        seen.add(sale.lot_id)
        problems += [Problem(sale.where, f"{sale.lot_id} {what}", remedy) for what, remedy in wrong]
        orders.append(Order(holding, sale.quantity, day))
    if problems:
        raise InputError(problems)
    return orders


def _wrong(case: Case, sale: ListedSale, holding: Holding, day: date, sellable: Sellable) -> Iterator[tuple[str, str]]:
    if (obstacle := sellable.obstacle(holding)) is not None:
        yield f"cannot be sold: {obstacle.words}", "remove the row"
    if sale.quantity > holding.lot.quantity:
        yield f"is held with {holding.lot.quantity:f} units, not {sale.quantity:f}", "write no more than the units held"
    year, limits = case.household.taxpayer.tax_year, case.household.plan_limits
    january, over = first_session(year, holding.lot.asset_class), day > date(year, 12, 31)
    if limits.january and day == january:
        if sale.lot_id in limits.duties:
            yield f"is sold on {day}, and `must_sell` asks for its sale in {year}", f"write a day of {year}"
    elif day < case.as_of or over:
        remedy = "write a day of it"
        if over and limits.january:
            remedy += f", or {january}: a sale may be deferred to that day only"
        elif over:
            remedy += f"; `january = true` under [plan] allows {january} too"
        yield f"is sold on {day}, outside what is left of the year", remedy
    elif not can_trade(holding.lot.asset_class, day):
        yield f"is sold on {day}, when its market is closed", "write a trading day"
