"""Everything planned again under one change: a lot kept or sold, a constraint lifted, another price."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from decimal import ROUND_FLOOR, Decimal

from planner.analysis.explanation import BreakEven, Supposition, WhatIf
from planner.domain.case import Case
from planner.domain.errors import NoPlan, NoPlanInTime
from planner.domain.plan import Plan, Status
from planner.domain.plan_limits import Duty, PlanLimits
from planner.domain.portfolio import Holding
from planner.optimizer.pipeline import plan_case
from rules.substantially_identical import spelling
from rules.terms import CENT, ZERO

TENTH_OF_A_MILL = Decimal("0.0001")  # the step of prices below a dollar


class WhatIfUnfinished(Exception):  # noqa: N818  what happened to the answer, not an error of ours
    """There was no time left to plan again, or not enough to prove the new plan."""


@dataclass
class Replanning:
    """Plans the same case under changes until the deadline, on the monotonic clock. Each price is planned once."""

    case: Case
    plan: Plan
    deadline: float
    _at_price: dict[tuple[str, Decimal], frozenset[str]] = field(default_factory=dict)

    def what_if(self, change: Supposition, case: Case, lot_id: str) -> WhatIf:
        """Raises OutOfTime."""
        try:
            other = self._planned(case)
        except NoPlan as none:
            return WhatIf(change, None, no_plan=none.problems[0].what)
        sells = next((sale.quantity for sale in other.sales if sale.lot_id == lot_id), ZERO)
        return WhatIf(change, other.benefit.total - self.plan.benefit.total, sells)

    def sells_at(self, price: Decimal, holding: Holding) -> bool:
        """Whether a plan made at this price of its security sells any of the lot. Raises OutOfTime."""
        key = spelling(holding.lot.symbol), price
        if all(other.price == price for other in self._alike(key[0])):
            self._at_price[key] = frozenset(sale.lot_id for sale in self.plan.sales)  # as it is
        if key not in self._at_price:
            holdings = tuple(
                replace(other, price=price) if spelling(other.lot.symbol) == key[0] else other
                for other in self.case.holdings
            )
            try:
                sales = self._planned(replace(self.case, holdings=holdings)).sales
            except NoPlan:
                sales = ()
            self._at_price[key] = frozenset(sale.lot_id for sale in sales)
        return holding.lot.lot_id in self._at_price[key]

    def _alike(self, symbol: str) -> Iterator[Holding]:
        return (holding for holding in self.case.holdings if spelling(holding.lot.symbol) == symbol)

    def _planned(self, case: Case) -> Plan:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise WhatIfUnfinished
        try:
            plan = plan_case(case, seconds=left)
        except NoPlanInTime:
            raise WhatIfUnfinished from None
        if plan.status is not Status.PROVEN:
            raise WhatIfUnfinished
        return plan


# --- constraints ------------------------------------------------------------------------------------------------------


def with_wishes(case: Case, change: Callable[[PlanLimits], PlanLimits]) -> Case:
    """The case with other constraints."""
    return replace(case, household=replace(case.household, plan_limits=change(case.household.plan_limits)))


def kept(case: Case, lot_id: str) -> Case:
    """The case in which this lot may not be sold."""
    return with_wishes(case, lambda plan_limits: plan_limits.changed(keep=(*plan_limits.keep, lot_id)))


def must_be_sold(case: Case, lot_id: str) -> Case:
    """The case in which this lot must be sold whole."""
    duty = Duty(lot_id, lot_id=lot_id, supposed=True)
    return with_wishes(case, lambda limits: limits.changed(must_sell=(*limits.must_sell, duty)))


def not_kept(case: Case, holding: Holding) -> Case:
    """The case in which this lot, and no other, is let off `keep`."""
    symbol, lot_id = holding.lot.symbol, holding.lot.lot_id
    others = [h.lot.lot_id for h in case.holdings if h.lot.symbol == symbol and h.lot.lot_id != lot_id]

    def change(plan_limits: PlanLimits) -> PlanLimits:
        left = [word for word in plan_limits.keep if word not in (symbol, lot_id)]
        return plan_limits.changed(keep=(*left, *(others if symbol in plan_limits.keep else ())))

    return with_wishes(case, change)


def selling(case: Case) -> Case:
    """The case in which anything may be sold at all."""
    return with_wishes(case, lambda plan_limits: plan_limits.changed(sell=True))


def selling_gains(case: Case) -> Case:
    """The case in which lots may be sold at a gain too."""
    return with_wishes(case, lambda plan_limits: plan_limits.changed(sell_gains=True))


def without_minimum_loss(case: Case) -> Case:
    """The case in which every loss is large enough."""
    return with_wishes(case, lambda plan_limits: plan_limits.changed(minimum_loss=ZERO))


def thawed(case: Case, lot_id: str) -> Case:
    """The case in which this lot is not frozen."""
    holdings = tuple(replace(h, frozen=False) if h.lot.lot_id == lot_id else h for h in case.holdings)
    return replace(case, holdings=holdings)


def limits_lifted(case: Case) -> Iterator[tuple[Supposition, Case]]:
    """The case without each of the limits that the household set."""
    plan_limits = case.household.plan_limits
    for key in plan_limits.limiting:
        if (change := _LIFTED.get(key.name)) is not None:
            yield change, with_wishes(case, lambda limits, key=key: limits.without(key))  # type: ignore[misc]


_LIFTED = {
    change.value.removeprefix("plan."): change
    for change in (Supposition.MINIMUM_LOSS, Supposition.MAX_SALES, Supposition.MAX_TURNOVER, Supposition.CASH_NEEDED)
}


# --- prices ------------------------------------------------------------------------------------------------------


def break_even(replanning: Replanning, holding: Holding, guess: Decimal) -> BreakEven | None:
    """The price nearest the guess at which the answer turns; None where it turns nowhere between today's price and
    the far end: no gain or loss for a lot that is sold, almost nothing for one that is kept. Raises OutOfTime.
    """
    price, basis = holding.price, holding.lot.basis
    if price is None or basis is None or price <= 0:
        return None
    tick = CENT if price >= 1 else TENTH_OF_A_MILL

    def on_grid(amount: Decimal) -> Decimal:
        return max((amount / tick).to_integral_value(ROUND_FLOOR) * tick, tick)

    def sold(at: Decimal) -> bool:
        return replanning.sells_at(at, holding)

    today = sold(price)
    even = on_grid(basis / holding.lot.quantity)
    nothing = on_grid(CENT / holding.lot.quantity) + tick  # at less no one buys, and nothing is sold
    here, there = price, (even + tick if price <= even else even) if today else nothing
    if here == there or sold(there) is today:
        return None
    here, there = _galloped(sold, here, there, on_grid(guess), tick)
    while abs(there - here) > tick:
        middle = on_grid((here + there) / 2)
        if middle in (here, there):  # today's price may lie between two ticks
            break
        here, there = (middle, there) if sold(middle) is today else (here, middle)
    return BreakEven(sold_at=here, kept_at=there) if today else BreakEven(sold_at=there, kept_at=here)


def _galloped(
    sold: Callable[[Decimal], bool], here: Decimal, there: Decimal, guess: Decimal, tick: Decimal
) -> tuple[Decimal, Decimal]:
    """A narrower pair around the turn, found in widening steps from a guess that is mostly a tick or two off."""
    today = sold(here)
    low, high = min(here, there), max(here, there)
    if not low < guess < high:
        return here, there
    onward = sold(guess) is today  # then the turn lies between the guess and the far end
    target = there if onward else here
    step = tick if target > guess else -tick
    last = guess
    while (at := guess + step) and low < at < high:
        if sold(at) is not sold(guess):
            return (last, at) if onward else (at, last)
        last, step = at, 2 * step
    return (last, there) if onward else (here, last)
