"""`must_sell` against the lots held: which lots each of its words means, and how much of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from planner.domain.household import Household
from planner.domain.plan_limits import Duty, LotFacts, PlanLimits
from planner.domain.portfolio import Holding
from planner.domain.sellable import Sellable
from rules.terms import ZERO


def lots_of(duty: Duty, holdings: Iterable[Holding]) -> list[Holding]:
    """The lots that a word of `must_sell` names by their id: one, or the pieces into which the ledger split it."""
    return [h for h in holdings if duty.named in (h.lot.lot_id, h.part_of)]


def with_duties(household: Household, holdings: Sequence[Holding]) -> Household:
    """The household with `must_sell` spread over the lots held, each under its own id.

    A symbol means every lot of it that can be sold and that no key of [plan] bars (I-110). A lot that is named by its
    id as well is sold as that says.
    """
    limits = household.plan_limits
    if not limits.must_sell:
        return household
    by_lot: dict[str, Duty] = {}
    for duty in sorted(limits.must_sell, key=lambda duty: bool(lots_of(duty, holdings))):
        named = list(_spread(duty, lots_of(duty, holdings)))
        by_lot |= {d.lot_id: d for d in named or _of_symbol(duty, household, holdings)}
    return replace(household, plan_limits=limits.changed(must_sell=tuple(by_lot.values())))


def _of_symbol(duty: Duty, household: Household, holdings: Iterable[Holding]) -> Iterator[Duty]:
    for holding in may_be_sold(household, (h for h in holdings if h.lot.symbol == duty.named)):
        yield replace(duty, lot_id=holding.lot.lot_id)


def may_be_sold(household: Household, holdings: Iterable[Holding]) -> Iterator[Holding]:
    """Those of these lots that a plan of the household may sell if it has to."""
    sellable = Sellable.of(household)
    bars = without_duties(household.plan_limits).barrier()
    return (h for h in holdings if sellable.obstacle(h) is None and bars(LotFacts(h.lot), True) is None)


def without_duties(limits: PlanLimits) -> PlanLimits:
    """The limits without what asks for single sales."""
    return limits.changed(must_sell=())


def _spread(duty: Duty, pieces: Sequence[Holding]) -> Iterator[Duty]:
    """A quantity of a lot in pieces is taken from them in their order."""
    left = duty.quantity
    for piece in pieces:
        if left is None:
            yield replace(duty, lot_id=piece.lot.lot_id)
        elif left > ZERO:
            taken = min(left, piece.lot.quantity)
            left -= taken
            yield replace(duty, lot_id=piece.lot.lot_id, quantity=taken)
