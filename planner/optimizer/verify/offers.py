"""What a plan may sell, for the certificate: every lot on every kind of day, as arrays. docs/model.md, "The
certificate".

A row is a lot and a character that its gain can have on some day: the first open day, and each later one from which it
counts as long-term; and, where the plan may put sales off, the first session of next year. Other days change nothing
about a lot by itself but what waiting costs. Rows say what the whole lot brings; a part brings its part of it, to a
cent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from planner.domain.plan_limits import PlanLimits, SumLimit, SumOf
from planner.domain.sale_costs import SaleCosts
from planner.domain.trading_days import first_session
from planner.optimizer.verify.sale_figures import Order, figures
from planner.optimizer.verify.small_lp import Floats, Ints
from rules.pieces.names import COLLECTIBLES, DISALLOWED, JANUARY, LONG, SHORT, sums_of
from rules.terms import ZERO, Character

if TYPE_CHECKING:
    from planner.optimizer.candidate_rows import CandidateRows
    from planner.optimizer.sale_days import SaleDays
    from planner.optimizer.verify.setting import Setting

Bools = npt.NDArray[np.bool_]

PUT_OFF = 3
# The sums that a gain in each basket enters.
ENTERS = {0: (SHORT,), 1: (LONG,), 2: (LONG, COLLECTIBLES), PUT_OFF: (JANUARY,)}


@dataclass(frozen=True)
class Offers:
    """Rows, grouped by lot. `cost` is what selling costs and later tax it brings or spares (negative where it spares),
    `washed` the same where § 1091 disallows the loss (infinite where it cannot), `charge` what each sale costs whole.

    `uses` is what a row takes of each limit, of which there is `most`. Of each lot: its first row, the shares, the
    share of it that must be sold, and its key under § 1091 where purchases are around (else empty).
    """

    names: tuple[str, ...]
    gains: Floats  # a row each, a column for each sum
    by_washing: Floats  # the same where § 1091 disallows the loss: nothing, but where the state allows it
    cost: Floats
    washed: Floats
    charge: Floats
    uses: Floats
    limits: tuple[str, ...]
    most: Floats
    counts: Bools  # limits on the number of sales
    first: Ints
    lot: Ints
    shares: Floats
    duty: Floats
    keys: tuple[str, ...]
    lot_ids: tuple[str, ...]
    losses: Bools
    put_off: Bools  # rows of next year's first session; the last of their lot

    def __len__(self) -> int:
        return len(self.cost)

    @property
    def lots(self) -> int:
        return len(self.first)


def offers(
    candidates: CandidateRows, setting: Setting, days: SaleDays, limits: PlanLimits, around: frozenset[str]
) -> Offers:
    """Every lot among these candidates. `around` are the keys of § 1091 of which purchases were or will be made."""
    january = january_allowed(limits, setting)
    names = (*sums_of(setting.facts), JANUARY) if january else sums_of(setting.facts)
    firsts = candidates.firsts
    sums = [limit for limit in limits.sums if not (limit.at_least and limit.of is SumOf.LOTS)]
    phi = float(setting.assumptions.deferral_rate)
    lot, which, cost = _cheapest_of_each_kind(*_kinds(candidates, days, setting, january=january))
    put_off: Bools = which == PUT_OFF
    amount, proceeds = candidates.gain[lot], candidates.proceeds[lot]
    moved = np.where(put_off, 0.0, candidates.moved[lot])
    uses = [np.where(put_off & limit.at_least, 0.0, _use(limit, candidates, lot, proceeds)) for limit in sums]
    gains = np.zeros((len(lot), len(names)))
    for basket, entered in ENTERS.items():
        for name in entered:
            if name in names:
                gains[which == basket, names.index(name)] = amount[which == basket]
    by_washing = np.zeros_like(gains)
    if DISALLOWED in names:
        gains[:, names.index(DISALLOWED)] = -moved
        by_washing[:, names.index(DISALLOWED)] = np.where(put_off, 0.0, -moved - amount)
    keys = [first.identity if first.identity is not None and first.identity in around else "" for first in firsts]
    washable = np.array([bool(key) for key in keys], dtype=bool)
    at_loss: Bools = amount < 0
    first_row: Ints = np.searchsorted(lot, np.arange(len(firsts)))
    return Offers(
        names=names,
        gains=gains,
        by_washing=by_washing,
        cost=cost - phi * amount,
        washed=np.where(washable[lot] & at_loss if len(lot) else at_loss, cost, np.inf),
        charge=np.full(len(lot), float(setting.assumptions.cost_per_sale)),
        uses=np.array(uses, dtype=float).T.reshape(len(lot), len(sums)),
        limits=tuple(_named(sums)),
        most=np.array([float(-limit.amount if limit.at_least else limit.amount) for limit in sums]),
        counts=np.array([limit.of is SumOf.LOTS for limit in sums], dtype=bool),
        first=first_row,
        lot=lot,
        shares=candidates.quantity,
        duty=np.minimum(candidates.duty, 1.0),
        keys=tuple(keys),
        lot_ids=tuple(candidates.lot_ids),
        losses=at_loss,
        put_off=put_off,
    )


def january_allowed(limits: PlanLimits, setting: Setting) -> bool:
    """Whether a plan may put sales off to the first session of next year: no last day of the tax year forbids it."""
    last = limits.last_day
    return limits.january and (last is None or last.year > setting.facts.law.year)


def _kinds(candidates: CandidateRows, days: SaleDays, setting: Setting, *, january: bool) -> tuple[Ints, Ints, Floats]:
    """Lot, basket and cost of trading of the whole lot, on every day offered and on those that are not but matter; in
    January, if allowed, when short- or long-term no longer matters."""
    lots, baskets = candidates.lot, candidates.basket
    cost = _trading(candidates)
    every = days.enough if setting.conventions.gone_shares_replace else days.few
    costs = SaleCosts(setting.assumptions, setting.first_day)
    more: list[tuple[int, int, float]] = []
    bounds = pairwise([*candidates.starts.tolist(), len(candidates)])
    for n, (first, (start, end)) in enumerate(zip(candidates.firsts, bounds, strict=True)):
        holding = first.holding
        if january and not first.must:
            day = first_session(setting.facts.law.year, holding.lot.asset_class)
            more.append((n, PUT_OFF, float(first.whole.proceeds * costs.rate(holding.lot.asset_class, day))))
        if holding.lot.inherited:
            continue
        its = candidates.sold[start:end]
        for day in every(holding):
            if day in its:
                continue
            sale = figures(Order(holding, first.quantity, day))
            basket = 0 if sale.character is Character.SHORT else 2 if sale.collectible else 1
            more.append((n, basket, float(sale.proceeds * costs.rate(holding.lot.asset_class, day))))
    if not more:
        return lots, baskets, cost
    also = np.array(more, dtype=float)
    return (
        np.concatenate([lots, also[:, 0].astype(np.int64)]),
        np.concatenate([baskets, also[:, 1].astype(np.int64)]),
        np.concatenate([cost, also[:, 2]]),
    )


def _trading(candidates: CandidateRows) -> Floats:
    """Of each row what trading the whole lot costs: exact, then rounded once."""
    found: list[float] = []
    lot, rate, firsts = -1, ZERO, candidates.firsts
    cost = 0.0
    for n, its in zip(candidates.lot.tolist(), candidates.rates, strict=True):
        if n != lot or its is not rate:
            lot, rate, cost = n, its, float(firsts[n].whole.proceeds * its)
        found.append(cost)
    return np.array(found)


def _cheapest_of_each_kind(lot: Ints, basket: Ints, cost: Floats) -> tuple[Ints, Ints, Floats]:
    """Of each lot and basket the row that costs least to trade, lot by lot."""
    order = np.lexsort((cost, basket, lot))
    lot, basket, cost = lot[order], basket[order], cost[order]
    new = np.ones(len(lot), dtype=bool)
    new[1:] = (lot[1:] != lot[:-1]) | (basket[1:] != basket[:-1])
    return lot[new], basket[new], cost[new]


def _use(limit: SumLimit, candidates: CandidateRows, lot: Ints, proceeds: Floats) -> Floats:
    """What each row uses of a limit."""
    covered = np.array([limit.where.covers(first.holding.lot) for first in candidates.firsts], dtype=bool)[lot]
    used: Floats = np.where(covered, 1.0 if limit.of is SumOf.LOTS else proceeds, 0.0)
    return -used if limit.at_least else used


def _named(sums: Sequence[SumLimit]) -> Iterator[str]:
    seen: dict[str, int] = {}
    for limit in sums:
        seen[limit.name] = seen.get(limit.name, 0) + 1
        yield limit.name if seen[limit.name] == 1 else f"{limit.name} {seen[limit.name]}"
