"""Coupled groups of lots: what a choice within one comes to, share for share, exactly as the program has it.

A group is a security's coupling (`wash_groups`) with all its days. A choice says how much of each lot is sold on which
day and which planned purchases are canceled; `outcome` matches losses and replacements in the regulation's order.
"""

from __future__ import annotations

import math
from bisect import bisect
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate

import numpy as np

from planner.optimizer.candidate_rows import CandidateRows
from planner.optimizer.program.entries import Entries, Floats
from planner.optimizer.program.wash_groups import Coupling

NONE = 1e-9  # shares: less is nothing
FEW = 60  # rows of a group, up to which its choices are quicker to add up in plain numbers than in arrays
REMEMBERED = 4_000  # choices of one group: a kilobyte each


@dataclass(frozen=True, eq=False)
class Choice:
    """What one group does: quantities by row, purchases canceled, and what that brings, costs and uses of limits."""

    sold: Mapping[int, float]
    cancelled: frozenset[str]
    gains: Floats
    cost: float
    uses: Floats

    def priced(self, prices: Floats, rents: Floats) -> float:
        """Its cost where a dollar of each sum costs `prices`, and a unit of each limit `rents`."""
        return self.cost + float(self.gains @ prices) + float(self.uses @ rents)


@dataclass(frozen=True)
class _Meeting:
    """A replacement that a sale may meet: which, whether a basis keeps the loss, and whose sale takes it away."""

    replacement: int
    keeps: bool
    gone: tuple[int, ...]
    chained: tuple[int, ...]


@dataclass(frozen=True)
class WashedRows:
    """The dearest share washed; the rows that are washed, or that replace; and the place of the last row that can be
    washed, in the order in which losses are matched: what stands after it finds nothing left."""

    dearest: float
    rows: frozenset[int]
    last: int

    def depends(self, group: PreparedGroup, row: int, *, sold: bool) -> bool:
        """Whether what is washed depends on this row, which is `sold` as yet or not."""
        return row in self.rows or (not sold and group.place.get(row, self.last + 1) <= self.last)


@dataclass
class PreparedGroup:
    """One coupling, made ready to be asked what very many choices come to."""

    coupling: Coupling
    lots: CandidateRows
    rows: Entries
    deferral: float
    _outcomes: dict[int, Choice] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.place = {row: n for n, row in enumerate(self.coupling.slices)}
        self.held = [r.quantity for r in self.coupling.replacements]
        self.cancelable = tuple(dict.fromkeys(r.cancelable for r in self.coupling.replacements if r.cancelable))
        self.called = [r.cancelable for r in self.coupling.replacements]
        by_lot: dict[str, list[int]] = {}
        numbers, lot_ids = self.lots.numbers, self.lots.lot_ids
        for row in sorted(self.coupling.members):
            by_lot.setdefault(lot_ids[numbers[row]], []).append(row)
        self.by_lot = by_lot
        self.past = [
            (loss, tuple(p for p, r in enumerate(self.coupling.replacements) if self.coupling.washes_past(r, loss)))
            for loss in self.coupling.past
        ]
        self.baskets, self.loss = self.lots.baskets, self.lots.loss_a_unit  # of every row

    @cached_property
    def members(self) -> list[int]:
        return [row for rows in self.by_lot.values() for row in rows]

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
        latest: dict[int, int] = {}
        for row, place in self._met.items():  # in their order
            latest.update((meeting.replacement, place) for meeting in self._meetings[row])
        return sorted(((place, p) for p, place in latest.items()), reverse=True)

    @cached_property
    def _met(self) -> dict[int, int]:
        """Rows that meet any replacement, with their place in the order in which losses are matched."""
        return {row: n for row, n in self.place.items() if row in self._meetings}

    @cached_property
    def _alike(self) -> dict[int, int]:
        """Rows of one lot with the same number bring and cost the same and meet the same replacements: only the order
        of sales tells them apart."""
        kinds: dict[Hashable, int] = {}
        sellable = {row for r in self.coupling.replacements for row in r.sellable}
        rows, numbers = self.rows, {}
        for row in self.place:
            brings = int(rows.lot[row]), self.baskets[row], float(rows.costs[row]), float(rows.charges[row])
            kind = row if row in sellable else (brings, self._meetings.get(row, ()))
            numbers[row] = kinds.setdefault(kind, len(kinds))
        return numbers

    def different(self, rows: Iterable[int], beside: Mapping[int, float]) -> list[int]:
        """Of these rows of one lot the first of those that come to the same, other rows being sold as `beside` has
        them."""
        others = sorted(self._met[row] for row in beside if row in self._met)
        firsts: dict[tuple[int, int], int] = {}
        for row in rows:
            alike = self._alike.get(row, -1 - row)
            order = bisect(others, self._met[row]) if row in self._met else 0
            firsts.setdefault((alike, order), row)
        return list(firsts.values())

    @cached_property
    def touching(self) -> frozenset[int]:
        """Rows on which it depends what is washed: those that meet replacements, and the replacements themselves."""
        return self._replacing.union(self._met)

    @cached_property
    def _meetings(self) -> dict[int, tuple[_Meeting, ...]]:
        """What each row may meet, of those that may meet anything. Rows of one kind meet the same replacements in the
        same way."""
        lots, replacements = self.lots, self.coupling.replacements
        days = frozenset().union(*(r.washes for r in replacements))
        bought_as, later = {r.bought_as for r in replacements}, any(r.not_for_later for r in replacements)
        alone = any(r.sellable for r in replacements) and not self.coupling.conventions.days_sales_together
        of_kind: dict[Hashable, tuple[_Meeting, ...]] = {}
        found = {}
        for row in self.place:
            if (day := lots.sold[row]) not in days:
                continue
            first = lots.first_of(row)
            own = first.holding.purchase
            bought = first.holding.bought if later else None
            kind = row if alone else (day, first.owner, own if own in bought_as else None, bought)
            if kind not in of_kind:
                of_kind[kind] = tuple(self._met_by(row))
            if of_kind[kind]:
                found[row] = of_kind[kind]
        return found

    def _met_by(self, row: int) -> Iterator[_Meeting]:
        for p, replacement in enumerate(self.coupling.replacements):
            if self.coupling.can_wash(self.lots, replacement, row):
                gone = tuple(i for i in replacement.sellable if self.coupling.gone_by(self.lots, i, row))
                chained = tuple(i for i in replacement.sellable if i not in gone)
                keeps = self.coupling.keeps(replacement, self.lots.first_of(row).owner)
                yield _Meeting(p, keeps, gone, chained)

    def in_order(self, sold: Iterable[int]) -> list[int]:
        """Those of these rows that meet any replacement, in the order in which losses are matched."""
        return sorted(filter(self._met.__contains__, sold), key=self._met.__getitem__)

    def changed_order(self, ordered: Iterable[int], out: Collection[int], into: Iterable[int]) -> Iterator[int]:
        """The same of rows in order with some taken out and others put in, one at a time."""
        place, others = self._met, self.in_order(into)
        for row in ordered:
            while others and place[others[0]] < place[row]:
                yield others.pop(0)
            if row not in out:
                yield row
        yield from others

    def matches(
        self, sold: Mapping[int, float], cancelled: frozenset[str], ordered: Iterable[int] | None = None
    ) -> Iterator[tuple[float, int, bool, float, int] | None]:
        """What is washed, in the regulation's order: dollars a share, basket, whether a basis keeps it, shares, and the
        row (below zero of a loss already taken). `ordered`: what is sold, `in_order`, where that is known.

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
                    yield loss.loss, loss.basket, keeps, matched, -1
        done = [quantity - taken <= NONE for quantity, taken in zip(held, used, strict=True)]
        still_open = ((place, p) for place, p in self._met_latest if not done[p])
        until, last = next(still_open, (-1, -1))
        meetings, place = self._meetings, self._met
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
                    yield self.loss[row], self.baskets[row], meeting.keeps, matched, row
                if still - matched <= NONE:  # used up, or sold by then: so it is for whatever comes later
                    done[p] = True
                    if p == last:
                        until, last = next(still_open, (-1, -1))
                if left <= NONE:
                    break

    def value(self, sold: Mapping[int, float], cancelled: frozenset[str], at: PricedRows) -> float:
        """What a choice costs at prices; infinite where it is not lawful."""
        total = 0.0
        for row, quantity in sold.items():
            total += quantity * at.a_unit[row] + at.charge[row]
        return self.washed(sold, cancelled, at, total)

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
            loss, basket, keeps, shares, _ = match
            total += loss * shares * (at.baskets[basket] - (self.deferral if keeps else 0.0))
        return total

    def washed_a_share(self, row: int, at: PricedRows) -> float:
        """What washing a share of this row costs, at the least."""
        return self.loss[row] * (at.baskets[self.baskets[row]] - self.deferral)

    def washing(self, sold: Mapping[int, float], cancelled: frozenset[str], at: PricedRows) -> WashedRows:
        """What the washing of a lawful choice costs, and on which rows it depends."""
        dearest, last, rows = 0.0, -1, set(self._replacing)
        left = sum(quantity for off, quantity in zip(self.called, self.held, strict=True) if off not in cancelled)
        left -= sum(sold.get(row, 0.0) for row in self._replacing)
        for match in self.matches(sold, cancelled):
            if match is not None:
                loss, basket, keeps, shares, row = match
                dearest = max(dearest, loss * (at.baskets[basket] - (self.deferral if keeps else 0.0)))
                left -= shares
                rows.add(row)
                last = self.place.get(row, last)
        return WashedRows(dearest, frozenset(rows), last if left <= NONE else len(self.place))

    @cached_property
    def _replacing(self) -> frozenset[int]:
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
            loss, basket, keeps, shares, _ = match
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


@dataclass(frozen=True)
class PricedRows:
    """Prices made ready for very many questions: of each row a unit, what a sale costs however small, the whole, and
    the whole a unit; of baskets."""

    a_unit: list[float]
    charge: list[float]
    whole: list[float]
    per_share: list[float]
    baskets: tuple[float, ...]


def groups_of(
    couplings: Iterable[Coupling], lots: CandidateRows, rows: Entries, deferral: float
) -> list[PreparedGroup]:
    """Every coupling as a group."""
    return [PreparedGroup(coupling, lots, rows, deferral) for coupling in couplings]
