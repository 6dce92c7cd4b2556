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
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from planner.domain.plan_limits import PlanLimits, SumLimit, SumOf
from planner.domain.sale_costs import SaleCosts
from planner.domain.trading_days import first_session
from planner.optimizer.verify.sale_figures import Order, figures
from planner.optimizer.verify.small_lp import Floats, Ints
from rules.pieces.names import COLLECTIBLES, DISALLOWED, JANUARY, LONG, SHORT, sums_of

if TYPE_CHECKING:
    from planner.optimizer.candidate_rows import CandidateRows
    from planner.optimizer.sale_days import SaleDays
    from planner.optimizer.verify.setting import Setting

Bools = npt.NDArray[np.bool_]

PUT_OFF = 3
WHOLE = 2.0**53  # up to which a float holds every whole number
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
    uses = [
        np.where(put_off & limit.at_least, 0.0, _use(limit, firsts.covered(limit.where)[lot], proceeds))
        for limit in sums
    ]
    gains = np.zeros((len(lot), len(names)))
    for basket, entered in ENTERS.items():
        for name in entered:
            if name in names:
                gains[which == basket, names.index(name)] = amount[which == basket]
    by_washing = np.zeros_like(gains)
    if DISALLOWED in names:
        gains[:, names.index(DISALLOWED)] = -moved
        by_washing[:, names.index(DISALLOWED)] = np.where(put_off, 0.0, -moved - amount)
    keys = [key if key is not None and key in around else "" for key in firsts.identities]
    washable = firsts.near(around)
    at_loss: Bools = amount < 0
    first_row: Ints = np.searchsorted(lot, np.arange(len(firsts)))
    return Offers(
        names=names,
        gains=gains,
        by_washing=by_washing,
        cost=cost - phi * amount,
        washed=np.where(washable[lot] & at_loss, cost, np.inf),
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
    firsts, year = candidates.firsts, setting.facts.law.year
    every = days.enough if setting.conventions.gone_shares_replace else days.few
    costs = SaleCosts(setting.assumptions, setting.first_day)
    # of each day of each kind: the kind, the sum that a gain enters, and what a dollar of proceeds costs
    kinds: list[int] = []
    baskets: list[int] = []
    rates: list[Decimal] = []
    for kind, offer in enumerate(firsts.offers):
        lot = offer.first.holding.lot
        more = () if lot.inherited else [day for day in every(offer.first.holding) if day not in offer.days]
        baskets += offer.baskets
        rates += offer.rates
        for day in more:
            sale = figures(Order(offer.first.holding, offer.first.quantity, day))
            baskets.append(sale.basket)
            rates.append(costs.rate(lot.asset_class, day))
        if january and not offer.first.must:
            baskets.append(PUT_OFF)
            rates.append(costs.rate(lot.asset_class, first_session(year, lot.asset_class)))
        kinds += [kind] * (len(rates) - len(kinds))
    order = np.argsort(firsts.kind, kind="stable")  # of the lots
    start = np.searchsorted(firsts.kind, kinds, "left", sorter=order)
    end = np.searchsorted(firsts.kind, kinds, "right", sorter=order)
    of_day = end - start
    its: Ints = np.repeat(np.arange(len(kinds)), of_day)
    lots: Ints = order[np.arange(len(its)) + np.repeat(start - (np.cumsum(of_day) - of_day), of_day)]
    basket: Ints = np.array(baskets, dtype=np.int64)[its]
    return lots, basket, _trading(candidates.proceeds[lots], rates, its)


def _trading(proceeds: Floats, rates: Sequence[Decimal], of_row: Ints) -> Floats:
    """What trading comes to, of dollars in whole cents, each at one of these rates: exact, then rounded once."""
    parts = np.array([rate.as_integer_ratio() for rate in rates], dtype=float).reshape(-1, 2)[of_row]
    above, below = np.rint(proceeds * 100) * parts[:, 0], parts[:, 1] * 100
    found: Floats = above / below
    for n in np.flatnonzero((above > WHOLE) | (below > WHOLE)).tolist():
        found[n] = float(Decimal(repr(float(proceeds[n]))) * rates[of_row[n]])
    return found


def _cheapest_of_each_kind(lot: Ints, basket: Ints, cost: Floats) -> tuple[Ints, Ints, Floats]:
    """Of each lot and basket the row that costs least to trade, lot by lot."""
    code = lot * (PUT_OFF + 1) + basket
    order = np.argsort(code, kind="stable")
    starts = np.flatnonzero(np.diff(code[order], prepend=-1))
    first = order[starts]
    return lot[first], basket[first], np.minimum.reduceat(cost[order], starts) if len(starts) else cost


def _use(limit: SumLimit, covered: Bools, proceeds: Floats) -> Floats:
    """What each row uses of a limit."""
    used: Floats = np.where(covered, 1.0 if limit.of is SumOf.LOTS else proceeds, 0.0)
    return -used if limit.at_least else used


def _named(sums: Sequence[SumLimit]) -> Iterator[str]:
    seen: dict[str, int] = {}
    for limit in sums:
        seen[limit.name] = seen.get(limit.name, 0) + 1
        yield limit.name if seen[limit.name] == 1 else f"{limit.name} {seen[limit.name]}"
