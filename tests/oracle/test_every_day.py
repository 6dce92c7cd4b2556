"""The plan against every plan on every trading day: orders of sale, purchases called off, losses already taken, and
each reading of § 1091 that a household may choose. What a plan comes to is what the ledger makes of it afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain, combinations, product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from oracle_households import CLASSES, assumptions

from planner.domain.case import Case
from planner.domain.household import Account, Household, PlannedPurchase, Taxpayer, WashSaleChoices
from planner.domain.plan import Status
from planner.domain.plan_limits import PlanLimits
from planner.domain.portfolio import Holding, RealizedDisposition
from planner.domain.trading_days import can_trade
from planner.ledger.history import history_of
from planner.ledger.replacement_purchases import called_off_as
from planner.ledger.securities import Securities
from planner.optimizer import pipeline
from planner.optimizer.pipeline import ask, plan_case
from planner.optimizer.question import Question
from planner.optimizer.solve import ROUNDING
from planner.optimizer.verify.evaluate import judge, totals
from planner.optimizer.verify.sale_figures import Order, SaleFigures, figures
from planner.optimizer.verify.setting import Setting, with_purchases
from planner.optimizer.verify.wash_matching import ChainedSale, after_wash_sales
from rules.conventions import DEFAULTS, Conventions
from rules.holding_period import character
from rules.ledger.history import Acquisition, Chosen, LedgerSale
from rules.ledger.run import keep_ledger
from rules.terms import ZERO, AccountKind, FilingStatus, Gains, Lot, Owner

CENT = Decimal("0.01")
AS_OF = date(2026, 12, 14)
YEAR_END = date(2026, 12, 31)
SYMBOLS = ("AAPL", "GLD")
MOST_PLANS = 1_200
OTHER_READINGS = [
    Conventions(gone_shares_replace=True),
    Conventions(older_replaces_newer=False),
    Conventions(gains_use_up_replacements=True),
    Conventions(spouse_keeps_the_loss=False),
    Conventions(days_sales_together=False),
]
relaxed = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])


# --- households: a security or two, purchases around, losses taken a while ago ---


@st.composite
def holdings(draw: st.DrawFn, number: int, as_of: date, account: str) -> Holding:
    symbol = draw(st.sampled_from(SYMBOLS[: 1 + (number > 1)]))
    days = draw(st.one_of(st.integers(0, 30), st.sampled_from((31, 200, 345, 350, 355, 360, 364, 365, 366, 1500))))
    if account == "IRA":
        days = min(days, 30)
    quantity = Decimal(draw(st.integers(1, 3)))
    price = Decimal(draw(st.integers(1_000, 900_000))) / 100
    ratio = Decimal(draw(st.integers(60, 300))) / 100
    basis = (quantity * price * ratio).quantize(CENT)
    lot = Lot(f"{account}{number}", account, symbol, CLASSES[symbol], quantity, as_of - timedelta(days=days), basis)
    return Holding(lot, price, f"lots.csv:{number + 2}")


@st.composite
def sold_before(draw: st.DrawFn, number: int, as_of: date) -> RealizedDisposition:
    symbol, account = draw(st.sampled_from(SYMBOLS)), draw(st.sampled_from(("Broker", "Broker", "Spouse")))
    sold = as_of - timedelta(days=draw(st.integers(1, 30)))
    acquired = sold - timedelta(days=draw(st.sampled_from((40, 365, 366, 900))))
    quantity = Decimal(draw(st.integers(1, 4)))
    basis, proceeds = (Decimal(draw(st.integers(100, 9_000))) for _ in range(2))
    return RealizedDisposition(
        account, symbol, CLASSES[symbol], quantity, acquired, sold, proceeds, basis, character(acquired, sold),
        f"realized.csv:{number + 2}",
    )  # fmt: skip


@st.composite
def to_buy(draw: st.DrawFn, as_of: date) -> PlannedPurchase:
    return PlannedPurchase(
        as_of + timedelta(days=draw(st.integers(0, 45))),
        draw(st.sampled_from(("Broker", "IRA", "Spouse"))),
        draw(st.sampled_from(SYMBOLS)),
        Decimal(draw(st.integers(1, 4))),
        draw(st.booleans()),
    )


@st.composite
def households(
    draw: st.DrawFn, *, lots: int, as_of: date = AS_OF, conventions: Conventions = DEFAULTS, past: bool = False
) -> Case:
    held = [draw(holdings(n, as_of, "Broker")) for n in range(draw(st.integers(1, lots)))]
    ira = [draw(holdings(9, as_of, "IRA"))] if draw(st.booleans()) else []
    household = Household(
        path=Path("household.toml"),
        taxpayer=Taxpayer(
            2026,
            draw(st.sampled_from((FilingStatus.MARRIED_JOINTLY, FilingStatus.MARRIED_SEPARATELY))),
            Decimal(draw(st.sampled_from((0, 60_000, 150_000, 700_000)))),
        ),
        realized=Gains(Decimal(draw(st.sampled_from((0, 4_000)))), Decimal(draw(st.sampled_from((0, 3_000, 20_000))))),
        accounts=(
            Account("Broker", lots=(Path("lots.csv"),)),
            Account("IRA", AccountKind.IRA, lots=(Path("ira.csv"),)),
            Account("Spouse", owner=Owner.SPOUSE, lots=(Path("spouse.csv"),)),
        ),
        planned_purchases=tuple(draw(to_buy(as_of)) for _ in range(draw(st.integers(int(past), 2)))),
        plan_limits=PlanLimits(sell_gains=draw(st.booleans())),
        assumptions=draw(assumptions()),
        wash_sale=WashSaleChoices(conventions=conventions),
    )
    realized = tuple(draw(sold_before(n, as_of)) for n in range(draw(st.integers(1, 2)) if past else 0))
    return Case(household, as_of, (*held, *ira), realized=realized)


# --- every plan ---


def trading_days(holding: Holding, as_of: date) -> list[date]:
    days = (as_of + timedelta(days=n) for n in range((YEAR_END - as_of).days + 1))
    return [day for day in days if can_trade(holding.lot.asset_class, day)]


def ways(question: Question) -> list[list[Order | None]]:
    """For each lot that may be sold: not at all, or one, two … of its shares on any trading day."""
    by_lot = {candidate.lot_id: candidate.holding for candidate in question.field.candidates}
    return [
        [None]
        + [
            Order(holding, Decimal(n), day)
            for day in trading_days(holding, question.case.as_of)
            for n in range(1, int(holding.lot.quantity) + 1)
        ]
        for holding in by_lot.values()
    ]


def settings_of(question: Question) -> Iterator[Setting]:
    """With every choice of planned purchases called off."""
    names = sorted({called_off_as(purchase) for _, purchase in question.purchases.cancelable})
    for off in chain.from_iterable(combinations(names, n) for n in range(len(names) + 1)):
        made = [purchase for _, purchase in question.purchases.cancelable if called_off_as(purchase) not in off]
        yield with_purchases(question.setting, (*question.purchases.fixed, *made))


def best(question: Question) -> Decimal:
    offered = ways(question)
    number = 1
    for its in offered:
        number *= len(its)
    assume(number <= MOST_PLANS)
    found = Decimal("-Infinity")
    for setting in settings_of(question):
        worth: dict[object, Decimal] = {}
        for chosen in product(*offered):
            sales: list[SaleFigures] = [figures(order) for order in chosen if order is not None]
            try:
                sums = totals(setting, after_wash_sales(setting, sales))
            except ChainedSale:
                continue
            if sums not in worth:
                worth[sums] = judge(setting, question.baseline, sums)[1].total
                found = max(found, worth[sums])
    return found


def agrees(case: Case) -> None:
    question = ask(case)
    found = best(question)
    plan = plan_case(case)
    allowed = CENT * max(1, len(plan.sales)) + 2 * ROUNDING
    assert plan.status is Status.PROVEN
    assert plan.benefit.total >= found - allowed, f"enumeration finds {found}, the plan {plan.benefit.total}"
    assert plan.benefit.bound >= found, f"bound {plan.benefit.bound} below a real plan {found}"
    assert plan.benefit.bound - plan.benefit.total <= allowed


@relaxed
@given(households(lots=2))
def test_every_trading_day(case: Case) -> None:
    agrees(case)


@relaxed
@given(households(lots=4, as_of=date(2026, 12, 28)))
def test_every_order_of_four_lots_in_the_last_week(case: Case) -> None:
    agrees(case)


@relaxed
@given(households(lots=2, as_of=date(2026, 12, 21), past=True))
def test_planned_purchases_and_losses_already_taken(case: Case) -> None:
    agrees(case)


@pytest.mark.parametrize("conventions", OTHER_READINGS, ids=str)
@settings(relaxed, max_examples=5)
@given(data=st.data())
def test_other_readings(conventions: Conventions, data: st.DataObject) -> None:
    agrees(
        data.draw(households(lots=3, as_of=date(2026, 12, 28), conventions=conventions, past=data.draw(st.booleans())))
    )


@relaxed
@given(households(lots=2, as_of=date(2026, 12, 24), past=True), st.booleans())
def test_where_few_days_are_offered_the_bound_still_speaks_for_all(case: Case, very_few: bool) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "EVERY_DAY", 0)
        patch.setattr(pipeline, "TWO_DAYS", 0)
        patch.setattr(pipeline, "ONE_DAY", 0 if very_few else pipeline.ONE_DAY)
        question = ask(case)
        plan = plan_case(case)
    assume(not question.every_day)
    found = best(question)
    assert plan.benefit.bound >= found, f"bound {plan.benefit.bound} below a real plan {found}"
    assert plan.benefit.total <= found + CENT * len(plan.sales) + 2 * ROUNDING


# --- and what the ledger makes of a plan afterwards ---


def in_the_ledger(case: Case, setting: Setting, sales: Sequence[SaleFigures]) -> dict[str, tuple[Decimal, Decimal]]:
    """Disallowed and permanently lost losses, by the lot or earlier sale, once plan and purchases are carried out."""
    securities = Securities(case)
    history = history_of(case, securities)
    planned = [
        Acquisition(p.purchase_id, p.account, securities(p.account, p.symbol), p.acquired, p.quantity, Decimal(1))
        for p in setting.made
        if p.to_come
    ]
    sold = {sale.order.holding.lot.lot_id: sale for sale in sales}
    held = [replace(lot, held=False) if lot.lot_id in sold else lot for lot in history.acquisitions]
    plan = [
        LedgerSale(
            lot_id, sale.order.holding.lot.account, sale.order.holding.lot.symbol, sale.order.sold,
            sale.order.quantity, sale.proceeds, (Chosen(sale.order.quantity, lot_id),),
        )
        for lot_id, sale in sold.items()
    ]  # fmt: skip
    ledger = keep_ledger(
        history.accounts, [*held, *planned], [*history.sales, *plan], history.moves, history.splits, setting.conventions
    )
    assert not ledger.gaps
    found = {}
    for outcome in ledger.sales:
        lost = sum((lot.permanently_lost for lot in outcome.by_lot), ZERO)
        found[outcome.sale.sale_id] = (sum((lot.disallowed_loss for lot in outcome.by_lot), ZERO), lost)
    return found


@settings(relaxed, max_examples=max(1, settings().max_examples * 4 // 5))  # more by `make properties`
@given(st.data())
def test_what_the_ledger_makes_of_a_plan(data: st.DataObject) -> None:
    conventions = data.draw(st.sampled_from([DEFAULTS, *OTHER_READINGS]))
    case = data.draw(households(lots=4, as_of=AS_OF, conventions=conventions, past=True))
    question = ask(case)
    assume(
        all(holding.part_of is None for holding in question.case.holdings)
    )  # the ledger sells a lot's parts in order
    chosen = [data.draw(st.sampled_from(its)) for its in ways(question)]
    setting = data.draw(st.sampled_from(list(settings_of(question))))
    try:
        sales = after_wash_sales(setting, [figures(order) for order in chosen if order is not None])
    except ChainedSale:
        assume(False)
    ledger = in_the_ledger(case, setting, sales)
    for sale in sales:
        disallowed, lost = ledger[sale.order.holding.lot.lot_id]
        assert abs(sale.disallowed_loss - disallowed) <= CENT
        assert abs(sale.permanently_lost - lost) <= CENT
    as_it_was = in_the_ledger(case, replace(setting, made=()), [])
    before = sum((disallowed for disallowed, _ in as_it_was.values()), ZERO)
    after = sum((disallowed for sale, (disallowed, _) in ledger.items() if sale in as_it_was), ZERO)
    counted = (
        setting.taken.short_term
        + setting.taken.long_term
        - setting.past.gains.short_term
        - setting.past.gains.long_term
    )
    if case.household.taxpayer.filing_status is FilingStatus.MARRIED_JOINTLY:
        assert abs(after - before - counted) <= CENT * len(case.realized)
