"""Random small households, and what every way of selling their lots comes to: the oracle the optimizer must equal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from pathlib import Path

from hypothesis import strategies as st

from planner.domain.case import Case
from planner.domain.household import (
    Account,
    Assumptions,
    Household,
    PlannedPurchase,
    Taxpayer,
    WashSaleChoices,
)
from planner.domain.plan_limits import PlanLimits
from planner.domain.portfolio import Holding
from planner.optimizer.question import Question
from planner.optimizer.verify.evaluate import Evaluation, evaluate
from planner.optimizer.verify.sale_figures import Order
from planner.optimizer.verify.wash_matching import ChainedSale
from rules.terms import ZERO, AccountKind, AssetClass, Carryover, FilingStatus, Gains, Lot, RateGroups

AS_OF = date(2026, 12, 8)
SYMBOLS = ("VTI", "AAPL", "GLD", "BTC")
CLASSES = {"VTI": AssetClass.ETF, "AAPL": AssetClass.STOCK, "GLD": AssetClass.ETF, "BTC": AssetClass.CRYPTO}


def dollars(low: int, high: int) -> st.SearchStrategy[Decimal]:
    """Amounts to the cent, often round, often at the edges the law knows."""
    edges = [
        x for x in (0, 1500, 3000, 49450, 50400, 98900, 105700, 200000, 201775, 250000, 545500) if low <= x <= high
    ]
    return st.one_of(
        st.sampled_from(edges or [low]).map(Decimal),
        st.integers(low, high).map(Decimal),
        st.integers(low * 100, high * 100).map(lambda cents: Decimal(cents) / 100),
    )


def signed(high: int) -> st.SearchStrategy[Decimal]:
    return st.tuples(dollars(0, high), st.sampled_from((-1, 1))).map(lambda pair: pair[0] * pair[1])


@st.composite
def taxpayers(draw: st.DrawFn) -> Taxpayer:
    income = draw(st.one_of(dollars(0, 120_000), dollars(0, 900_000)))
    return Taxpayer(
        tax_year=2026,
        filing_status=draw(st.sampled_from(list(FilingStatus))),
        ordinary_income=income,
        qualified_dividends=draw(st.one_of(st.just(ZERO), dollars(0, 60_000))),
        net_investment_income=min(income, draw(dollars(0, 20_000))),
        deduction=draw(st.one_of(st.none(), dollars(0, 60_000))),
        state_rate=draw(st.sampled_from((None, None, Decimal("0.05")))),
    )


@st.composite
def holdings(draw: st.DrawFn, number: int, size: int, recent: bool) -> Holding:
    symbol = draw(st.sampled_from(SYMBOLS))
    days = draw(st.integers(0, 30) if recent else st.sampled_from((31, 45, 200, 340, 365, 366, 400, 1500)))
    quantity = Decimal(draw(st.integers(1, size)))
    price = Decimal(draw(st.integers(100, 3_000_000))) / 100 / quantity
    price = max(price.quantize(Decimal("0.01")), Decimal("0.01"))
    ratio = Decimal(draw(st.integers(20, 400))) / 100
    lot = Lot(
        lot_id=f"L{number}",
        account="Broker",
        symbol=symbol,
        asset_class=CLASSES[symbol],
        quantity=quantity,
        acquired=AS_OF - timedelta(days=days),
        basis=(quantity * price * ratio).quantize(Decimal("0.01")),
    )
    return Holding(lot, price, f"lots.csv:{number + 2}")


@st.composite
def cases(draw: st.DrawFn, *, lots: int = 5, size: int = 1, recent: bool = False, fractional: bool = False) -> Case:
    count = draw(st.integers(1, lots))
    held = [draw(holdings(n, size, recent and draw(st.booleans()))) for n in range(count)]
    ira = [
        Holding(
            Lot("IRA1", "IRA", draw(st.sampled_from(SYMBOLS)), AssetClass.ETF, Decimal(draw(st.integers(1, 3))),
                AS_OF - timedelta(days=draw(st.integers(0, 30))), Decimal(100)),
            Decimal(100),
            "ira.csv:2",
        )
        for _ in range(draw(st.integers(0, 1)) if recent else 0)
    ]  # fmt: skip
    planned = (
        (PlannedPurchase(AS_OF + timedelta(days=draw(st.integers(0, 30))), "Broker", draw(st.sampled_from(SYMBOLS)),
                         Decimal(draw(st.integers(1, 3)))),)
        if recent and draw(st.booleans())
        else ()
    )  # fmt: skip
    household = Household(
        path=Path("household.toml"),
        taxpayer=draw(taxpayers()),
        carryover=Carryover(draw(dollars(0, 30_000)), draw(dollars(0, 30_000))),
        realized=draw(realized_gains()),
        rate_groups=RateGroups(
            draw(st.one_of(st.just(ZERO), st.just(ZERO), dollars(0, 90_000))),
            draw(st.one_of(st.just(ZERO), st.just(ZERO), dollars(0, 90_000))),
        ),
        accounts=(Account("Broker", fractional=fractional), Account("IRA", kind=AccountKind.IRA)),
        planned_purchases=planned,
        plan_limits=draw(plan_limits()),
        assumptions=draw(assumptions()),
        wash_sale=WashSaleChoices(crypto=recent and draw(st.booleans())),
    )
    return Case(household, AS_OF, (*held, *ira))


@st.composite
def realized_gains(draw: st.DrawFn) -> Gains:
    collectibles = draw(st.one_of(st.just(ZERO), signed(40_000)))
    return Gains(draw(signed(50_000)), draw(signed(200_000)) + collectibles, collectibles)


@st.composite
def plan_limits(draw: st.DrawFn) -> PlanLimits:
    return PlanLimits(
        sell_gains=draw(st.booleans()),
        minimum_loss=draw(st.sampled_from((ZERO, ZERO, Decimal(500)))),
        max_sales=draw(st.sampled_from((None, None, 1, 3))),
        max_turnover=draw(st.sampled_from((None, None, Decimal(20_000)))),
    )


@st.composite
def assumptions(draw: st.DrawFn) -> Assumptions:
    return Assumptions(
        future_rate=draw(st.sampled_from((Decimal("0.15"), Decimal(0), Decimal("0.238")))),
        years_to_sale=draw(st.sampled_from((Decimal(10), Decimal(0), Decimal("Infinity")))),
        years_to_use_carryover=draw(st.sampled_from((None, None, Decimal(1), Decimal("Infinity")))),
        later_gains=draw(st.sampled_from((ZERO, ZERO, Decimal(4_000)))),
        years_carried_at_most=draw(st.sampled_from((40, 2, 0))),
    )


def every_plan(question: Question, parts: int = 1) -> Iterator[tuple[Sequence[Order], Evaluation]]:
    """Every plan within the constraints: each lot on one of its days, in up to `parts` equal parts, or not at all."""
    wish = question.case.household.plan_limits
    ways: dict[str, list[Order | None]] = {}
    for c in question.field.candidates:
        orders = [Order(c.holding, c.quantity * n / parts, c.sold) for n in range(1, parts + 1)]
        ways.setdefault(c.lot_id, [None]).extend(orders)
    for chosen in product(*ways.values()):
        orders = [order for order in chosen if order is not None]
        if wish.max_sales is not None and len(orders) > wish.max_sales:
            continue
        try:
            evaluation = evaluate(question.setting, orders, question.baseline)
        except ChainedSale:
            continue
        proceeds = sum((s.proceeds for s in evaluation.sales), ZERO)
        if wish.max_turnover is not None and proceeds > wish.max_turnover:
            continue
        if any(s.gain < 0 and -s.gain < wish.minimum_loss for s in evaluation.sales):
            continue
        yield orders, evaluation
