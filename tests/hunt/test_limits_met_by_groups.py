"""What has to be raised where every lot has purchases around: no lot by itself can raise it, so groups must."""

from __future__ import annotations

import time
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hunt_plans import Tally, attacked

from planner.domain.case import Case
from planner.domain.household import Account, Household, Taxpayer
from planner.domain.plan_limits import PlanLimits
from planner.domain.portfolio import Holding
from planner.optimizer.pipeline import ask
from planner.optimizer.search.book import Book
from planner.optimizer.search.course import Course
from planner.optimizer.search.dual import Prices
from planner.optimizer.search.feasible import fitted
from planner.optimizer.solve import task_of
from rules.terms import AccountKind, AssetClass, FilingStatus, Gains, Lot

CENT = Decimal("0.01")
AS_OF = date(2026, 12, 8)


def all_coupled(seed: int) -> Case:
    """Six lots of three securities, each bought in an IRA of late; so much is to be raised that some must be sold."""
    random = Random(seed)
    holdings = []
    for n in range(6):
        symbol, price = f"S{n % 3}", Decimal(20 + 10 * (n % 3))
        basis = (100 * price * random.randint(105, 190) / 100).quantize(CENT)
        bought = AS_OF - timedelta(days=random.choice((45, 200, 400)))
        lot = Lot(f"L{n}", "Broker", symbol, AssetClass.STOCK, Decimal(100), bought, basis)
        holdings.append(Holding(lot, price, f"lots.csv:{n + 2}"))
    for n in range(3):
        bought = AS_OF - timedelta(days=random.randint(0, 7))  # around until the year ends
        lot = Lot(f"IRA{n}", "IRA", f"S{n}", AssetClass.STOCK, Decimal(random.randint(5, 30)), bought, Decimal(500))
        holdings.append(Holding(lot, Decimal(20 + 10 * n), f"ira.csv:{n + 2}"))
    raised = Decimal(random.randint(3_000, 14_000))
    limits = PlanLimits(sell_gains=True, cash_needed=raised)
    if seed % 2:
        limits = limits.changed(max_sales=random.randint(4, 5), cash_needed=min(raised, Decimal(9_000)))
    return Case(
        Household(
            path=Path("household.toml"),
            taxpayer=Taxpayer(tax_year=2026, filing_status=FilingStatus.SINGLE, ordinary_income=Decimal(150_000)),
            realized=Gains(Decimal(2_000), Decimal(1_000)),
            accounts=(Account("Broker"), Account("IRA", kind=AccountKind.IRA)),
            plan_limits=limits,
        ),
        AS_OF,
        tuple(holdings),
    )


@pytest.mark.parametrize("seed", range(8))
def test_prices_raise_what_only_groups_can(seed: int) -> None:
    """At prices at which no loss is worth taking, and where limits cost nothing yet: no plan was begun there."""
    book = Book(task_of(ask(all_coupled(seed)), time.monotonic() + 60))
    assert not len(book.free_lots)
    nothing = Prices(np.zeros(book.rows.sums), np.zeros(book.rows.limits.number))
    begun = fitted(Course.begun(book), nothing, time.monotonic() + 60)
    assert begun is not None
    assert book.keeps_limits(begun)


def test_no_plan_of_whole_lots_is_better() -> None:
    tally = Tally()
    attacked(all_coupled(0), 0, 20, tally, 20)
    assert tally.answers["proven"] == 1
    assert not tally.below_best
