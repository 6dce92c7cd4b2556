"""The lots' part of the certificate: the least that lots, groups and past losses cost at any prices."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from planner.domain.trading_days import first_session
from planner.ledger.open_losses import PastLoss, washed_by, what_is_left
from planner.optimizer.verify.group_cost import Priced, group_costs
from planner.optimizer.verify.group_terms import Group, GroupLots, groups
from planner.optimizer.verify.offers import ENTERS, Bools, Offers, january_allowed, offers
from planner.optimizer.verify.small_lp import Floats, Ints
from planner.optimizer.verify.year_bound import vector
from rules.pieces.names import FEDERAL, JANUARY
from rules.terms import Gains, ReplacementPurchase

if TYPE_CHECKING:
    from planner.domain.plan_limits import PlanLimits
    from planner.ledger.replacement_purchases import HouseholdPurchases
    from planner.optimizer.candidate_rows import CandidateRows
    from planner.optimizer.sale_days import SaleDays
    from planner.optimizer.verify.setting import Setting

NOISE = 8e-16  # of every amount added: more than floats can be off by


@dataclass(frozen=True)
class Taken:
    """A loss already taken, of which it is open whether purchases to come will disallow it: § 1091(a)."""

    loss: float
    enters: Floats


@dataclass(frozen=True)
class AtPrices:
    """The least that lots, groups and past losses cost at some prices, with the sums and uses that go with it; and
    what of it each lot by itself costs, and each group."""

    value: float
    gains: Floats
    uses: Floats
    of_lots: Floats
    of_groups: Floats


@dataclass(frozen=True)
class LotTerms:
    """All that one household's plans may sell, and the past losses that they may set free or wash."""

    names: tuple[str, ...]
    offers: Offers
    groups: tuple[Group, ...]
    past: tuple[Taken, ...]
    phi: float

    @cached_property
    def alone(self) -> Bools:
        """Which lots belong to no group."""
        alone: Bools = np.ones(self.offers.lots, dtype=bool)
        for group in self.groups:
            alone[group.others] = alone[group.recent] = False
        return alone

    @cached_property
    def grouped(self) -> GroupLots:
        """The lots of the groups."""
        return GroupLots.of(self.groups, self.offers.shares)

    @cached_property
    def sizes(self) -> tuple[float, Floats, Floats]:
        """What the amounts add up to, whatever their sign: costs, gains and uses."""
        some = self.offers
        return float(np.abs(some.cost).sum()), np.abs(some.gains).sum(axis=0), np.abs(some.uses).sum(axis=0)

    @cached_property
    def last(self) -> Ints:
        """The last row of each lot."""
        last: Ints = np.append(self.offers.first[1:], len(self.offers)) - 1
        return last

    def least(self, prices: Floats, rents: Floats) -> AtPrices:
        """No choice of sales costs less at these prices of the sums and rents of the limits, capacities not counted."""
        some = self.offers
        gains, uses = np.zeros(len(self.names)), np.zeros(len(some.most))
        lots, of_groups, noise = np.zeros(some.lots), np.zeros(len(self.groups)), 0.0
        if len(some):
            by_amount = (some.uses * ~some.counts) @ rents
            unwashed = some.cost + some.gains @ prices + by_amount
            washed = some.washed + some.by_washing @ prices + by_amount
            either = np.minimum(unwashed, washed)
            row = self._first_of(either)
            charges = some.charge + (some.uses * some.counts) @ rents
            best, charge = either[row], charges[row]
            whole = best + charge
            share = (whole < 0).astype(float)
            owed = some.duty > 0
            share[owed] = np.where(best[owed] < 0, 1.0, some.duty[owed])
            lots = np.where(owed, charge + share * best, np.minimum(whole, 0.0))
            sold = np.where(washed[row] < unwashed[row], 0.0, share)
            if self.groups:
                lots[self.grouped.lots] = 0.0
                # of other groups nothing is worth selling, however their losses fare
                asked = self.grouped.must_allow | (self.grouped.sums(share[self.grouped.lots]) > 0)
                if asked.any():
                    members = self.grouped.picked(asked)
                    its = members.lots
                    this_year = np.where(some.put_off, np.inf, unwashed)
                    now = self._first_of(this_year)
                    closed = np.minimum.reduceat(np.where(some.put_off, np.inf, washed), some.first)
                    put_off = some.put_off[self.last]
                    then, then_washed = (
                        np.where(put_off, (costs + charges)[self.last], np.inf) for costs in (unwashed, washed)
                    )
                    at = Priced(unwashed[now], closed, charge, some.shares, some.duty, then, then_washed, self.phi)
                    found = group_costs(members, at.of(its))
                    of_groups[asked] = found.value
                    sold[its], share[its] = found.unwashed, found.unwashed + found.washed
                    row[its] = now[its]
                    last, (_, _, waits, waits_washed) = self.last[its], found.shares
                    gains = gains + waits @ some.gains[last] + waits_washed @ some.by_washing[last]
                    uses = uses + (waits + waits_washed) @ some.uses[last]
            gains = gains + sold @ some.gains[row] + (share - sold) @ some.by_washing[row]
            used = np.where(some.counts[None, :] & owed[:, None], 1.0, share[:, None])
            uses = uses + (used * some.uses[row]).sum(axis=0)
            costs, amounts, used_up = self.sizes
            noise = NOISE * (costs + float(amounts @ np.abs(prices)) + float(used_up @ np.abs(rents)))
        of_past = []
        for taken in self.past:
            worth = (float(taken.enters @ prices) - self.phi) * taken.loss
            if worth < 0:
                of_past.append(worth)
                gains = gains + taken.loss * taken.enters
        value = math.fsum([*lots[lots != 0].tolist(), *of_groups.tolist(), *of_past]) - noise
        return AtPrices(value, gains, uses, lots, of_groups)

    def _first_of(self, costs: Floats) -> Ints:
        """Of each lot the first row in which it costs least."""
        some = self.offers
        hits = np.flatnonzero(costs <= np.minimum.reduceat(costs, some.first)[some.lot])
        row = np.zeros(some.lots, dtype=np.int64)
        row[some.lot[hits[::-1]]] = hits[::-1]
        return row


@dataclass(frozen=True)
class Standing:
    """The year before any sale. `undecided` are losses already taken that purchases which may be canceled
    could wash, `left` what the other losses leave of the purchases; `gains` are the gains so far, and `moved` dollars
    of the undecided losses move into a basis if every purchase is made as planned."""

    undecided: tuple[PastLoss, ...]
    left: tuple[ReplacementPurchase, ...]
    gains: Gains
    moved: Decimal


def standing(setting: Setting, purchases: HouseholdPurchases) -> Standing:
    """The standing of a household; `setting` with or without purchases canceled, they are looked at again."""
    key = setting.identity_of_symbol
    planned = [purchase for _, purchase in purchases.cancelable]
    every = (*purchases.fixed, *planned)
    open_keys = {key(purchase.symbol) for purchase in planned}
    decided = [loss for loss in setting.past.losses if key(loss.loss.symbol) not in open_keys]
    undecided = tuple(loss for loss in setting.past.losses if key(loss.loss.symbol) in open_keys)
    washed = washed_by(decided, every, key, setting.conventions)
    moved = washed_by(undecided, every, key, setting.conventions).moved
    return Standing(undecided, what_is_left(every, washed.used), setting.past.gains + washed.gains, moved)


def lot_terms(
    candidates: CandidateRows,
    setting: Setting,
    purchases: HouseholdPurchases,
    days: SaleDays,
    limits: PlanLimits,
) -> LotTerms:
    """The terms of a household's lots."""
    key, stands = setting.identity_of_symbol, standing(setting, purchases)
    planned = [purchase for _, purchase in purchases.cancelable]
    may_go = {purchase.purchase_id for purchase in planned}
    with_past = {key(loss.loss.symbol) for loss in stands.undecided}
    around = frozenset(key(purchase.symbol) for purchase in (*purchases.fixed, *planned))
    sold = offers(candidates, setting, days, limits, around)
    found = groups(
        sold,
        candidates.firsts.bought_as,
        stands.left,
        key,
        lambda p, of: p.purchase_id in may_go or (p.to_come and of in with_past),
        (days.first, days.last),
        _put_off_to(candidates, setting, limits),
        setting.conventions,
    )
    past = tuple(_taken(loss, sold.names) for loss in stands.undecided if loss.counted)
    return LotTerms(sold.names, sold, tuple(found), past, float(setting.assumptions.deferral_rate))


def _put_off_to(candidates: CandidateRows, setting: Setting, limits: PlanLimits) -> list[date]:
    """Of each lot the first session of next year; nothing where no sale may be put off."""
    if not january_allowed(limits, setting):
        return []
    year = setting.facts.law.year
    firsts = candidates.firsts
    of_kind = [first_session(year, offer.first.holding.lot.asset_class) for offer in firsts.offers]
    return [of_kind[kind] for kind in firsts.kind.tolist()]


def _taken(past: PastLoss, names: Sequence[str]) -> Taken:
    own = (name for name in names[len(FEDERAL) :] if name != JANUARY)
    return Taken(float(past.loss.loss), vector(dict.fromkeys((*ENTERS[past.basket], *own), 1.0), names))
