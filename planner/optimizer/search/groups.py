"""Coupled groups of lots: what a choice within one comes to, share for share, exactly as the program has it.

A group is a security's coupling (`wash_groups`) with all its days. A choice says how much of each lot is sold on which
day and which planned purchases are canceled; `outcome` matches losses and replacements in the regulation's order.
"""

from __future__ import annotations

import math
from bisect import bisect, bisect_left
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import accumulate, pairwise

import numpy as np

from planner.optimizer.candidate_rows import CandidateRows
from planner.optimizer.program.entries import Entries, Floats, Ints
from planner.optimizer.program.wash_groups import Coupling
from planner.optimizer.search.choice import FEW, Choice, PricedRows
from planner.optimizer.search.group_lines import GroupLines
from planner.optimizer.search.meetings import Meeting, kinds_of_meetings
from planner.optimizer.verify.offers import Bools

NONE = 1e-9  # shares: less is nothing
REMEMBERED = 4_000  # choices of one group: a kilobyte each


@dataclass(frozen=True)
class WashedRows:
    """The shares washed, and what each costs; the rows that are washed, or that replace; and of each kind of meetings
    the place of the last row that can be washed, in the order in which losses are matched: what stands after it finds
    nothing left."""

    costs: Sequence[tuple[float, float]]  # of a share, and how many of them
    kept: bool  # every loss that is disallowed, by a basis
    rows: frozenset[int]
    until: Ints

    @cached_property
    def dearest(self) -> float:
        """What the dearest share washed costs."""
        return max((cost for cost, _ in self.costs), default=0.0)

    def spared(self, wash: Floats, shares: Floats) -> Floats:
        """Of rows that cost `wash` a share if washed, the most that is spared where so many of their shares are: each
        in place of one other, which costs more. Where one permanently lost may then be kept, every share counts as the
        dearest."""
        if not self.kept:
            return shares * np.maximum(0.0, self.dearest - wash)
        dearest = np.array(sorted(self.costs, reverse=True)).reshape(-1, 2)
        dearer = np.searchsorted(-dearest[:, 0], -wash)
        number = np.append(0.0, np.cumsum(dearest[:, 1]))
        cost = np.append(0.0, np.cumsum(dearest[:, 0] * dearest[:, 1]))
        washed = np.minimum(shares, number[dearer])
        found: Floats = np.interp(washed, number, cost) - wash * washed
        return found

    def depends(self, group: PreparedGroup, row: int, *, sold: bool) -> bool:
        """Whether what is washed depends on this row, which is `sold` as yet or not."""
        if row in self.rows:
            return True
        place = None if sold else group.met.get(row)
        return place is not None and place <= self.until[group.kind[bisect_left(group.members, row)]]

    def tied(self, group: PreparedGroup) -> tuple[Bools, Bools]:
        """The same of all rows of a group: of those sold, and of those not sold as yet."""
        own = np.fromiter(map(self.rows.__contains__, group.members), dtype=bool, count=len(group.line))
        return own, own | (group.lines.places <= self.until[group.kind]) & (group.kind > 0)


@dataclass
class PreparedGroup:
    """One coupling, made ready to be asked what very many choices come to. `line` are its rows in order, those of one
    lot after those of another; `starts` are where those of each lot begin."""

    coupling: Coupling
    lots: CandidateRows
    rows: Entries
    deferral: float
    _outcomes: dict[int, Choice] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.place = dict(zip(self.coupling.slices, range(len(self.coupling.slices)), strict=True))
        self.held = [r.quantity for r in self.coupling.replacements]
        self.cancelable = tuple(dict.fromkeys(r.cancelable for r in self.coupling.replacements if r.cancelable))
        self.called = [r.cancelable for r in self.coupling.replacements]
        self.members = members = sorted(self.coupling.members)
        self.line: Ints = np.array(members, dtype=np.int64)
        number = self.lots.lot[self.line]
        self.starts: Ints = np.flatnonzero(np.append(True, number[1:] != number[:-1])[: len(number)])
        bounds = pairwise([*self.starts.tolist(), len(members)])
        names = map(self.lots.lot_ids.__getitem__, number[self.starts].tolist())
        self.by_lot = {name: members[start:end] for name, (start, end) in zip(names, bounds, strict=True)}
        self.past = [
            (loss, tuple(p for p, r in enumerate(self.coupling.replacements) if self.coupling.washes_past(r, loss)))
            for loss in self.coupling.past
        ]
        self.baskets, self.loss = self.lots.baskets, self.lots.loss_a_unit  # of every row

    @cached_property
    def lines(self) -> GroupLines:
        """The rows as arrays."""
        return GroupLines(self)

    @cached_property
    def _owed(self) -> list[tuple[list[int], float]]:
        """Of each lot that must be sold its rows, and how much of it that is."""
        rows = self.rows
        firsts = ((its, its[0]) for its in self.by_lot.values())
        return [
            (its, float(rows.duty[rows.lot[n]] * rows.quantity[n])) for its, n in firsts if rows.duty[rows.lot[n]] > 0
        ]

    def does_duties(self, sold: Mapping[int, float]) -> bool:
        """Whether what must be sold of this group is sold."""
        return all(sum(sold.get(row, 0.0) for row in its) >= owed - NONE for its, owed in self._owed)

    @cached_property
    def _replaced(self) -> list[float]:
        """Shares that one replacement, or the first few together, may wash."""
        shares = [replacement.quantity for replacement in self.coupling.replacements]
        return sorted({*shares, *accumulate(shares)})

    @cached_property
    def replaced_in_steps(self) -> dict[int, list[float]]:
        """The same of each row in steps in which it may be sold, and the least and the most that may be sold of it."""
        rows, found = self.rows, {}
        for row in self.members:
            step, least, whole = float(rows.step[row]), float(rows.smallest[row]), float(rows.quantity[row])
            found[row] = [whole, max(step, least), *(math.ceil(q / step - 1e-9) * step for q in self._replaced)]
        return found

    @cached_property
    def _met_latest(self) -> list[tuple[int, int]]:
        """Each replacement that any row meets, with the place of the last one that does; the latest first."""
        last = np.full(len(self.kinds), -1)
        np.maximum.at(last, self.kind, self.lines.places)
        latest: dict[int, int] = {}
        for meetings, place in zip(self.kinds, last.tolist(), strict=True):
            for meeting in meetings:
                latest[meeting.replacement] = max(latest.get(meeting.replacement, -1), place)
        return sorted(((place, p) for p, place in latest.items()), reverse=True)

    @property
    def kinds(self) -> Sequence[tuple[Meeting, ...]]:
        """What rows may meet; the first kind meets nothing."""
        return self._kinds[0]

    @property
    def kind(self) -> Ints:
        """Of each row in `line` the number of its kind."""
        return self._kinds[1]

    @cached_property
    def _kinds(self) -> tuple[Sequence[tuple[Meeting, ...]], Ints]:
        return kinds_of_meetings(self.coupling, self.lots, self.lines)

    @cached_property
    def met(self) -> dict[int, int]:
        """Rows that meet any replacement, with their place in the order in which losses are matched."""
        its = np.flatnonzero(self.kind)
        rows = map(self.members.__getitem__, its.tolist())
        return dict(zip(rows, self.lines.places[its].tolist(), strict=True))

    @cached_property
    def meetings(self) -> dict[int, tuple[Meeting, ...]]:
        """What each row may meet, of those that may meet anything."""
        its = np.flatnonzero(self.kind)
        meetings = map(self.kinds.__getitem__, self.kind[its].tolist())
        return dict(zip(map(self.members.__getitem__, its.tolist()), meetings, strict=True))

    @cached_property
    def _alike(self) -> dict[int, int]:
        """Rows of one lot with the same number bring and cost the same and meet the same replacements: only the order
        of sales tells them apart."""
        kinds: dict[Hashable, int] = {}
        sellable = {row for r in self.coupling.replacements for row in r.sellable}
        rows, numbers = self.rows, {}
        for row in self.place:
            brings = int(rows.lot[row]), self.baskets[row], float(rows.costs[row]), float(rows.charges[row])
            kind = row if row in sellable else (brings, self.meetings.get(row, ()))
            numbers[row] = kinds.setdefault(kind, len(kinds))
        return numbers

    def different(self, rows: Iterable[int], beside: Mapping[int, float]) -> list[int]:
        """Of these rows of one lot the first of those that come to the same, other rows being sold as `beside` has
        them."""
        others = [self.met[row] for row in self.in_order(beside)]
        firsts: dict[tuple[int, int], int] = {}
        for row in rows:
            alike = self._alike.get(row, -1 - row)
            order = bisect(others, self.met[row]) if row in self.met else 0
            firsts.setdefault((alike, order), row)
        return list(firsts.values())

    @cached_property
    def touching(self) -> frozenset[int]:
        """Rows on which it depends what is washed: those that meet replacements, and the replacements themselves."""
        return self.replacing.union(self.met)

    def in_order(self, sold: Collection[int]) -> list[int]:
        """Those of these rows that meet any replacement, in the order in which losses are matched."""
        if len(sold) > FEW:
            index = np.fromiter(sold, dtype=np.int64, count=len(sold))
            its = np.searchsorted(self.line, index)
            place, met = self.lines.places[its], np.flatnonzero(self.kind[its])
            found: list[int] = index[met[np.argsort(place[met])]].tolist()
            return found
        return sorted(filter(self.met.__contains__, sold), key=self.met.__getitem__)

    def changed_order(self, ordered: Iterable[int], out: Collection[int], into: Collection[int]) -> Iterator[int]:
        """The same of rows in order with some taken out and others put in, one at a time."""
        place, others = self.met, self.in_order(into)
        for row in ordered:
            while others and place[others[0]] < place[row]:
                yield others.pop(0)
            if row not in out:
                yield row
        yield from others

    def matches(
        self, sold: Mapping[int, float], cancelled: frozenset[str], ordered: Iterable[int] | None = None
    ) -> Iterator[tuple[float, int, bool, float, int, int] | None]:
        """What is washed, in the regulation's order: dollars a share, basket, whether a basis keeps it, shares, the row
        (below zero of a loss already taken) and the replacement. `ordered`: what is sold, `in_order`, where that is
        known.

        None, once, where a lot that takes on a loss is sold itself (L-27).
        """
        held = self.held
        if cancelled:
            held = [0.0 if off in cancelled else quantity for off, quantity in zip(self.called, held, strict=True)]
        used = [0.0] * len(held)
        for loss, meets in self.past:
            left = loss.quantity
            for p in meets:
                matched = min(left, held[p] - used[p])
                if matched > NONE:
                    left -= matched
                    used[p] += matched
                    keeps = self.coupling.keeps(self.coupling.replacements[p], loss.owner)
                    yield loss.loss, loss.basket, keeps, matched, -1, p
        done = [quantity - taken <= NONE for quantity, taken in zip(held, used, strict=True)]
        still_open = ((place, p) for place, p in self._met_latest if not done[p])
        until, last = next(still_open, (-1, -1))
        meetings, place = self.meetings, self.met
        for row in self.in_order(sold) if ordered is None else ordered:
            if place[row] > until:  # nothing that is left is met by this row or a later one
                return
            left = sold[row]
            for meeting in meetings[row]:
                p = meeting.replacement
                if done[p]:
                    continue
                still = held[p] - used[p]
                for i in meeting.gone:
                    if i in sold:
                        still -= sold[i]
                matched = left if left < still else still
                if matched > NONE:
                    for i in meeting.chained:
                        if i in sold:
                            yield None
                            return
                    left -= matched
                    used[p] += matched
                    yield self.loss[row], self.baskets[row], meeting.keeps, matched, row, p
                if still - matched <= NONE:  # used up, or sold by then: so it is for whatever comes later
                    done[p] = True
                    if p == last:
                        until, last = next(still_open, (-1, -1))
                if left <= NONE:
                    break

    def value(self, sold: Mapping[int, float], cancelled: frozenset[str], at: PricedRows) -> float:
        """What a choice costs at prices; infinite where it is not lawful."""
        return self.washed(sold, cancelled, at, at.alone(sold))

    def washed(
        self,
        sold: Mapping[int, float],
        cancelled: frozenset[str],
        at: PricedRows,
        total: float,
        ordered: Iterable[int] | None = None,
    ) -> float:
        """So much, and what washing the losses of a choice costs besides; infinite where it is not lawful."""
        for match in self.matches(sold, cancelled, ordered):
            if match is None:
                return math.inf
            loss, basket, keeps, shares, _, _ = match
            total += loss * shares * (at.baskets[basket] - (self.deferral if keeps else 0.0))
        return total

    def washed_a_share(self, row: int, at: PricedRows) -> float:
        """What washing a share of this row costs, at the least."""
        return self.loss[row] * (at.baskets[self.baskets[row]] - self.deferral)

    def washing(self, sold: Mapping[int, float], cancelled: frozenset[str], at: PricedRows) -> WashedRows:
        """What the washing of a lawful choice costs, and on which rows it depends."""
        costs, kept, rows, replacements = [], True, set(self.replacing), self.coupling.replacements
        left = [0.0 if off in cancelled else quantity for off, quantity in zip(self.called, self.held, strict=True)]
        last = [-1] * len(left)  # of each replacement the place of the last row that may take its shares
        for match in self.matches(sold, cancelled):
            if match is not None:
                loss, basket, keeps, shares, row, p = match
                costs.append((max(0.0, loss * (at.baskets[basket] - (self.deferral if keeps else 0.0))), shares))
                left[p] -= shares
                kept = kept and keeps
                rows.add(row)
                last[p] = max(last[p], self.place.get(row, -1))
        for p, replacement in enumerate(replacements):
            for row in filter(sold.__contains__, replacement.sellable):
                left[p] -= sold[row]
                last[p] = max(last[p], self._day_ends[self.lots.sold[row]])  # until it is gone
        last = [len(self.place) if shares > NONE else place for shares, place in zip(left, last, strict=True)]
        until = [max((last[meeting.replacement] for meeting in kind), default=-1) for kind in self.kinds]
        return WashedRows(costs, kept, frozenset(rows), np.array(until))

    @cached_property
    def _day_ends(self) -> dict[date, int]:
        """By day of sale the place of the last loss by then."""
        lines = self.lines
        last = [int(lines.places[lines.day <= n].max(initial=-1)) for n in range(len(lines.days))]
        return dict(zip(lines.days, last, strict=True))

    @cached_property
    def replacing(self) -> frozenset[int]:
        return frozenset(row for r in self.coupling.replacements for row in r.sellable)

    def outcome(self, sold: Mapping[int, float], cancelled: frozenset[str] = frozenset()) -> Choice | None:
        """What this choice comes to; None where a lot that takes on a loss is sold itself (L-27)."""
        asked = hash((frozenset(sold.items()), cancelled))  # the sales themselves, of many lots, would fill memory
        known = self._outcomes.get(asked)
        if known is not None and known.sold == sold and known.cancelled == cancelled:
            return known
        found = self._outcome(sold, cancelled)
        if found is not None:
            if len(self._outcomes) >= REMEMBERED:
                self._outcomes.clear()
            self._outcomes[asked] = found
        return found

    def _outcome(self, sold: Mapping[int, float], cancelled: frozenset[str]) -> Choice | None:
        gains, cost, uses = self._allowed(sold)
        for match in self.matches(sold, cancelled):
            if match is None:
                return None
            loss, basket, keeps, shares, _, _ = match
            taken = loss * shares
            gains = [total + taken * part for total, part in zip(gains, self._taken_back[basket], strict=True)]
            if keeps:
                cost -= self.deferral * taken
        return Choice(dict(sold), cancelled, np.array(gains), cost, np.array(uses))

    def _allowed(self, sold: Mapping[int, float]) -> tuple[list[float], float, list[float]]:
        """What these sales bring, cost and use of limits with every loss allowed."""
        rows, counts = self.rows, self.rows.limits.counts.tolist()
        if len(self.place) > FEW:
            index = np.fromiter(sold.keys(), dtype=np.int64, count=len(sold))
            quantity = np.fromiter(sold.values(), dtype=float, count=len(sold))
            brought = [column.sum(axis=0).tolist() for column in rows.brought(index, quantity)]
            return brought[0], brought[1], brought[2]
        figures, gains, cost, uses = self._figures, [0.0] * rows.sums, 0.0, [0.0] * len(counts)
        for row, units in sold.items():
            whole, brings, costs, charge, its_uses = figures[row]
            share = units / whole
            gains = [total + share * gain for total, gain in zip(gains, brings, strict=True)]
            cost += share * costs + charge
            if counts:
                used = zip(uses, its_uses, counts, strict=True)
                uses = [total + (use if counted else share * use) for total, use, counted in used]
        return gains, cost, uses

    @cached_property
    def _figures(self) -> dict[int, tuple[float, list[float], float, float, list[float]]]:
        """Of each row the quantity, what the whole brings, costs and is charged, and what it uses of limits: plain
        numbers, which are quicker than arrays for the few rows of a choice."""
        rows, its = self.rows, self.members
        arrays = (rows.quantity, rows.gains, rows.costs, rows.charges, rows.limits.uses)
        return dict(zip(its, zip(*(array[its].tolist() for array in arrays), strict=True), strict=True))

    @cached_property
    def _taken_back(self) -> list[list[float]]:
        found: list[list[float]] = self.rows.taken_back.tolist()
        return found


def groups_of(
    couplings: Iterable[Coupling], lots: CandidateRows, rows: Entries, deferral: float
) -> list[PreparedGroup]:
    """Every coupling as a group."""
    return [PreparedGroup(coupling, lots, rows, deferral) for coupling in couplings]
