"""What people do without a planner: nothing, sell every loss, or sell losers until the gains are gone.

Each rule chooses among the lots that the household may sell: what it keeps, what is frozen and what loses less than
`minimum_loss` is left, and a limit of `[plan]` is not passed. It sees no price but the loss: neither the character of
a gain, nor a purchase within 30 days, nor what the loss is worth. Lots are sold whole, the largest loss first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from planner.optimizer import Order, Question
from planner.optimizer.candidates import Candidate

Rule = Callable[[Question], Sequence[Order]]


def nothing(question: Question) -> list[Order]:
    """No sale at all."""
    return []


def every_loss(question: Question) -> list[Order]:
    """Every lot that stands at a loss."""
    return [_whole(lot) for lot in _losers(question)]


def until_gains_are_zero(question: Question) -> list[Order]:
    """Losers, until the year's net gain (short and long together, after carryovers) is no longer above zero.

    The last lot is sold whole too, so that the gain may be overshot. A year without a net gain sells nothing.
    """
    net_gain = question.baseline.schedule_d.total
    chosen = []
    for lot in _losers(question):
        if net_gain <= 0:
            break
        chosen.append(_whole(lot))
        net_gain += lot.whole.gain
    return chosen


def _losers(question: Question) -> Iterator[Candidate]:
    """The lots at a loss on their first day, the largest loss first, as far as the household's limits allow."""
    first_days = {lot.lot_id: lot for lot in reversed(question.field.candidates)}  # offered on several days
    losers = sorted((lot for lot in first_days.values() if lot.whole.gain < 0), key=lambda x: (x.whole.gain, x.lot_id))
    room = [limit for limit in question.case.household.plan_limits.sums if not limit.at_least]
    for lot in losers:
        sale = [(lot.holding.lot, lot.whole.proceeds)]
        left = [replace(limit, amount=limit.amount - limit.total(sale)) for limit in room]
        if all(limit.amount >= 0 for limit in left):
            room = left
            yield lot


def _whole(lot: Candidate) -> Order:
    return lot.whole.order
