"""What no choice of days, quantities and cancellations lets a security's lots escape, against every such choice."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
from coupled_groups import choices, coupled, every_choice
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from test_certificate import times

from planner.domain.case import Case
from planner.domain.household import Account, Assumptions, Household, PlannedPurchase, Taxpayer
from planner.domain.plan import Status
from planner.domain.portfolio import Holding
from planner.optimizer.pipeline import ask, plan_case
from planner.optimizer.search.book import Book
from planner.optimizer.search.dual import Dual, Prices
from planner.optimizer.solve import task_of
from rules.terms import AssetClass, FilingStatus, Gains, Lot

MOST = 4_000  # choices that are tried
HIDDEN = 1e-6
prices = st.integers(-100, 700).map(lambda mills: mills / 1000)
some = settings(
    max_examples=times(40), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


@some
@given(coupled(), st.data())
def test_no_choice_of_a_group_costs_less_than_its_bound(case: Case, data: st.DataObject) -> None:
    task = task_of(ask(case), time.monotonic() + 60)
    book = Book(task)
    assume(len(book.groups) == 1 and choices(book.groups[0]) <= MOST)
    dual, limits = Dual(book), book.rows.limits
    every = list(every_choice(book.groups[0]))
    for _ in range(8):
        rents = [data.draw(st.sampled_from((0.0, 0.1, 1.0))) * (60 if counts else 0.3) for counts in limits.counts]
        at = Prices(np.array([data.draw(prices), data.draw(prices), 0.0]), np.array(rents))
        least = min(choice.priced(at.sums, at.rents) for choice in every)
        assert float(dual.of_groups(at)[0]) <= least + HIDDEN


def test_a_recent_lot_sold_first_takes_the_replacement_from_an_older_one() -> None:
    """Two lots of late and a planned share: the small loss is sold a day ahead and washed, the large one is allowed.
    Taken as if what is sold recently were never washed, the bound was $0.04, and the plan "proven" to be nothing."""
    lots = (("L0", date(2026, 11, 21), "18440.68", "4728.38"), ("L2", date(2026, 12, 8), "11.17", "3.84"))
    case = Case(
        Household(
            Path("household.toml"),
            Taxpayer(2026, FilingStatus.MARRIED_SEPARATELY, Decimal(2362), deduction=Decimal(353)),
            realized=Gains(Decimal(-13), Decimal(-709)),
            assumptions=Assumptions(future_rate=Decimal("0.238"), years_to_use_carryover=Decimal(1)),
            accounts=(Account("Broker"),),
            planned_purchases=(PlannedPurchase(date(2026, 12, 16), "Broker", "VTI", Decimal(1)),),
        ),
        date(2026, 12, 8),
        tuple(
            Holding(Lot(name, "Broker", "VTI", AssetClass.ETF, Decimal(1), bought, Decimal(basis)), Decimal(price), "f")
            for name, bought, basis, price in lots
        ),
    )
    plan = plan_case(case)
    assert plan.status is Status.PROVEN
    assert [sale.lot_id for sale in plan.sales if not sale.disallowed_loss] == ["L0"]
    assert plan.benefit.total > 1_000
