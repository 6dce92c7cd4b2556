"""The plan against every plan where income edges are near: households on both sides of each, every key of theirs.

What the solver is given is the law in pieces (`rules/pieces/by_cells.py`); here the law values every way of selling.
The households are made by a seeded generator, because simple ones, to which hypothesis tends, lie far from any edge.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from oracle_households import AS_OF, every_plan

from planner.domain.case import Case
from planner.domain.household import Account, Assumptions, Household, Taxpayer
from planner.domain.income_keys import IncomeKeys
from planner.domain.plan import Plan, Status
from planner.domain.plan_limits import PlanLimits
from planner.domain.portfolio import Holding
from planner.optimizer.pipeline import ask, plan_case
from planner.optimizer.question import Question
from planner.optimizer.solve import ROUNDING
from rules.income_facts import Business, Itemized, Marketplace, Parents
from rules.terms import ZERO, AssetClass, Carryover, FilingStatus, Gains, Lot

CENT = Decimal("0.01")
EDGES = {  # incomes of 2026 at which something happens, by the key that it needs
    "marketplace": (15_650, 25_000, 31_300, 40_000, 50_000, 62_600, 84_600, 106_600),
    "social_security": (9_000, 18_000, 25_000, 34_000, 40_000),
    "medicare": (109_000, 137_000, 171_000, 218_000, 274_000),
    "children": (12_000, 24_000, 40_000, 55_000, 200_000, 400_000),
    "itemized": (505_000, 550_000, 606_333, 640_600, 768_700),
    "business": (201_750, 250_000, 276_750, 403_500),
    "amt_add_back": (300_000, 500_000, 600_000, 1_000_000),
    "born": (75_000, 120_000, 150_000, 200_000),
}
MOVES = {  # what the plans of a theme must be seen to move
    "marketplace": "premium_tax_credit",
    "social_security": "taxable_social_security",
    "medicare": "medicare_surcharge",
    "children": "child_tax_credit",
    "amt_add_back": "amt",
}
JOINT = FilingStatus.MARRIED_JOINTLY
STATUSES = (FilingStatus.SINGLE, JOINT, FilingStatus.HEAD_OF_HOUSEHOLD)
HOUSEHOLDS = 14  # of each theme


def money(random: Random, low: int, high: int) -> Decimal:
    return Decimal(random.randint(low * 100, high * 100)) * CENT


def keys(random: Random, theme: str, joint: bool) -> IncomeKeys:
    def asked(key: str) -> bool:
        return key == theme or random.random() < 0.25

    days = (date(1955, 5, 5), date(1961, 12, 31), date(1962, 1, 2), date(1980, 1, 1))
    size, premium = random.randint(1, 4), money(random, 8_000, 30_000)
    pieces = (money(random, 20_000, 60_000), money(random, 0, 40_000), money(random, 0, 10_000))
    return IncomeKeys(
        said=frozenset({"born"}),
        born=random.choice(days) if asked("born") else None,
        spouse_born=random.choice(days) if joint and asked("born") else None,
        social_security=money(random, 5_000, 50_000) if asked("social_security") else ZERO,
        tax_exempt_interest=random.choice((ZERO, ZERO, money(random, 0, 5_000))),
        medicare=random.randint(1, 2 if joint else 1) if asked("medicare") else 0,
        children=tuple(date(year, 5, 5) for year in random.sample((2008, 2015, 2019), random.randint(1, 3)))
        if asked("children")
        else (),
        earned_income=random.choice((None, money(random, 0, 40_000))),
        marketplace=Marketplace(size, premium, premium) if asked("marketplace") else None,
        itemized=Itemized(*pieces) if asked("itemized") else None,
        business=Business(money(random, 500, 300_000), False, money(random, 0, 100_000)) if asked("business") else None,
        amt_add_back=money(random, 0, 150_000) if asked("amt_add_back") else ZERO,
    )


def household(theme: str, number: int) -> Case:
    random = Random(f"{theme} {number}")
    status = random.choice(STATUSES)
    count = random.randint(2, 5)
    held = [lot(random, n) for n in range(count)]
    around = Decimal(random.choice(EDGES[theme])) + money(random, -9_000, 3_000)
    investment = random.choice((ZERO, ZERO, Decimal(2_000)))
    taxpayer = Taxpayer(
        tax_year=2026,
        filing_status=status,
        ordinary_income=max(around, investment),
        net_investment_income=investment,
        edges=keys(random, theme, status is JOINT),
    )
    return Case(
        Household(
            path=Path("household.toml"),
            taxpayer=taxpayer,
            carryover=random.choice((Carryover(), Carryover(ZERO, money(random, 0, 4_000)))),
            realized=random.choice((Gains(), Gains(ZERO, money(random, -2_000, 9_000)))),
            accounts=(Account("Broker"),),
            plan_limits=PlanLimits(sell_gains=random.random() < 0.8),
            assumptions=Assumptions(future_rate=Decimal(random.choice(("0.15", "0.238", "0.40")))),
        ),
        AS_OF,
        tuple(held),
    )


def lot(random: Random, number: int) -> Holding:
    price, basis = money(random, 500, 12_000), money(random, 500, 12_000)
    acquired = AS_OF - timedelta(days=random.choice((45, 200, 400, 1500)))
    return Holding(
        Lot(f"L{number}", "Broker", f"S{number}", AssetClass.STOCK, Decimal(1), acquired, basis),
        price,
        f"lots.csv:{number + 2}",
    )


def agrees(question: Question, plan: Plan) -> None:
    best = max(evaluation.benefit.total for _, evaluation in every_plan(question))
    allowed = CENT * max(1, len(plan.sales)) + 2 * ROUNDING
    assert plan.status is Status.PROVEN
    assert plan.benefit.total >= best - allowed, f"enumeration finds {best}, the plan {plan.benefit.total}"
    assert plan.benefit.bound >= best, f"bound {plan.benefit.bound} below a real plan {best}"
    assert plan.benefit.bound - plan.benefit.total <= 1 + abs(plan.benefit.total) / 1000 + allowed


@pytest.mark.parametrize("theme", sorted(EDGES))
def test_no_plan_beats_the_plan_and_no_plan_beats_the_bound(theme: str) -> None:
    moved: Counter[str] = Counter()
    for number in range(HOUSEHOLDS):
        case = household(theme, number)
        question = ask(case)
        agrees(question, plan_case(case))
        years = [evaluation.year for _, evaluation in every_plan(question)]
        moved.update(name for name in MOVES.values() if len({getattr(year, name) for year in years}) > 1)
    if theme in MOVES:
        assert moved[MOVES[theme]] >= HOUSEHOLDS // 5, moved


@pytest.mark.parametrize("number", range(8))
def test_a_child_with_interest_beside_long_term_gains(number: int) -> None:
    """§ 1(g), Form 8615: long-term lots alone, since short-term gains over a wide range are only about right."""
    random = Random(number)
    case = household("born", number)
    parents = Parents(money(random, 20_000, 900_000), JOINT)
    interest = money(random, 500, 20_000)
    taxpayer = Taxpayer(
        tax_year=2026,
        filing_status=FilingStatus.SINGLE,
        ordinary_income=interest,
        net_investment_income=interest,
        deduction=Decimal(1_350),
        edges=IncomeKeys(said=frozenset({"parents"}), earned_income=ZERO, parents=parents),
    )
    held = tuple(
        replace(h, lot=replace(h.lot, acquired=AS_OF - timedelta(days=random.randint(400, 1500))))
        for h in case.holdings
    )
    question = ask(replace(case, household=replace(case.household, taxpayer=taxpayer), holdings=held))
    agrees(question, plan_case(question.case))
