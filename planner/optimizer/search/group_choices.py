"""The best that a coupled group can do at given prices: built up, and then improved lot by lot.

At prices a group stands alone: the year's tax is a price per dollar. Three things make a good choice: what is sold
ahead for the replacements to wash (what is worth least), on which day, and which recent lots are sold so that they no
longer replace anything.
"""

from __future__ import annotations

import itertools
import math
import time
from bisect import insort
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from planner.optimizer.program.entries import Floats, Ints
from planner.optimizer.search.book import Book
from planner.optimizer.search.choice import FEW, Choice, PricedRows
from planner.optimizer.search.groups import PreparedGroup, WashedRows
from planner.optimizer.verify.offers import Bools

PASSES = 4
DAYS_TRIED = 6  # first days of sale from which choices are built up
PAIRED = 8  # lots of a group that are moved two at a time
BETTER = 1e-7
MANY = 4000  # rows of a book beyond which a group's choice is improved only to the extent that matters
KEPT = 6  # choices of one group worth remembering


@dataclass(slots=True)
class _Standing:
    """A choice: what it costs with no loss washed, what of it has to do with washing, also in the order in which losses
    are matched, and what is washed. `hopeful`: of each lot whether it may be better elsewhere."""

    alone: float
    touching: dict[int, float]
    ordered: list[int]
    washing: WashedRows
    hopeful: list[bool] | None = None


class GroupSearch:
    """One group at one set of prices. `seen` are hashes of the choices tried, which of many lots are long; `kept` those
    that cost least there: the cost, how many purchases are canceled, the number of the try, what is sold, and which."""

    def __init__(self, book: Book, group: PreparedGroup, at: PricedRows, deadline: float) -> None:
        self.book, self.group, self.at, self.deadline = book, group, at, deadline
        self.seen: set[int] = set()
        self.kept: list[tuple[float, int, int, Mapping[int, float], frozenset[str]]] = []
        self.sold: dict[int, float] = {}
        self.cancelled: frozenset[str] = frozenset()
        self.value = math.inf
        self._stands: _Standing | None = None  # of the best so far
        rows = book.rows
        self.whole, self.owes = rows.units, bool(group.lines.owing.any())
        lines = self.lines = group.lines
        self.wash = lines.losses * (at.washed[lines.baskets] - group.deferral)  # a share of each row, at the least
        shares = at.shares[lines.rows]
        self.worth: Floats = -np.minimum.reduceat(shares, lines.starts)  # of each lot
        cheapest = np.flatnonzero(shares <= -self.worth[lines.lot])[::-1]
        self.best_day = np.zeros(len(lines.starts), dtype=np.int64)
        self.best_day[lines.lot[cheapest]] = cheapest  # the first of its rows that are worth most
        self.charged = bool((at.charges[lines.rows] > 0).any())
        self.offered = self._worth_selling()
        self.by_lot = [
            its for its, offered in zip(group.by_lot.values(), self.offered.tolist(), strict=True) if offered
        ]
        self.begun = False
        self.sifts = len(rows) > MANY and min(at.baskets) >= group.deferral  # washing costs something, if not much

    @property
    def late(self) -> bool:
        return time.monotonic() > self.deadline

    def tried(self, sold: Mapping[int, float], cancelled: frozenset[str]) -> bool:
        """Whether this is the best so far."""
        if self.owes and not self.group.does_duties(sold):
            return False
        key = hash((frozenset(sold.items()), cancelled))
        if key in self.seen:
            return False
        self.seen.add(key)
        value = self.group.value(sold, cancelled, self.at)
        if math.isfinite(value):
            insort(self.kept, (value, len(cancelled), len(self.seen), sold, cancelled))
            del self.kept[KEPT:]
        if value >= self.value - BETTER:
            return False
        self.sold, self.cancelled, self.value, self._stands = dict(sold), cancelled, value, None
        return True

    def run(self, start: Choice, enough: float) -> None:
        """Try choices until one costs no more than `enough`, or nothing is better."""
        everything = frozenset(self.group.cancelable)
        self.tried(start.sold, start.cancelled)
        if not self.begun:
            self.begun = True
            self.tried({}, frozenset())
            for sold in self._built_up():
                if self.late:
                    break
                self.tried(sold, everything)
        if self.value > enough:
            self._improve(enough)

    def choices(self, start: Choice, most: int = KEPT) -> list[Choice]:
        """The best choices met, the very best first, nothing canceled without need."""
        found = []
        for value, _, _, sold, cancelled in self.kept[:most]:
            kept, plan = cancelled, dict(sorted(sold.items()))
            for name in sorted(cancelled):
                if self.group.value(plan, kept - {name}, self.at) <= value + BETTER:
                    kept -= {name}
            choice = self.group.outcome(plan, kept)
            if choice is not None:
                found.append(choice)
        return found or [start]

    def _worth_selling(self) -> Bools:
        """The lots that may be sold in a good choice: those that are worth it, with their loss allowed or washed, and
        those whose sale, washed, costs less than all of these are worth. Washed it raises cash as well."""
        lines, charges = self.lines, self.at.charges[self.lines.rows]
        washed = np.where(lines.touches, np.minimum(0.0, lines.quantity * self.wash), 0.0)
        best = np.minimum.reduceat(self.at.wholes[lines.rows] + washed, lines.starts)
        stake = -float(best[best < 0].sum())
        if stake > 0 and not charges.any():
            return np.ones(len(best), dtype=bool)
        return (best < 0) | lines.owing | (np.minimum.reduceat(charges, lines.starts) < stake)

    # --- built up ---

    def _built_up(self) -> Iterator[dict[int, float]]:
        lines = self.lines
        wished = (self.worth > 0) | lines.owing
        rows = self.best_day[self.offered & wished]
        yield lines.sold(rows)
        days, recent = list(lines.on_day), bool(lines.recent.any())
        step = max(1, len(days) // DAYS_TRIED)
        ordered = lines.by_name[(self.offered & ~lines.recent)[lines.by_name]]
        ordered = ordered[np.argsort(self.worth[ordered], kind="stable")]
        for n, (first, after) in enumerate(itertools.pairwise([*days, days[-1]] if days else [])):
            if n % step == 0 or first == days[-1]:
                for closing in (False, True) if recent else (False,):
                    for its in (ordered, ordered[wished[ordered]]) if self.charged else (ordered,):
                        yield from self._opened(first, lines.on_day[first], lines.on_day[after], closing, its, wished)

    def _opened(
        self, first: date, on: Ints, later: Ints, closing: bool, its: Ints, wished: Bools
    ) -> Iterator[dict[int, float]]:
        """What is worth least a share sold first, as much as replacements can wash; all others on the next day. The
        last of the first lots whole, in part, or with the others. `its` are the lots in order; only those `wished` are
        sold for themselves."""
        lines = self.lines
        if len(its) <= FEW:
            yield from self._opened_of_few(first, on, later, closing, its.tolist(), wished)
            return
        closed_rows = on[lines.recent & self.offered & (on >= 0)] if closing else on[:0]
        sold = lines.sold(closed_rows)
        open_shares = self._open_shares(first, sold)
        now = on[its]
        after = np.where(wished[its], np.where(later[its] >= 0, later[its], now), -1)
        whole = np.where((now >= 0) & (lines.places[now] >= 0), lines.quantity[now], 0.0)
        left = open_shares - (np.cumsum(whole) - whole)
        ahead = (whole > 0) & (left > 0)
        chosen = np.where(ahead, now, after)  # in their order
        its_own, known = chosen >= 0, lines.quantity[chosen]
        yield {**sold, **lines.sold(chosen[its_own])}
        step = lines.step[now]
        enough = np.maximum(np.ceil(left / step - 1e-9) * step, lines.smallest[now])
        if (ahead & (enough < whole)).any():
            yield {**sold, **lines.sold(chosen[its_own], np.where(ahead, np.minimum(whole, enough), known)[its_own])}
        fits = np.where(ahead & (whole > left), after, chosen)  # few of a lot's shares washed a day later
        if (fits != chosen).any():
            yield {**sold, **lines.sold(fits[fits >= 0])}

    def _open_shares(self, first: date, sold: Mapping[int, float]) -> float:
        """As many shares as replacements can wash on this day, with these of them sold."""
        group, lots = self.group, self.book.task.lots
        closed = {lots.lot_id(row) for row in sold}
        return sum(
            r.quantity
            for r in group.coupling.replacements
            if r.cancelable is None and first in r.washes and not (r.sellable and lots.lot_id(r.sellable[0]) in closed)
        ) - sum(self.whole[row] for row in sold if row in group.place and group.loss[row] > 0)

    def _opened_of_few(
        self, first: date, on: Ints, later: Ints, closing: bool, its: Sequence[int], wished: Bools
    ) -> Iterator[dict[int, float]]:
        """The same of few lots, for which plain numbers are quicker than arrays."""
        group, lines, rows = self.group, self.lines, self.book.rows
        members, place = group.members, group.place
        now_of, later_of, wished_of = on.tolist(), later.tolist(), wished.tolist()
        closed_rows = on[lines.recent & self.offered & (on >= 0)] if closing else on[:0]
        sold = lines.sold(closed_rows)
        open_shares = self._open_shares(first, sold)
        ahead, partly, fitting = dict(sold), dict(sold), dict(sold)
        for lot in its:
            now, then = now_of[lot], later_of[lot] if later_of[lot] >= 0 else now_of[lot]
            after = members[then] if wished_of[lot] and then >= 0 else None
            row = members[now] if now >= 0 else None
            if open_shares > 0 and row is not None and row in place:
                step = float(rows.step[row])
                enough = max(math.ceil(open_shares / step - 1e-9) * step, float(rows.smallest[row]))
                ahead[row], partly[row] = self.whole[row], min(self.whole[row], enough)
                fits = row if self.whole[row] <= open_shares else after  # few of a lot's shares washed a day later
                if fits is not None:
                    fitting[fits] = self.whole[fits]
                open_shares -= self.whole[row]
            elif after is not None:
                for choice in (ahead, partly, fitting):
                    choice[after] = self.whole[after]
        yield ahead
        if partly != ahead:
            yield partly
        if fitting != ahead:
            yield fitting

    # --- improved ---

    def _improve(self, enough: float) -> None:
        """Each lot to another day, to none or to all of it, until nothing is better; then two lots at a time."""
        group = self.group
        for _ in range(PASSES):
            before = self.value
            for n, its in enumerate(self.by_lot):
                if self.late or self.value <= enough or not math.isfinite(self.value):
                    return
                if not self.sifts or (self._hopeful[n] and self._could_be_better(its)):
                    self._moved(its, {row: q for row, q in self.sold.items() if row not in its})
            for name in group.cancelable:
                self.tried(self.sold, self.cancelled ^ {name})
            if self.value >= before - BETTER:
                break
        self._swap_days()

    @property
    def _hopeful(self) -> list[bool]:
        """Of each lot whether it may be better elsewhere: what holds of every lot that `_could_be_better`."""
        stands = self._standing()
        if stands.hopeful is None:
            stands.hopeful = self._hope(stands)[self.offered].tolist()
        return stands.hopeful

    def _hope(self, stands: _Standing) -> Bools:
        lines, at, washing = self.lines, self.at, stands.washing
        now = np.searchsorted(lines.rows, np.fromiter(self.sold, dtype=np.int64, count=len(self.sold)))
        alone, tied = np.zeros(len(lines.starts)), np.zeros(len(lines.starts), dtype=bool)
        quantity = np.fromiter(self.sold.values(), dtype=float, count=len(self.sold))
        alone[lines.lot[now]] = quantity * at.units[lines.rows[now]] + at.charges[lines.rows[now]]
        tied_now, depends = washing.tied(self.group)
        tied[lines.lot[now]] = tied_now[now]
        saved = at.wholes[lines.rows] - alone[lines.lot]  # below zero
        in_place = (lines.places >= 0) & ~lines.replaces
        spared = np.where(in_place, washing.spared(self.wash, lines.quantity), np.inf)
        spared = np.where(depends, spared, 0.0)
        room = self.value - stands.alone
        better = np.where(tied[lines.lot], saved < room, (saved < room) & (saved < spared)) & (saved < room)
        kept = np.where(tied, -alone < room, -alone < 0)
        return np.logical_or.reduceat(better, lines.starts) | kept

    def _could_be_better(self, its: list[int]) -> bool:
        """Whether the lot is better elsewhere: only what meets replacements is matched again, and that only where the
        plan is better with no loss of it washed, and where the lot would be washed in place of a dearer one."""
        now = [row for row in its if row in self.sold]
        for row in (None, *its):
            new = [] if row is None else [row]
            if self._may_be_better(now, new):
                return True
        return False

    def _may_be_better(self, old: list[int], new: list[int]) -> bool:
        """Whether it is better to sell these rows whole in place of those."""
        group, stands = self.group, self._standing()
        then = stands.alone - sum(self._alone(row, self.sold[row]) for row in old) + sum(self.at.whole[n] for n in new)
        if then >= self.value - BETTER:
            return False
        touches = [row for row in new if row in group.touching]
        depends = any(stands.washing.depends(group, row, sold=True) for row in old)
        if not depends and not any(stands.washing.depends(group, row, sold=False) for row in touches):
            return then < stands.alone - BETTER  # as much is washed as now
        alone = not depends and len(new) == 1 and new[0] in group.place
        if alone:  # each of its shares is washed in place of one other, at most
            spares = stands.washing.dearest - group.washed_a_share(new[0], self.at)
            if spares <= 0 or then - self.whole[new[0]] * spares >= stands.alone - BETTER:
                return False
        some, changed = stands.touching, (*old, *touches)
        before = {row: some.pop(row) for row in changed if row in some}  # for a while: of many lots a copy takes long
        some.update((row, self.whole[row]) for row in touches)
        ordered = group.changed_order(stands.ordered, changed, touches)
        value = group.washed(some, self.cancelled, self.at, then, ordered)
        for row in touches:
            del some[row]
        some.update(before)
        return value < self.value - BETTER

    def _standing(self) -> _Standing:
        """What the best choice so far comes to, looked at once."""
        if self._stands is None:
            its = {row: self.sold[row] for row in filter(self.group.touching.__contains__, self.sold)}
            alone = self.at.alone(self.sold)
            washing = self.group.washing(its, self.cancelled, self.at)
            self._stands = _Standing(alone, its, self.group.in_order(its), washing)
        return self._stands

    def _alone(self, row: int, quantity: float) -> float:
        """What a sale costs at these prices with its loss allowed."""
        return quantity * self.at.a_unit[row] + self.at.charge[row]

    def _moved(self, its: list[int], base: dict[int, float]) -> None:
        off = self.cancelled
        self.tried(base, off)
        for row in self.group.different(its, base):
            self.tried({**base, row: self.whole[row]}, off)

    def _swap_days(self) -> None:
        """Two lots sold on different days change places."""
        lots = self.book.task.lots
        if len({lots.sold[row] for row in self.sold}) < 2:
            return
        rows = {(lots.lot_id(row), lots.sold[row]): row for row in self.group.members}
        again = True
        while again and not self.late:
            again = False
            sold = list(self.sold)
            for a in sold[:PAIRED]:
                for b in sold:
                    if a not in self.sold or b not in self.sold or lots.sold[a] >= lots.sold[b]:
                        continue
                    to_b, to_a = (rows.get((lots.lot_id(x), lots.sold[y])) for x, y in ((a, b), (b, a)))
                    if to_a is None or to_b is None:
                        continue
                    if self.sifts and not self._may_be_better([a, b], [to_a, to_b]):
                        continue
                    rest = {row: q for row, q in self.sold.items() if row not in (a, b)}
                    again |= self.tried({**rest, to_b: self.whole[to_b], to_a: self.whole[to_a]}, self.cancelled)
