"""The largest value of a concave function of a few prices, by an ellipsoid with deep cuts. No solver is asked.

Every value met on the way is a lower bound by itself, so it may stop anywhere.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from planner.optimizer.program.entries import Floats, Switches

Oracle = Callable[[Floats], tuple[float, Floats]]  # the value at some prices, and a supergradient there


@dataclass(frozen=True)
class Summit:
    """The best prices met, their value, and how much better any prices could be by what is known."""

    at: Floats
    value: float
    room: float


def ascend(
    oracle: Oracle, start: Floats, radius: Floats, signed: Switches, *, enough: float, close: float, steps: int
) -> Summit:
    """Climb from `start` within `radius` of it until the value is `enough`, none is better by `close`, or steps end.

    `signed`: prices that must not be negative. Others are free.
    """
    dims = len(start)
    if dims == 0:
        value, _ = oracle(start)
        return Summit(start, value, 0.0)
    if dims == 1:  # the formula below divides by dims - 1: a second price that changes nothing

        def widened(x: Floats) -> tuple[float, Floats]:
            value, slope = oracle(x[:1])
            return value, np.append(slope, 0.0)

        plane = (np.append(start, 0.0), np.append(radius, 1.0), np.append(signed, False))
        inner = ascend(widened, *plane, enough=enough, close=close, steps=steps)
        return Summit(inner.at[:1], inner.value, inner.room)
    here, shape = start.copy(), np.diag(radius**2)
    best, where, room = -math.inf, start, math.inf
    for _ in range(steps):
        wrong = np.flatnonzero(signed & (here < 0))
        if len(wrong):
            axis = int(wrong[here[wrong].argmin()])
            slope = np.zeros(dims)
            slope[axis] = 1.0
            short = -here[axis]
        else:
            value, slope = oracle(here)
            if value > best:
                best, where = value, here.copy()
            short = best - value
            if best >= enough:
                break
        reach = math.sqrt(max(float(slope @ shape @ slope), 0.0))
        if not len(wrong):
            room = min(room, reach - short)
        if reach <= 0 or short >= reach or (not len(wrong) and reach - short <= close):
            break
        depth = short / reach
        toward = shape @ slope / reach
        here = here + (1 + dims * depth) / (dims + 1) * toward
        shape = (
            dims**2
            * (1 - depth**2)
            / (dims**2 - 1)
            * (shape - 2 * (1 + dims * depth) / ((dims + 1) * (1 + depth)) * np.outer(toward, toward))
        )
    return Summit(where, best, max(room, 0.0))
