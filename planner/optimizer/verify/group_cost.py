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

All groups are asked about at once: arrays hold the lots of one group after those of another (`GroupLots`).
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass, replace
from itertools import count

import numpy as np

from planner.optimizer.verify.group_terms import BoughtTogether, GroupLots
from planner.optimizer.verify.offers import Bools
from planner.optimizer.verify.small_lp import Floats, Ints

TRIED = 80  # choices between a charge and no sale, at most
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

    def of(self, lots: Ints) -> Priced:
        """The same of some lots."""
        unwashed, washed, charge = self.unwashed[lots], self.washed[lots], self.charge[lots]
        return Priced(unwashed, washed, charge, self.shares[lots], self.duty[lots], self.left[lots], self.phi)


@dataclass(frozen=True)
class GroupCosts:
    """No choice of a group costs less than its `value`; of each lot the share sold unwashed, and washed."""

    value: Floats
    unwashed: Floats
    washed: Floats

    @property
    def left(self) -> Floats:
        """Of each lot the share not sold this year."""
        left: Floats = 1.0 - self.unwashed - self.washed
        return left


@dataclass(frozen=True)
class _Nodes:
    """The least with some lots settled; and of each group the lot that it leaves between a sale and none, or -1."""

    least: GroupCosts
    torn: Ints


def group_costs(lots: GroupLots, at: Priced) -> GroupCosts:
    """The least that each group costs; `at` are the prices of their lots."""
    ways = _Ways.of(lots, at, lots.recent)
    shut, found = ways.shut(), ways.least(np.full(len(lots.lots), OPEN, dtype=np.int64))
    lost = at.phi * lots.lost
    enough = np.where(lots.must_allow, np.inf, shut.value - lost)
    value, unwashed, washed = found.least.value, found.least.unwashed, found.least.washed
    for n in np.flatnonzero((found.torn >= 0) & (value < enough) & ~lots.none_allowed).tolist():
        own = slice(lots.bounds[n], lots.bounds[n + 1])
        one = _settled(ways.of_group(n), float(enough[n]))
        value[n], unwashed[own], washed[own] = one.value[0], one.unwashed, one.washed
    closed = lots.none_allowed | ((shut.value <= value + lost) & ~lots.must_allow)
    of_lot = closed[lots.group]
    least = GroupCosts(
        np.where(closed, shut.value, value + lost),
        np.where(of_lot, shut.unwashed, unwashed),
        np.where(of_lot, shut.washed, washed),
    )
    for n in np.flatnonzero(~lots.none_allowed).tolist():
        for bought in lots.own[n]:
            _with_its_own(least, lots, n, bought, at)
    return least


def _with_its_own(least: GroupCosts, lots: GroupLots, number: int, bought: BoughtTogether, at: Priced) -> None:
    """The least of a group, or less: where the losses of one purchase alone are allowed."""
    its = np.arange(lots.bounds[number], lots.bounds[number + 1])
    own = at.of(its)
    if not (lots.must_allow[number] or not bought.alone or own.duty[bought.places].any()):
        return
    barred, around = np.isfinite(own.washed), lots.recent[its]
    barred[bought.places] = around[bought.places] = False
    one = replace(lots.picked(np.arange(len(lots.fixed)) == number), fixed=np.array([bought.fixed]))
    ways = _Ways.of(one, replace(own, unwashed=np.where(barred, np.inf, own.unwashed)), around)
    opened = _settled(ways, float(least.value[number]))
    if opened.value[0] < least.value[number]:
        least.value[number], least.unwashed[its], least.washed[its] = opened.value[0], opened.unwashed, opened.washed


@dataclass(frozen=True)
class _Ways:
    """All that may be done with each lot: a line a way, a column a lot. `needs` are the shares that have to be washed
    then, less those that are kept and wash others."""

    lots: GroupLots
    charge: Floats
    left: Floats
    at_loss: Bools
    unwashed: Floats
    washed: Floats
    needs: Floats
    costs: Floats

    @classmethod
    def of(cls, lots: GroupLots, own: Priced, around: Bools) -> _Ways:
        """`around`: what is kept of these lots is there to wash."""
        none, all_of_it, duty = np.zeros(len(own.shares)), np.ones(len(own.shares)), own.duty
        corners = [(none, none), (all_of_it, none), (none, all_of_it)]
        if duty.any():
            corners[:1] = [(duty, none), (none, duty)]
        unwashed = np.stack([clean for clean, _ in corners])
        washed = np.stack([washed for _, washed in corners])
        kept = 1.0 - unwashed - washed
        with np.errstate(invalid="ignore"):
            of_clean = np.where(unwashed > 0, unwashed * own.unwashed, 0.0)
            of_washed = np.where(washed > 0, washed * own.washed, 0.0)
        costs = (unwashed + washed > 0) * own.charge + of_clean + of_washed + kept * own.left
        at_loss, needs = np.isfinite(own.washed), own.shares * (washed - around * kept)
        return cls(lots, own.charge, own.left, at_loss, unwashed, washed, needs, costs)

    def of_group(self, number: int) -> _Ways:
        """The same of one group."""
        lots, of = self.lots.picked(np.arange(len(self.lots.fixed)) == number), self.lots.group == number
        return _Ways(
            lots,
            self.charge[of],
            self.left[of],
            self.at_loss[of],
            self.unwashed[:, of],
            self.washed[:, of],
            self.needs[:, of],
            self.costs[:, of],
        )

    @property
    def sold(self) -> Bools:
        return self.unwashed + self.washed > 0

    def shut(self) -> GroupCosts:
        """No loss is allowed."""
        allowed = (self.unwashed == 0) | ~self.at_loss
        costs = np.where(allowed, self.costs, np.inf)
        way = costs.argmin(axis=0)
        every = np.arange(costs.shape[1])
        return GroupCosts(self._added(costs[way, every]), self.unwashed[way, every], self.washed[way, every])

    def least(self, settled: Ints) -> _Nodes:
        """As many shares are washed as there are around, at the best price of one."""
        lots, sold = self.lots, self.sold
        costs = np.where(~sold & (settled == CHARGED), self.charge + self.left, self.costs)
        costs = np.where(sold & (settled == UNSOLD), np.inf, costs)
        prices = self._best_prices(costs)
        every = np.arange(costs.shape[1])
        value = prices * lots.fixed + self._added((costs - self.needs * prices[lots.group]).min(axis=0))
        step = 1e-9 * (1.0 + prices)
        below = (costs - self.needs * (prices - step)[lots.group]).argmin(axis=0)
        above = (costs - self.needs * (prices + step)[lots.group]).argmin(axis=0)
        lacking, spare = (lots.fixed - lots.sums(self.needs[way, every]) for way in (below, above))
        with np.errstate(divide="ignore", invalid="ignore"):
            between = np.minimum(1.0, lacking / (lacking - spare))
        part = np.where((lacking <= 0) | (lacking == spare), 0.0, between)
        of_lot = part[lots.group]
        clean, washed = (
            (1.0 - of_lot) * shares[below, every] + of_lot * shares[above, every]
            for shares in (self.unwashed, self.washed)
        )
        differs = (sold[below, every] != sold[above, every]) & (settled == OPEN) & (self.charge > 0)
        differs &= (of_lot > 0) & (of_lot < 1)
        torn = np.full(len(prices), -1, dtype=np.int64)
        for n in np.unique(lots.group[differs]).tolist():
            its = np.flatnonzero(differs[lots.bounds[n] : lots.bounds[n + 1]]) + lots.bounds[n]
            torn[n] = its[self.charge[its].argmax()]
        return _Nodes(GroupCosts(value, clean, washed), torn)

    def _added(self, costs: Floats) -> Floats:
        """Of each group what its lots come to, rounded once."""
        terms, bounds = costs.tolist(), self.lots.bounds
        return np.array([math.fsum(terms[bounds[n] : bounds[n + 1]]) for n in range(len(bounds) - 1)])

    def _best_prices(self, costs: Floats) -> Floats:
        """Of each group the price of a washed share at which the least that its lots cost, with what has to be washed,
        is highest. As the price rises each lot turns to what washes more; the least rises until more is washed than
        has to be."""
        lots, needs = self.lots, self.needs
        every = np.arange(costs.shape[1])
        way = np.where(costs <= costs.min(axis=0), needs, -np.inf).argmax(axis=0)
        lacking = lots.fixed - lots.sums(needs[way, every])
        of, points, more = [np.zeros(0, dtype=np.int64)], [np.zeros(0)], [np.zeros(0)]
        for _ in range(len(costs) - 1):
            now = needs[way, every]
            with np.errstate(divide="ignore", invalid="ignore"):
                turns = (costs - costs[way, every]) / (needs - now)
            turns = np.where((needs > now) & np.isfinite(turns), turns, np.inf)
            first = turns.min(axis=0)
            then = np.where(turns <= first, needs, -np.inf).argmax(axis=0)
            its = np.flatnonzero(np.isfinite(first))
            of.append(lots.group[its])
            points.append(first[its])
            more.append(needs[then[its], its] - now[its])
            way[its] = then[its]
        group, point, washed = np.concatenate(of), np.concatenate(points), np.concatenate(more)
        order = np.lexsort((point, group))
        group, point, so_far = group[order], point[order], np.append(0.0, np.cumsum(washed[order]))
        begins, ends = (np.searchsorted(group, np.arange(len(lacking)), side) for side in ("left", "right"))
        done = np.flatnonzero(so_far[1:] - so_far[begins][group] >= lacking[group])[::-1]
        last = ends - 1  # where not enough can be washed, the highest
        last[group[done]] = done
        return np.where((lacking > 0) & (ends > begins), point[np.maximum(last, 0)] if len(point) else 0.0, 0.0)


def _settled(ways: _Ways, enough: float) -> GroupCosts:
    """The least of one group where a loss is allowed, lots between a sale and none settled one after the other;
    `enough`: more need not be shown."""
    order = count()
    start = np.full(len(ways.charge), OPEN, dtype=np.int64)
    node = ways.least(start)
    nodes = [(float(node.least.value[0]), next(order), start, node)]
    for _ in range(TRIED):
        value, _, settled, node = nodes[0]
        if node.torn[0] < 0 or value >= enough:
            break
        heapq.heappop(nodes)
        for answer in (UNSOLD, CHARGED):
            further = settled.copy()
            further[node.torn[0]] = answer
            child = ways.least(further)
            heapq.heappush(nodes, (max(value, float(child.least.value[0])), next(order), further, child))
    value, _, _, node = nodes[0]
    return replace(node.least, value=np.array([value]))
