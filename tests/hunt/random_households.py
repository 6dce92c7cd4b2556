"""Random households of 2 to 60 lots, biased to what has broken planners: ties, edges of the law, prices below a cent,
lots of billions of shares, coins above a million, sale dates from 1 November on, limits of every kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from planner.domain.case import Case
from planner.domain.household import Account, Assumptions, Household, PlannedPurchase, Taxpayer, WashSaleChoices
from planner.domain.income_keys import IncomeKeys
from planner.domain.plan_limits import KEYS, Duty, PlanLimits, Selection
from planner.domain.plan_limits.limits import SelectedLimits
from planner.domain.portfolio import Holding
from rules.terms import ZERO, AccountKind, AssetClass, Carryover, FilingStatus, Gains, Lot

CENT = Decimal("0.01")
EDGES = (0, 1500, 3000, 49_450, 50_400, 98_900, 105_700, 200_000, 201_775, 250_000, 545_500)
CLASSES = (AssetClass.STOCK, AssetClass.STOCK, AssetClass.STOCK, AssetClass.ETF, AssetClass.CRYPTO, AssetClass.OTHER)
NEVER = Decimal("Infinity")


def household(seed: int) -> Case:
    random = Random(seed)
    as_of = date(2026, 11, 1) + timedelta(days=random.choice((0, 9, 19, 30, 37, 44, 51, 58, 59, 60)))
    symbols = [(f"S{n}", random.choice(CLASSES)) for n in range(random.choice((1, 2, 3, 6, 20)))] + [
        ("GLD", AssetClass.ETF)
    ]
    number = random.choice((2, 3, 4, 5, 6, 7, 7, 12, 20, 35, 60))
    recent = random.choice((0.0, 0.0, 0.2, 0.5))
    holdings: list[Holding] = []
    for n in range(number):
        if holdings and random.random() < 0.15:  # a tie: the same lot again
            twin = random.choice(holdings)
            holdings.append(_again(twin, f"L{n}", n))
            continue
        holdings.append(_holding(random, n, random.choice(symbols), as_of, recent))
    if recent:
        holdings += [_in_an_ira(random, n, random.choice(symbols), as_of) for n in range(random.choice((0, 0, 1, 2)))]
    accounts = (
        Account("Broker", fractional=random.random() < 0.3),
        Account("IRA", kind=AccountKind.IRA),
    )
    planned = tuple(
        PlannedPurchase(
            as_of + timedelta(days=random.randint(0, 40)),
            random.choice(("Broker", "IRA")),
            random.choice(symbols)[0],
            Decimal(random.randint(1, 50)),
            cancelable=random.random() < 0.5,
        )
        for _ in range(random.choice((0, 0, 1, 3)) if recent else 0)
    )
    income = Decimal(random.choice((*EDGES, random.randint(0, 900_000))))
    drawn = Household(
        path=Path("household.toml"),
        taxpayer=Taxpayer(
            tax_year=2026,
            filing_status=random.choice(list(FilingStatus)),
            ordinary_income=income,
            qualified_dividends=Decimal(random.choice((0, 0, 9_000, 60_000))),
            net_investment_income=min(income, Decimal(random.choice((0, 5_000)))),
            state_rate=random.choice((None, None, Decimal("0.05"), Decimal("0.133"))),
        ),
        carryover=Carryover(Decimal(random.choice((0, 0, 14_580))), Decimal(random.choice((0, 0, 30_000)))),
        realized=_realized(random),
        accounts=accounts,
        planned_purchases=planned,
        plan_limits=_limits(random, holdings),
        assumptions=Assumptions(
            future_rate=random.choice((Decimal("0.15"), ZERO, Decimal("0.238"))),
            discount_rate=random.choice((Decimal("0.05"), ZERO)),
            years_to_sale=random.choice((Decimal(10), ZERO, NEVER)),
            cost_per_sale=random.choice((ZERO, ZERO, ZERO, Decimal(7))),
            waiting_cost=random.choice((ZERO, ZERO, ZERO, Decimal("0.0001"))),
        ),
        wash_sale=WashSaleChoices(crypto=random.random() < 0.2),
    )
    return Case(_with_more(drawn, Random(f"{seed}, more"), holdings), as_of, tuple(holdings))


def _with_more(drawn: Household, random: Random, holdings: list[Holding]) -> Household:
    """Keys of [plan] and of [taxpayer] that came later, drawn apart so that the households before them stay."""
    values: dict[str, object] = {}
    if random.random() < 0.15:
        values["january"] = True
    if random.random() < 0.12:
        values["limits"] = (_selected(random, holdings),)
    if random.random() < 0.08:
        values["last_sale_date"] = random.choice((date(2026, 12, 31), date(2027, 1, 15)))
    if random.random() < 0.06:
        values["keep"] = (random.choice(holdings).lot.symbol,)
    if drawn.plan_limits.must_sell and random.random() < 0.3:
        values["exactly"] = True
    taxpayer = drawn.taxpayer
    if random.random() < 0.08:
        taxpayer = replace(taxpayer, state_rate=None, state=random.choice(("CA", "PA", "NY", "MA")))
    if random.random() < 0.06 and taxpayer.filing_status is not FilingStatus.MARRIED_SEPARATELY:
        taxpayer = _with_edges(taxpayer, random)
        values["edge_margin"] = Decimal(random.choice((0, 0, 100)))
    assumptions = replace(
        drawn.assumptions,
        years_to_use_carryover=random.choice((None, None, None, Decimal(1), Decimal(3), NEVER)),
        later_gains=Decimal(random.choice((0, 0, 0, 10_000))),
    )
    limits = drawn.plan_limits.changed(**values)
    return replace(drawn, taxpayer=taxpayer, assumptions=assumptions, plan_limits=limits)


def _selected(random: Random, holdings: list[Holding]) -> SelectedLimits:
    lot = random.choice(holdings).lot
    where = random.choice(
        (Selection(symbol=lot.symbol), Selection(asset_class=lot.asset_class), Selection(account="Broker"))
    )
    return SelectedLimits(
        where, *random.choice(((Decimal(5_000), None), (None, Decimal(1)), (Decimal(20_000), Decimal(2))))
    )


def _with_edges(taxpayer: Taxpayer, random: Random) -> Taxpayer:
    """A retired household, whose benefits and premiums move with its gains."""
    return replace(
        taxpayer,
        state_rate=None,
        edges=IncomeKeys(
            frozenset(("born", "social_security", "medicare")),
            born=date(1958, 5, 2),
            social_security=Decimal(random.choice((0, 24_000))),
            medicare=random.choice((0, 1)),
        ),
        ordinary_income=min(taxpayer.ordinary_income, Decimal(120_000)),
        net_investment_income=min(taxpayer.net_investment_income, taxpayer.ordinary_income, Decimal(5_000)),
    )


def kinds(case: Case) -> Iterator[str]:
    """What is unusual about a household."""
    household, limits = case.household, case.household.plan_limits
    lots = [holding for holding in case.holdings if holding.lot.account == "Broker"]
    seen = [(h.lot.symbol, h.lot.quantity, h.lot.acquired, h.lot.basis) for h in lots]
    yield "7 lots or fewer" if len(lots) <= 7 else "over 7 lots"
    yield from (key for key in KEYS if limits.of(KEYS[key]) != KEYS[key].freest and key != "sell_gains")
    for name, there in (
        ("ties", len(set(seen)) < len(seen)),
        ("prices below a cent", any((h.price or 1) < CENT for h in lots)),
        ("a billion shares", any(h.lot.quantity >= 10**9 for h in lots)),
        ("coins above a million", any((h.price or 0) >= 10**6 for h in lots)),
        ("recent purchases", any((case.as_of - h.lot.acquired).days <= 30 for h in case.holdings if h.lot.acquired)),
        ("an IRA", any(h.lot.account == "IRA" for h in case.holdings)),
        ("planned purchases", bool(household.planned_purchases)),
        ("sells gains", limits.sell_gains),
        ("a cost per sale", household.assumptions.cost_per_sale > 0),
        ("a waiting cost", household.assumptions.waiting_cost > 0),
        ("a state of its own", household.taxpayer.state is not None),
        ("income edges", household.taxpayer.edges is not None),
        ("fractions", household.accounts[0].fractional),
    ):
        if there:
            yield name


def large_household(seed: int) -> Case:
    """600 to 3,000 lots, with and without purchases of late, with and without limits."""
    random = Random(seed)
    as_of = date(2026, 11, 1) + timedelta(days=random.choice((9, 30, 37, 44, 51, 58)))
    number = random.choice((600, 900, 1_300, 1_800, 3_000))
    symbols = [(f"S{n}", random.choice(CLASSES)) for n in range(number // random.choice((5, 12, 30)))]
    recent = random.choice((0.0, 0.0, 0.03, 0.15))
    holdings = [_ordinary(random, n, random.choice(symbols), as_of, recent) for n in range(number)]
    if recent:
        holdings += [_in_an_ira(random, n, random.choice(symbols), as_of) for n in range(random.choice((0, 3, 12)))]
    planned = tuple(
        PlannedPurchase(
            as_of + timedelta(days=random.randint(0, 40)),
            random.choice(("Broker", "IRA")),
            random.choice(symbols)[0],
            Decimal(random.randint(1, 50)),
            cancelable=random.random() < 0.5,
        )
        for _ in range(random.choice((0, 3, 10)) if recent else 0)
    )
    worth = sum((h.lot.quantity * (h.price or ZERO) for h in holdings), ZERO)
    limits: dict[str, object] = {"sell_gains": random.random() < 0.3}
    if random.random() < 0.3:
        limits["max_sales"] = random.choice((10, 40, 150))
    if random.random() < 0.3:
        limits["max_turnover"] = (worth * Decimal(random.randint(2, 60)) / 100).quantize(CENT)
    if random.random() < 0.15:
        limits["cash_needed"] = (worth * Decimal(random.randint(1, 4)) / 200).quantize(CENT)
    if random.random() < 0.15:
        limits["minimum_loss"] = Decimal(random.choice((100, 1_000)))
    return Case(
        Household(
            path=Path("household.toml"),
            taxpayer=Taxpayer(
                tax_year=2026,
                filing_status=random.choice(list(FilingStatus)),
                ordinary_income=Decimal(random.choice((50_400, 185_000, 240_000, 700_000))),
                state_rate=random.choice((None, Decimal("0.05"))),
            ),
            realized=_realized(random),
            accounts=(
                Account("Broker", fractional=random.random() < 0.2),
                Account("IRA", kind=AccountKind.IRA),
            ),
            planned_purchases=planned,
            plan_limits=PlanLimits(**limits),
            assumptions=Assumptions(cost_per_sale=random.choice((ZERO, ZERO, ZERO, Decimal(7)))),
        ),
        as_of,
        tuple(holdings),
    )


def _ordinary(random: Random, n: int, security: tuple[str, AssetClass], as_of: date, recent: float) -> Holding:
    symbol, asset_class = security
    days = random.randint(0, 30) if random.random() < recent else random.choice((31, 45, 200, 340, 365, 366, 400, 1500))
    quantity, price = Decimal(random.randint(1, 200)), Decimal(random.randint(500, 40_000)) / 100
    basis = (quantity * price * random.randint(60, 180) / 100).quantize(CENT)
    lot = Lot(f"L{n}", "Broker", symbol, asset_class, quantity, as_of - timedelta(days=days), basis)
    return Holding(lot, price, f"lots.csv:{n + 2}")


def _realized(random: Random) -> Gains:
    collectibles = Decimal(random.choice((0, 0, 0, 20_000)))
    return Gains(
        Decimal(random.choice((0, 5_000, 60_000, -3_000, random.randint(-50_000, 150_000)))),
        Decimal(random.choice((0, 60_000, random.randint(-50_000, 200_000)))) + collectibles,
        collectibles,
    )


def _limits(random: Random, holdings: list[Holding]) -> PlanLimits:
    worth = sum((h.lot.quantity * (h.price or ZERO) for h in holdings), ZERO)
    values: dict[str, object] = {"sell_gains": random.random() < 0.4}
    if random.random() < 0.2:
        values["minimum_loss"] = Decimal(random.choice((100, 500, 3_000)))
    if random.random() < 0.2:
        values["max_sales"] = random.choice((0, 1, 2, 4, 10))
    if random.random() < 0.2:
        values["max_turnover"] = (worth * Decimal(random.randint(1, 90)) / 100).quantize(CENT)
    if random.random() < 0.1:
        values["cash_needed"] = (worth * Decimal(random.randint(1, 40)) / 100).quantize(CENT)
    own = [h for h in holdings if h.lot.account == "Broker"]
    if own and random.random() < 0.08:
        values["must_sell"] = (Duty(own[0].lot.lot_id, lot_id=own[0].lot.lot_id),)
    return PlanLimits(**values)


def _holding(random: Random, n: int, security: tuple[str, AssetClass], as_of: date, recent: float) -> Holding:
    symbol, asset_class = security
    young = random.random() < recent
    days = random.randint(0, 30) if young else random.choice((31, 45, 200, 340, 355, 365, 366, 400, 1500))
    kind = random.random()
    if kind < 0.08:
        quantity, price = Decimal(random.randint(10**7, 3 * 10**9)), Decimal(random.randint(1, 90)) / 10_000
    elif kind < 0.14 and asset_class is AssetClass.CRYPTO:
        quantity = Decimal(random.randint(1, 4 * 10**9)) / 10**8
        price = Decimal(random.randint(10**6, 7 * 10**6))
    elif kind < 0.2:
        quantity, price = Decimal(random.randint(1, 200)), Decimal(random.randint(10**4, 7 * 10**4))
    else:
        quantity, price = Decimal(random.randint(1, 400)), Decimal(random.randint(50, 40_000)) / 100
        if random.random() < 0.2:
            quantity += Decimal(random.randint(1, 999)) / 1000
    ratio = Decimal(random.choice((random.randint(20, 400), random.randint(80, 130), 100))) / 100
    lot = Lot(
        lot_id=f"L{n}",
        account="Broker",
        symbol=symbol,
        asset_class=asset_class,
        quantity=quantity,
        acquired=as_of - timedelta(days=days),
        basis=(quantity * price * ratio).quantize(CENT),
    )
    return Holding(lot, price, f"lots.csv:{n + 2}")


def _again(twin: Holding, lot_id: str, n: int) -> Holding:
    lot = twin.lot
    same = Lot(lot_id, lot.account, lot.symbol, lot.asset_class, lot.quantity, lot.acquired, lot.basis)
    return Holding(same, twin.price, f"lots.csv:{n + 2}")


def _in_an_ira(random: Random, n: int, security: tuple[str, AssetClass], as_of: date) -> Holding:
    bought = as_of - timedelta(days=random.randint(0, 30))
    lot = Lot(f"IRA{n}", "IRA", *security, Decimal(random.randint(1, 60)), bought, Decimal(100))
    return Holding(lot, Decimal(100), f"ira.csv:{n + 2}")
