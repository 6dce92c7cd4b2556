"""The bound of plans by cases: of a lot that stands between two choices, first the plans with the one, then the others.

The certificate lets a part of a lot go this year and a part in January, a part of a share be sold, and a part of a
charge be paid, which no plan does. With few large lots that leaves a gap. Each case has a certificate of its own, and
no plan is worth more than the best case allows. The document of the plan has the undivided certificate alone, so that a
proof by cases counts as one by the solver.
"""

from __future__ import annotations

import heapq
import itertools
import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

import numpy as np

from planner.domain.certificate import Certificate, PieceMultipliers
from planner.domain.errors import InternalError
from planner.optimizer.proof import Proof, by_search, ground_of, threshold
from planner.optimizer.question import Question
from planner.optimizer.verify.certificate import certified_bound, certify, weakest_piece
from planner.optimizer.verify.evaluate import Evaluation
from planner.optimizer.verify.ground import Ground
from planner.optimizer.verify.limits import finest_unit
from planner.optimizer.verify.offers import Bools
from planner.optimizer.verify.small_lp import Floats
from rules.terms import CENT

MOST_CASES = 200
MOST_LOTS = 4_000  # beyond so many, a case takes too long, and there are too many lots to divide
TRIED = 3  # lots whose two cases are bounded before one of them is chosen
SOME = 1e-30  # of a lot: less than any part that can be sold
SAFE = 1e-12  # by which a share is put too low or too high, so that floats bar no plan

Units = tuple[float, float]  # of a lot, at least and at most


@dataclass(frozen=True)
class PartOfPlans:
    """A part of the plans, and its certificate. `sold`: how many units of a lot these plans sell, where not any."""

    ground: Ground
    certificate: Certificate
    bound: Decimal
    sold: Mapping[int, Units] = field(default_factory=dict)


@dataclass(frozen=True)
class DividedAt:
    """What a case is divided by: of each lot the units that the plan sells, and whether only whole ones can be sold."""

    units: Floats
    whole: Bools


def proven_by_cases(question: Question, evaluation: Evaluation, proof: Proof, deadline: float) -> Proof:
    """The proof, tighter where cases and the time allow it. What is proven stays as it is."""
    if proof.is_proven or proof.certificate is None or proof.certified is None:
        return proof
    if len(question.field.candidates.firsts) > MOST_LOTS:
        return proof
    whole = PartOfPlans(ground_of(question), proof.certificate, proof.certified)
    total = evaluation.benefit.total
    enough = total + threshold(total, len(evaluation.sales)) / 4
    bound = bound_by_cases(whole, units_sold(question, evaluation), enough, deadline)
    if total > bound + CENT * (len(evaluation.sales) + 1):
        raise InternalError(f"the plan is worth {total:.2f}, and its cases allow {bound:.2f}")
    return by_search(proof, evaluation, bound) if bound < proof.bound else proof


def units_sold(question: Question, evaluation: Evaluation) -> DividedAt:
    """What this plan sells."""
    sold = {sale.order.holding.lot.lot_id: float(sale.order.quantity) for sale in evaluation.sales}
    accounts = {account.name: account for account in question.case.household.accounts}
    firsts = question.field.candidates.firsts
    whole = [
        first.portion is None and finest_unit(first.holding, accounts.get(first.holding.lot.account)) == 1
        for first in firsts
    ]
    return DividedAt(np.array([sold.get(first.lot_id, 0.0) for first in firsts]), np.array(whole, dtype=bool))


def bound_by_cases(
    whole: PartOfPlans, plan: DividedAt, enough: Decimal, deadline: float = math.inf, most: int = MOST_CASES
) -> Decimal:
    """No plan is worth more, but for a cent a lot: the case that allows most is divided until that is `enough`."""
    order = itertools.count()
    cases = [(-whole.bound, next(order), whole)]
    while -cases[0][0] > enough and next(order) < most and time.monotonic() < deadline:
        case = cases[0][2]
        divisions = list(_divisions(case, plan, enough))
        if not divisions:
            break
        heapq.heappop(cases)
        for part in min(divisions, key=lambda parts: max(part.bound for part in parts)):
            heapq.heappush(cases, (-part.bound, next(order), part))
    return -cases[0][0]


def _divisions(case: PartOfPlans, plan: DividedAt, enough: Decimal) -> Iterator[list[PartOfPlans]]:
    """Ways to divide a case in two: this year or January, and so many units of a lot or more."""
    some = case.ground.offers
    slope = some.gains @ np.array(_weakest(case).prices) + some.uses @ np.array(_weakest(case).rents)
    cost = some.cost + slope + some.charge
    for lot in _undecided(case, cost):
        rows = some.lot == lot
        yield [
            _part(case, _without(case.ground, rows & some.put_off), enough),
            _part(case, _without(case.ground, rows & ~some.put_off), enough),
        ]
    for lot in _torn(case, cost):
        for less, more in _split(case, plan, lot):
            yield [_part(case, _between(case, lot, units), enough, {lot: units}) for units in (less, more)]


def _part(case: PartOfPlans, ground: Ground, enough: Decimal, sold: Mapping[int, Units] | None = None) -> PartOfPlans:
    its = _weakest(case)
    certificate = certify(ground, [np.array([*its.prices, *its.rents])], enough)
    bound = certified_bound(ground, certificate)
    least = case.bound if bound is None else min(bound, case.bound)
    return PartOfPlans(ground, certificate, least, {**case.sold, **(sold or {})})


def _undecided(case: PartOfPlans, cost: Floats) -> list[int]:
    """Lots worth selling this year and in January, at the prices of the weakest piece; the least decided first."""
    some = case.ground.offers
    now = np.minimum.reduceat(np.where(some.put_off, 0.0, np.minimum(cost, 0.0)), some.first)
    later = np.minimum.reduceat(np.where(some.put_off, np.minimum(cost, 0.0), 0.0), some.first)
    either = np.flatnonzero((now < 0) & (later < 0)).tolist()
    return sorted(either, key=lambda lot: (abs(now[lot] - later[lot]), lot))[:TRIED]


def _torn(case: PartOfPlans, cost: Floats) -> list[int]:
    """Lots by themselves for which it matters least at these prices whether they are sold, by their size."""
    some = case.ground.offers
    size = np.abs(some.gains).sum(axis=1) + np.abs(some.uses).sum(axis=1)
    best = np.minimum.reduceat(cost, some.first)
    largest = np.maximum.reduceat(size, some.first)
    open_lots = np.flatnonzero(case.ground.alone & (some.duty == 0) & (largest > 0)).tolist()
    open_lots = [*open_lots, *(lot for lot, (least, most) in case.sold.items() if 0 < least < most)]
    return sorted(open_lots, key=lambda lot: (abs(best[lot]) / largest[lot], lot))[:TRIED]


def _split(case: PartOfPlans, plan: DividedAt, lot: int) -> Iterator[tuple[Units, Units]]:
    """Units of a lot in two parts that leave no plan out: none or some; as many as in the plan, or more, or fewer."""
    least, most = case.sold.get(lot, (0.0, float(case.ground.offers.shares[lot])))
    whole, now = bool(plan.whole[lot]), float(plan.units[lot])
    cuts = [(0.0, 1.0 if whole else SOME * most)]
    if whole:
        down, up = np.floor(now), np.ceil(now)
        cuts += [(down, down + 1.0), (up - 1.0, up)]
    for below, above in dict.fromkeys(cuts):
        if least <= below and above <= most and most > 0:
            yield (least, below), (above, most)


def _between(case: PartOfPlans, lot: int, units: Units) -> Ground:
    """The same plans but those that sell fewer or more units of a lot: as if it were a smaller one, of which so much
    must be sold."""
    some = case.ground.offers
    least, most = units
    if most == 0:
        return _without(case.ground, some.lot == lot)
    known = case.sold.get(lot, (0.0, float(some.shares[lot])))[1]
    part = np.where(some.lot == lot, min(1.0, most / known * (1 + SAFE)), 1.0)
    shares, duty = some.shares.copy(), some.duty.copy()
    shares[lot] *= most / known
    duty[lot] = max(0.0, min(1.0, least / most * (1 - SAFE)))
    return replace(
        case.ground,
        offers=replace(
            some,
            gains=some.gains * part[:, None],
            by_washing=some.by_washing * part[:, None],
            cost=some.cost * part,
            washed=some.washed * part,
            uses=np.where(some.counts[None, :], some.uses, some.uses * part[:, None]),
            shares=shares,
            duty=duty,
        ),
    )


def _weakest(case: PartOfPlans) -> PieceMultipliers:
    found = weakest_piece(case.ground, case.certificate)
    return case.certificate.pieces[0] if found is None else found[1]


def _without(ground: Ground, barred: Bools) -> Ground:
    """The same plans but for these rows, which cost and bring nothing: as if kept."""
    some = ground.offers
    open_rows = ~barred
    return replace(
        ground,
        offers=replace(
            some,
            cost=some.cost * open_rows,
            washed=np.where(barred, np.inf, some.washed),
            charge=some.charge * open_rows,
            gains=some.gains * open_rows[:, None],
            by_washing=some.by_washing * open_rows[:, None],
            uses=some.uses * open_rows[:, None],
        ),
    )
