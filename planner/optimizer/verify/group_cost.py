"""The least that the lots of one security can cost at given prices, whatever the days and the order of their sales.

Either no loss is allowed; or some share sold found nothing left on its day, so that every share around was used: then
of the shares sold as many are washed as are around on every day, and one more for each recent share that is kept. Which
ones are washed the order of the sales can choose. At any price ν of a share that has to be washed the group costs at
least what its lots cost, each doing what is cheapest (docs/model.md, "The certificate").

A recent lot sold in part is not washed by its own rest, nor by what was bought with it (Rev. Rul. 56-602). So where the
losses of one purchase alone are allowed, what is left of that purchase need not be used. Where it is one lot, this adds
nothing: such a plan lies between two others, the lot sold whole and, all else as it is, kept (then no loss is allowed),
and costs no less than the cheaper of them. That fails where the lot has to be sold in part, where only plans with some
loss allowed are meant, and where more was bought with it: there such plans are a way of their own.

What is put off to next year is around all this year long, like what is kept; that its own loss may be washed is left
out. What a sale costs however small (`charge`) is paid whole, even where only a part of a lot is sold, to be washed:
where the best ν leaves a lot between a sale and none, both are tried, the charge paid and the lot not sold at all.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations, count

import numpy as np

from planner.optimizer.verify.group_terms import Group
from planner.optimizer.verify.offers import Bools
from planner.optimizer.verify.small_lp import Floats, Ints

TRIED = 80  # choices between a charge and no sale, at most
AT_ONCE = 17  # prices of a washed share that are looked at together
OPEN, UNSOLD, CHARGED = -1, 0, 1  # what has been settled about a lot


@dataclass(frozen=True)
class Priced:
    """What each whole lot costs at some prices on its best kind of day, its loss allowed, and disallowed but kept
    (infinite where it cannot be); the charge; its shares; the share of it that must be sold. `left` is what it costs
    not to sell it this year: nothing, or less where it may be put off."""

    unwashed: Floats
    washed: Floats
    charge: Floats
    shares: Floats
    duty: Floats
    left: Floats
    phi: float


@dataclass(frozen=True)
class GroupCost:
    """No choice costs less than `value`; of each lot (others, then recent ones) the share sold unwashed, and washed."""

    value: float
    unwashed: Floats
    washed: Floats

    @property
    def left(self) -> Floats:
        """Of each lot the share not sold this year."""
        left: Floats = 1.0 - self.unwashed - self.washed
        return left


@dataclass(frozen=True)
class _Node:
    """The least with some lots settled; and the lot that it leaves between a sale and none, where there is one."""

    least: GroupCost
    torn: int | None


def group_cost(group: Group, at: Priced) -> GroupCost:
    """The least that a group costs."""
    its = np.concatenate([group.others, group.recent])
    clean, washed, charge = at.unwashed[its], at.washed[its], at.charge[its]
    own = Priced(clean, washed, charge, at.shares[its], at.duty[its], at.left[its], at.phi)
    none_recent = np.arange(len(its)) < len(group.others)
    shut = _Ways(own, none_recent, group.fixed).shut()
    if group.allowed is False:
        return shut
    least = None if group.allowed else shut
    for ways, lost in _ways_to_open(group, own, none_recent):
        opened = _opened(ways, math.inf if least is None else least.value - lost)
        if least is None or opened.value + lost < least.value:
            least = GroupCost(opened.value + lost, opened.unwashed, opened.washed)
    assert least is not None
    return least


def _ways_to_open(group: Group, own: Priced, none_recent: Bools) -> Iterator[tuple[_Ways, float]]:
    """Losses of any lots are allowed, with what is permanently lost at the least; or those of one purchase alone."""
    yield _Ways(own, none_recent, group.fixed), _at_least_lost(group, own)
    for bought in group.own:
        lots = len(group.others) + bought.places
        if group.allowed or not bought.alone or own.duty[lots].any():
            not_around, barred = none_recent.copy(), np.isfinite(own.washed)
            not_around[lots], barred[lots] = True, False
            clean = np.where(barred, np.inf, own.unwashed)
            yield _Ways(replace(own, unwashed=clean), not_around, bought.fixed), 0.0


class _Ways:
    """All that may be done with each lot of a group: a line a way, a column a lot. What is kept of a lot is around to
    wash, unless it is `not_around`."""

    def __init__(self, own: Priced, not_around: Bools, fixed: float) -> None:
        self.fixed, self.charge, self.left = fixed, own.charge, own.left
        self.at_loss = np.isfinite(own.washed)
        none, all_of_it, duty = np.zeros(len(own.shares)), np.ones(len(own.shares)), own.duty
        corners = [(none, none), (all_of_it, none), (none, all_of_it)]
        if duty.any():
            corners[:1] = [(duty, none), (none, duty)]
        self.unwashed = np.stack([clean for clean, _ in corners])
        self.washed = np.stack([washed for _, washed in corners])
        self.sold: Bools = self.unwashed + self.washed > 0
        around = np.where(not_around, 0.0, own.shares)
        self.needs = own.shares * self.washed - around * (1.0 - self.unwashed - self.washed)
        with np.errstate(invalid="ignore"):
            clean, washed = (
                np.where(share > 0, share * cost, 0.0)
                for share, cost in ((self.unwashed, own.unwashed), (self.washed, own.washed))
            )
        kept = 1.0 - self.unwashed - self.washed
        self.costs = self.sold * own.charge + clean + washed + kept * own.left

    def shut(self) -> GroupCost:
        """No loss is allowed."""
        allowed = (self.unwashed == 0) | ~self.at_loss
        costs = np.where(allowed, self.costs, np.inf)
        way = costs.argmin(axis=0)
        every = np.arange(costs.shape[1])
        return GroupCost(float(costs[way, every].sum()), self.unwashed[way, every], self.washed[way, every])

    def least(self, settled: Ints) -> _Node:
        """As many shares are washed as there are around, at the best price of one."""
        costs = np.where(~self.sold & (settled == CHARGED), self.charge + self.left, self.costs)
        costs = np.where(self.sold & (settled == UNSOLD), np.inf, costs)
        price, value = self._best_price(costs)
        step = 1e-9 * (1.0 + price)
        every = np.arange(costs.shape[1])
        below = (costs - self.needs * (price - step)).argmin(axis=0)
        above = (costs - self.needs * (price + step)).argmin(axis=0)
        lacking, spare = (self.fixed - float(self.needs[way, every].sum()) for way in (below, above))
        part = 0.0 if lacking <= 0 or lacking == spare else min(1.0, lacking / (lacking - spare))
        torn = np.flatnonzero(
            (self.sold[below, every] != self.sold[above, every]) & (settled == OPEN) & (self.charge > 0)
        )
        clean, washed = (
            (1.0 - part) * shares[below, every] + part * shares[above, every] for shares in (self.unwashed, self.washed)
        )
        between = len(torn) and 0.0 < part < 1.0
        return _Node(GroupCost(value, clean, washed), int(torn[self.charge[torn].argmax()]) if between else None)

    def _best_price(self, costs: Floats) -> tuple[float, float]:
        """Where the least that all lots cost, with what has to be washed, is highest: a concave function of a price."""
        points = np.unique(np.concatenate([np.zeros(1), *self._turns(costs)]))
        first, last = 0, len(points) - 1
        while True:
            looked = np.unique(np.linspace(first, last, AT_ONCE).astype(np.int64))
            prices = points[looked]
            values = prices * self.fixed
            values += (costs[:, :, None] - self.needs[:, :, None] * prices).min(axis=0).sum(axis=0)
            best = int(values.argmax())
            if last - first < AT_ONCE:
                return float(prices[best]), float(values[best])
            first, last = int(looked[max(best - 1, 0)]), int(looked[min(best + 1, len(looked) - 1)])

    def _turns(self, costs: Floats) -> Iterator[Floats]:
        """The prices of a washed share at which some lot does something else."""
        for one, other in combinations(range(len(costs)), 2):
            with np.errstate(divide="ignore", invalid="ignore"):
                points = (costs[other] - costs[one]) / (self.needs[other] - self.needs[one])
            yield points[np.isfinite(points) & (points > 0)]


def _opened(ways: _Ways, enough: float) -> GroupCost:
    """The least where a loss is allowed; `enough`: more need not be shown."""
    order = count()
    start = np.full(len(ways.charge), OPEN, dtype=np.int64)
    node = ways.least(start)
    nodes = [(node.least.value, next(order), start, node)]
    for _ in range(TRIED):
        value, _, settled, node = nodes[0]
        if node.torn is None or value >= enough:
            break
        heapq.heappop(nodes)
        for answer in (UNSOLD, CHARGED):
            further = settled.copy()
            further[node.torn] = answer
            child = ways.least(further)
            heapq.heappush(nodes, (max(value, child.least.value), next(order), further, child))
    value, _, _, node = nodes[0]
    return GroupCost(value, node.least.unwashed, node.least.washed)


def _at_least_lost(group: Group, own: Priced) -> float:
    """What is permanently lost at the least: the losses of as many shares as an IRA has around, those first that are
    worth least."""
    if len(group.recent):
        return 0.0  # theirs may be the ones, and be worth less
    total, wanted = 0.0, group.lost
    a_share = group.losses / own.shares
    for n in np.argsort(a_share, kind="stable"):
        taken = min(wanted, float(own.shares[n]))
        total, wanted = total + taken * float(a_share[n]), wanted - taken
    return own.phi * total
