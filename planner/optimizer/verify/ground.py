"""What the certificate's arithmetic runs over: the year's pieces, the box, the offers, and where the year stands
before."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from planner.ledger.open_losses import PastLoss, washed_by, what_is_left
from planner.optimizer.verify.group_terms import Group, Priced, group_cost, groups
from planner.optimizer.verify.offers import ENTERS, Bools, Ints, Offers, offers
from planner.optimizer.verify.setting import Setting, before_sales
from planner.optimizer.verify.small_lp import Floats
from planner.optimizer.verify.year_bound import PieceArrays, vector
from rules.pieces.names import FEDERAL, JANUARY
from rules.pieces.piece import Box, Piece
from rules.pieces.year import year_pieces

if TYPE_CHECKING:
    from planner.domain.plan_limits import PlanLimits
    from planner.ledger.replacement_purchases import HouseholdPurchases
    from planner.optimizer.candidates import Candidate
    from planner.optimizer.sale_days import SaleDays
    from rules.liability import Liability

CENT_A_LOT = 0.01  # by which a part of a lot may differ from its part of the whole
ROOM = 1.0  # dollars that the box is wider than any sums
NOISE = 8e-16  # of every amount added: more than floats can be off by


@dataclass(frozen=True)
class Taken:
    """A loss already taken, of which it is open whether purchases to come will disallow it: § 1091(a)."""

    loss: float
    enters: Floats


@dataclass(frozen=True)
class AtPrices:
    """The least that lots, groups and past losses cost at some prices, with the sums and uses that go with it."""

    value: float
    gains: Floats
    uses: Floats


@dataclass(frozen=True)
class Ground:
    """One household's plans. `idle` is the cost of the year in which nothing is sold and nothing called off, so that a
    plan that costs c is worth `idle` - c. `before` are the sums before any sale."""

    names: tuple[str, ...]
    pieces: tuple[PieceArrays, ...]
    low: Floats
    high: Floats
    before: Floats
    offers: Offers
    groups: tuple[Group, ...]
    past: tuple[Taken, ...]
    phi: float
    idle: float

    @cached_property
    def alone(self) -> Bools:
        """Which lots belong to no group."""
        alone: Bools = np.ones(self.offers.lots, dtype=bool)
        for group in self.groups:
            alone[group.others] = alone[group.recent] = False
        return alone

    def least(self, prices: Floats, rents: Floats) -> AtPrices:
        """No choice of sales costs less at these prices of the sums and rents of the limits, capacities not counted."""
        some = self.offers
        gains, uses = np.zeros(len(self.names)), np.zeros(len(some.most))
        value, noise = [], 0.0
        if len(some):
            charge = some.charge + (some.uses * some.counts) @ rents
            slope = some.gains @ prices + (some.uses * ~some.counts) @ rents
            unwashed = some.cost + slope
            washed = some.washed + (some.uses * ~some.counts) @ rents + some.by_washing @ prices
            either = np.minimum(unwashed, washed)
            best, row, by_washing = self._best(either, unwashed, washed)
            whole, of_lot = best + charge[row], charge[row]
            share = (whole < 0).astype(float)
            owed = (some.duty > 0) & self.alone
            share[owed] = np.where(best[owed] < 0, 1.0, some.duty[owed])
            lots = np.where(owed, of_lot + share * best, np.minimum(whole, 0.0))
            sold = np.where(by_washing, 0.0, share)
            at_best, clean, disallowed_at = self._first_rows(unwashed, washed) if self.groups else (row, best, best)
            put_off = self._put_off(either, charge)
            whole_clean, whole_washed = clean + charge[at_best], disallowed_at + charge[at_best]
            for group in self.groups:
                its = np.concatenate([group.others, group.recent])
                at, later = at_best[its], self._ends[its] - 1
                priced = Priced(whole_clean, whole_washed, some.shares, self.phi, np.minimum(put_off[its], 0.0))
                cost, allowed, disallowed, left = group_cost(group, priced)
                lots[its], sold[its], share[its] = 0.0, allowed, allowed + disallowed
                row[its] = at
                value.append(cost)
                waits = left * (put_off[its] < 0)
                gains = gains + waits @ some.gains[later]
                uses = uses + waits @ some.uses[later]
            value += lots.tolist()
            gains = gains + sold @ some.gains[row] + (share - sold) @ some.by_washing[row]
            used = np.where(some.counts[None, :] & owed[:, None], 1.0, share[:, None])
            uses = uses + (used * some.uses[row]).sum(axis=0)
            sizes = np.abs(some.cost) + np.abs(some.gains) @ np.abs(prices) + np.abs(some.uses) @ np.abs(rents)
            noise = NOISE * float(sizes.sum())
        for taken in self.past:
            worth = (float(taken.enters @ prices) - self.phi) * taken.loss
            if worth < 0:
                value.append(worth)
                gains = gains + taken.loss * taken.enters
        return AtPrices(math.fsum(value) - noise, gains, uses)

    def _best(self, either: Floats, unwashed: Floats, washed: Floats) -> tuple[Floats, Ints, Bools]:
        """Of each lot its cheapest row, which, and whether that is with the loss disallowed."""
        some = self.offers
        best = np.minimum.reduceat(either, some.first)
        hits = np.flatnonzero(either <= best[some.lot])
        row = np.zeros(some.lots, dtype=np.int64)
        row[some.lot[hits[::-1]]] = hits[::-1]
        return best, row, washed[row] < unwashed[row]

    def _first_rows(self, unwashed: Floats, washed: Floats) -> tuple[Ints, Floats, Floats]:
        """Of each lot the row of this year that is cheapest unwashed, what that costs, and what the cheapest washed one
        does."""
        some = self.offers
        unwashed = np.where(some.put_off, np.inf, unwashed)
        least = np.minimum.reduceat(unwashed, some.first)
        hits = np.flatnonzero(unwashed <= least[some.lot])
        row = np.zeros(some.lots, dtype=np.int64)
        row[some.lot[hits[::-1]]] = hits[::-1]
        return row, least, np.minimum.reduceat(np.where(some.put_off, np.inf, washed), some.first)

    @cached_property
    def _ends(self) -> Ints:
        """The row after the last of each lot."""
        ends: Ints = np.append(self.offers.first[1:], len(self.offers))
        return ends

    def _put_off(self, either: Floats, charge: Floats) -> Floats:
        """What it costs to put each lot off, by its last row; infinite where none may be."""
        last = self._ends - 1
        return np.where(self.offers.put_off[last], either[last] + charge[last], np.inf)


def ground(
    candidates: Sequence[Candidate],
    setting: Setting,
    purchases: HouseholdPurchases,
    baseline: Liability,
    days: SaleDays,
    limits: PlanLimits,
) -> Ground:
    """The ground of a household; `setting` with or without purchases called off, they are looked at anew."""
    key = setting.identity_of_symbol
    planned = [purchase for _, purchase in purchases.cancelable]
    every = (*purchases.fixed, *planned)
    open_keys = {key(purchase.symbol) for purchase in planned}
    decided = [loss for loss in setting.past.losses if key(loss.loss.symbol) not in open_keys]
    undecided = [loss for loss in setting.past.losses if key(loss.loss.symbol) in open_keys]
    washed = washed_by(decided, every, key, setting.conventions)
    moved = washed_by(undecided, every, key, setting.conventions).moved
    left = what_is_left(every, washed.used)
    taken = setting.past.gains + washed.gains
    sold = offers(candidates, setting, days, limits, frozenset(key(p.symbol) for p in every))
    may_go = {purchase.purchase_id for purchase in planned}
    with_past = {key(loss.loss.symbol) for loss in undecided}
    bought_as = {c.lot_id: c.holding.purchase for c in candidates}
    found = groups(
        sold,
        [bought_as[lot_id] for lot_id in sold.lot_ids],
        left,
        key,
        lambda p, of: p.purchase_id in may_go or (p.to_come and of in with_past),
        (days.first, days.last),
        setting.conventions,
    )
    past = tuple(_taken(loss, sold.names) for loss in undecided if loss.counted)
    this_year = before_sales(setting.facts, taken)
    before = np.array([*this_year, *(0.0 for _ in sold.names[len(this_year) :])])
    low, high = _box(before, sold, past)
    box: Box = {
        n: (Decimal(repr(float(a))), Decimal(repr(float(b)))) for n, a, b in zip(sold.names, low, high, strict=True)
    }
    gain_next_year = setting.assumptions.present_value(Decimal(1))
    pieces = year_pieces(setting.facts, setting.carryover.layers, box, gain_next_year)
    carried = baseline.carryover_short + baseline.carryover_long
    idle = baseline.total_tax - setting.carryover.of(carried) - setting.assumptions.deferral_rate * moved
    return Ground(
        sold.names,
        tuple(PieceArrays.of(piece, sold.names) for piece in _told_apart(pieces)),
        low,
        high,
        before,
        sold,
        tuple(found),
        past,
        float(setting.assumptions.deferral_rate),
        float(idle),
    )


def _taken(past: PastLoss, names: Sequence[str]) -> Taken:
    own = (name for name in names[len(FEDERAL) :] if name != JANUARY)
    return Taken(float(past.loss.loss), vector(dict.fromkeys((*ENTERS[past.basket], *own), 1.0), names))


def _box(before: Floats, sold: Offers, past: Sequence[Taken]) -> tuple[Floats, Floats]:
    """The least and the most that each sum can be: from the very rows that the bound adds up."""
    down, up = np.zeros(len(before)), np.zeros(len(before))
    if len(sold):
        least, most = np.minimum(sold.gains, sold.by_washing), np.maximum(sold.gains, sold.by_washing)
        down += np.minimum.reduceat(np.minimum(least, 0.0), sold.first, axis=0).sum(axis=0)
        up += np.maximum.reduceat(np.maximum(most, 0.0), sold.first, axis=0).sum(axis=0)
    for taken in past:
        up += taken.loss * taken.enters
    room = ROOM + CENT_A_LOT * sold.lots
    moves = (down < 0) | (up > 0)
    return before + np.where(moves, down - room, 0.0), before + np.where(moves, up + room, 0.0)


def _told_apart(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces, each under a name of its own."""
    counted: dict[str, int] = {}
    found = []
    for piece in pieces:
        name = piece.name or "year"
        counted[name] = counted.get(name, 0) + 1
        found.append(Piece(name if counted[name] == 1 else f"{name} ({counted[name]})", piece.within, piece.terms))
    return found
