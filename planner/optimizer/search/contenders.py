"""A few lots out of very many: which can matter when only so many may be sold."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from planner.optimizer.candidates import Candidate
from planner.optimizer.program.wash_groups import Coupling, merged


def contenders(lots: Sequence[Candidate], most: int, *, cash_needed: bool) -> list[int]:
    """The lots that fewer than `most` others of their kind are better than: as much gain or loss for no more proceeds.

    Of one basket, cost rate and sign, a part of a better lot does whatever a worse one could. Where cash is needed
    large proceeds are wanted too, and the largest are kept besides.
    """
    kept: set[int] = set()
    for members in _kinds(lots, range(len(lots))).values():
        members.sort(key=lambda i: (lots[i].whole.proceeds, -abs(lots[i].whole.gain), lots[i].lot_id))
        best: list[Decimal] = []  # the `most` largest gains or losses among those with no more proceeds
        for i in members:
            size = abs(lots[i].whole.gain)
            if len(best) < most:
                heapq.heappush(best, size)
            elif size > best[0]:
                heapq.heapreplace(best, size)
            else:
                continue
            kept.add(i)
    if cash_needed:
        kept.update(heapq.nlargest(4 * most, range(len(lots)), key=lambda i: lots[i].whole.proceeds))
    return sorted(kept)


def neighbours(lots: Sequence[Candidate], kept: Sequence[int], sold: Sequence[int], number: int) -> list[int]:
    """The lots sold, and of their kind the contenders nearest to each in size of gain or loss."""
    kinds = _kinds(lots, kept)
    near = set(sold)
    for i in sold:
        members = kinds[_kind(lots[i])]
        near.update(heapq.nsmallest(number, members, key=lambda j: abs(lots[j].whole.gain - lots[i].whole.gain)))
    return sorted(near)


def _kind(lot: Candidate) -> tuple[int, float, bool]:
    return lot.basket, float(lot.cost_rate), lot.whole.gain < 0


def _kinds(lots: Sequence[Candidate], members: Iterable[int]) -> dict[tuple[int, float, bool], list[int]]:
    kinds: dict[tuple[int, float, bool], list[int]] = defaultdict(list)
    for i in members:
        kinds[_kind(lots[i])].append(i)
    return kinds


def among(couplings: Sequence[Coupling], kept: Sequence[int]) -> list[Coupling]:
    """The couplings of these lots alone, by their places in `kept`; lots left out stay, and wash."""
    place = {index: n for n, index in enumerate(kept)}
    found = []
    for group in couplings:
        slices = tuple(place[i] for i in group.slices if i in place)
        if slices or group.past:
            replacements = [
                replace(r, sellable=tuple(place[i] for i in r.sellable if i in place)) for r in group.replacements
            ]
            found.append(replace(group, slices=slices, replacements=merged(replacements)))
    return found
