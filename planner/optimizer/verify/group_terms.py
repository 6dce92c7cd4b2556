"""The lots of one security with purchases around, for the certificate: the least that they can cost at given prices.

On every day at least R replacement shares are around. So of the loss shares sold at least as many as R are washed, all
where fewer are sold: were fewer washed, some share sold found nothing left on its day, and so R shares were used. Which
ones are washed the order of the sales can choose: those are left out that are worth least. Selling recent lots makes R
smaller, and the best R is sought. By other readings of § 1091 than harvest's R is taken to be nothing. No day, and no
order of sales, can do better (docs/model.md, "The certificate").
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from planner.optimizer.verify.offers import Ints, Offers
from planner.optimizer.verify.small_lp import Floats
from rules.conventions import DEFAULTS, Conventions
from rules.terms import AccountKind, ReplacementPurchase
from rules.wash_sale import first_clean_day, wash_window


@dataclass(frozen=True)
class Group:
    """Lots (their numbers) of one security: `recent` ones are replacement shares themselves as long as they are kept,
    `others` not; `fixed` shares are around on every day whatever is sold or called off."""

    key: str
    others: Ints
    recent: Ints
    fixed: float
    lost: float
    losses: Floats


@dataclass(frozen=True)
class Priced:
    """What each whole lot costs at some prices on its best kind of day, its loss allowed, and disallowed but kept;
    `left` what it costs not to sell it this year: nothing, or less where it may be put off (of the group's lots)."""

    unwashed: Floats
    washed: Floats
    shares: Floats
    phi: float
    left: Floats


def groups(
    offers: Offers,
    bought_as: Sequence[str],
    purchases: Iterable[ReplacementPurchase],
    identity: Callable[[str], str],
    spoken_for: Callable[[ReplacementPurchase, str], bool],
    days: tuple[date, date],
    conventions: Conventions,
) -> list[Group]:
    """The groups of these offers. `bought_as` names of each lot what was bought together: no part of it replaces
    another. `spoken_for`: shares that may be called off, or that losses already taken may use up."""
    if not _by_default(conventions):
        return []
    number = {lot_id: n for n, lot_id in enumerate(offers.lot_ids)}
    fixed: dict[str, list[ReplacementPurchase]] = defaultdict(list)
    recent: dict[str, set[int]] = defaultdict(set)
    members: dict[str, list[int]] = defaultdict(list)
    for n, key in enumerate(offers.keys):
        if key:
            members[key].append(n)
    for purchase in purchases:
        key, lot = identity(purchase.symbol), number.get(purchase.lot_id or "")
        always = all(_inside(purchase.acquired, day) for day in days)
        if lot is None:
            if not spoken_for(purchase, key):
                fixed[key].append(purchase)
        elif always and float(purchase.quantity) == offers.shares[lot]:
            recent[key].add(lot)
    found = []
    for key, its in members.items():
        at_loss = [n for n in its if offers.losses[offers.first[n]]]
        together = {bought_as[n] for n in at_loss if n not in recent[key]}
        free = [p for p in fixed[key] if (p.bought_as or p.lot_id) not in together]
        still = [n for n in recent[key] if bought_as[n] not in together]
        others = [n for n in at_loss if n not in still]
        least = _least(free, *days)
        if others and (least > 0 or still):
            sheltered = [p for p in free if p.account_kind is not AccountKind.TAXABLE]
            lots = np.array(others, dtype=np.int64)
            losses = -offers.gains[offers.first[lots]][:, :2].sum(axis=1)
            recents = np.array(sorted(still), dtype=np.int64)
            found.append(Group(key, lots, recents, least, _least(sheltered, *days), losses))
    return found


def group_cost(group: Group, at: Priced) -> tuple[float, Floats, Floats, Floats]:
    """The least that a group costs, and of each lot (others, then recent ones) the share sold unwashed, washed, and
    not this year.

    Either no loss is allowed; or R shares are washed, and then all that are around are used, an IRA's among them. A
    recent share that is kept is one more to be used; one that is sold may be washed like any other. So with any price ν
    of a share that has to be washed the group costs at least what its shares cost, each doing what is cheapest. What is
    put off to next year is around all this year long, like what is kept; that its own loss may be washed is left out.
    """
    its = np.concatenate([group.others, group.recent])
    shares, clean, washed = at.shares[its], at.unwashed[its], at.washed[its]
    kept = np.concatenate([np.zeros(len(group.others)), shares[len(group.others) :]])  # shares around while kept
    at_loss = np.isfinite(washed)
    closed = np.where(at_loss, washed, clean)
    shut = np.minimum(closed, at.left)
    doing = np.stack([at.left, clean, washed])
    washes = np.stack([-kept, np.zeros(len(its)), shares])  # shares washed, less those that must be for it
    prices = _turning_points(doing, washes)
    costs = np.where(np.isfinite(doing), doing, np.inf)[:, :, None] - washes[:, :, None] * prices
    values = prices * group.fixed + costs.min(axis=0).sum(axis=0)
    best = int(values.argmax())
    opened = float(values[best]) + at.phi * _cheapest_shares(group.losses / at.shares[group.others], at, group)
    if float(shut.sum()) <= opened:
        sells = closed < at.left
        return float(shut.sum()), np.where(at_loss, 0.0, sells), np.where(at_loss, sells, 0.0), 1.0 - sells
    return opened, *_balanced(doing, washes, float(prices[best]), group.fixed)


def _turning_points(doing: Floats, washes: Floats) -> Floats:
    """The prices of a washed share at which some lot does something else."""
    found = [np.zeros(1)]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        with np.errstate(divide="ignore", invalid="ignore"):
            found.append((doing[other] - doing[one]) / (washes[other] - washes[one]))
    points = np.concatenate(found)
    return np.unique(points[np.isfinite(points) & (points >= 0)])


def _balanced(doing: Floats, washes: Floats, price: float, fixed: float) -> tuple[Floats, Floats, Floats]:
    """The shares sold unwashed, washed and not at all at this price: between what is done just below it and above."""
    step = 1e-9 * (1.0 + price)
    ways = []
    for beside in (price - step, price + step):
        choice = (doing - washes * beside).argmin(axis=0)
        ways.append((choice, fixed - float(washes[choice, np.arange(doing.shape[1])].sum())))
    (below, lacking), (above, spare) = ways
    part = 0.0 if lacking <= 0 or lacking == spare else min(1.0, lacking / (lacking - spare))
    mixed = [(1.0 - part) * (below == way) + part * (above == way) for way in (1, 2, 0)]
    return mixed[0], mixed[1], mixed[2]


def _cheapest_shares(a_share: Floats, at: Priced, group: Group) -> float:
    """What the losses of as many shares come to as are lost for good, those taken first that are worth least."""
    total, wanted = 0.0, group.lost
    if len(group.recent):
        return 0.0  # theirs may be the ones, and be worth less
    for n in np.argsort(a_share, kind="stable"):
        taken = min(wanted, float(at.shares[group.others[n]]))
        total, wanted = total + taken * float(a_share[n]), wanted - taken
    return total


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
    return min(
        sum(float(p.quantity) for p in purchases if _inside(p.acquired, day)) for day in days if first <= day <= last
    )
