"""What people do without a planner: sell every loss, or sell losers until the gains are offset.

Each rule chooses among the lots that the household may sell: what it keeps, what is frozen and what loses less than
`minimum_loss` is left, and a limit of `[plan]` is not passed. It sees no price but the loss: neither the character of
a gain, nor a purchase within 30 days, nor what the loss is worth. Lots are sold whole, the largest loss first. No plan
may have a lower net benefit than one of these, where that keeps the limits: that is where the search starts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from planner.domain.plan_limits import PlanLimits
from planner.optimizer.candidate import Candidate
from planner.optimizer.candidate_rows import CandidateRows
from planner.optimizer.verify.sale_figures import Order
from rules.liability import Liability

Rule = Callable[[CandidateRows, Liability, PlanLimits], Sequence[Order]]


def every_loss(lots: CandidateRows, baseline: Liability, limits: PlanLimits) -> list[Order]:
    """Every lot that has a loss."""
    return [lot.whole.order for lot in _losers(lots, limits)]


def until_gains_are_zero(lots: CandidateRows, baseline: Liability, limits: PlanLimits) -> list[Order]:
    """Losers, until the year's net gain (short and long together, after carryovers) is no longer above zero.

    The last lot is sold whole too, so that the gain may be overshot. A year without a net gain sells nothing.
    """
    net_gain = baseline.schedule_d.total
    chosen = []
    for lot in _losers(lots, limits):
        if net_gain <= 0:
            break
        chosen.append(lot.whole.order)
        net_gain += lot.whole.gain
    return chosen


RULES: tuple[Rule, ...] = (every_loss, until_gains_are_zero)


def _losers(lots: CandidateRows, limits: PlanLimits) -> Iterator[Candidate]:
    """The lots at a loss on their first day, the largest loss first, to the extent the household's limits allow."""
    room = [limit for limit in limits.sums if not limit.at_least]
    if not room:
        yield from lots.largest_losses_first
        return
    for lot in lots.largest_losses_first:
        sale = [(lot.holding.lot, lot.whole.proceeds)]
        left = [replace(limit, amount=limit.amount - limit.total(sale)) for limit in room]
        if all(limit.amount >= 0 for limit in left):
            room = left
            yield lot
