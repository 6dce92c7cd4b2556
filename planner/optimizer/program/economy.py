"""What the program needs of the return: the box of sums that sales can reach, and the year's cost as regimes on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from planner.ledger.open_losses import PastLoss
from planner.optimizer.candidate_rows import CandidateRows
from planner.optimizer.program.edge_regimes import year_in_pieces
from planner.optimizer.program.program import Economy
from planner.optimizer.program.state_regimes import state_regimes
from planner.optimizer.program.tax_regimes import Box, regimes_of
from planner.optimizer.verify.setting import Setting, before_sales
from rules.pieces.names import FEDERAL
from rules.terms import ZERO, Gains

SUMS = ((0,), (1,), (1, 2))  # which of the three sums a gain in each basket enters


def economy_of(
    setting: Setting,
    lots: CandidateRows,
    taken: Gains,
    losses: Sequence[PastLoss],
    clearance: float = 0.0,
    apart: Decimal = ZERO,
) -> Economy:
    """`taken` are the gains so far, `losses` those already taken that purchases may still wash. `clearance` keeps plans
    as many dollars away from jumps in the tax, and `apart` from those of income edges (`edge_margin`)."""
    before = before_sales(setting.facts, taken)
    low, high = [0.0] * len(before), [0.0] * len(before)
    gain, moved = lots.gain[lots.lot], lots.moved[lots.lot]
    for which in range(len(FEDERAL), len(before)):
        low[which] -= float(moved.sum())
        high[which] -= float(gain[gain < 0].sum())
    for basket, entered in enumerate(SUMS):
        of_basket = gain[lots.basket == basket]
        for which in entered:
            low[which] += float(of_basket[of_basket < 0].sum())
            high[which] += float(of_basket[of_basket > 0].sum())
    for loss in losses:
        for which in (*SUMS[loss.basket], *range(len(FEDERAL), len(before))):
            high[which] += float(loss.loss.loss)
    rooms = [1.0 if hi > lo else 0.0 for lo, hi in zip(low, high, strict=True)]  # what no sale moves stays as it is
    sides = [(b + lo - room, b + hi + room) for b, lo, hi, room in zip(before, low, high, rooms, strict=True)]
    box: Box = tuple(sides)
    deferral = float(setting.assumptions.deferral_rate)
    if setting.facts.edges is not None:
        apart_from_it = len(before) > len(FEDERAL)  # the state's tax, which has sums of its own
        facts = replace(setting.facts, state=None) if apart_from_it else setting.facts
        year = year_in_pieces(facts, setting.carryover.layers, box[:3], Decimal(str(clearance)), apart)
        if year is not None:
            state = state_regimes(setting.facts, box, clearance) if apart_from_it else []
            return Economy(year.regimes, box, before, deferral, state, exact=year.exact, jumps=True, below=year.below)
    regimes = regimes_of(setting.facts, setting.carryover.layers, box)
    state = state_regimes(setting.facts, box, clearance)
    exact = setting.facts.edges is None
    return Economy(regimes, box, before, deferral, state, exact=exact, jumps=bool(state))
