"""Households of many hundred lots: prices find what the program of record finds, lot by lot."""

from __future__ import annotations

import math
import re
import time
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from household_files import TAXPAYER, invoked, write

from planner.domain.case import Case
from planner.domain.household import INFINITY, Account, Assumptions, Household, Taxpayer
from planner.domain.plan import Plan, Status
from planner.domain.plan_limits import PlanLimits
from planner.domain.portfolio import Holding
from planner.optimizer.pipeline import ask, plan_case
from planner.optimizer.search import search
from planner.optimizer.search.book import Book
from planner.optimizer.search.programs import whole_program
from planner.optimizer.solve import ROUNDING, task_of
from rules.terms import AssetClass, FilingStatus, Gains, Lot

CENT = Decimal("0.01")
LAST_SESSION = date(2026, 12, 31)  # one day of sale a lot, however many lots there are
CARRIED_IS_WORTHLESS = Assumptions(years_to_use_carryover=INFINITY)
CLASSES = (AssetClass.STOCK, AssetClass.STOCK, AssetClass.ETF, AssetClass.CRYPTO, AssetClass.OTHER)


def household(
    seed: int,
    *,
    lots: int,
    recent: float = 0.0,
    fractional: bool = False,
    income: int = 185_000,
    realized: Gains | None = None,
    plan_limits: PlanLimits | None = None,
    assumptions: Assumptions = CARRIED_IS_WORTHLESS,
) -> Case:
    """Lots of a few securities each, at losses and gains, `recent` of them bought in the last thirty days."""
    random = Random(seed)
    symbols = [(f"S{n}", random.choice(CLASSES)) for n in range(lots // 5)] + [("GLD", AssetClass.ETF)]
    holdings = []
    for number in range(lots):
        symbol, asset_class = random.choice(symbols)
        young = random.random() < recent
        days = random.randint(0, 30) if young else random.choice((40, 100, 200, 300, 364, 367, 500, 1500))
        quantity, price = Decimal(random.randint(1, 200)), Decimal(random.randint(50, 40_000)) / 100
        basis = (quantity * price * random.randint(60, 160) / 100).quantize(CENT)
        lot = Lot(f"L{number}", "Broker", symbol, asset_class, quantity, LAST_SESSION - timedelta(days=days), basis)
        holdings.append(Holding(lot, price, f"lots.csv:{number + 2}"))
    return Case(
        Household(
            Path("household.toml"),
            Taxpayer(2026, FilingStatus.SINGLE, Decimal(income), state_rate=Decimal("0.05")),
            realized=realized or Gains(Decimal(random.randint(0, 20_000)), Decimal(random.randint(0, 60_000))),
            accounts=(Account("Broker", fractional=fractional),),
            plan_limits=plan_limits or PlanLimits(),
            assumptions=assumptions,
        ),
        LAST_SESSION,
        tuple(holdings),
    )


def program_of_record(case: Case, seconds: float = 60.0) -> Decimal:
    """Net benefit that the one program over all lots finds, with variables of their own."""
    task = task_of(ask(case), time.monotonic() + seconds)
    proof = whole_program(Book(task), certain=-math.inf, best=math.inf)
    assert proof.trial is not None
    return Decimal(repr(task.idle - proof.trial.cost))


def by_prices(case: Case, monkeypatch: pytest.MonkeyPatch) -> Plan:
    """The plan, the whole program never asked."""
    with monkeypatch.context() as patched:
        patched.setattr(search, "QUICK", 0)
        patched.setattr(search, "LARGEST", 0)
        return plan_case(case)


def a_cent_a_lot(*plans: Plan) -> Decimal:
    return CENT * max(1, *(len(plan.sales) for plan in plans)) + 2 * ROUNDING


# --- prices ---

EVERY_LOSS = Assumptions(years_to_use_carryover=Decimal(3))  # every loss is worth taking: hundreds of sales
MANY = {
    "whole shares": household(1, lots=350),
    "fractions": household(2, lots=900, fractional=True),
    "all losses are worth taking": household(3, lots=1500, assumptions=EVERY_LOSS),
    "gains too, at 0%": household(
        4, lots=600, income=30_000, realized=Gains(), plan_limits=PlanLimits(sell_gains=True)
    ),
    "turnover": household(5, lots=1000, plan_limits=PlanLimits(max_turnover=Decimal(20_000)), assumptions=EVERY_LOSS),
    "cash from losers": household(6, lots=350, plan_limits=PlanLimits(cash_needed=Decimal(200_000))),
    "cash from winners": household(
        7, lots=800, plan_limits=PlanLimits(sell_gains=True, cash_needed=Decimal(500_000)), fractional=True
    ),
    "least loss": household(8, lots=250, plan_limits=PlanLimits(minimum_loss=Decimal(800))),
    "a few bought of late": household(9, lots=600, recent=0.03),
}


@pytest.mark.parametrize("name", MANY)
def test_prices_find_what_the_program_of_record_finds(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With whole shares within the steps of a few lots, which the bound says; with fractions to a cent."""
    case = MANY[name]
    plan, best = by_prices(case, monkeypatch), program_of_record(case)
    allowed = a_cent_a_lot(plan)
    assert plan.status is Status.PROVEN
    assert len(plan.sales) > 0
    assert plan.benefit.bound >= best - allowed
    assert plan.benefit.total <= best + allowed
    assert plan.benefit.total >= best - allowed - plan.benefit.gap


# --- coupled groups ---


@pytest.mark.parametrize(("seed", "assumptions"), [(11, CARRIED_IS_WORTHLESS), (12, EVERY_LOSS), (13, EVERY_LOSS)])
def test_groups_at_prices_keep_the_bound_true(
    seed: int, assumptions: Assumptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Verified in cents the plan cannot be worth more than the bound, nor can what the one program finds be."""
    case = household(seed, lots=500, recent=0.1, assumptions=assumptions)
    plan, best = by_prices(case, monkeypatch), program_of_record(case)
    allowed = a_cent_a_lot(plan)
    assert plan.status is Status.PROVEN
    assert plan.benefit.bound >= best - allowed
    assert plan.benefit.total <= best + allowed


# --- order ---


@pytest.mark.parametrize("name", ["whole shares", "cash from winners", "a few bought of late"])
def test_the_order_of_lots_makes_no_difference_in_bulk(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not for the dollars; the loader sorts what it reads, so that the lots are the same as well (below)."""
    case = MANY[name]
    shuffled = list(case.holdings)
    Random(0).shuffle(shuffled)
    first, again = by_prices(case, monkeypatch), by_prices(replace(case, holdings=tuple(shuffled)), monkeypatch)
    assert abs(first.benefit.total - again.benefit.total) <= a_cent_a_lot(first, again) + first.benefit.gap


def test_the_order_of_rows_makes_no_difference_in_bulk(tmp_path: Path) -> None:
    """500 rows of a file, in two orders: one document, byte for byte."""
    holdings = household(21, lots=500, recent=0.05).holdings
    rows = [
        f"{h.lot.symbol},{h.lot.quantity},{h.lot.acquired},{h.lot.basis},{h.price},{h.lot.asset_class},\n"
        for h in holdings
    ]
    texts = []
    for _ in range(2):
        answer = invoked(write(tmp_path, "".join(rows), taxpayer=TAXPAYER))
        assert answer.exit_code == 0, answer.stderr
        texts.append(re.sub("sha256:[0-9a-f]+", "", answer.stdout))  # the file itself is another
        Random(1).shuffle(rows)
    assert '"sales": [' in texts[0]
    assert texts[0] == texts[1]
