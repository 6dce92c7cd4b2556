"""A search under way: the best plan in hand, the best bound of each piece, and what groups have been seen to do."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

import numpy as np

from planner.optimizer.program.entries import Floats
from planner.optimizer.search.book import Book, Trial
from planner.optimizer.search.choice import Choice
from planner.optimizer.search.dual import Dual, Prices
from planner.optimizer.search.group_choices import KEPT, MANY, GroupSearch

CENT = 0.01
COLUMNS = 40  # choices of one group that are remembered
SHARE = 40  # of the proof's threshold that all groups together may leave


@dataclass
class Course:
    """What a search knows so far. `proved` are bounds by piece with a solver's help, to the extent two scalings
    agree; `by_cases` is one of all plans."""

    book: Book
    dual: Dual
    best: Trial | None
    proved: Floats
    by_cases: float = -math.inf
    columns: list[dict[object, Choice]] = field(default_factory=list)
    sharp: dict[bytes, Floats] = field(default_factory=dict)  # what groups cost at the least, at prices
    seconds_given: dict[tuple[bytes, int], float] = field(default_factory=dict)  # to a group's own program, at prices
    _begun: set[tuple[float, bytes]] = field(default_factory=set)  # what plans that were moved on came to at first
    cut: bool = False  # by the time: some part of the search ended before it was done
    improved: Trial | None = None  # the best plan, where no single lot makes it better
    least: tuple[bytes, Floats] | None = None  # the same by arithmetic, at the prices last asked about
    searches: dict[int, GroupSearch] = field(default_factory=dict)  # of very many lots, as groups were last asked
    settled: dict[int, list[Choice]] = field(default_factory=dict)  # of very many lots, what groups did at these prices

    @classmethod
    def begun(cls, book: Book) -> Course:
        nothing = np.full(len(book.surface.pieces), -math.inf)
        return cls(book, Dual(book), None, nothing, columns=[{} for _ in book.groups])

    @property
    def certain(self) -> float:
        """No plan costs less, by prices alone."""
        return float(self.dual.bounds.min())

    @property
    def bound(self) -> float:
        """No plan costs less."""
        return max(self.by_cases, float(np.maximum(self.dual.bounds, self.proved).min()))

    @property
    def cost(self) -> float:
        return self.best.cost if self.best is not None else math.inf

    def watch(self, deadline: float) -> None:
        """Remember that a part of the search met its deadline, if it has."""
        self.cut = self.cut or time.monotonic() > deadline

    def take(self, trial: Trial | None) -> None:
        """Keep a plan that is better."""
        self.best = self.book.best([trial, self.best])

    def is_new(self, trial: Trial) -> bool:
        """Whether no plan that came to the same has been asked about."""
        came_to = trial.cost, trial.sums.tobytes()
        if came_to in self._begun:
            return False
        self._begun.add(came_to)
        return True

    @property
    def gap(self) -> float:
        return self.cost - self.bound

    @property
    def fine(self) -> bool:
        """Whether no plan can be better by more than a cent a lot."""
        sold = self.best.number if self.best is not None else 0
        return self.gap <= CENT * max(1, sold)

    @property
    def good(self) -> bool:
        """Whether the plan counts as proven (the contract's threshold, with room for rounding)."""
        return self.gap <= self.threshold

    @property
    def threshold(self) -> float:
        worth = abs(self.book.task.idle - self.cost) if self.best is not None else 0.0
        return 0.9 + 0.0009 * worth

    def hardest(self) -> tuple[int, Prices]:
        """The piece whose bound is lowest, and its prices."""
        place = int(np.maximum(self.dual.bounds, self.proved).argmin())
        return place, self.dual.prices(place)

    def open_pieces(self) -> list[int]:
        """The pieces in which a better plan could be, the lowest bound first."""
        bounds = np.maximum(self.dual.bounds, self.proved)
        return [place for place in np.argsort(bounds).tolist() if bounds[place] < self.cost - CENT / 10]

    def choices(
        self, group: int, prices: Prices, start: Choice, deadline: float, *, quick: bool = False
    ) -> list[Choice]:
        """Choices of a group that cost little at these prices, the cheapest first; they are remembered. `quick`: of
        very many lots none is improved, so that every group has one in time."""
        many = len(self.book.rows) > MANY
        quick = quick and many
        enough = math.inf if quick else self._enough(group, prices)
        if many and not quick and (settled := self.settled.get(group)) is not None:
            return settled
        search = self._search(group, prices, deadline)
        search.run(start, enough)
        found = search.choices(start, 1 if quick else KEPT)
        for choice in found:
            self.remember(group, choice)
        if many:
            self.searches[group] = search
            if not quick:
                self.settled[group] = found
        return found

    def _search(self, group: int, prices: Prices, deadline: float) -> GroupSearch:
        """The search of a group at these prices: of very many lots the one that was begun, if any."""
        at, begun = self.dual.ready(prices), self.searches.get(group)
        if begun is None or begun.at is not at:
            return GroupSearch(self.book, self.book.groups[group], at, deadline)
        begun.deadline = deadline
        return begun

    def _enough(self, group: int, prices: Prices) -> float:
        """What a choice of a group may cost to be left as it is: of many lots, what arithmetic shows that none can be
        much below."""
        if len(self.book.rows) <= MANY:
            return -math.inf
        point = np.concatenate([prices.sums, prices.rents]).tobytes()
        if self.least is None or self.least[0] != point:
            self.least = point, self.dual.of_groups(prices)
            self.settled = {}
        return float(self.least[1][group]) + self.threshold / (SHARE * len(self.book.groups))

    def remember(self, group: int, choice: Choice) -> None:
        known = self.columns[group]
        if len(known) < COLUMNS:
            known.setdefault((tuple(sorted(choice.sold.items())), choice.cancelled), choice)
