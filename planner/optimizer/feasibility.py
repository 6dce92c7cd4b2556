"""Wishes that cannot be kept, found before solving and said by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from planner.domain.case import Case
from planner.domain.errors import NoPlan, Problem
from planner.domain.portfolio import Holding
from planner.optimizer.candidates import Candidate, Field, candidates
from rules.terms import ZERO

PLACE = "household.toml: [plan] cash_needed"


Days = Callable[[Holding], Sequence[date]]


def refuse_impossible_wishes(case: Case, field: Field, days: Days) -> None:
    """Raise NoPlan where the cash needed cannot be raised, naming the wishes that stand in its way."""
    plan_limits = case.household.plan_limits
    needed = plan_limits.cash_needed
    if needed <= 0:
        return
    if plan_limits.max_turnover is not None and needed > plan_limits.max_turnover:
        raise NoPlan(
            [
                Problem(
                    PLACE,
                    f"cash_needed = {needed:,.2f} is more than max_turnover = {plan_limits.max_turnover:,.2f} allows",
                    "raise max_turnover or ask for less cash",
                )
            ]
        )
    raised = _most_cash(field.candidates, plan_limits.max_sales)
    if raised >= needed:
        return
    raise NoPlan(
        [
            Problem(
                PLACE,
                f"cash_needed = {needed:,.2f} cannot be raised: all that may be sold from {case.sale_date} on brings "
                f"${raised:,.2f}",
                _remedy(case, needed, days),
            )
        ]
    )


def _most_cash(lots: Iterable[Candidate], max_sales: int | None) -> Decimal:
    proceeds = sorted({lot.lot_id: lot.whole.proceeds for lot in lots}.values(), reverse=True)
    return sum(proceeds[:max_sales], ZERO)


def _remedy(case: Case, needed: Decimal, days: Days) -> str:
    """What each wish costs in cash: the proceeds there would be without it."""
    plan_limits = case.household.plan_limits
    relaxed = {
        "sell = true": replace(plan_limits, sell=True),
        "sell_gains = true": replace(plan_limits, sell_gains=True),
        "without keep": replace(plan_limits, keep=()),
        "without minimum_loss": replace(plan_limits, minimum_loss=ZERO),
        "without max_sales": replace(plan_limits, max_sales=None),
        "without any of these limits": replace(
            plan_limits, sell=True, sell_gains=True, keep=(), minimum_loss=ZERO, max_sales=None
        ),
    }
    offers = []
    for name, other in relaxed.items():
        if other == plan_limits:
            continue
        household = replace(case.household, plan_limits=other)
        field = candidates(replace(case, household=household), days)
        raised = _most_cash(field.candidates, other.max_sales)
        offers.append(f"{name}: ${raised:,.2f}{'' if raised >= needed else ' (not enough)'}")
    return "ask for less cash" + (", or change a wish: " + "; ".join(offers) if offers else "")
