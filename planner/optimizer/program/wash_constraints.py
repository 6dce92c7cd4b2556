"""§ 1091 in the program: which shares of a coupled group replace which, and what of a loss is left."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import pulp

from planner.optimizer.candidate_rows import CandidateRows
from planner.optimizer.program.economy import Economy
from planner.optimizer.program.program import Program, Sum
from planner.optimizer.program.wash_groups import Coupling, ReplacementShares

MOST_SHARES = 1000.0  # of the program's share units in one lot or purchase, about


def add_coupling(program: Program, economy: Economy, lots: CandidateRows, coupling: Coupling) -> None:
    """Share for share, in the regulation's order: losses already taken first, then the plan's own."""
    used = [Sum() for _ in coupling.replacements]
    size = _share_unit(coupling, lots)
    for loss in coupling.past:
        sold = loss.quantity / size
        slice_ = _Slice(Sum(constant=sold), sold, loss.loss * size / economy.unit, loss.basket)
        for p, replacement in enumerate(coupling.replacements):
            if coupling.washes_past(replacement, loss):
                held = _held(program, replacement, size)
                keeps = coupling.keeps(replacement, loss.owner)
                used[p] = used[p] + _match(program, economy, slice_, replacement.quantity / size, held, used[p], keeps)
    for index in coupling.slices:
        lot = lots[index]
        quantity = float(lot.quantity) / size
        a_unit = max(-float(lot.whole.gain), 0.0) / economy.unit / quantity  # nothing of a gain is disallowed (C3)
        slice_ = _Slice(quantity * program.fractions[index], quantity, a_unit, lot.basket)
        for p, replacement in enumerate(coupling.replacements):
            if not coupling.can_wash(lots, replacement, index):
                continue
            held = _held(program, replacement, size)
            chained, over = [], 0.0
            for i in replacement.sellable:
                if coupling.gone_by(lots, i, index):
                    held = held - float(lots[i].quantity) / size * program.fractions[i]
                    over = max(over, (float(lots[i].quantity) - replacement.quantity) / size)
                else:
                    chained.append(program.switch(i))
            if over > 0:  # more may be sold of the lot than is left of it to replace: not less than nothing is left
                held = held + program.variable(0, over)
            keeps = coupling.keeps(replacement, lot.owner)
            matched = _match(program, economy, slice_, replacement.quantity / size, held, used[p], keeps)
            used[p] = used[p] + matched
            if chained:  # a replacement that takes on a loss is not sold in the same plan (L-27)
                most = min(quantity, replacement.quantity / size)
                program.require(matched <= most * (1 - pulp.lpSum(chained)))


@dataclass(slots=True)
class _Slice:
    """Units sold at a loss, `loss` a unit in the model's dollars, and how many of them are replaced so far."""

    sold: Sum
    most: float
    loss: float
    basket: int
    replaced: Sum = field(default_factory=Sum)


def _share_unit(coupling: Coupling, lots: CandidateRows) -> float:
    """How many shares count as one: the power of two that brings the most there are of one kind near a thousand."""
    held = (r.quantity for r in coupling.replacements)
    most = max(*held, *(float(lots[i].quantity) for i in coupling.slices), *(p.quantity for p in coupling.past), 1e-9)
    return 2.0 ** round(math.log2(most / MOST_SHARES))


def _held(program: Program, replacement: ReplacementShares, size: float) -> Sum:
    held: Sum = Sum(constant=replacement.quantity / size)
    if replacement.cancelable is not None:
        held = held - replacement.quantity / size * program.call_off(replacement.cancelable)
    return held


def _match(program: Program, economy: Economy, slice_: _Slice, most: float, held: Sum, used: Sum, keeps: bool) -> Sum:
    """Slice i meets replacement p with

        m[i,p] = min(what is left of slice i, what is left of replacement p)

    One binary a pair says which of the two is used up. A matched share's loss is not recognized; it moves into the
    replacement's basis (nothing is given up), or is permanently lost where no basis takes it.
    """
    matched = program.variable(0, min(slice_.most, most))
    slice_used_up = program.binary()
    slice_.replaced = slice_.replaced + matched
    used = used + matched
    program.require(slice_.replaced <= slice_.sold)
    program.require(used <= held)
    program.require(slice_.replaced >= slice_.sold - slice_.most * (1 - slice_used_up))
    program.require(used >= held - most * slice_used_up)
    program.sums[slice_.basket].addInPlace(slice_.loss * matched)
    program.disallowed.addInPlace(slice_.loss * matched)
    program.cost.addInPlace(-(economy.deferral if keeps else 0.0) * slice_.loss * matched)
    return matched
