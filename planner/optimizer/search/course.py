"""A search under way: the best plan in hand, the best bound of each piece, and what groups have been seen to do."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

import numpy as np

from planner.optimizer.program.entries import Floats
from planner.optimizer.search.book import Book, Trial
from planner.optimizer.search.crowd_bound import crowd_gain
from planner.optimizer.search.dual import Dual, Prices
from planner.optimizer.search.group_choices import best_choices
from planner.optimizer.search.groups import Choice

CENT = 0.01
REFINED = 60  # steps of a climb that measures its slopes
COLUMNS = 40  # choices of one group that are remembered


@dataclass
class Course:
    """What a search knows so far. `bounds` are by piece reached; `proved` are the same with a solver's help,
    as far as two scalings agree."""

    book: Book
    dual: Dual
    best: Trial | None
    bounds: Floats
    proved: Floats
    prices: dict[int, Prices] = field(default_factory=dict)
    columns: list[dict[object, Choice]] = field(default_factory=list)
    refined: set[int] = field(default_factory=set)

    @classmethod
    def begun(cls, book: Book) -> Course:
        dual = Dual(book)
        nothing = np.full(len(dual.reached), -math.inf)
        return cls(book, dual, None, nothing, nothing.copy(), columns=[{} for _ in book.groups])

    @property
    def certain(self) -> float:
        """No plan costs less, by prices alone."""
        return float(self.bounds.min())

    @property
    def bound(self) -> float:
        """No plan costs less."""
        return float(np.maximum(self.bounds, self.proved).min())

    @property
    def cost(self) -> float:
        return self.best.cost if self.best is not None else math.inf

    def take(self, trial: Trial | None) -> None:
        """Keep a plan that is better."""
        self.best = self.book.best([trial, self.best])

    @property
    def gap(self) -> float:
        return self.cost - self.bound

    @property
    def fine(self) -> bool:
        """Whether no plan can be better by more than a cent a lot."""
        sold = len(self.best.sold) if self.best is not None else 0
        return self.gap <= CENT * max(1, sold)

    @property
    def good(self) -> bool:
        """Whether the plan counts as proven (the contract's threshold, with room for rounding)."""
        return self.gap <= self.threshold

    @property
    def threshold(self) -> float:
        worth = abs(self.book.task.idle - self.cost) if self.best is not None else 0.0
        return 0.9 + 0.0009 * worth

    def bounds_at(self, prices: Prices) -> Floats:
        """Of each piece, the bound at these prices, with what no choice of days lets the groups escape."""
        values = self.dual.values(prices)
        return values + float(crowd_gain(self.book, self.dual, prices).sum()) if self.book.task.crowds else values

    def refine(self, deadline: float) -> None:
        """Better prices for the piece whose bound is lowest, with what no choice of days lets the groups escape."""
        if not self.book.task.crowds:
            return
        while time.monotonic() < deadline and self.cost - self.certain > CENT / 10:
            place = int(self.bounds.argmin())
            start = self.prices.get(place)
            if place in self.refined:
                return
            self.refined.add(place)

            def crowds(prices: Prices) -> float:
                return float(crowd_gain(self.book, self.dual, prices).sum()) if time.monotonic() < deadline else 0.0

            own, _ = self.dual.climb(np.array([place]), start, self.cost, crowds, REFINED)
            if (value := float(self.bounds_at(own)[place])) > self.bounds[place]:
                self.bounds[place] = value
                self.prices[place] = own

    def hardest(self) -> tuple[int, Prices]:
        """The piece whose bound is lowest, and its prices."""
        place = int(np.maximum(self.bounds, self.proved).argmin())
        if place not in self.prices:
            self.prices[place], _ = self.dual.climb(np.array([place]), None, math.inf)
        return place, self.prices[place]

    def choices(self, group: int, prices: Prices, start: Choice, deadline: float) -> list[Choice]:
        """Choices of a group that cost little at these prices, the cheapest first; they are remembered."""
        found = best_choices(self.book, self.dual, self.book.groups[group], prices, start, deadline)
        for choice in found:
            self.remember(group, choice)
        return found

    def remember(self, group: int, choice: Choice) -> None:
        known = self.columns[group]
        if len(known) < COLUMNS:
            known.setdefault((tuple(sorted(choice.sold.items())), choice.cancelled), choice)
