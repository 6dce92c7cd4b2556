"""The gift and the sales weighed together, where a plan may sell winners: what is given is not there to be sold.

A gift's gain is never taxed, so it is worth φ of a dollar (what a later sale would have cost, D-193), as the gain of a
winner that is sold is. Without sales of winners the two have nothing to do with one another, and the gift with the most
gain is the best. Else every set of winners is tried as what is not given, up to a few of them; beyond that one after
another is left out of the best gift so far, and cash alone is a gift too (L-175).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

from planner.domain.case import Case
from planner.domain.duties import with_duties
from planner.domain.errors import NoPlan
from planner.domain.plan import Plan
from planner.ledger.year_to_date import year_so_far
from planner.optimizer.giving import gift, left_of
from planner.optimizer.question import SolvedQuestion
from rules.terms import ZERO

Planner = Callable[[Case, float], SolvedQuestion]
Units = Mapping[str, Decimal]
EVERY_SET = 4  # winners of which every set is tried
MOST_TRIED = 24  # gifts


def weighs_gifts(case: Case) -> bool:
    """Whether the plan may sell what could be given."""
    limits = case.household.plan_limits
    return (
        case.household.giving is not None
        and case.given is None
        and limits.sell
        and limits.sell_gains
        and not limits.exactly
    )


def with_the_gift_of(case: Case, plan: Plan) -> Case:
    """The case with the gift that a plan of it has: what is planned again beside that plan keeps it."""
    if plan.giving is None:
        return case
    return replace(case, given={lot.lot_id: lot.quantity for lot in plan.giving.lots})


def with_the_best_gift(case: Case, planned: Planner, seconds: float) -> SolvedQuestion:
    """The plan and gift that are worth the most together, of those tried in the time. Raises what `planned` raises of
    the gift with the most gain, where no gift leaves a plan."""
    deadline = time.monotonic() + seconds
    tried: dict[frozenset[tuple[str, Decimal]], SolvedQuestion | None] = {}
    refused: NoPlan | None = None

    def answer(units: Units) -> SolvedQuestion | None:
        nonlocal refused
        key = frozenset(units.items())
        if key not in tried:
            left = deadline - time.monotonic()
            if tried and (left <= 0 or len(tried) > MOST_TRIED):
                return None
            try:
                tried[key] = planned(replace(case, given=units), max(left, 0.0))
            except NoPlan as none:
                refused, tried[key] = refused or none, None
        return tried[key]

    so_far = year_so_far(case)
    held = replace(case, holdings=so_far.holdings, household=with_duties(case.household, so_far.holdings))
    first = _units(held, frozenset())
    best, without = answer(first), answer({})
    for units in (*_apart_from_the_sales(held, without), *_sets_left_out(held, first)):
        best = _better(best, answer(units))
    best = _better(best, without)
    for units in _apart_from_the_sales(held, best):
        best = _better(best, answer(units))
    improved = best is not None and len(first) > EVERY_SET
    while improved:
        before = best
        for lot_id in _given(before):
            left_out = frozenset(first) - frozenset(_given(before)) | {lot_id}
            best = _better(best, answer(_units(held, left_out)))
        improved = best is not before
    if best is None:
        assert refused is not None
        raise refused
    return best


def _units(case: Case, left_out: frozenset[str]) -> Units:
    """The gift with the most gain of the other lots."""
    holdings = [holding for holding in case.holdings if holding.lot.lot_id not in left_out]
    return {lot.lot_id: lot.quantity for lot in gift(case, holdings)}


def _apart_from_the_sales(case: Case, planned: SolvedQuestion | None) -> Iterator[Units]:
    """The gift of what a plan leaves unsold."""
    if planned is not None:
        rest = left_of(case.holdings, {sale.lot_id: sale.quantity for sale in planned.plan.sales})
        yield {lot.lot_id: lot.quantity for lot in gift(case, rest)}


def _sets_left_out(case: Case, first: Units) -> Iterator[Units]:
    """The gifts that leave out each set of the lots in the first; of those that then take their place, each too."""
    lots = sorted({*first, *_units(case, frozenset(first))})
    if len(lots) > EVERY_SET:
        return
    for size in range(1, len(lots) + 1):
        for left_out in combinations(lots, size):
            yield _units(case, frozenset(left_out))


def _given(answer: SolvedQuestion | None) -> tuple[str, ...]:
    return tuple(lot.lot_id for lot in answer.question.given) if answer is not None else ()


def _better(one: SolvedQuestion | None, other: SolvedQuestion | None) -> SolvedQuestion | None:
    if one is None or other is None:
        return one or other
    return other if _worth(other) > _worth(one) else one


def _worth(answer: SolvedQuestion) -> Decimal:
    """The plan, and what the gain given away would have cost later."""
    gain = sum((lot.gain for lot in answer.question.given), ZERO)
    return answer.plan.benefit.total + answer.question.setting.assumptions.deferral_rate * gain
