"""How much better any plan could be, and what that rests on: the certificate first, a solver's bound where it is
better.

A solver's bound is believed only to the extent nothing in hand contradicts it. A plan above the certified bound is an
internal error: one of the two is wrong, and neither is printed."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from planner.domain.certificate import Certificate, ProvenBy, Sources, household_digest
from planner.domain.errors import InternalError
from planner.domain.plan import Status
from planner.optimizer.question import Question
from planner.optimizer.search.task import PricePoint
from planner.optimizer.verify.certificate import certified_bound, certify
from planner.optimizer.verify.ground import Ground, ground
from planner.optimizer.verify.year_bound import vector
from rules.cells import TooManyCells, stopped_when
from rules.pieces.names import JANUARY, LONG, SHORT
from rules.terms import CENT

if TYPE_CHECKING:
    from planner.optimizer.verify.evaluate import Evaluation

START = {SHORT: 0.2, LONG: 0.15, JANUARY: 0.1}  # prices at which the search for multipliers begins; of others nothing
HOUSEHOLD = "household.toml"  # under which the digest of the merged household is kept
OF_TOTAL = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Proof:
    """No plan of the household is worth more than `bound`. `certified` is what the certificate alone proves of it; None
    where the law has too many pieces to be summed up."""

    bound: Decimal
    status: Status
    proven_by: ProvenBy | None = None
    certified: Decimal | None = None
    certificate: Certificate | None = None
    search_ended: bool = False  # by itself, with no part of it cut short: more time would prove no more

    @property
    def is_proven(self) -> bool:
        return self.status is Status.PROVEN


def threshold(total: Decimal, lots: int) -> Decimal:
    """How far above a plan the bound of a proven one may lie: a dollar, a cent a lot sold, a thousandth of its
    total."""
    return 1 + CENT * lots + OF_TOTAL * abs(total)


def prove(
    question: Question,
    evaluation: Evaluation,
    searched: Decimal | None,
    deadline: float = math.inf,
    points: Sequence[PricePoint] = (),
) -> Proof:
    """The proof of a plan. `searched` is the bound of the search; None where it has none that may be believed.
    At the deadline, on the monotonic clock, the certificate is as good as it is.

    Raises InternalError where the plan is worth more than the certificate allows.
    """
    total = evaluation.benefit.total
    certificate, certified = certified_of(question, total, deadline, points)
    if certified is None and searched is None:  # the time had run out before the certificate was begun
        certificate, certified = certified_of(question, total, deadline, points, begun_late=True)
    return proof_of(question, evaluation, searched, certificate, certified)


def proof_of(
    question: Question,
    evaluation: Evaluation,
    searched: Decimal | None,
    certificate: Certificate | None,
    certified: Decimal | None,
) -> Proof:
    """The same of a plan by a certificate that is known: it speaks of all plans. Raises as `prove` does."""
    total, lots = evaluation.benefit.total, len(evaluation.sales)
    near = threshold(total, lots)
    if certified is not None and total > certified + CENT * (lots + 1):
        raise InternalError(f"the plan is worth {total:.2f}, and the certificate allows {certified:.2f}")
    spoke_for_all = question.every_day or certified is None  # else the search's bound leaves orders of sale out
    believed = searched if searched is not None and searched >= total and spoke_for_all else None
    bounds = [bound for bound in (believed, certified) if bound is not None]
    if not bounds:
        raise InternalError("there is no bound")
    bound = max(min(bounds), total)
    if bound - total > near:
        return Proof(bound, Status.UNPROVEN, None, certified, certificate)
    alone = certified is not None and certified - total <= near
    return Proof(bound, Status.PROVEN, ProvenBy.ARITHMETIC if alone else ProvenBy.SOLVER, certified, certificate)


def by_search(proof: Proof, evaluation: Evaluation, bound: Decimal) -> Proof:
    """The proof with a better bound than the certificate's, which speaks of every plan as that does."""
    total, lots = evaluation.benefit.total, len(evaluation.sales)
    proven = bound - total <= threshold(total, lots)
    return replace(
        proof,
        bound=max(bound, total),
        status=Status.PROVEN if proven else Status.UNPROVEN,
        proven_by=ProvenBy.SOLVER if proven else None,
    )


def certified_of(
    question: Question,
    total: Decimal,
    deadline: float = math.inf,
    points: Sequence[PricePoint] = (),
    *,
    begun_late: bool = False,
) -> tuple[Certificate | None, Decimal | None]:
    """A certificate for a plan of this net benefit, sought from these points on, and the bound that it proves. None at
    the deadline, unless it is `begun_late`: then as good as its first point is."""
    try:
        with stopped_when(lambda: not begun_late and time.monotonic() > deadline):
            its = ground_of(question)
    except TooManyCells:
        return None, None
    known = [np.append(vector({**START, **point.prices}, its.names), point.rents) for point in points]
    certificate = certify(its, known or [vector(START, its.names)], total, deadline)
    return replace(certificate, sources=sources_of(question)), certified_bound(its, certificate)


def sources_of(question: Question) -> Sources:
    """What the household was read from, and the household itself as merged with its scenario."""
    case = question.case
    merged = household_digest(case.household, case.household.path.parent)
    return replace(case.sources, digests={**case.sources.digests, HOUSEHOLD: merged})


def ground_of(question: Question) -> Ground:
    """What the certificate's arithmetic runs over."""
    return ground(
        question.field.candidates,
        question.setting,
        question.purchases,
        question.baseline,
        question.days,
        question.case.household.plan_limits,
        question.lot_terms,
    )
