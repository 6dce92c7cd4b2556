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

What is put off to next year is around all this year long, like what is kept. If a loss put off is allowed, every share
around on its day has been used, by it or before: of the losses of both years together as many are washed as are around
there on every day, and one more for each recent share that is kept and lies within its window. And if a loss of this
year is allowed, recent shares that are put off have taken on another's loss, which is no plan (L-27). `_with_january`
has the cases.

What a sale costs however small (`charge`) is paid whole, even where only a part of a lot is sold, to be washed:
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


NOW, WASHED, THEN, THEN_WASHED = range(4)  # a lot sold this year, its loss allowed or not; and put off


@dataclass(frozen=True)
class Priced:
    """What each whole lot costs at some prices on its best kind of day, its loss allowed, and disallowed but kept
    (infinite where it cannot be); the charge; its shares; the share of it that must be sold. `then` and `then_washed`
    are what it costs put off, the charge with it (infinite where it may not be)."""

    unwashed: Floats
    washed: Floats
    charge: Floats
    shares: Floats
    duty: Floats
    then: Floats
    then_washed: Floats
    phi: float

    def of(self, lots: Ints) -> Priced:
        """The same of some lots."""
        unwashed, washed, charge = self.unwashed[lots], self.washed[lots], self.charge[lots]
        then, then_washed = self.then[lots], self.then_washed[lots]
        return Priced(unwashed, washed, charge, self.shares[lots], self.duty[lots], then, then_washed, self.phi)


@dataclass(frozen=True)
class GroupCosts:
    """No choice of a group costs less than its `value`; of each lot (a column) the share sold in each way."""

    value: Floats
    shares: Floats

    @property
    def unwashed(self) -> Floats:
        """Of each lot the share sold this year, its loss allowed."""
        found: Floats = self.shares[NOW]
        return found

    @property
    def washed(self) -> Floats:
        """And disallowed."""
        found: Floats = self.shares[WASHED]
        return found

    def more(self, value: Floats) -> GroupCosts:
        """The same where each group costs so much more."""
        return GroupCosts(self.value + value, self.shares)

    def where(self, kept: Bools, other: GroupCosts, group: Ints) -> GroupCosts:
        """These groups as here, the others as there; `group` of each lot."""
        return GroupCosts(
            np.where(kept, self.value, other.value), np.where(kept[group][None, :], self.shares, other.shares)
        )


@dataclass(frozen=True)
class _Nodes:
    """The least with some lots settled; and of each group the lot that it leaves between a sale and none, or -1."""

    least: GroupCosts
    torn: Ints


def group_costs(lots: GroupLots, at: Priced) -> GroupCosts:
    """The least that each group costs; `at` are the prices of their lots."""
    year = _Ways.of(lots, at, lots.recent)
    lost, never = at.phi * lots.lost, lots.none_allowed
    shut = year.without(NOW, year.at_loss).free()
    shut = GroupCosts(np.where(lots.must_allow, np.inf, shut.value), shut.shares)
    least = year.unchained(lots.recent).opened(shut.value - lost, ~never).more(lost)
    least = shut.where(never | (shut.value <= least.value), least, lots.group)
    put_off, around_then = lots.any(np.isfinite(at.then) & year.at_loss), lots.any(lots.recent_then)
    matters = put_off & (around_then | (lots.fixed_then > 0))
    if matters.any():
        its = matters[lots.group]
        with_january = _with_january(lots.picked(matters), at.of(np.flatnonzero(its)), year.of_groups(matters))
        spread = GroupCosts(np.full(len(matters), -np.inf), np.zeros_like(least.shares))
        spread.value[matters], spread.shares[:, its] = with_january.value, with_january.shares
        least = least.where(least.value >= spread.value, spread, lots.group)
    for n in range(len(lots.own)):
        for bought in lots.own[n]:
            if not never[n]:
                _with_its_own(least, lots, n, bought, at)
            if matters[n] and not bought.alone and not lots.must_allow[n]:
                _with_its_own_then(least, lots, n, bought, at)
    return least


def _with_january(lots: GroupLots, at: Priced, year: _Ways) -> GroupCosts:
    """The least that groups cost whose losses put off meet shares around. Either no loss is allowed; or only of this
    year; or of both, and both years' shares have to be washed; or only of losses put off.

    A recent lot of which a part is sold this year, and allowed while its rest is kept, is of the last kind too: then
    nothing has used that rest but what is put off, if that is allowed. Where nothing put off is, it lies between two
    plans as it does without January."""
    at_loss, lost, lost_then = year.at_loss, at.phi * lots.lost, at.phi * lots.lost_then
    both = _Ways.of(lots, at, lots.recent_then, with_january=True)
    nothing = year.without(NOW, at_loss).without(THEN, at_loss).free()
    unchained = year.unchained(lots.recent)
    this_year = unchained.without(THEN, at_loss).opened().more(lost)
    by_now, by_then = unchained.opened().more(lost), both.opened().more(lost_then)
    two = by_now.where(by_now.value >= by_then.value, by_then, lots.group)
    not_now = at_loss & (~lots.recent_then | lots.none_allowed[lots.group])
    put_off = both.without(NOW, not_now).opened().more(lost_then)
    shut = nothing.where(nothing.value <= put_off.value, put_off, lots.group)
    shut = GroupCosts(np.where(lots.must_allow, np.inf, shut.value), shut.shares)
    some = this_year.where(this_year.value <= two.value, two, lots.group)
    return shut.where(lots.none_allowed | (shut.value <= some.value), some, lots.group)


def _with_its_own(least: GroupCosts, lots: GroupLots, number: int, bought: BoughtTogether, at: Priced) -> None:
    """The least of a group, or less: where the losses of one purchase alone are allowed."""
    its = np.arange(lots.bounds[number], lots.bounds[number + 1])
    own = at.of(its)
    if not (lots.must_allow[number] or not bought.alone or own.duty[bought.places].any()):
        return
    barred, around = np.isfinite(own.washed), lots.recent[its]
    barred[bought.places] = around[bought.places] = False
    one = replace(lots.picked(np.arange(len(lots.fixed)) == number), fixed=np.array([bought.fixed]))
    _lowered(least, number, its, _Ways.of(one, own, around).unchained(around).without(NOW, barred))


def _with_its_own_then(least: GroupCosts, lots: GroupLots, number: int, bought: BoughtTogether, at: Priced) -> None:
    """The same where they alone are allowed of what is put off."""
    its = np.arange(lots.bounds[number], lots.bounds[number + 1])
    own, around = at.of(its), lots.recent_then[its]
    barred = np.isfinite(own.washed) | np.isfinite(own.then_washed)
    barred[bought.places] = around[bought.places] = False
    one = replace(lots.picked(np.arange(len(lots.fixed)) == number), fixed_then=np.array([bought.fixed_then]))
    _lowered(least, number, its, _Ways.of(one, own, around, with_january=True).without(THEN, barred))


def _lowered(least: GroupCosts, number: int, its: Ints, ways: _Ways) -> None:
    """The least of a group, or what these ways come to."""
    opened = ways.opened(least.value[number : number + 1])
    if opened.value[0] < least.value[number]:
        least.value[number], least.shares[:, its] = opened.value[0], opened.shares


@dataclass(frozen=True)
class _Ways:
    """All that may be done with each lot: a line a way, a column a lot; in `shares` its share sold in each way.
    `needs` are the shares that have to be washed then, of the `fixed` ones, less those that are kept and wash
    others."""

    lots: GroupLots
    fixed: Floats
    charge: Floats
    at_loss: Bools
    shares: Floats
    needs: Floats
    costs: Floats

    @classmethod
    def of(cls, lots: GroupLots, own: Priced, around: Bools, *, with_january: bool = False) -> _Ways:
        """`around`: what is kept of these lots is there to wash. `with_january`: losses of both years are washed by
        what is around where sales are put off to; else those of this year by what is around in it."""
        prices = np.stack([own.unwashed, own.washed, own.then, own.then_washed])
        prices[[NOW, WASHED]] += own.charge
        ways = 4 if np.isfinite(own.then).any() else 2
        corners = np.concatenate([np.zeros((1, 4)), np.eye(4)[:ways]])[:, :, None]
        shares = np.broadcast_to(corners, (ways + 1, 4, len(own.charge)))
        costs = np.concatenate([np.zeros((1, len(own.charge))), prices[:ways]])
        if own.duty.any():
            due = corners[1 : WASHED + 2] * own.duty
            shares = np.concatenate([due, shares[1:]])
            priced = np.stack([own.unwashed, own.washed])
            with np.errstate(invalid="ignore"):
                owed = np.where(own.duty > 0, own.charge + own.duty * priced, 0.0)
            costs = np.concatenate([owed, costs[1:]])
        sold_now = shares[:, NOW] + shares[:, WASHED]
        put_off = shares[:, THEN] + shares[:, THEN_WASHED]
        if with_january:
            kept, washed, fixed = 1.0 - sold_now - put_off, shares[:, WASHED] + shares[:, THEN_WASHED], lots.fixed_then
        else:
            kept, washed, fixed = 1.0 - sold_now, shares[:, WASHED], lots.fixed
        at_loss: Bools = np.isfinite(own.washed) | np.isfinite(own.then_washed)
        return cls(lots, fixed, own.charge, at_loss, shares, own.shares * (washed - around * kept), costs)

    def without(self, way: int, barred: Bools) -> _Ways:
        """The same but for these lots sold in this way."""
        return replace(self, costs=np.where(barred & (self.shares[:, way] > 0), np.inf, self.costs))

    def unchained(self, around: Bools) -> _Ways:
        """The same where these lots have all been used in the year, so that they cannot be put off."""
        if not self.shares[:, THEN].any():
            return self
        return self.without(THEN, around).without(THEN_WASHED, around)

    def of_groups(self, which: Bools) -> _Ways:
        """The same of some of the groups."""
        of = which[self.lots.group]
        return _Ways(
            self.lots.picked(which),
            self.fixed[which],
            self.charge[of],
            self.at_loss[of],
            self.shares[:, :, of],
            self.needs[:, of],
            self.costs[:, of],
        )

    @property
    def sold(self) -> Bools:
        """This year, with its charge."""
        return self.shares[:, NOW] + self.shares[:, WASHED] > 0

    def free(self) -> GroupCosts:
        """Every lot as it costs least: nothing has to be washed."""
        way, every = self.costs.argmin(axis=0), np.arange(self.costs.shape[1])
        return GroupCosts(self._added(self.costs[way, every]), self.shares[way, :, every].T)

    def opened(self, enough: Floats | None = None, asked: Bools | None = None) -> GroupCosts:
        """As many shares are washed as there are around, lots between a sale and none settled. Of the groups `asked`
        about; more than `enough` need not be shown."""
        found = self.least(np.full(len(self.charge), OPEN, dtype=np.int64))
        value, shares = found.least.value, found.least.shares
        open_ones = found.torn >= 0
        if enough is not None:
            open_ones &= value < enough
        if asked is not None:
            open_ones &= asked
        for n in np.flatnonzero(open_ones).tolist():
            its = slice(self.lots.bounds[n], self.lots.bounds[n + 1])
            one = _settled(
                self.of_groups(np.arange(len(self.fixed)) == n), math.inf if enough is None else float(enough[n])
            )
            value[n], shares[:, its] = one.value[0], one.shares
        return found.least

    def least(self, settled: Ints) -> _Nodes:
        """As many shares are washed as there are around, at the best price of one."""
        lots, sold = self.lots, self.sold
        kept = ~self.shares.any(axis=1)
        costs = np.where(kept & (settled == CHARGED), self.costs + self.charge, self.costs)
        costs = np.where(sold & (settled == UNSOLD), np.inf, costs)
        costs = np.where(~sold & ~kept & (settled == CHARGED), np.inf, costs)
        prices = self._best_prices(costs)
        every = np.arange(costs.shape[1])
        value = prices * self.fixed + self._added((costs - self.needs * prices[lots.group]).min(axis=0))
        step = 1e-9 * (1.0 + prices)
        below = (costs - self.needs * (prices - step)[lots.group]).argmin(axis=0)
        above = (costs - self.needs * (prices + step)[lots.group]).argmin(axis=0)
        lacking, spare = (self.fixed - lots.sums(self.needs[way, every]) for way in (below, above))
        with np.errstate(divide="ignore", invalid="ignore"):
            between = np.minimum(1.0, lacking / (lacking - spare))
        part = np.where((lacking <= 0) | (lacking == spare), 0.0, between)
        of_lot = part[lots.group]
        shares = (1.0 - of_lot) * self.shares[below, :, every].T + of_lot * self.shares[above, :, every].T
        differs = (sold[below, every] != sold[above, every]) & (settled == OPEN) & (self.charge > 0)
        differs &= (of_lot > 0) & (of_lot < 1)
        torn = np.full(len(prices), -1, dtype=np.int64)
        for n in sorted(set(lots.group[differs].tolist())):  # np.unique would load numpy.ma, 10 ms of a process
            its = np.flatnonzero(differs[lots.bounds[n] : lots.bounds[n + 1]]) + lots.bounds[n]
            torn[n] = its[self.charge[its].argmax()]
        return _Nodes(GroupCosts(value, shares), torn)

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
        lacking = self.fixed - lots.sums(needs[way, every])
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
