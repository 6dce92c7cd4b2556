"""The bound of plans by cases: of a lot or a group that stands between two choices, first the plans with the one, then
the others.

The certificate lets a part of a lot go this year and a part in January, a part of a share be sold, a part of a charge
be paid, and a group be in part as if its losses were washed, which no plan does. With few large lots that leaves a gap.
Each case has a certificate of its own, and no plan is worth more than the best case allows.
"""

from __future__ import annotations

import heapq
import itertools
import math
import time
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

import numpy as np

from planner.domain.certificate import Certificate, PieceMultipliers
from planner.optimizer.search.course import Course
from planner.optimizer.verify.certificate import bound_of, certified_bound, certify, least_by_piece
from planner.optimizer.verify.ground import Ground
from planner.optimizer.verify.offers import Bools
from planner.optimizer.verify.small_lp import Floats

MOST_CASES = 200
MOST_LOTS = 4_000  # beyond so many, a case takes too long, and there are too many lots to divide
TRIED = 3  # lots, and groups, whose two cases are bounded before one of them is chosen
MUCH = Decimal("0.3")  # of what is open: a division that closes so much is taken, and no other one is tried
STALLED = 12  # divisions without any effect on the bound, after which there is no more to be had
MARGIN = 1e-3  # dollars a dollar of gain or loss: a lot so near to being worth selling may be sold in part
SOME = 1e-30  # of a lot: less than any part that can be sold
SAFE = 1e-12  # by which a share is put too low or too high, so that floats bar no plan

Units = tuple[float, float]  # of a lot, at least and at most


@dataclass(frozen=True)
class PartOfPlans:
    """A part of the plans, and its certificate. `sold`: how many units of a lot these plans sell, where not any.
    `known`: what no plan of a wider part costs less than, by piece of the year."""

    ground: Ground
    certificate: Certificate
    bound: Decimal
    sold: Mapping[int, Units] = field(default_factory=dict)
    known: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def least(self) -> Mapping[str, float]:
        """What no plan costs less than, by piece of the year."""
        if self.known:
            return self.known
        found = least_by_piece(self.ground, self.certificate)
        return {its.name: value for value, its in found or ()}

    @property
    def weakest(self) -> PieceMultipliers:
        """The piece of the year that allows most."""
        return min(self.certificate.pieces, key=lambda piece: self.least.get(piece.name, -math.inf))


@dataclass(frozen=True)
class DividedAt:
    """What a case is divided by: of each lot the units that the plan sells, and whether only whole ones can be sold."""

    units: Floats
    whole: Bools


def bound_by_cases(
    whole: PartOfPlans, plan: DividedAt, enough: Decimal, deadline: float = math.inf, most: int = MOST_CASES
) -> Decimal:
    """No plan is worth more, but for a cent a lot: the case that allows most is divided until that is `enough`."""
    order = itertools.count()
    cases = [(-whole.bound, next(order), whole)]
    lately = deque([Decimal("Infinity")], maxlen=STALLED)
    while -cases[0][0] > enough and next(order) < most and time.monotonic() < deadline:
        case = cases[0][2]
        if len(lately) == STALLED and lately[0] <= case.bound:
            break
        lately.append(case.bound)
        found = []
        much = case.bound - MUCH * (case.bound - enough)
        for parts in divisions(case, plan, enough, deadline):
            found.append(parts)
            if max(part.bound for part in parts) <= much or time.monotonic() > deadline:
                break
        if not found:
            break
        heapq.heappop(cases)
        for part in min(found, key=lambda parts: max(part.bound for part in parts)):
            heapq.heappush(cases, (-part.bound, next(order), part))
    return -cases[0][0]


def divided(course: Course, deadline: float) -> None:
    """Raise the bound of a search by the cases of its best plan."""
    if course.best is None or (ground := course.dual.ground).offers.lots > MOST_LOTS:
        return
    worth, near = Decimal(repr(ground.idle - course.cost)), Decimal(repr(course.threshold))
    points = [np.array([*point.prices.values(), *point.rents]) for point in course.dual.points]
    certificate = certify(ground, points, worth, deadline)
    certified = certified_bound(ground, certificate)
    if certified is None:
        return
    whole, rows = PartOfPlans(ground, certificate, certified), course.book.rows
    number = {lot_id: n for n, lot_id in enumerate(ground.offers.lot_ids)}
    units, by_ones = np.zeros(len(number)), np.zeros(len(number), dtype=bool)
    for row, quantity in course.best.sold.items():
        units[number[course.book.task.lots.lot_id(row)]] = quantity
    for first, row in zip(course.book.task.lots.firsts, rows.starts, strict=True):
        by_ones[number[first.lot_id]] = rows.step[row] == 1
    found = bound_by_cases(whole, DividedAt(units, by_ones), worth + near / 4, deadline)
    course.by_cases = max(course.by_cases, ground.idle - float(found))


def divisions(case: PartOfPlans, plan: DividedAt, enough: Decimal, deadline: float) -> Iterator[list[PartOfPlans]]:
    """Ways to divide a case in two: this year or January, a group's losses allowed or not, and so many units of a lot
    or more."""

    def part(ground: Ground, sold: Mapping[int, Units] | None = None) -> PartOfPlans:
        return _part(case, ground, enough, deadline, sold)

    some = case.ground.offers
    slope = some.gains @ np.array(case.weakest.prices) + some.uses @ np.array(case.weakest.rents)
    cost = some.cost + slope + some.charge
    for lot in _undecided(case, cost):
        rows = some.lot == lot
        yield [part(_without(case.ground, rows & barred)) for barred in (some.put_off, ~some.put_off)]
    for n in _undecided_groups(case):
        yield [part(with_loss(case.ground, n, allowed)) for allowed in (False, True)]
    for lot in dict.fromkeys([*_sold_in_part(case, plan), *_torn(case, cost)]):
        for less, more in _split(case, plan, lot):
            yield [part(_between(case, lot, units), {lot: units}) for units in (less, more)]


def _part(
    case: PartOfPlans, ground: Ground, enough: Decimal, deadline: float, sold: Mapping[int, Units] | None
) -> PartOfPlans:
    """A narrower part. Pieces of the year in which no plan of the wider one is good `enough` are as they were."""
    least, certificate = dict(case.least), case.certificate
    open_ones = [name for name, cost in least.items() if bound_of(ground, certificate, cost) > enough]
    its = case.weakest
    narrow = replace(ground, pieces=tuple(piece for piece in ground.pieces if piece.name in open_ones))
    like = replace(certificate, pieces=tuple(piece for piece in certificate.pieces if piece.name in open_ones))
    sought = certify(narrow, [np.array([*its.prices, *its.rents])], enough, deadline, like)
    better = {piece.name: piece for piece in certificate.pieces}
    for cost, piece in least_by_piece(narrow, sought) or ():
        if cost > least[piece.name]:
            least[piece.name], better[piece.name] = cost, piece
    bound = min(case.bound, bound_of(ground, certificate, min(least.values())))
    found = replace(certificate, pieces=tuple(better.values()))
    return PartOfPlans(ground, found, bound, {**case.sold, **(sold or {})}, least)


def _undecided(case: PartOfPlans, cost: Floats) -> list[int]:
    """Lots worth selling this year and in January, or nearly, at the prices of the weakest piece, or sold in either at
    any price; the least decided first."""
    some = case.ground.offers
    barred = (some.gains[:, -1] != 0) != some.put_off  # `_without` leaves rows that do not enter January's sum, or do
    now, later = (
        np.minimum.reduceat(np.where(barred | other, np.inf, cost), some.first)
        for other in (some.put_off, ~some.put_off)
    )
    near = MARGIN * np.maximum.reduceat(np.abs(some.gains).sum(axis=1), some.first)
    either = (np.maximum(now, later) < near) | ((some.duty > 0) & np.isfinite(now) & np.isfinite(later))
    return sorted(np.flatnonzero(either).tolist(), key=lambda lot: (abs(now[lot] - later[lot]), lot))[:TRIED]


def _torn(case: PartOfPlans, cost: Floats) -> list[int]:
    """Lots by themselves for which it matters least at these prices whether they are sold, by their size."""
    some = case.ground.offers
    size = np.abs(some.gains).sum(axis=1) + np.abs(some.uses).sum(axis=1)
    best = np.minimum.reduceat(cost, some.first)
    largest = np.maximum.reduceat(size, some.first)
    open_lots = np.flatnonzero(case.ground.alone & (some.duty == 0) & (largest > 0)).tolist()
    open_lots = [*open_lots, *(lot for lot, (least, most) in case.sold.items() if 0 < least < most and largest[lot])]
    by_margin = sorted(open_lots, key=lambda lot: (abs(best[lot]) / largest[lot], lot))[:TRIED]
    return [*by_margin, *_coupled(case)]


def _sold_in_part(case: PartOfPlans, plan: DividedAt) -> list[int]:
    """Lots of which the plan sells a part, the one with the most dollars a share first: next to it whole shares lie."""
    some = case.ground.offers
    dollars = np.abs(some.gains[some.first]).sum(axis=1) / some.shares
    parts = np.flatnonzero((plan.units > 0) & (plan.units < some.shares)).tolist()
    return sorted(parts, key=lambda lot: (-dollars[lot], lot))[:TRIED]


def _undecided_groups(case: PartOfPlans) -> list[int]:
    """Groups of which a loss may be allowed or not, the one first for which, a dollar of its losses, it matters least
    at the prices of the weakest piece: its plans are the furthest apart of those that cost about the same."""
    its, ground = case.weakest, case.ground
    prices, rents = np.array(its.prices), np.array(its.rents)
    undecided = [n for n, group in enumerate(ground.groups) if group.allowed is None]
    if not undecided:
        return []
    shut, opened = (
        replace(ground, groups=tuple(replace(group, allowed=allowed) for group in ground.groups))
        .least(prices, rents)
        .of_groups
        for allowed in (False, True)
    )
    apart = {n: abs(opened[n] - shut[n]) / (ground.groups[n].losses.sum() or 1.0) for n in undecided}
    return sorted(undecided, key=lambda n: (apart[n], n))[:TRIED]


def with_loss(ground: Ground, number: int, allowed: bool) -> Ground:
    """The plans in which some loss of a group is allowed, or those in which none is."""
    groups = (replace(its, allowed=allowed) if n == number else its for n, its in enumerate(ground.groups))
    return replace(ground, groups=tuple(groups))


def _coupled(case: PartOfPlans) -> list[int]:
    """Lots of groups that stand between two choices, the one with the most dollars first: what of them is sold first
    may be washed, which opens the group."""
    some = case.ground.offers
    size = np.abs(some.gains[some.first]).sum(axis=1) + np.abs(some.uses[some.first]).sum(axis=1)
    found: list[int] = []
    for group in case.ground.groups:
        found += (lot for lot in group.others.tolist() if case.sold.get(lot, (0.0, 1.0))[1] > 0)
    return sorted(found, key=lambda lot: (-size[lot], lot))[:TRIED]


def _split(case: PartOfPlans, plan: DividedAt, lot: int) -> Iterator[tuple[Units, Units]]:
    """Units of a lot in two parts that leave no plan out: none or some; as many as in the plan, or more, or fewer."""
    least, most = case.sold.get(lot, (0.0, float(case.ground.offers.shares[lot])))
    whole, now = bool(plan.whole[lot]), float(plan.units[lot])
    cuts = [(0.0, min(1.0, most) if whole else SOME * most)]  # a fraction of a share goes with the whole lot alone
    if whole:
        down, up = math.floor(now), math.ceil(now)
        cuts += [(down, down + 1.0), (up - 1.0, up)]
    if lot in case.sold or not case.ground.alone[lot]:
        half = (least + most) / 2
        cuts += [(math.floor(half), math.floor(half) + 1.0)] if whole else [(half, half), (now, now)]
    for below, above in dict.fromkeys(cuts):
        if least <= below and above <= most and most > 0 and least < above and below < most:
            yield (least, below), (above, most)


def _between(case: PartOfPlans, lot: int, units: Units) -> Ground:
    """The same plans but those that sell fewer or more units of a lot: as if it were a smaller one, of which so much
    must be sold."""
    some = case.ground.offers
    least, most = units
    if most == 0:
        return _without(case.ground, some.lot == lot)
    known = case.sold.get(lot, (0.0, float(some.shares[lot])))[1]
    part = np.where(some.lot == lot, min(1.0, most / known * (1 + SAFE)), 1.0)
    shares, duty = some.shares.copy(), some.duty.copy()
    shares[lot] *= most / known
    if case.ground.alone[lot] or not some.put_off[some.lot == lot].any():  # a group asks for its duties this year
        duty[lot] = max(0.0, min(1.0, least / most * (1 - SAFE)))
    groups = tuple(
        replace(group, losses=np.where(group.others == lot, group.losses * (most / known), group.losses))
        for group in case.ground.groups
    )
    return replace(
        case.ground,
        groups=groups,
        offers=replace(
            some,
            gains=some.gains * part[:, None],
            by_washing=some.by_washing * part[:, None],
            cost=some.cost * part,
            washed=some.washed * part,
            uses=np.where(some.counts[None, :], some.uses, some.uses * part[:, None]),
            shares=shares,
            duty=duty,
        ),
    )


def _without(ground: Ground, barred: Bools) -> Ground:
    """The same plans but for these rows. Of a lot by itself they become like one of its others, which they are no way
    around where a part must be sold; else they cost and bring nothing, as if kept."""
    some = ground.offers
    like = np.arange(len(some))
    for row in np.flatnonzero(barred & ground.alone[some.lot]).tolist():
        others = np.flatnonzero((some.lot == some.lot[row]) & ~barred)
        like[row] = others[0] if len(others) else row
    still = barred & (like == np.arange(len(some)))
    left = ~still
    return replace(
        ground,
        offers=replace(
            some,
            cost=some.cost[like] * left,
            washed=np.where(still, np.inf, some.washed[like]),
            charge=some.charge * left,
            gains=some.gains[like] * left[:, None],
            by_washing=some.by_washing[like] * left[:, None],
            uses=some.uses[like] * left[:, None],
        ),
    )
