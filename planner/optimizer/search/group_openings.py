"""Coupled groups wholesale, where there are too many to give every pair of lot and replacement a switch of its own.

Once the shares first sold have used up the replacements, every later lot of a group is as free as if § 1091 did not
exist. So each group is opened in one of two ways, or left shut: its oldest lots are sold for the replacements to
wash, and the recent lots stay; or the recent lots are sold as well, and nothing stays to wash. The better way is
fixed, the lots it frees go behind the supply curves with all others. The bound comes from the plan without § 1091,
which no lawful plan can beat: it stays true, and the price is that it may lie further off, which is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from planner.optimizer.candidates import Candidate
from planner.optimizer.program.program import Economy
from planner.optimizer.program.tax_regimes import Sums
from planner.optimizer.program.wash_groups import Coupling, matched_by_default


@dataclass(frozen=True, slots=True)
class Package:
    """Lots sold whole to open a group, what they come to after § 1091 in dollars, and the lots this frees."""

    sold: tuple[int, ...] = ()
    freed: tuple[int, ...] = ()
    gains: Sums = (0.0, 0.0, 0.0)
    cost: float = 0.0


def choose(lots: Sequence[Candidate], groups: Sequence[Coupling], economy: Economy, prices: Sums) -> Iterator[Package]:
    """The best way to open each group, or to leave it shut.

    `prices` are what a dollar of recognised loss is worth at the margin, by basket, before its own deferred tax.
    """
    for group in groups:
        if not matched_by_default(group.conventions):
            yield Package()  # other readings of § 1091 open groups in other ways: left shut (L-28)
            continue
        recent = [i for i in group.slices if any(i in r.sellable for r in group.replacements)]
        by_loss = sorted(recent, key=lambda i: (lots[i].whole.gain / lots[i].quantity, lots[i].lot_id))
        closed = [frozenset(by_loss[:n]) for n in range(len(by_loss) + 1)]
        offers = [Package(), *(_opened(lots, group, some, economy) for some in closed)]
        yield max(offers, key=lambda offer: _worth(lots, offer, economy, prices))


def _opened(lots: Sequence[Candidate], group: Coupling, closed: frozenset[int], economy: Economy) -> Package:
    """Sell `closed` (recent lots), and of the older lots the first, until every replacement left has been used."""
    recent = {i for r in group.replacements for i in r.sellable}
    older = [i for i in group.slices if i not in recent]
    open_shares = sum(r.quantity for r in group.replacements if not closed.intersection(r.sellable))
    first = 0
    while open_shares > 0 and first < len(older):
        open_shares -= float(lots[older[first]].quantity)
        first += 1
    if open_shares > 0:
        return Package()  # more replacements than lots: all would be washed
    sold = [*older[:first], *(i for i in group.slices if i in closed)]
    gains, cost = [0.0, 0.0, 0.0], 0.0
    for i in sold:
        gains[lots[i].basket] += float(lots[i].whole.gain)
        cost += _cost(lots[i], economy)
    for i, share, permanent in _washed(lots, group, sold):
        disallowed = -float(lots[i].whole.gain) * share
        gains[lots[i].basket] += disallowed
        cost -= 0.0 if permanent else economy.deferral * disallowed
    return Package(tuple(sold), tuple(older[first:]), (gains[0], gains[1], gains[2]), cost)


def _cost(lot: Candidate, economy: Economy) -> float:
    return float(lot.cost_rate) * float(lot.whole.proceeds) - economy.deferral * float(lot.whole.gain)


def _worth(lots: Sequence[Candidate], offer: Package, economy: Economy, prices: Sums) -> float:
    fixed = -sum(price * gain for price, gain in zip(prices, offer.gains, strict=True)) - offer.cost
    freed = (-prices[lots[i].basket] * float(lots[i].whole.gain) - _cost(lots[i], economy) for i in offer.freed)
    return fixed + sum(max(0.0, worth) for worth in freed)


def _washed(lots: Sequence[Candidate], group: Coupling, sold: Sequence[int]) -> Iterator[tuple[int, float, bool]]:
    """Which share of which lot is washed, and whether for good."""
    gone = set(sold)
    left = [0.0 if gone.intersection(r.sellable) else r.quantity for r in group.replacements]
    for i in sold:  # in the order of group.slices
        quantity = float(lots[i].quantity)
        open_shares = quantity
        for n, replacement in enumerate(group.replacements):
            if i in replacement.sellable or not left[n] or not open_shares:
                continue
            matched = min(open_shares, left[n])
            left[n] -= matched
            open_shares -= matched
            yield i, matched / quantity, replacement.permanent
        if not any(left):
            return
