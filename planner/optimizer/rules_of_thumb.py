"""What people do without a planner: sell every loss, or sell losers until the gains are offset.

Each rule chooses among the lots that the household may sell: what it keeps, what is frozen and what loses less than
`minimum_loss` is left, and a limit of `[plan]` is not passed. It sees no price but the loss: neither the character of
a gain, nor a purchase within 30 days, nor what the loss is worth. Lots are sold whole, the largest loss first. No plan
may have a lower net benefit than one of these, where that keeps the limits: that is where the search starts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from planner.domain.plan_limits import PlanLimits, SumOf
from planner.optimizer.candidate_rows import CandidateRows
from rules.liability import Liability

Rule = Callable[[CandidateRows, Liability, PlanLimits], Sequence[int]]  # numbers of lots: `CandidateRows.whole`


def every_loss(lots: CandidateRows, baseline: Liability, limits: PlanLimits) -> list[int]:
    """Every lot that has a loss."""
    return list(_losers(lots, limits))


def until_gains_are_zero(lots: CandidateRows, baseline: Liability, limits: PlanLimits) -> list[int]:
    """Losers, until the year's net gain (short and long together, after carryovers) is no longer above zero.

    The last lot is sold whole too, so that the gain may be overshot. A year without a net gain sells nothing.
    """
    net_gain, gain = baseline.schedule_d.total, lots.gain.tolist()
    chosen = []
    for lot in _losers(lots, limits):
        if net_gain <= 0:
            break
        chosen.append(lot)
        net_gain += Decimal(repr(gain[lot]))
    return chosen


RULES: tuple[Rule, ...] = (every_loss, until_gains_are_zero)


def _losers(lots: CandidateRows, limits: PlanLimits) -> Iterator[int]:
    """The lots at a loss on their first day, the largest loss first, to the extent the household's limits allow."""
    some = [limit for limit in limits.sums if not limit.at_least]
    if not some:
        yield from lots.losers
        return
    uses = [(limit.of is SumOf.LOTS, lots.firsts.covered(limit.where).tolist()) for limit in some]
    room, proceeds = [limit.amount for limit in some], lots.proceeds.tolist()
    for lot in lots.losers:
        brought = Decimal(repr(proceeds[lot]))  # whole cents
        takes = [Decimal(counts) or brought if covered[lot] else Decimal(0) for counts, covered in uses]
        left = [amount - used for amount, used in zip(room, takes, strict=True)]
        if all(amount >= 0 for amount in left):
            room = left
            yield lot
