"""The bound of plans with January, by cases: of a lot that could be sold in either year, first the plans that
sell none of it in January, then those that sell none of it this year.

The certificate lets a part of a lot go this year and a part in January, which no plan does. With few large lots that
leaves a gap. Each case has a certificate of its own, and no plan is worth more than the best case allows. The document
of the plan has the undivided certificate alone, so that a proof by cases counts as one by the solver.
"""

from __future__ import annotations

import heapq
import itertools
import time
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from planner.domain.certificate import Certificate, PieceMultipliers
from planner.optimizer.proof import Proof, by_search, ground_of
from planner.optimizer.question import Question
from planner.optimizer.verify.certificate import certified_bound, certify, weakest_piece
from planner.optimizer.verify.ground import Ground
from planner.optimizer.verify.offers import Bools
from rules.terms import CENT

if TYPE_CHECKING:
    from planner.optimizer.verify.evaluate import Evaluation

MOST_CASES = 200
TRIED = 3  # lots whose two cases are bounded before one of them is chosen


@dataclass(frozen=True)
class _Case:
    """A part of the plans, and its certificate."""

    ground: Ground
    certificate: Certificate
    bound: Decimal


def proven_by_cases(question: Question, evaluation: Evaluation, proof: Proof, deadline: float) -> Proof:
    """The proof, tighter where cases and the time allow it. What is proven stays as it is."""
    if proof.is_proven or proof.certificate is None or proof.certified is None:
        return proof
    whole = _Case(ground_of(question), proof.certificate, proof.certified)
    bound = _bound(whole, evaluation.benefit.total + CENT, deadline)
    return by_search(proof, evaluation, bound) if bound < proof.bound else proof


def _bound(whole: _Case, enough: Decimal, deadline: float) -> Decimal:
    """No plan is worth more, but for a cent a lot: the case that allows most is divided until that is `enough`."""
    order = itertools.count()
    cases = [(-whole.bound, next(order), whole)]
    while -cases[0][0] > enough and next(order) < MOST_CASES and time.monotonic() < deadline:
        case = cases[0][2]
        divisions = [_divided(case, lot, enough) for lot in _undecided(case)]
        if not divisions:
            break
        heapq.heappop(cases)
        for part in min(divisions, key=lambda parts: max(part.bound for part in parts)):
            heapq.heappush(cases, (-part.bound, next(order), part))
    return -cases[0][0]


def _divided(case: _Case, lot: int, enough: Decimal) -> list[_Case]:
    """The plans that sell none of a lot in January, and those that sell none of it this year."""
    some = case.ground.offers
    parts = []
    for barred in ((some.lot == lot) & some.put_off, (some.lot == lot) & ~some.put_off):
        ground = _without(case.ground, barred)
        its = _weakest(case)
        certificate = certify(ground, [np.array([*its.prices, *its.rents])], enough)
        bound = certified_bound(ground, certificate)
        parts.append(_Case(ground, certificate, case.bound if bound is None else min(bound, case.bound)))
    return parts


def _undecided(case: _Case) -> list[int]:
    """Lots worth selling this year and in January, at the prices of the weakest piece; the least decided first."""
    some, its = case.ground.offers, _weakest(case)
    slope = some.gains @ np.array(its.prices) + some.uses @ np.array(its.rents)
    cost = np.minimum(some.cost + slope + some.charge, 0.0)
    now = np.minimum.reduceat(np.where(some.put_off, 0.0, cost), some.first)
    later = np.minimum.reduceat(np.where(some.put_off, cost, 0.0), some.first)
    either = np.flatnonzero((now < 0) & (later < 0)).tolist()
    return sorted(either, key=lambda lot: (abs(now[lot] - later[lot]), lot))[:TRIED]


def _weakest(case: _Case) -> PieceMultipliers:
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
