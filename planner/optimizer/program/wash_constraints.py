"""§ 1091 in the program: which shares of a coupled group replace which, and what of a loss is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pulp

from planner.optimizer.candidates import Candidate
from planner.optimizer.program.program import UNIT, Economy, Program, Sum
from planner.optimizer.program.wash_groups import Coupling, ReplacementShares


def add_coupling(program: Program, economy: Economy, lots: Sequence[Candidate], coupling: Coupling) -> None:
    """Share for share, in the regulation's order: losses already taken first, then the plan's own."""
    used = [Sum() for _ in coupling.replacements]
    for loss in coupling.past:
        slice_ = _Slice(Sum(constant=loss.quantity), loss.quantity, loss.loss / UNIT, loss.basket)
        for p, replacement in enumerate(coupling.replacements):
            if coupling.washes_past(replacement, loss):
                held = _held(program, replacement)
                keeps = coupling.keeps(replacement, loss.owner)
                used[p] = used[p] + _match(program, economy, slice_, replacement.quantity, held, used[p], keeps)
    for index in coupling.slices:
        lot = lots[index]
        quantity = float(lot.quantity)
        loss_a_unit = max(-float(lot.whole.gain), 0.0) / UNIT / quantity  # nothing of a gain is disallowed (C3)
        slice_ = _Slice(quantity * program.fractions[index], quantity, loss_a_unit, lot.basket)
        for p, replacement in enumerate(coupling.replacements):
            if not coupling.can_wash(lots, replacement, index):
                continue
            held = _held(program, replacement)
            chained = []
            for i in replacement.sellable:
                if coupling.gone_by(lots, i, index):
                    held = held - float(lots[i].quantity) * program.fractions[i]
                else:
                    chained.append(program.switch(i))
            keeps = coupling.keeps(replacement, lot.owner)
            matched = _match(program, economy, slice_, replacement.quantity, held, used[p], keeps)
            used[p] = used[p] + matched
            if chained:  # a replacement that takes on a loss is not sold in the same plan (L-27)
                most = min(quantity, replacement.quantity)
                program.require(matched <= most * (1 - pulp.lpSum(chained)))


@dataclass(slots=True)
class _Slice:
    """Units sold at a loss, `loss` a unit in the model's dollars, and how many of them are replaced so far."""

    sold: Sum
    most: float
    loss: float
    basket: int
    replaced: Sum = field(default_factory=Sum)


def _held(program: Program, replacement: ReplacementShares) -> Sum:
    held: Sum = Sum(constant=replacement.quantity)
    if replacement.cancelable is not None:
        held = held - replacement.quantity * program.call_off(replacement.cancelable)
    return held


def _match(program: Program, economy: Economy, slice_: _Slice, most: float, held: Sum, used: Sum, keeps: bool) -> Sum:
    """Slice i meets replacement p with

        m[i,p] = min(what is left of slice i, what is left of replacement p)

    One binary a pair says which of the two is used up. A matched share's loss is not recognised; it moves into the
    replacement's basis (nothing is given up), or is gone where no basis keeps it.
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
    program.cost.addInPlace(-(economy.deferral if keeps else 0.0) * slice_.loss * matched)
    return matched
