"""Which lots may be sold on which day, at what consequence; and which may not, and why.

Lots of one security that turn long-term on the same day differ in quantity, price and basis alone. Where nothing else
is unusual about them, one of them is asked (`Offering`), and the columns say how the others differ from it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.case import Case
from planner.domain.columns import Bools, Floats
from planner.domain.plan import HeldBack
from planner.domain.plan_limits import LotFacts, PlanLimits, WhichLots
from planner.optimizer.candidate_rows import CandidateRows
from planner.optimizer.lots_alike import lots_alike, rows_of, usual_lots
from planner.optimizer.offered_lots import OfferedLots
from planner.optimizer.offering import Days, Offer, Offering
from planner.optimizer.verify.sale_figures import figures_of_whole
from rules.substantially_identical import spelling
from rules.terms import CENT

TWO_CENTS = 0.02  # worth more than a cent, whatever floats are off by
KNOWN_BY_GAIN = frozenset({"sell", "sell_gains", "minimum_loss"})


@dataclass(frozen=True, slots=True)
class Field:
    """All that may be sold, and what may not with its reason."""

    candidates: CandidateRows
    held_back: tuple[HeldBack, ...]


def candidates(case: Case, days: Days) -> Field:
    """Every lot in a taxable account, as a candidate for each of its days, or held back with the reason.

    `days` are the same of lots alike: of one security and class, long-term from the same day on, without duties.
    """
    lots, offering = case.lots, Offering(case, days)
    asked = _asked(case, offering)
    usual = asked & _usual(case, offering)
    rows = np.flatnonzero(usual)
    proceeds, gain = figures_of_whole(lots, rows)
    free = _free_by_gain(offering.limits, gain)
    rows, proceeds, gain = rows[free], proceeds[free], gain[free]
    kind, one_each = lots_alike(case, rows)
    offers: list[Offer] = []
    place = np.full(len(one_each), -1)
    for n, row in enumerate(rows[one_each].tolist()):
        found = offering.of(lots[row])
        if isinstance(found, Offer):
            place[n] = len(offers)
            offers.append(found)
    together = place[kind] >= 0
    rows, proceeds, gain, kind = rows[together], proceeds[together], gain[together], place[kind[together]]
    asked[rows] = False
    held_back: list[HeldBack] = []
    alone: list[tuple[int, Offer]] = []
    for row in np.flatnonzero(asked).tolist():
        found = offering.of(lots[row])
        if isinstance(found, Offer):
            alone.append((row, found))
        elif found is not None:
            held_back.append(found)
    firsts = OfferedLots.of(lots, offering, offers, (rows, kind, proceeds, gain), alone)
    return Field(CandidateRows(firsts), tuple(held_back))


def _asked(case: Case, offering: Offering) -> Bools:
    """The lots of taxable accounts, without those that no plan sells because they have a gain: half of all."""
    accounts, of_row = case.lots.coded("account")
    asked: Bools = np.array([name in offering.taxable for name in accounts], dtype=bool)[of_row]
    if not offering.limits.sell_gains:
        duties = rows_of(case, offering.duties)
        must = asked[duties]
        asked &= ~(case.lots.gain_beyond(CENT) >= 0)
        asked[duties] = must
    return asked


def _usual(case: Case, offering: Offering) -> Bools:
    """The lots of which nothing has to be looked at but quantity, price, basis, and what lots alike have in common."""
    lots, usual = case.lots, usual_lots(case) & ~np.isnan(case.lots.numbers("basis"))
    usual &= lots.numbers("quantity") * lots.numbers("price") > TWO_CENTS  # not so where the price is not known
    for name, unusual in (("account", offering.sellable.outside), ("symbol", offering.dividends.by_symbol)):
        values, of_row = lots.coded(name)
        if unusual:
            said = [value in unusual or spelling(value) in unusual for value in values]
            usual &= ~np.array(said, dtype=bool)[of_row]
    if offering.bars is not None:
        for row in np.flatnonzero(usual).tolist():
            usual[row] = offering.bars(LotFacts(lots[row].lot), False) is None
    return usual


def _free_by_gain(limits: PlanLimits, gain: Floats) -> Bools:
    """The lots that no key of [plan] bars by their gain, and of which any part may be sold, by what columns tell."""
    asks = {key.name for key in limits.limiting if isinstance(key.meaning, WhichLots) and key.meaning.by_gain}
    free = np.full(len(gain), asks <= KNOWN_BY_GAIN and limits.sell, dtype=bool)
    if not limits.sell_gains:
        free &= gain <= 0
    if limits.minimum_loss:
        free &= gain >= 0
    return free
