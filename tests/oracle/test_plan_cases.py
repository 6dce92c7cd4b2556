"""Households whose plans were wrong once, or not proven, or never found: each with the best plan that is known.

A bound below a plan that someone has is false; a plan below one is not the best. `better.json` is a list of sales.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from planner.domain.case import Case
from planner.domain.plan import Status
from planner.domain.plan_limits import Duty
from planner.loader import load_case
from planner.optimizer import plan_case
from planner.optimizer.pipeline import ask
from planner.optimizer.verify.evaluate import evaluate
from planner.optimizer.verify.sale_figures import Order
from planner.optimizer.verify.setting import with_purchases

CASES = Path(__file__).parents[1] / "cases" / "plans"
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Known:
    """The as-of date, the net benefit of a plan that someone found, and whether it must be proven here."""

    as_of: date
    worth: str
    proven: bool = True


KNOWN = {
    "01-false-proof-unit-above-10000": Known(date(2024, 12, 28), "1348.98"),
    "02-hang-coin-above-1000000": Known(date(2026, 12, 1), "0"),
    "03-inf-with-zero-discount": Known(date(2026, 12, 15), "2818.80"),
    "04-false-bound-long-term-loss-worth-more": Known(date(2026, 12, 8), "108.41"),
    "05-false-proof-subpenny-stock": Known(date(2026, 12, 15), "3784.70"),
    "07-minimum-loss-break-even-lot": Known(date(2026, 12, 28), "-0.18"),
    "08-hang-subpenny-stock": Known(date(2026, 12, 15), "481.41"),
    "10-false-bound-900-lots-12": Known(date(2026, 12, 8), "485064.15"),
    "11-beaten-620-lots": Known(date(2026, 12, 15), "323728.50", proven=False),  # proven after 20 s of processor time
    "12-exit-70-patience-a": Known(date(2026, 11, 20), "13.87"),
    "13-six-lots-no-proof-in-30s": Known(date(2026, 12, 15), "4044.00"),
    "14-max-sales-empty-bound": Known(date(2026, 12, 8), "74481.19"),
    "21-january-pair-of-sales": Known(date(2026, 12, 8), "357.63", proven=False),  # neither of the two moves alone
    "20-1799-losers": Known(date(2026, 12, 8), "512751.78"),
    "20-620-losers": Known(date(2026, 12, 8), "191005.73"),
}


def case_of(name: str) -> Case:
    return load_case(CASES / name, as_of=KNOWN[name].as_of)


def test_every_case_is_known() -> None:
    assert {path.name for path in CASES.iterdir() if path.is_dir()} == set(KNOWN)


@pytest.mark.parametrize("name", KNOWN)
def test_the_plan_is_no_worse_than_what_is_known_and_proven(name: str) -> None:
    """The limit is there for a machine that is busy: on a quiet one every search ends long before."""
    known, case = KNOWN[name], case_of(name)
    plan = plan_case(case, seconds=90)
    assert plan.benefit.total >= Decimal(known.worth) - CENT
    if known.proven:
        assert plan.status is Status.PROVEN
    if (better := CASES / name / "better.json").exists():
        for worth in worths(case, json.loads(better.read_text("utf-8"))):
            assert plan.benefit.bound >= worth


def test_the_sales_of_a_plan_asked_for_exactly_have_its_days() -> None:
    """Without days of their own: two lots have to move at once for § 1091 to disallow less (4,044.12 on one day)."""
    case = case_of("13-six-lots-no-proof-in-30s")
    sold = {"L0": "4.5", "L3": "401.174584", "L5": "100"}
    duties = tuple(Duty(lot, lot_id=lot, quantity=Decimal(quantity)) for lot, quantity in sold.items())
    limits = case.household.plan_limits.changed(must_sell=duties, exactly=True)
    plan = plan_case(replace(case, household=replace(case.household, plan_limits=limits)), seconds=90)
    assert plan.benefit.total >= Decimal("4045.27") - CENT


def worths(case: Case, rows: list[object]) -> Iterator[Decimal]:
    """What the sales of a better plan are worth to the verifier, with every planned purchase made and with none; less
    a cent a sale.
    """
    question = ask(case)
    held = {holding.lot.lot_id: holding for holding in case.holdings}
    sales = [row for row in rows if isinstance(row, list)]
    orders = [Order(held[lot], Decimal(str(quantity)), date.fromisoformat(day)) for lot, day, quantity in sales]
    planned = [purchase for _, purchase in question.purchases.cancelable]
    for made in ((*question.purchases.fixed, *planned), question.purchases.fixed):
        if orders:
            other = evaluate(with_purchases(question.setting, made), orders, question.baseline)
            yield other.benefit.total - CENT * len(orders)
