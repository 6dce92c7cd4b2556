"""What the program needs of the return: the box of sums that sales can reach, and the year's cost as regimes on it."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from planner.ledger.open_losses import PastLoss
from planner.optimizer.candidate_rows import CandidateRows
from planner.optimizer.program.edge_regimes import year_in_pieces
from planner.optimizer.program.state_regimes import state_regimes
from planner.optimizer.program.tax_regimes import Box, Regime, regimes_of
from planner.optimizer.program.too_late import TooLate
from planner.optimizer.verify.setting import Setting, before_sales
from rules.cells import TooManyCells, stopped_when
from rules.liability import TaxReturn
from rules.pieces.names import FEDERAL
from rules.terms import ZERO, Gains

LARGEST = 1e4  # of the model's units in the largest sum, about: then tolerances mean the same in every household
SUMS = ((0,), (1,), (1, 2))  # which of the three sums a gain in each basket enters


@dataclass(frozen=True, slots=True)
class Economy:
    """What the model needs of the return: regimes on a box of sums, the sums before the plan, and φ. A fourth sum are
    the losses that § 1091 disallows, where the state allows them.

    `scale` is by how many powers of two the model's unit differs from the usual one: another scaling for an engine that
    fails in this. `state`: the state's tax as regimes of its own, which adds to the cost of the others; empty where
    there is none. `exact`: the regimes are the law, or `below` it by no more dollars; `jumps`: the cost may jump, so
    that a plan may end on a border that is taxed as what lies across.
    """

    regimes: Sequence[Regime]
    box: Box
    before: tuple[float, ...]
    deferral: float
    state: Sequence[Regime] = ()
    exact: bool = True
    jumps: bool = False
    below: Decimal = ZERO
    scale: int = 0

    @property
    def unit(self) -> float:
        """The model's unit in dollars: the power of two that brings the largest sum near `LARGEST`."""
        largest = max(1.0, *(abs(end) for side in self.box for end in side))
        return 2.0 ** (round(math.log2(largest / LARGEST)) + self.scale)


def economy_of(
    setting: Setting,
    lots: CandidateRows,
    taken: Gains,
    losses: Sequence[PastLoss],
    clearance: float = 0.0,
    apart: Decimal = ZERO,
    until: float = math.inf,
    deadline: float = math.inf,
) -> Economy:
    """`taken` are the gains so far, `losses` those already taken that purchases may still wash. `clearance` keeps plans
    as many dollars away from jumps in the tax, and `apart` from those of income edges (`edge_margin`). What is not cut
    into pieces by `until`, on the monotonic clock, is left out; a state's tax never is: TooLate at the deadline."""
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
        year = year_in_pieces(facts, setting.carryover.layers, box[:3], Decimal(str(clearance)), apart, until)
        if year is not None:
            state = _state(setting.facts, box, clearance, deadline) if apart_from_it else []
            return Economy(year.regimes, box, before, deferral, state, exact=year.exact, jumps=True, below=year.below)
    regimes = regimes_of(setting.facts, setting.carryover.layers, box)
    state = _state(setting.facts, box, clearance, deadline)
    exact = setting.facts.edges is None
    return Economy(regimes, box, before, deferral, state, exact=exact, jumps=bool(state))


def _state(facts: TaxReturn, box: Box, clearance: float, deadline: float) -> list[Regime]:
    """The state's tax as regimes, without which no cost is right. Raises TooLate where there is no time for them."""
    try:
        with stopped_when(lambda: time.monotonic() > deadline):
            return state_regimes(facts, box, clearance)
    except TooManyCells:
        if time.monotonic() > deadline:
            raise TooLate from None
        raise
