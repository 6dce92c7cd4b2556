"""From a plan to a better one, a lot or two at a time: whole shares, limits and the year's cost as they are.

Along one lot the year's cost is straight between the planes on which it bends, so that the best quantity is next to one
of them, at a limit, or none or all of the lot.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.optimizer.program.entries import Floats, Ints
from planner.optimizer.search.book import Book, Trial
from planner.optimizer.search.choice import Choice
from planner.optimizer.verify.offers import Bools

BETTER = 1e-6  # dollars: less is no improvement
NEAREST = 6  # bends looked at along one lot, on each side of where it is
WITHIN = 1e-6
EXACTLY = 1 - 1e-12  # what must be sold is sold to the last unit, but for what floats cannot tell apart
ALIKE = 1e-7  # of a lot by which two quantities are the same to the year's cost
FEW_ROWS = 600  # of a group, up to which its lots are moved one by one in the whole plan
PASSES = 3
SWEEPS = 4  # over all lots
TOGETHER = 12  # lots of which the best is moved at each step


@dataclass(frozen=True)
class _Offer:
    """The best that one lot can do: sold so much in this row (0: not at all), and the cost of the plan then."""

    lot: int
    row: int
    quantity: float
    cost: float


class Descent:
    """A plan being improved."""

    def __init__(self, book: Book, start: Trial, deadline: float) -> None:
        self.book, self.deadline = book, deadline
        self.normals, self.rights = book.surface.planes
        self.ends: Ints = np.append(book.rows.starts[1:], len(book.rows.order))
        self.sold: dict[int, tuple[int, float]] = {}  # by free lot
        self.choices: list[Choice] = []
        self.tied: Bools | None = None  # rows that no lot is moved to
        self.barred = ""  # a lot of a group that is left as it is
        self.take(start)

    def take(self, trial: Trial) -> None:
        """Go on from this plan."""
        self.sold = {int(self.book.rows.lot[row]): (row, quantity) for row, quantity in trial.free.items()}
        self.choices = list(trial.choices)
        self.sums, self.spent, self.uses, self.cost = trial.sums, trial.spent, trial.uses, trial.cost

    @property
    def trial(self) -> Trial:
        """The plan as it is, added up again."""
        return self.book.trial(dict(self.sold.values()), tuple(self.choices))

    @property
    def late(self) -> bool:
        return time.monotonic() > self.deadline

    # --- one lot ---

    def _bring(self, row: Ints, quantity: Floats) -> tuple[Floats, Floats, Floats]:
        """What so many units of each of these rows bring, cost, and use of limits; a row below zero is no sale."""
        return self.book.rows.brought(row, quantity)

    def _quantities(self, rows: Ints, base: Floats, uses: Floats, now: Floats) -> Floats:
        """Of each row (a line each) so many units as may be best: all, the least, those next to a bend or at a limit.

        What does not count is not a number.
        """
        book = self.book.rows
        whole, step = book.quantity[rows][:, None], book.step[rows][:, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            bends = (self.rights - base @ self.normals.T) / (book.gains[rows] @ self.normals.T / whole)
            bends[~((bends > 0) & (bends < whole))] = np.nan
            if bends.shape[1] > 2 * NEAREST:
                away = np.where(np.isnan(bends), np.inf, np.abs(bends - now[:, None]))
                near = np.argpartition(away, 2 * NEAREST, axis=1)[:, : 2 * NEAREST]
                bends = np.take_along_axis(bends, near, axis=1)
            limits, ends = book.limits, bends[:, :0]
            if limits.number:
                per_unit = np.where(limits.counts, 0.0, limits.uses[rows] / whole)
                most = (limits.most - uses) / per_unit
                ends = np.where((most > 0) & (most < whole), most, np.nan)
        down, within = (np.floor(units / step + WITHIN) * step for units in (bends, ends))
        above = within[:, (limits.uses < 0).any(axis=0)] + step
        least = np.maximum(book.smallest[rows], book.duty[book.lot[rows]] * book.quantity[rows])[:, None]
        least_of_it = np.minimum(whole, np.maximum(step, least))
        found = np.concatenate((down, down + step, within, above, whole, least_of_it), axis=1)
        counts = (found > 0) & (found <= whole) & (found >= least * EXACTLY)
        return np.where(counts, found, np.nan)

    def offer(self, lots: Sequence[int]) -> _Offer | None:
        """The best single change among these lots."""
        of, row, quantity, cost = self._costs(lots)
        if not len(cost):
            return None
        best = int(cost.argmin())
        return _Offer(int(lots[int(of[best])]), int(row[best]), float(quantity[best]), float(cost[best]))

    def _movable(self, lots: Sequence[int]) -> list[int]:
        """Those of the lots that would be better elsewhere, all others as they are; first what would be best."""
        of, _, _, cost = self._costs(lots)
        best = np.full(len(lots), np.inf)
        np.minimum.at(best, of, cost)
        return [int(lots[n]) for n in np.argsort(best, kind="stable") if best[n] < self.cost - BETTER]

    def _costs(self, lots: Sequence[int]) -> tuple[Ints, Ints, Floats, Floats]:
        """Of every quantity of every row of these lots that may be best: which lot, the row, the quantity, the plan's
        cost."""
        if not len(lots):
            return (np.zeros(0, dtype=np.int64),) * 2 + (np.zeros(0),) * 2
        book, index = self.book.rows, np.asarray(lots)
        stands = [self.sold.get(lot, (-1, 0.0)) for lot in lots]
        row_now, now = np.array([row for row, _ in stands]), np.array([quantity for _, quantity in stands])
        gains, cost_now, uses = self._bring(row_now, now)
        base_sums, base_spent, base_uses = self.sums - gains, self.spent - cost_now, self.uses - uses
        number = self.ends[index] - book.starts[index]
        place = np.repeat(np.arange(len(lots)), number)
        within = np.arange(len(place)) - np.repeat(np.cumsum(number) - number, number)
        rows = book.order[book.starts[index][place] + within]
        now = np.where(row_now[place] == rows, now[place], 0.0)
        quantities = self._quantities(rows, base_sums[place], base_uses[place], now)
        if self.tied is not None:
            quantities[self.tied[rows]] = np.nan
        line, column = np.nonzero(~np.isnan(quantities))
        none = np.flatnonzero(book.duty[index] <= 0)
        row = np.concatenate((rows[line], np.full(len(none), -1)))
        of = np.concatenate((place[line], none))
        quantity = np.concatenate((quantities[line, column], np.zeros(len(none))))
        gains, spent, uses = self._bring(row, quantity)
        sums, spent, uses = base_sums[of] + gains, base_spent[of] + spent, base_uses[of] + uses
        fits = (uses <= book.limits.most + book.limits.slack).all(axis=1)
        cost = np.full(len(row), np.inf)
        cost[fits] = self.book.surface.costs(sums[fits]) + spent[fits]
        return of, row, quantity, cost

    def apply(self, lot: int, row: int, quantity: float) -> None:
        """A lot with its new row and quantity."""
        now = self.sold.pop(lot, (-1, 0.0))
        for sign, (its, units) in ((-1, now), (1, (row, quantity))):
            if its >= 0 and units > 0:
                gains, cost, use = self._bring(np.array([its]), np.array([units]))
                self.sums, self.spent = self.sums + sign * gains[0], self.spent + sign * float(cost[0])
                self.uses = self.uses + sign * use[0]
        if row >= 0 and quantity > 0:
            self.sold[lot] = (row, quantity)
        self.cost = self.book.surface.cost(self.sums) + self.spent

    def singles(self, lots: Sequence[int] | Ints, enough: float = -math.inf) -> bool:
        """One lot after the other to where it is best, what helps most first, until none moves or the plan costs no
        more than `enough`."""
        moved = False
        for _ in range(SWEEPS):
            movable = self._movable([int(lot) for lot in lots])
            for start in range(0, len(movable), TOGETHER):
                some = movable[start : start + TOGETHER]
                while not self.late and self.cost > enough:
                    offer = self.offer(some)
                    if offer is None or offer.cost >= self.cost - BETTER:
                        break
                    self.apply(offer.lot, offer.row, offer.quantity)
                    moved = True
            if not movable or self.late or self.cost <= enough:
                break
        return moved

    def pairs(self, lots: Sequence[int] | Ints, enough: float) -> bool:
        """One lot a step more, a step less or not at all, another to where it is best then: until nothing moves."""
        rows, moved, again = self.book.rows, False, True
        while again:
            again = False
            for lot in lots:
                if self.late or self.cost <= enough:
                    return moved
                for row, quantity in self._nudged(int(lot)):
                    kept = self.sold.get(int(lot)), self.sums, self.spent, self.uses, self.cost
                    if quantity == 0 and rows.duty[lot] > 0:
                        continue
                    self.apply(int(lot), row, quantity)
                    offer = self.offer([int(other) for other in lots if other != lot])
                    if offer is not None and offer.cost < kept[4] - BETTER:
                        self.apply(offer.lot, offer.row, offer.quantity)
                        again = moved = True
                        break
                    self.sold.pop(int(lot), None)
                    if kept[0] is not None:
                        self.sold[int(lot)] = kept[0]
                    _, self.sums, self.spent, self.uses, self.cost = kept
        return moved

    def _nudged(self, lot: int) -> list[tuple[int, float]]:
        rows = self.book.rows
        if lot not in self.sold:
            start = int(rows.starts[lot])
            row = int(rows.order[start])
            step = max(float(rows.step[row]), float(rows.smallest[row]))
            whole = float(rows.quantity[row])
            return [(row, whole)] if step >= whole else [(row, whole), (row, step)]
        row, quantity = self.sold[lot]
        whole, step = float(rows.quantity[row]), float(rows.step[row])
        less = np.ceil(quantity / step - 1e-9) * step - step
        found = [(-1, 0.0)]
        if less > 0 and less >= max(rows.smallest[row], rows.duty[lot] * whole):
            found.append((row, float(less)))
        if quantity < whole:
            found.append((row, min(whole, quantity + step)))
        return found

    # --- groups ---

    def choose(self, group: int, offers: Sequence[Choice]) -> bool:
        """Another choice of a group, where that is better for the whole plan."""
        best = self.best_of(group, offers)
        if best is None or best[0] >= self.cost - BETTER:
            return False
        self.take_choice(group, best[1])
        return True

    def best_of(self, group: int, offers: Sequence[Choice]) -> tuple[float, Choice] | None:
        """The choice of a group with which the whole plan costs least, and what it costs then."""
        if not offers:
            return None
        now = self.choices[group]
        sums = np.array([self.sums - now.gains + c.gains for c in offers])
        spent = np.array([self.spent - now.cost + c.cost for c in offers])
        uses = np.array([self.uses - now.uses + c.uses for c in offers])
        limits = self.book.rows.limits
        fits = (uses <= limits.most + limits.slack).all(axis=1)
        cost = np.where(fits, self.book.surface.costs(sums) + spent, np.inf)
        best = int(cost.argmin())
        return float(cost[best]), offers[best]

    def take_choice(self, group: int, choice: Choice) -> None:
        """The plan with this choice of a group."""
        now = self.choices[group]
        self.choices[group] = choice
        self.sums, self.spent = self.sums - now.gains + choice.gains, self.spent - now.cost + choice.cost
        self.uses = self.uses - now.uses + choice.uses
        self.cost = self.book.surface.cost(self.sums) + self.spent

    def within(self, group: int) -> bool:
        """Each lot of a group in turn to the day and quantity that are best for the whole plan, until none moves."""
        its, moved = self.book.groups[group], False
        if len(its.place) > FEW_ROWS:
            return False
        for _ in range(PASSES):
            any_now = False
            for lot_id, rows in its.by_lot.items():
                if self.late:
                    return moved
                if lot_id == self.barred:
                    continue
                any_now |= self.choose(group, self.of_lot(group, rows))
            moved |= any_now
            if not any_now:
                break
        return moved

    def of_lot(self, group: int, rows: Sequence[int]) -> list[Choice]:
        """What a group may do with one of its lots, the others as they are."""
        its, now = self.book.groups[group], self.choices[group]
        base = {row: quantity for row, quantity in now.sold.items() if row not in rows}
        without = its.outcome(base, now.cancelled)
        units = self._of_coupled(group, its.different(rows, base), without)
        tried = ({**base, row: quantity} for row, its_units in units.items() for quantity in its_units)
        offers = [without, *(its.outcome(sold, now.cancelled) for sold in tried)]
        return [offer for offer in offers if offer is not None and its.does_duties(offer.sold)]

    def _of_coupled(self, group: int, rows: Sequence[int], without: Choice | None) -> dict[int, list[float]]:
        """So many units of each row of a coupled lot as may be best: all, as many as replacements wash, or up to the
        next bend. `without`: what the group does with nothing of the lot sold."""
        its, book, now = self.book.groups[group], self.book.rows, self.choices[group]
        total = sum(r.quantity for r in its.coupling.replacements)
        bends: list[list[float]] = [[] for _ in rows]
        if without is not None:
            index = np.array(rows)
            sums = self.sums - now.gains + without.gains
            uses = self.uses - now.uses + without.uses
            stands = np.array([now.sold.get(row, 0.0) for row in rows])
            for washed in dict.fromkeys((0.0, total)):
                # what is washed of it brings nothing: the bends come so many units later
                part = (washed / book.quantity[index])[:, None]
                line = sums - part * book.gains[index]
                units = self._quantities(index, line, np.repeat(uses[None, :], len(rows), axis=0), stands)
                for found, row_units in zip(bends, units, strict=True):
                    found += row_units[~np.isnan(row_units)].tolist()
        answer = {}
        for row, found in zip(rows, bends, strict=True):
            whole, least = float(book.quantity[row]), float(book.smallest[row])
            found += its.replaced_in_steps[row]
            fits = sorted({q for q in found if 0 < q <= whole and q >= least * EXACTLY})
            answer[row] = fits if book.limits.number else _apart(fits, ALIKE * whole)
        return answer


def _apart(numbers: Sequence[float], least: float) -> list[float]:
    """Of numbers in order the last of those that are nearly the same."""
    return [one for one, after in itertools.pairwise([*numbers, math.inf]) if after - one > least]
