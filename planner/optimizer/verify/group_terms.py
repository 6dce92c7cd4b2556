"""The lots of one security with purchases around, and how many replacement shares no choice of days escapes.

What such a group can cost at the least is the matter of `group_cost`. By other readings of § 1091 than harvest's there
are no groups: every lot is taken by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from planner.domain.columns import coded
from planner.optimizer.verify.offers import Bools, Offers
from planner.optimizer.verify.small_lp import Floats, Ints
from rules.conventions import DEFAULTS, Conventions
from rules.terms import AccountKind, ReplacementPurchase
from rules.wash_sale import first_clean_day, wash_window


@dataclass(frozen=True)
class BoughtTogether:
    """Recent lots that were bought together, one of them at a loss: none of them replaces another. `places` are theirs
    among the recent lots; `fixed` are the shares around on every day that were not bought with them, and `fixed_then`
    those in January; `alone`: one lot, and no other share was."""

    places: Ints
    fixed: float
    alone: bool
    fixed_then: float = 0.0


@dataclass(frozen=True)
class Group:
    """Lots (their numbers) of one security: `recent` ones are replacement shares themselves as long as they are kept,
    `others` not; `fixed` shares are around on every day whatever is sold or canceled. `allowed` where only those plans
    are meant in which some loss of this year is allowed, or none is. `own`: the recent lots at a loss, by purchase.
    `fixed_then`, `lost_then` and `recent_then` (places among the recent lots) are around where sales are put off to."""

    key: str
    others: Ints
    recent: Ints
    fixed: float
    lost: float
    losses: Floats
    own: tuple[BoughtTogether, ...] = ()
    allowed: bool | None = None
    fixed_then: float = 0.0
    lost_then: float = 0.0
    recent_then: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


@dataclass(frozen=True)
class GroupLots:
    """The lots (their numbers) of several groups, those of one after those of another, and which of them are `recent`.
    Of each group: where its lots begin, and at last where they end (`bounds`); the shares that are around on every day;
    what the losses come to that are permanently lost at the least; the lots bought together, with their `places` among
    the group's lots; which plans are meant. `fixed_then`, `lost_then` and `recent_then`: the same where sales are put
    off to."""

    lots: Ints
    group: Ints  # of each lot
    recent: Bools
    bounds: list[int]
    fixed: Floats
    lost: Floats
    own: tuple[tuple[BoughtTogether, ...], ...]
    must_allow: Bools
    none_allowed: Bools
    recent_then: Bools
    fixed_then: Floats
    lost_then: Floats

    @classmethod
    def of(cls, groups: Sequence[Group], shares: Floats) -> GroupLots:
        """The lots of these groups; `shares` of every lot."""
        parts = [part for group in groups for part in (group.others, group.recent)]
        sizes = np.array([len(part) for part in parts], dtype=np.int64)
        both = sizes.reshape(-1, 2).sum(axis=1)
        return cls(
            np.concatenate(parts),
            np.repeat(np.arange(len(groups)), both),
            np.repeat(np.arange(len(parts)) % 2 == 1, sizes),
            [0, *np.cumsum(both).tolist()],
            np.array([group.fixed for group in groups]),
            np.array([_cheapest_shares(group, shares, group.lost) for group in groups]),
            tuple(
                tuple(replace(bought, places=len(group.others) + bought.places) for bought in group.own)
                for group in groups
            ),
            np.array([group.allowed is True for group in groups]),
            np.array([group.allowed is False for group in groups]),
            np.concatenate([np.isin(np.arange(-len(g.others), len(g.recent)), g.recent_then) for g in groups]),
            np.array([group.fixed_then for group in groups]),
            np.array([_cheapest_shares(group, shares, group.lost_then) for group in groups]),
        )

    def picked(self, which: Bools) -> GroupLots:
        """Some of the groups."""
        if which.all():
            return self
        of = which[self.group]
        sizes = np.diff(self.bounds)[which]
        return GroupLots(
            self.lots[of],
            np.repeat(np.arange(len(sizes)), sizes),
            self.recent[of],
            [0, *np.cumsum(sizes).tolist()],
            self.fixed[which],
            self.lost[which],
            tuple(own for own, picked in zip(self.own, which.tolist(), strict=True) if picked),
            self.must_allow[which],
            self.none_allowed[which],
            self.recent_then[of],
            self.fixed_then[which],
            self.lost_then[which],
        )

    def sums(self, values: Floats) -> Floats:
        """Of each group the sum over its lots."""
        found: Floats = np.add.reduceat(values, self.bounds[:-1])
        return found

    def any(self, of_lots: Bools) -> Bools:
        """Of each group whether that is so of any of its lots."""
        found: Bools = np.logical_or.reduceat(of_lots, self.bounds[:-1])
        return found


def _cheapest_shares(group: Group, shares: Floats, lost: float) -> float:
    """What the losses of as many shares come to as are permanently lost, those taken first that are worth least."""
    if len(group.recent) or not lost:
        return 0.0  # of recent lots: theirs may be the ones, and be worth less
    total, wanted = 0.0, lost
    its = shares[group.others]
    a_share = group.losses / its
    for n in np.argsort(a_share, kind="stable"):
        taken = min(wanted, float(its[n]))
        total, wanted = total + taken * float(a_share[n]), wanted - taken
    return total


def groups(
    offers: Offers,
    bought_as: Sequence[str],
    purchases: Sequence[ReplacementPurchase],
    identity: Callable[[str], str],
    spoken_for: Callable[[ReplacementPurchase, str], bool],
    days: tuple[date, date],
    put_off_to: Sequence[date],
    conventions: Conventions,
) -> list[Group]:
    """The groups of these offers. `bought_as` names of each lot what was bought together: no part of it replaces
    another. `spoken_for`: shares that may be canceled, or that losses already taken may use up. `put_off_to`: of each
    lot the day of next year on which it may be sold, where any may."""
    if not offers.keys or not _by_default(conventions):
        return []
    held = {purchase.lot_id for purchase in purchases}
    number = {lot_id: n for n, lot_id in enumerate(offers.lot_ids) if lot_id in held}
    losses = offers.losses[offers.first]
    fixed: dict[str, list[ReplacementPurchase]] = defaultdict(list)
    recent: dict[str, set[int]] = defaultdict(set)
    acquired: dict[int, date] = {}
    for purchase in purchases:
        key, lot = identity(purchase.symbol), number.get(purchase.lot_id or "")
        always = all(_inside(purchase.acquired, day) for day in days)
        if lot is None:
            if not spoken_for(purchase, key):
                fixed[key].append(purchase)
        elif always and float(purchase.quantity) == offers.shares[lot]:
            recent[key].add(lot)
            acquired[lot] = purchase.acquired
    found = []
    keys, of_lot = coded(offers.keys)
    order = np.argsort(of_lot, kind="stable")
    for key, its in zip(keys, np.split(order, np.cumsum(np.bincount(of_lot))[:-1]), strict=True):
        if not key:
            continue
        at_loss: list[int] = its[losses[its]].tolist()
        together = {bought_as[n] for n in at_loss if n not in recent[key]}
        free = [p for p in fixed[key] if (p.bought_as or p.lot_id) not in together]
        still = sorted(n for n in recent[key] if bought_as[n] not in together)
        kept = set(still)
        others = [n for n in at_loss if n not in kept]
        least, then = _least(free, *days), sorted({put_off_to[n] for n in its.tolist()} if put_off_to else ())
        least_then = _fewest(free, then)
        if at_loss and (least > 0 or len(still) > (not others) or least_then > 0):
            sheltered = [p for p in free if p.account_kind is not AccountKind.TAXABLE]
            lots = np.array(others, dtype=np.int64)
            amounts = -offers.gains[offers.first[lots]][:, :2].sum(axis=1)
            around_then = [
                place for place, n in enumerate(still) if then and all(_inside(acquired[n], d) for d in then)
            ]
            found.append(
                Group(
                    key,
                    lots,
                    np.array(still, dtype=np.int64),
                    least,
                    _least(sheltered, *days),
                    amounts,
                    tuple(_bought_together(still, set(at_loss), bought_as, free, days, then)),
                    fixed_then=least_then,
                    lost_then=_fewest(sheltered, then),
                    recent_then=np.array(around_then, dtype=np.int64),
                )
            )
    return found


def _bought_together(
    recents: Sequence[int],
    at_loss: set[int],
    bought_as: Sequence[str],
    fixed: Sequence[ReplacementPurchase],
    days: tuple[date, date],
    then: Sequence[date],
) -> Iterator[BoughtTogether]:
    for name in dict.fromkeys(bought_as[n] for n in recents if n in at_loss):
        places = [place for place, n in enumerate(recents) if bought_as[n] == name]
        others = [p for p in fixed if (p.bought_as or p.lot_id) != name]
        alone = len(places) == 1 and len(others) == len(fixed)
        yield BoughtTogether(np.array(places, dtype=np.int64), _least(others, *days), alone, _fewest(others, then))


def _by_default(conventions: Conventions) -> bool:
    """Whether shares are matched as harvest reads § 1091 by default: C1, C2, C3, C7."""
    ours = replace(DEFAULTS, tacking=conventions.tacking, spouse_keeps_the_loss=conventions.spouse_keeps_the_loss)
    return conventions == replace(ours, options_replace=conventions.options_replace)


def _inside(bought: date, sold: date) -> bool:
    first, last = wash_window(sold)
    return first <= bought <= last


def _least(purchases: Sequence[ReplacementPurchase], first: date, last: date) -> float:
    """The fewest of these shares that lie around any day: their number falls only where one leaves the window."""
    days = {first, *(first_clean_day(purchase.acquired) for purchase in purchases)}
    return _fewest(purchases, [day for day in days if first <= day <= last])


def _fewest(purchases: Sequence[ReplacementPurchase], days: Iterable[date]) -> float:
    """The fewest of these shares that lie around one of these days; none where there is no day."""
    around = (sum(float(p.quantity) for p in purchases if _inside(p.acquired, day)) for day in days)
    return min(around, default=0.0)
