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
from functools import cached_property
from itertools import permutations

from planner.domain.case import Case
from planner.domain.errors import InternalError
from planner.domain.plan_limits import SumOf
from planner.domain.sale_costs import SaleCosts
from planner.domain.trading_days import first_session
from planner.optimizer.candidate import Candidate, whole_steps
from planner.optimizer.candidate_rows import CandidateRows
from planner.optimizer.proof import Proof, proof_of, prove
from planner.optimizer.proof_by_cases import proven_by_cases
from planner.optimizer.question import Question
from planner.optimizer.search.task import PricePoint
from planner.optimizer.verify.evaluate import Evaluation, evaluate
from planner.optimizer.verify.limits import broken_limits
from planner.optimizer.verify.offers import january_allowed
from planner.optimizer.verify.sale_figures import Order, figures
from planner.optimizer.verify.setting import Setting
from planner.optimizer.verify.wash_matching import ChainedSale
from rules.liability import Liability
from rules.terms import CENT, ZERO

WORTH_WAITING = Decimal("1.01")  # dollars a lot: less is no reason to put a sale off
MOST_LOTS = 400  # beyond so many, only the sales of the plan are tried in January, and no others

Orders = Mapping[str, Order]


@dataclass(frozen=True)
class _Search:
    case: Case
    setting: Setting
    baseline: Liability
    lots: Mapping[str, tuple[Candidate, ...]]
    sizes: Mapping[str, Candidate]  # of every lot, those that must be sold too
    deadline: float

    def value(self, orders: Orders) -> Evaluation | None:
        """What these sales come to; None where they break a limit, or are a chain (L-27)."""
        try:
            found = evaluate(self.setting, list(orders.values()), self.baseline)
        except ChainedSale:
            return None
        return None if broken_limits(self.case, found.sales) else found

    def ways(self, lot_id: str, orders: Orders) -> Iterator[Order | None]:
        """What else may be done with a lot: nothing, another day of this year, or January; all of it, as much as now,
        or as much as limits leave room for."""
        candidates = self.lots[lot_id]
        yield None
        whole, now = candidates[0], orders.get(lot_id)
        quantities = {whole.quantity, now.quantity if now is not None else whole.quantity, self._fitting(whole, orders)}
        for quantity in sorted((q for q in quantities if q > 0), reverse=True):
            yield self.put_off(candidates[0], quantity)
            yield from (Order(c.holding, quantity, c.sold) for c in candidates)

    def _fitting(self, whole: Candidate, orders: Orders) -> Decimal:
        """As many units as the limits on proceeds allow beside the other orders; zero where that is none, or all."""
        others = [(o.holding.lot, figures(o).proceeds) for lot_id, o in orders.items() if lot_id != whole.lot_id]
        rooms = [
            -limit.missed(others)
            for limit in self.case.household.plan_limits.sums
            if limit.of is SumOf.PROCEEDS and not limit.at_least and limit.where.covers(whole.holding.lot)
        ]
        if not rooms or min(rooms) >= whole.whole.proceeds:
            return ZERO
        units = whole_steps(min(rooms) * whole.quantity / whole.whole.proceeds, whole.step) * whole.step
        return units if units >= whole.smallest else ZERO

    def put_off(self, candidate: Candidate, quantity: Decimal) -> Order:
        day = first_session(self.case.household.taxpayer.tax_year, candidate.holding.lot.asset_class)
        return Order(candidate.holding, quantity, day)

    def sized(self, lot_id: str, order: Order, quantity: Decimal) -> Order | None:
        """The sale with another quantity; None where no order can be for so much."""
        lot = self.sizes[lot_id]
        in_steps = quantity == lot.quantity or not (lot.quantity % lot.step and quantity % lot.step)
        fits = 0 < quantity <= lot.quantity and quantity >= lot.smallest
        return replace(order, quantity=quantity) if fits and in_steps else None

    def filled(self, lot_id: str, orders: Orders) -> Decimal:
        """How much of a lot makes up for what this year's proceeds lack, or fills the room that the sales leave."""
        lot, lacking = self.sizes[lot_id], self.lacking(orders)
        if lacking <= 0:
            return self._fitting(lot, orders)
        units = (lacking * lot.quantity / lot.whole.proceeds / lot.step).to_integral_value(ROUND_CEILING) * lot.step
        now = orders[lot_id].quantity if lot_id in orders else ZERO
        return min(max(now + units, lot.smallest), lot.quantity)

    def lacking(self, orders: Orders) -> Decimal:
        """What this year's proceeds are short of what is asked for."""
        sums, year = self.case.household.plan_limits.sums, self.case.household.taxpayer.tax_year
        asked = [its for its in sums if its.of is SumOf.PROCEEDS and its.at_least]
        now = [(o.holding.lot, figures(o).proceeds) for o in orders.values() if o.sold.year == year] if asked else []
        return max((its.missed(now) for its in asked), default=ZERO)

    def raised(self, orders: Orders, kept: str = "") -> Orders:
        """These orders with what this year's proceeds lack raised by other lots, those with the least gain or loss a
        dollar first, and none that is put off, or `kept`."""
        year = self.case.household.taxpayer.tax_year
        if self.lacking(orders) <= 0:
            return orders
        for lot_id in self.by_turnover:
            now = orders.get(lot_id)
            if lot_id == kept or (now is not None and now.sold.year > year):
                continue
            lot = self.lots[lot_id][0]
            orders = _with(orders, lot_id, replace(now or lot.whole.order, quantity=self.filled(lot_id, orders)))
            if self.lacking(orders) <= 0:
                break
        return orders

    @cached_property
    def by_turnover(self) -> list[str]:
        """The lots that may be put off, those with the least gain or loss a dollar of proceeds first."""
        wholes = {lot_id: its[0].whole for lot_id, its in self.lots.items() if its[0].whole.proceeds > 0}
        return sorted(wholes, key=lambda lot_id: (abs(wholes[lot_id].gain) / wholes[lot_id].proceeds, lot_id))

    @property
    def time_left(self) -> bool:
        return time.monotonic() < self.deadline


def with_january(
    question: Question, plan: Evaluation, searched: Decimal, deadline: float, points: Sequence[PricePoint]
) -> tuple[Evaluation, Proof]:
    """The plan with sales put off to January where that is worth more, and its proof. `searched` is the bound of the
    search, which is of this year's plans alone.

    The certificate speaks of January too (docs/model.md). Where the law has too many pieces for one, each lot sold in
    January at the most that it can be worth there is added to what the search proved.
    """
    case, candidates = question.case, question.field.candidates
    if not january_allowed(case.household.plan_limits, question.setting):
        return plan, proven_by_cases(question, plan, prove(question, plan, searched, deadline, points), deadline)
    crude = searched + _most_in_january(question.setting, candidates)
    proof = prove(question, plan, crude, deadline, points)
    if proof.bound - plan.benefit.total <= WORTH_WAITING:  # no sale put off could be worth it
        return plan, proof
    best = put_off(question, plan, deadline)
    if broken := broken_limits(case, best.sales):
        raise InternalError(f"the plan breaks a limit: {broken[0]}")
    if best.benefit.total > plan.benefit.total:
        plan, proof = best, proof_of(question, best, crude, proof.certificate, proof.certified)
    return plan, proven_by_cases(question, plan, proof, deadline)


def put_off(question: Question, plan: Evaluation, deadline: float) -> Evaluation:
    """The plan with what is better sold in January, or as it is."""
    by_lot: dict[str, tuple[Candidate, ...]] = {}
    sizes: dict[str, Candidate] = {}
    for candidate in question.field.candidates:
        sizes.setdefault(candidate.lot_id, candidate)
        if not candidate.must:
            by_lot[candidate.lot_id] = (*by_lot.get(candidate.lot_id, ()), candidate)
    planned: Orders = {sale.order.holding.lot.lot_id: sale.order for sale in plan.sales}
    if len(by_lot) > MOST_LOTS:
        by_lot = {lot_id: its for lot_id, its in by_lot.items() if lot_id in planned}
    halfway = (time.monotonic() + deadline) / 2  # the bound wants its time too
    search = _Search(question.case, question.setting, question.baseline, by_lot, sizes, halfway)
    return _searched(search, planned, plan)


def _most_in_january(setting: Setting, candidates: CandidateRows) -> Decimal:
    """What all lots together can be worth in January at the most.

    A gain of January only takes from what losses are worth, which is left out. With C carried and losses L, V(C + L)
    is above V(C) by V(L) at most, each dollar by the first one's worth: later dollars are worth no more.
    """
    worth = setting.carryover
    lots = [first for first in candidates.firsts if not first.must]
    losses = [lot for lot in lots if lot.whole.gain < 0]
    by_gains = (_in_january(setting, lot, ZERO) for lot in lots if lot.whole.gain >= 0)
    by_losses = (_in_january(setting, lot, worth.next_dollar(ZERO)) for lot in losses)
    found = sum((value for value in by_losses if value > 0), ZERO)
    found = min(found, worth.of(-sum((lot.whole.gain for lot in losses), ZERO)))
    found += sum((value for value in by_gains if value > 0), ZERO)
    return found.quantize(CENT, rounding=ROUND_CEILING)


def _in_january(setting: Setting, lot: Candidate, price: Decimal) -> Decimal:
    """What selling all of a lot in January is worth, unwashed, where a dollar of loss is worth so much there."""
    day = first_session(setting.facts.law.year, lot.holding.lot.asset_class)
    rate = SaleCosts(setting.assumptions, setting.first_day).rate(lot.holding.lot.asset_class, day)
    return (setting.assumptions.deferral_rate - price) * lot.whole.gain - lot.whole.proceeds * rate


def _searched(search: _Search, planned: Orders, plan: Evaluation) -> Evaluation:
    best_orders, best = planned, plan
    for begun in _starts(search, planned):
        start = search.raised(begun)
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
            for way in search.ways(lot_id, orders):
                trial = search.raised(_with(orders, lot_id, way), lot_id)
                found = search.value(trial)
                if found is not None and found.benefit.total > evaluation.benefit.total + CENT:
                    orders, evaluation, improved = dict(trial), found, True
    return _exchanged(search, *_resized(search, orders, evaluation))


def _halves(lot: Candidate) -> Iterator[Decimal]:
    """Half of a lot, a quarter, and so on down to a share."""
    by = lot.quantity
    while by > lot.step:
        by = max((by / 2 / lot.step).to_integral_value(ROUND_CEILING) * lot.step, lot.step)
        yield by


def _resized(search: _Search, orders: dict[str, Order], evaluation: Evaluation) -> tuple[dict[str, Order], Evaluation]:
    """More or less of each sale, by halves of the lot down to a share."""
    for lot_id in list(orders):
        for by in _halves(search.sizes[lot_id]):
            if not search.time_left:
                break
            for quantity in (orders[lot_id].quantity - by, orders[lot_id].quantity + by):
                resized = search.sized(lot_id, orders[lot_id], quantity)
                trial = _with(orders, lot_id, resized)
                found = search.value(trial) if resized else None
                if found is not None and found.benefit.total > evaluation.benefit.total + CENT:
                    orders, evaluation = trial, found
    return orders, evaluation


def _exchanged(
    search: _Search, orders: dict[str, Order], evaluation: Evaluation
) -> tuple[dict[str, Order], Evaluation]:
    """Less of one sale and more of another, where a limit on proceeds lets neither move alone."""
    if not search.case.household.plan_limits.limited(SumOf.PROCEEDS):
        return orders, evaluation
    improved = True
    while improved:
        improved = False
        for less, more in permutations(orders, 2):
            for by in _halves(search.sizes[less]):
                if not search.time_left:
                    return orders, evaluation
                smaller = search.sized(less, orders[less], orders[less].quantity - by)
                if smaller is None:
                    continue
                trial = _with(orders, less, smaller)
                larger = search.sized(more, orders[more], search.filled(more, trial))
                found = search.value(_with(trial, more, larger)) if larger else None
                if found is not None and found.benefit.total > evaluation.benefit.total + CENT:
                    orders, evaluation, improved = _with(trial, more, larger), found, True
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
