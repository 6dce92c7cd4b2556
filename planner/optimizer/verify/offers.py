"""What a plan may sell, for the certificate: every lot on every kind of day, as arrays. docs/model.md, "The
certificate".

A row is a lot and a character that its gain can have on some day: the first open day, and each later one from which it
counts as long-term; and, where the plan may put sales off, the first session of next year. Other days change nothing
about a lot by itself but what waiting costs. Rows say what the whole lot brings; a part brings its part of it, to a
cent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
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
from rules.terms import Character

if TYPE_CHECKING:
    from planner.optimizer.candidates import Candidate
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
    candidates: Iterable[Candidate], setting: Setting, days: SaleDays, limits: PlanLimits, around: frozenset[str]
) -> Offers:
    """Every lot among these candidates. `around` are the keys of § 1091 of which purchases were or will be made."""
    january = january_allowed(limits, setting)
    names = (*sums_of(setting.facts), JANUARY) if january else sums_of(setting.facts)
    by_lot: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        by_lot[candidate.lot_id].append(candidate)
    sums = [limit for limit in limits.sums if not (limit.at_least and limit.of is SumOf.LOTS)]
    phi = float(setting.assumptions.deferral_rate)
    rows: list[tuple[int, float, float, float]] = []  # basket, gain, proceeds, cost of trading
    moved: list[float] = []  # by earlier wash sales into the basis, a row each
    first, lot, uses, keys, shares, duty = [], [], [], [], [], []
    for n, its in enumerate(by_lot.values()):
        first.append(len(rows))
        kinds: dict[tuple[int, float], tuple[int, float, float, float]] = {}
        for basket, gain, proceeds, trading in _kinds(its, days, setting):
            known = kinds.get((basket, gain))
            if known is None or trading < known[3]:
                kinds[basket, gain] = (basket, gain, proceeds, trading)
        if january and not its[0].must:
            kinds[PUT_OFF, 0.0] = _in_january(its[0], setting)
        for row in kinds.values():
            rows.append(row)
            lot.append(n)
            this_year = row[0] != PUT_OFF
            moved.append(float(its[0].whole.moved) if this_year else 0.0)
            uses.append([_use(limit, its[0], row[2]) if this_year or not limit.at_least else 0.0 for limit in sums])
        identity = its[0].identity
        keys.append(identity if identity is not None and identity in around else "")
        shares.append(float(its[0].quantity))
        duty.append(float(min(its[0].duty / its[0].quantity, Decimal(1))))
    table = np.array(rows, dtype=float).reshape(len(rows), 4)
    which, amount, cost = table[:, 0], table[:, 1], table[:, 3]
    gains = np.zeros((len(rows), len(names)))
    for basket, entered in ENTERS.items():
        for name in entered:
            if name in names:
                gains[which == basket, names.index(name)] = amount[which == basket]
    by_washing = np.zeros_like(gains)
    if DISALLOWED in names:
        gains[:, names.index(DISALLOWED)] = -np.array(moved)
        by_washing[:, names.index(DISALLOWED)] = np.where(which == PUT_OFF, 0.0, -np.array(moved) - amount)
    of_lot = np.array(lot, dtype=np.int64)
    washable = np.array([bool(key) for key in keys], dtype=bool)
    at_loss: Bools = amount < 0
    a_sale = float(setting.assumptions.cost_per_sale)
    return Offers(
        names=names,
        gains=gains,
        by_washing=by_washing,
        cost=cost - phi * amount,
        washed=np.where(washable[of_lot] & at_loss if len(rows) else at_loss, cost, np.inf),
        charge=np.full(len(rows), a_sale),
        uses=np.array(uses, dtype=float).reshape(len(rows), len(sums)),
        limits=tuple(_named(sums)),
        most=np.array([float(-limit.amount if limit.at_least else limit.amount) for limit in sums]),
        counts=np.array([limit.of is SumOf.LOTS for limit in sums], dtype=bool),
        first=np.array(first, dtype=np.int64),
        lot=of_lot,
        shares=np.array(shares),
        duty=np.array(duty),
        keys=tuple(keys),
        lot_ids=tuple(by_lot),
        losses=at_loss,
        put_off=which == PUT_OFF,
    )


def january_allowed(limits: PlanLimits, setting: Setting) -> bool:
    """Whether a plan may put sales off to the first session of next year: no last day of the tax year forbids it."""
    last = limits.last_day
    return limits.january and (last is None or last.year > setting.facts.law.year)


def _in_january(lot: Candidate, setting: Setting) -> tuple[int, float, float, float]:
    """The whole lot on the first session of next year, when it is short-term or long-term no longer matters."""
    holding = lot.holding
    day = first_session(setting.facts.law.year, holding.lot.asset_class)
    sale = figures(Order(holding, lot.quantity, day))
    rate = SaleCosts(setting.assumptions, setting.first_day).rate(holding.lot.asset_class, day)
    return PUT_OFF, float(sale.gain), float(sale.proceeds), float(sale.proceeds * rate)


def _kinds(its: Sequence[Candidate], days: SaleDays, setting: Setting) -> Iterator[tuple[int, float, float, float]]:
    """Basket, gain, proceeds and cost of trading of the whole lot on each kind of day."""
    holding, quantity = its[0].holding, its[0].quantity
    costs = SaleCosts(setting.assumptions, setting.first_day)
    offered = {candidate.sold for candidate in its}
    every = days.enough if setting.conventions.gone_shares_replace else days.one
    more = [] if holding.lot.inherited else [day for day in every(holding) if day not in offered]
    for sale in (*(c.whole for c in its), *(figures(Order(holding, quantity, day)) for day in more)):
        basket = 0 if sale.character is Character.SHORT else 2 if sale.collectible else 1
        rate = costs.rate(holding.lot.asset_class, sale.order.sold)
        yield basket, float(sale.gain), float(sale.proceeds), float(sale.proceeds * rate)


def _use(limit: SumLimit, candidate: Candidate, proceeds: float) -> float:
    if not limit.where.covers(candidate.holding.lot):
        return 0.0
    used = 1.0 if limit.of is SumOf.LOTS else proceeds
    return -used if limit.at_least else used


def _named(sums: Sequence[SumLimit]) -> Iterator[str]:
    seen: dict[str, int] = {}
    for limit in sums:
        seen[limit.name] = seen.get(limit.name, 0) + 1
        yield limit.name if seen[limit.name] == 1 else f"{limit.name} {seen[limit.name]}"
