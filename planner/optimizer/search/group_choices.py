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
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from planner.optimizer.search.book import Book
from planner.optimizer.search.groups import Choice, PreparedGroup, PricedRows, WashedRows

PASSES = 4
DAYS_TRIED = 6  # first days of sale from which choices are built up
PAIRED = 8  # lots of a group that are moved two at a time
BETTER = 1e-7
MANY = 4000  # rows of a book beyond which a group's choice is improved only to the extent that matters
KEPT = 6  # choices of one group worth remembering


@dataclass(frozen=True, slots=True)
class _Standing:
    """A choice: what it costs with no loss washed, what of it has to do with washing, also in the order in which losses
    are matched, and what is washed."""

    alone: float
    touching: dict[int, float]
    ordered: list[int]
    washing: WashedRows


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
        self.whole = rows.units
        self.by_lot = self._worth_selling()
        self.owed = {its[0]: float(rows.duty[rows.lot[its[0]]]) for its in group.by_lot.values()}
        self.duties = any(self.owed.values())
        self.charged = any(at.charge[row] > 0 for row in group.members)
        self.worth = {lot: -min(map(self._per_share, its)) for lot, its in self.by_lot.items()}
        self.begun = False
        self.least_worth_first = sorted(self.by_lot, key=lambda lot: (self.worth[lot], lot))
        self.sifts = len(rows) > MANY and min(at.baskets) >= group.deferral  # washing costs something, if not much

    @property
    def late(self) -> bool:
        return time.monotonic() > self.deadline

    def tried(self, sold: Mapping[int, float], cancelled: frozenset[str]) -> bool:
        """Whether this is the best so far."""
        if self.duties and not self.group.does_duties(sold):
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

    def _worth_selling(self) -> dict[str, list[int]]:
        """The lots that may be sold in a good choice, with their rows: those that are worth it, with their loss allowed
        or washed, and those whose sale, washed, costs less than all of these are worth."""
        at, duty, lot = self.at, self.book.rows.duty, self.book.rows.lot
        best = {name: min(map(self._at_best, its)) for name, its in self.group.by_lot.items()}
        stake = -sum(cost for cost in best.values() if cost < 0)
        if stake > 0 and not any(map(at.charge.__getitem__, self.group.members)):
            return self.group.by_lot
        return {
            name: its
            for name, its in self.group.by_lot.items()
            if best[name] < 0 or duty[lot[its[0]]] > 0 or min(map(at.charge.__getitem__, its)) < stake
        }

    def _at_best(self, row: int) -> float:
        """What the whole lot costs, its loss allowed or washed: washed it raises cash as well."""
        if row not in self.group.touching:
            return self.at.whole[row]
        return self.at.whole[row] + min(0.0, self.whole[row] * self.group.washed_a_share(row, self.at))

    # --- built up ---

    def _per_share(self, row: int) -> float:
        return self.at.per_share[row]

    def _built_up(self) -> Iterator[dict[int, float]]:
        group, lots = self.group, self.book.task.lots
        best_day = {lot: min(its, key=self._per_share) for lot, its in self.by_lot.items()}
        yield {
            row: self.whole[row]
            for lot, row in best_day.items()
            if self._per_share(row) < 0 or self.owed[self.by_lot[lot][0]]
        }
        days = sorted({lots.sold[row] for row in group.members})
        recent = {lots.lot_id(i) for r in group.coupling.replacements for i in r.sellable}
        step = max(1, len(days) // DAYS_TRIED)
        on: dict[date, dict[str, int]] = {day: {} for day in days}
        for lot, its in self.by_lot.items():
            for row in its:
                on[lots.sold[row]][lot] = row
        for n, (first, after) in enumerate(itertools.pairwise([*days, days[-1]] if days else [])):
            if n % step == 0 or first == days[-1]:
                for closing in (False, True) if recent else (False,):
                    for wanted in (False, True) if self.charged else (False,):
                        yield from self._opened(first, on[first], on[after], recent, closing, wanted)

    def _opened(
        self,
        first: date,
        on: Mapping[str, int],
        later: Mapping[str, int],
        recent: set[str],
        closing: bool,
        wanted: bool,
    ) -> Iterator[dict[int, float]]:
        """What is worth least a share sold first, as much as replacements can wash; all others on the next day. The
        last of the first lots whole, in part, or with the others. `wanted`: nothing is sold first that would not be
        sold for itself."""
        group, lots, rows = self.group, self.book.task.lots, self.book.rows
        sold = {on[lot]: self.whole[on[lot]] for lot in recent if closing and lot in on}
        closed = {lots.lot_id(row) for row in sold}
        open_shares = sum(
            r.quantity
            for r in group.coupling.replacements
            if r.cancelable is None and first in r.washes and not (r.sellable and lots.lot_id(r.sellable[0]) in closed)
        ) - sum(self.whole[row] for row in sold if row in group.place and group.loss[row] > 0)
        worth = self.worth
        ahead, partly, fitting = dict(sold), dict(sold), dict(sold)
        for lot in self.least_worth_first:
            if lot in recent or (wanted and worth[lot] <= 0 and not self.owed[self.by_lot[lot][0]]):
                continue
            row, chosen = on.get(lot), later.get(lot, on.get(lot))
            after = chosen if worth[lot] > 0 or self.owed[self.by_lot[lot][0]] else None
            if open_shares > 0 and row is not None and row in group.place:
                step = float(rows.step[row])
                enough = max(math.ceil(open_shares / step - 1e-9) * step, float(rows.smallest[row]))
                ahead[row], partly[row] = self.whole[row], min(self.whole[row], enough)
                its = row if self.whole[row] <= open_shares else after  # few of a lot's shares washed a day later
                if its is not None:
                    fitting[its] = self.whole[its]
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
            for its in self.by_lot.values():
                if self.late or self.value <= enough or not math.isfinite(self.value):
                    return
                if not self.sifts or self._could_be_better(its):
                    self._moved(its, {row: q for row, q in self.sold.items() if row not in its})
            for name in group.cancelable:
                self.tried(self.sold, self.cancelled ^ {name})
            if self.value >= before - BETTER:
                break
        self._swap_days()

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
            alone = sum(itertools.starmap(self._alone, self.sold.items()))
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
