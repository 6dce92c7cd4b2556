"""Every key of [plan], and the costs of a sale, against every plan on every trading day.

What a household asks for is written here again, in the contract's words and not through the declarations: a plan
is kept or thrown away by `keeps`, and what it costs is added up by `cost`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import product

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from test_every_day import MOST_PLANS, YEAR_END, households, settings_of, trading_days

from planner.domain.case import Case
from planner.domain.distributions import Distribution, DistributionKind
from planner.domain.errors import NoPlan
from planner.domain.household import Account
from planner.domain.plan import Plan, Status
from planner.domain.plan_limits import Duty, PlanLimits, Selection
from planner.domain.plan_limits.limits import SelectedLimits
from planner.domain.trading_days import can_trade
from planner.loader.household.distributions import with_distributions
from planner.optimizer.pipeline import ask, plan_case
from planner.optimizer.question import Question
from planner.optimizer.solve import ROUNDING
from planner.optimizer.verify.evaluate import judge, totals
from planner.optimizer.verify.sale_figures import Order, SaleFigures, figures
from planner.optimizer.verify.wash_matching import ChainedSale, after_wash_sales
from rules.terms import ZERO, AssetClass

CENT = Decimal("0.01")
AS_OF = date(2026, 12, 24)
TAXABLE = ("Broker", "Second")
PAYS = Distribution(date(2026, 12, 30), "AAPL", Decimal(250), DistributionKind.LONG_TERM)
relaxed = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def selected(draw: st.DrawFn) -> SelectedLimits:
    """A table of [[limits]]."""
    accounts = (Selection(account="Broker"), Selection(account="Second"))
    chosen = (Selection(symbol="AAPL"), Selection(symbol="GLD"), *accounts, Selection(symbol="X"))
    return SelectedLimits(
        draw(st.sampled_from((*chosen, Selection(asset_class=AssetClass.ETF)))),
        draw(st.sampled_from((None, Decimal(3_000)))),
        draw(st.sampled_from((None, Decimal(1)))),
    )


@st.composite
def asked(draw: st.DrawFn, case: Case) -> Case:
    """The case with what a household may ask for, a second account, and a distribution to come."""
    if draw(st.booleans()):
        case = in_two_accounts(case)
    own = [holding.lot for holding in case.holdings if holding.lot.account in TAXABLE]
    must: list[Duty] = []
    for lot in own:
        if draw(st.sampled_from((True, False, False))):
            quantity = draw(st.sampled_from((None, Decimal(1))))
            day = draw(st.sampled_from((None, None, date(2026, 12, 28), date(2026, 12, 30))))
            must.append(Duty(lot.lot_id, quantity, day))
    if draw(st.sampled_from((True, False, False, False))):
        must = [Duty(own[0].symbol)]
    limits = PlanLimits(
        must_sell=tuple(must),
        exactly=draw(st.sampled_from((False, False, bool(must)))),
        sell_gains=draw(st.booleans()),
        last_sale_date=draw(st.sampled_from((None, None, date(2026, 12, 28), date(2026, 12, 30)))),
        minimum_loss=draw(st.sampled_from((ZERO, ZERO, Decimal(500)))),
        max_sales=draw(st.sampled_from((None, None, 1, 2))),
        max_turnover=draw(st.sampled_from((None, None, Decimal(9_000)))),
        cash_needed=draw(st.sampled_from((ZERO, ZERO, Decimal(2_000)))),
        limits=tuple(draw(selected()) for _ in range(draw(st.sampled_from((0, 0, 1, 2))))),
    )
    assumptions = replace(
        case.household.assumptions,
        cost_per_sale=draw(st.sampled_from((ZERO, ZERO, Decimal("9.95"), Decimal(200)))),
        waiting_cost=draw(st.sampled_from((ZERO, ZERO, Decimal("0.0005"), Decimal("0.01")))),
    )
    household = replace(case.household, plan_limits=limits, assumptions=assumptions)
    if draw(st.booleans()):
        household = replace(household, distributions=(PAYS,))
    return replace(case, household=with_distributions(household, case.holdings, case.as_of)[0])


def in_two_accounts(case: Case) -> Case:
    """The first lot in an account of its own."""
    household = case.household
    first, *others = case.holdings
    moved = replace(first, lot=replace(first.lot, account="Second"))
    accounts = (*household.accounts, Account("Second"))
    return replace(case, household=replace(household, accounts=accounts), holdings=(moved, *others))


def named(duty: Duty, sale: Order) -> bool:
    return duty.named in (sale.holding.lot.lot_id, sale.holding.lot.symbol)


def keeps(case: Case, sales: Sequence[SaleFigures]) -> bool:
    limits = case.household.plan_limits
    own = [holding.lot for holding in case.holdings if holding.lot.account in TAXABLE]
    sold = {sale.order.holding.lot.lot_id: sale for sale in sales}
    required: dict[str, Duty] = {}
    for duty in limits.must_sell:
        required |= {lot.lot_id: duty for lot in own if duty.named in (lot.lot_id, lot.symbol)}
    for lot in own:
        sale, duty = sold.get(lot.lot_id), required.get(lot.lot_id)
        if duty is not None:
            least = lot.quantity if duty.quantity is None else duty.quantity
            if sale is None or sale.order.quantity < least or (limits.exactly and sale.order.quantity != least):
                return False
            if duty.day is not None and sale.order.sold != duty.day:
                return False
        elif sale is not None:
            whole = figures(Order(sale.order.holding, lot.quantity, sale.order.sold)).gain
            if limits.exactly or (whole > 0 and not limits.sell_gains):
                return False
            if whole < 0 and -sale.gain < limits.minimum_loss:
                return False
    if limits.last_sale_date is not None and any(sale.order.sold > limits.last_sale_date for sale in sales):
        return False
    for row in limits.limits:
        its = [sale for sale in sales if row.where.symbol in (None, sale.order.holding.lot.symbol)]
        its = [sale for sale in its if row.where.account in (None, sale.order.holding.lot.account)]
        its = [sale for sale in its if row.where.asset_class in (None, sale.order.holding.lot.asset_class)]
        if row.max_sales is not None and len(its) > row.max_sales:
            return False
        if row.max_turnover is not None and sum(sale.proceeds for sale in its) > row.max_turnover:
            return False
    proceeds = sum((sale.proceeds for sale in sales), ZERO)
    return (
        (limits.max_sales is None or len(sales) <= limits.max_sales)
        and (limits.max_turnover is None or proceeds <= limits.max_turnover)
        and proceeds >= limits.cash_needed
    )


def cost(case: Case, sales: Sequence[SaleFigures]) -> Decimal:
    assumptions = case.household.assumptions
    total = assumptions.cost_per_sale * len(sales)
    for sale in sales:
        asset_class = sale.order.holding.lot.asset_class
        first = next(day for n in range(9) if can_trade(asset_class, day := case.as_of + timedelta(days=n)))
        days = (sale.order.sold - first).days
        total += sale.proceeds * (assumptions.round_trip_cost[asset_class] + assumptions.waiting_cost * days)
    return total


def best(case: Case, question: Question) -> Decimal | None:
    own = [holding for holding in case.holdings if holding.lot.account in TAXABLE]
    ways = [
        [
            None,
            *(
                Order(holding, Decimal(n), day)
                for day in trading_days(holding, case.as_of)
                for n in range(1, int(holding.lot.quantity) + 1)
            ),
        ]
        for holding in own
    ]
    number = 1
    for its in ways:
        number *= len(its)
    assume(number <= MOST_PLANS)
    found: Decimal | None = None
    for setting in settings_of(question):
        for chosen in product(*ways):
            sales = [figures(order) for order in chosen if order is not None]
            if not keeps(case, sales):
                continue
            try:
                sums = totals(setting, after_wash_sales(setting, sales))
            except ChainedSale:
                continue
            assert sums.trading_cost == cost(case, sales)
            worth = judge(setting, question.baseline, sums)[1].total
            found = worth if found is None else max(found, worth)
    return found


def planned_or_none(case: Case) -> Plan | None:
    try:
        return plan_case(case)
    except NoPlan:
        return None


@relaxed
@given(st.data())
def test_every_key_against_every_plan(data: st.DataObject) -> None:
    before = data.draw(households(lots=3, as_of=AS_OF))
    case = data.draw(asked(before))
    question = ask(case)
    paid = sum((h.lot.quantity for h in case.holdings if h.lot.symbol == "AAPL" and h.lot.account in TAXABLE), ZERO)
    paid *= PAYS.per_share if case.household.distributions else ZERO
    assert question.baseline.schedule_d.gains.long_term == before.household.realized.long_term + paid
    found, plan = best(case, question), planned_or_none(case)
    assert (found is None) is (plan is None), f"enumeration finds {found}, the plan is {plan}"
    if found is None or plan is None:
        return
    allowed = CENT * max(1, len(plan.sales)) + 2 * ROUNDING
    assert plan.status is Status.PROVEN
    assert plan.benefit.total >= found - allowed, f"enumeration finds {found}, the plan {plan.benefit.total}"
    assert plan.benefit.bound >= found, f"bound {plan.benefit.bound} below a real plan {found}"
    assert plan.benefit.bound - plan.benefit.total <= allowed
    assert all(sale.date <= YEAR_END for sale in plan.sales)
