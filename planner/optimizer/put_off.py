"""Sales put off to the first session of next year (`january = true`), beside those of the plan.

A loss of January is netted there with what this year carries into it, and meets no gain of this year: where this year's
gains are taxed at little, it is worth more. The plan of this year is where the search begins. Each lot is then tried
in January, on another day, or not at all, as long as that makes the plan worth more in exact cents; what is put off for
no more than a dollar and a cent is sold this year after all (contract, "What best means").
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

from planner.domain.carryover_value import CarryoverValue
from planner.domain.case import Case
from planner.domain.certificate import ProvenBy
from planner.domain.errors import InternalError
from planner.domain.plan import Status
from planner.domain.trading_days import first_session
from planner.optimizer.candidates import Candidate
from planner.optimizer.january_bound import Certified, crude_bound, january_bound
from planner.optimizer.proof import Proof, certified_with_costs, threshold
from planner.optimizer.verify.evaluate import Evaluation, evaluate
from planner.optimizer.verify.limits import broken_limits
from planner.optimizer.verify.sale_figures import Order
from planner.optimizer.verify.setting import Setting
from planner.optimizer.verify.wash_matching import ChainedSale
from rules.liability import Liability
from rules.terms import CENT

if TYPE_CHECKING:
    from planner.optimizer.pipeline import Question

WORTH_WAITING = Decimal("1.01")  # dollars a lot: less is no reason to put a sale off
MOST_LOTS = 400  # beyond so many, only the sales of the plan are tried in January, and no others

Orders = Mapping[str, Order]


@dataclass(frozen=True, slots=True)
class PutOff:
    """The best plan found, and what no plan with January can be worth more than."""

    evaluation: Evaluation
    bound: Decimal


@dataclass(frozen=True, slots=True)
class _Search:
    case: Case
    setting: Setting
    baseline: Liability
    lots: Mapping[str, tuple[Candidate, ...]]
    deadline: float

    def value(self, orders: Orders) -> Evaluation | None:
        """What these sales come to; None where they break a limit, or are a chain (L-27)."""
        try:
            found = evaluate(self.setting, list(orders.values()), self.baseline)
        except ChainedSale:
            return None
        return None if broken_limits(self.case, found.sales) else found

    def ways(self, lot_id: str, now: Order | None) -> Iterator[Order | None]:
        """What else may be done with a lot: nothing, another day of this year, or January."""
        candidates = self.lots[lot_id]
        yield None
        quantities = {candidates[0].quantity, now.quantity if now is not None else candidates[0].quantity}
        for quantity in sorted(quantities, reverse=True):
            yield self.put_off(candidates[0], quantity)
            yield from (Order(c.holding, quantity, c.sold) for c in candidates)

    def put_off(self, candidate: Candidate, quantity: Decimal) -> Order:
        day = first_session(self.case.household.taxpayer.tax_year, candidate.holding.lot.asset_class)
        return Order(candidate.holding, quantity, day)

    @property
    def time_left(self) -> bool:
        return time.monotonic() < self.deadline


def with_january(question: Question, plan: Evaluation, proof: Proof, deadline: float) -> tuple[Evaluation, Proof]:
    """The plan with sales put off to January where that is worth more, and what no such plan is worth more than.

    The bound is arithmetic (`january_bound`, over the certificate), and no document holds what it takes to repeat it.
    """

    def certified(carryover: CarryoverValue, more: Mapping[str, Decimal], near: Decimal) -> Decimal | None:
        other = replace(question, setting=replace(question.setting, carryover=carryover))
        return certified_with_costs(other, more, near)

    setting, baseline, lots = question.setting, question.baseline, question.field.candidates
    found = put_off(question.case, setting, baseline, lots, plan, proof.bound, deadline, certified)
    if broken := broken_limits(question.case, found.evaluation.sales):
        raise InternalError(f"the plan breaks a limit: {broken[0]}")
    total = found.evaluation.benefit.total
    close = found.bound - total <= threshold(total, len(found.evaluation.sales))
    return found.evaluation, Proof(
        found.bound, Status.PROVEN if close else Status.UNPROVEN, ProvenBy.ARITHMETIC if close else None
    )


def put_off(
    case: Case,
    setting: Setting,
    baseline: Liability,
    candidates: Sequence[Candidate],
    plan: Evaluation,
    bound: Decimal,
    deadline: float,
    certified: Certified,
) -> PutOff:
    """The plan with what is better sold in January. `bound` is that of this year's plans alone, `certified` that at
    other prices."""
    last = case.household.plan_limits.last_day
    if last is not None and last.year == case.household.taxpayer.tax_year:
        return PutOff(plan, bound)
    by_lot: dict[str, tuple[Candidate, ...]] = {}
    duties = case.household.plan_limits.duties
    for candidate in candidates:
        if candidate.lot_id not in duties:
            by_lot[candidate.lot_id] = (*by_lot.get(candidate.lot_id, ()), candidate)
    crude = crude_bound(setting, candidates, bound)

    def most(beside: Evaluation) -> Decimal:
        return min(crude, january_bound(case, setting, baseline, candidates, beside, certified, deadline))

    allowed, best = most(plan), plan
    if allowed - plan.benefit.total > WORTH_WAITING:  # else no sale put off could be worth it
        planned: Orders = {sale.order.holding.lot.lot_id: sale.order for sale in plan.sales}
        if len(by_lot) > MOST_LOTS:
            by_lot = {lot_id: its for lot_id, its in by_lot.items() if lot_id in planned}
        halfway = (time.monotonic() + deadline) / 2  # the bound wants its time too
        best = _searched(_Search(case, setting, baseline, by_lot, halfway), planned, plan)
        if best.benefit.total > plan.benefit.total:
            allowed = min(allowed, most(best))
    return PutOff(best, max(bound, allowed, best.benefit.total))


def _searched(search: _Search, planned: Orders, plan: Evaluation) -> Evaluation:
    best_orders, best = planned, plan
    for start in _starts(search, planned):
        found = search.value(start)
        if found is not None:
            orders, evaluation = _improved(search, dict(start), found)
            if evaluation.benefit.total > best.benefit.total:
                best_orders, best = orders, evaluation
    return _worth_waiting(search, dict(best_orders), best)


def _starts(search: _Search, planned: Orders) -> Iterator[Orders]:
    """The plan; all of its sales in January; every loss in January."""
    yield planned
    kept = {lot_id: order for lot_id, order in planned.items() if lot_id not in search.lots}
    moved = {
        lot_id: search.put_off(search.lots[lot_id][0], order.quantity)
        for lot_id, order in planned.items()
        if lot_id in search.lots
    }
    yield {**kept, **moved}
    losses = {
        lot_id: search.put_off(its[0], its[0].quantity) for lot_id, its in search.lots.items() if its[0].whole.gain < 0
    }
    yield {**kept, **losses}


def _improved(search: _Search, orders: dict[str, Order], evaluation: Evaluation) -> tuple[dict[str, Order], Evaluation]:
    """One lot at a time, the largest first, as long as any change makes the plan worth more."""
    by_size = sorted(search.lots, key=lambda lot_id: (-abs(search.lots[lot_id][0].whole.gain), lot_id))
    improved = True
    while improved and search.time_left:
        improved = False
        for lot_id in by_size:
            if not search.time_left:
                break
            for way in search.ways(lot_id, orders.get(lot_id)):
                trial = _with(orders, lot_id, way)
                found = search.value(trial)
                if found is not None and found.benefit.total > evaluation.benefit.total + CENT:
                    orders, evaluation, improved = trial, found, True
    return _resized(search, orders, evaluation)


def _resized(search: _Search, orders: dict[str, Order], evaluation: Evaluation) -> tuple[dict[str, Order], Evaluation]:
    """More or less of each sale, by halves of the lot down to a share."""
    for lot_id in list(orders):
        if lot_id not in search.lots:
            continue
        candidate = search.lots[lot_id][0]
        by = candidate.quantity
        while by > candidate.step and search.time_left:
            by = max((by / 2 / candidate.step).to_integral_value(ROUND_CEILING) * candidate.step, candidate.step)
            for quantity in (orders[lot_id].quantity - by, orders[lot_id].quantity + by):
                if not candidate.smallest <= quantity <= candidate.quantity or quantity <= 0:
                    continue
                if candidate.quantity % candidate.step and quantity != candidate.quantity and quantity % candidate.step:
                    continue
                trial = _with(orders, lot_id, replace(orders[lot_id], quantity=quantity))
                found = search.value(trial)
                if found is not None and found.benefit.total > evaluation.benefit.total + CENT:
                    orders, evaluation = trial, found
    return orders, evaluation


def _worth_waiting(search: _Search, orders: dict[str, Order], evaluation: Evaluation) -> Evaluation:
    """The plan with every sale of this year again that is put off for no more than a dollar and a cent."""
    year = search.case.household.taxpayer.tax_year
    for lot_id, order in sorted(orders.items()):
        if order.sold.year == year:
            continue
        now = [replace(order, sold=candidate.sold) for candidate in search.lots[lot_id]]
        found = [(v, o) for o in (None, *now) if (v := search.value(_with(orders, lot_id, o))) is not None]
        if not found:
            continue
        best, order_now = max(found, key=lambda pair: pair[0].benefit.total)
        if best.benefit.total >= evaluation.benefit.total - WORTH_WAITING:
            orders, evaluation = _with(orders, lot_id, order_now), best
    return evaluation


def _with(orders: Orders, lot_id: str, order: Order | None) -> dict[str, Order]:
    others = {other: its for other, its in orders.items() if other != lot_id}
    return others if order is None else {**others, lot_id: order}
