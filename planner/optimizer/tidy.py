"""A plan as people want it: no sale in it that is worth a cent or less, and none on a later day than it must be.

The search is indifferent to such sales. Each change is judged in exact cents by the verifier: the sales of one security
are matched again, all others stay as they are.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import replace
from datetime import date

from planner.optimizer.verify.evaluate import Evaluation, evaluate, judge, totals
from planner.optimizer.verify.sale_figures import Order, SaleFigures, figures
from planner.optimizer.verify.setting import Setting, of_each_security
from planner.optimizer.verify.wash_matching import ChainedSale, after_wash_sales
from rules.liability import Liability
from rules.terms import CENT

Keeps = Callable[[Sequence[SaleFigures]], bool]
Part = tuple[str | None, str]  # a security's key under § 1091, or a lot's id
ROUNDS = 3
MANY = 500  # sales beyond which not every one of a security is tried on a day that another could not be moved to


class _Tidying:
    """A plan's sales by security, or by lot where § 1091 touches nothing, and what they come to."""

    def __init__(self, setting: Setting, evaluation: Evaluation, baseline: Liability, keeps: Keeps | None) -> None:
        self.setting, self.baseline, self.keeps = setting, baseline, keeps
        self.settings = of_each_security(setting)
        self.parts: dict[Part, list[SaleFigures]] = defaultdict(list)
        for sale in evaluation.sales:
            self.parts[self.part_of(sale)].append(sale)
        self.sums, self.total = totals(setting, evaluation.sales), evaluation.benefit.total
        self._figures = {
            (sale.order.holding.lot.lot_id, sale.order.sold): sale
            for sale in evaluation.sales
            if not sale.disallowed_loss
        }

    @property
    def sales(self) -> list[SaleFigures]:
        return [sale for part in self.parts.values() for sale in part]

    def sales_but(self, settled: Container[str]) -> list[SaleFigures]:
        """Those of other lots than these."""
        return [s for part in self.parts.values() for s in part if s.order.holding.lot.lot_id not in settled]

    def part_of(self, sale: SaleFigures) -> Part:
        key = self.setting.identity(sale.order.holding)
        return (key, "") if key is not None and key in self.settings else (None, sale.order.holding.lot.lot_id)

    def replaced(self, sale: SaleFigures, other: Order | None) -> bool:
        """Put another order, or none, in a sale's place, where the limits allow it and it costs a cent or less."""
        name, lot_id = self.part_of(sale), sale.order.holding.lot.lot_id
        orders = [s.order for s in self.parts[name] if s.order.holding.lot.lot_id != lot_id]
        return self._exchanged(name, orders if other is None else [*orders, other])

    def moved(self, like: SaleFigures, day: date, days: Mapping[str, Sequence[date]]) -> bool:
        """Move every sale of a security and day to another day that is offered for it, all together, on the same
        terms."""
        name, sold = self.part_of(like), like.order.sold
        orders = [
            Order(s.order.holding, s.order.quantity, day)
            if s.order.sold == sold and day in days.get(s.order.holding.lot.lot_id, ())
            else s.order
            for s in self.parts[name]
        ]
        return self._exchanged(name, orders)

    def _exchanged(self, name: Part, orders: Sequence[Order]) -> bool:
        old, (key, _) = self.parts[name], name
        setting = self.settings[key] if key is not None else self.setting
        try:
            new = after_wash_sales(setting, list(map(self._before_1091, orders)))
        except ChainedSale:
            return False
        before, after = set(map(id, old)), set(map(id, new))  # of very many sales few differ
        out = [sale for sale in old if id(sale) not in after]
        into = [sale for sale in new if id(sale) not in before]
        sums = self.sums.changed(totals(self.setting, out), totals(self.setting, into))
        total = judge(self.setting, self.baseline, sums)[1].total
        if total < self.total - CENT:
            return False
        self.parts[name] = new
        if self.keeps is not None and not self.keeps(self.sales):
            self.parts[name] = old
            return False
        self.sums, self.total = sums, total
        return True

    def _before_1091(self, order: Order) -> SaleFigures:
        """What an order comes to by itself: those of one security are matched again and again, all of a lot or as much
        as ever."""
        key = order.holding.lot.lot_id, order.sold
        if key not in self._figures:
            self._figures[key] = figures(order)
        return self._figures[key]


def _earlier(sale: SaleFigures, days: Mapping[str, Sequence[date]]) -> list[date]:
    """The earlier days on which it could be sold, the earliest first."""
    return sorted(day for day in days.get(sale.order.holding.lot.lot_id, ()) if day < sale.order.sold)


def tidied(
    setting: Setting,
    evaluation: Evaluation,
    baseline: Liability,
    *,
    days: Mapping[str, Sequence[date]],
    settled: frozenset[str],
    keeps: Keeps | None,
    deadline: float,
) -> Evaluation:
    """The plan without idle sales, each on the earliest of its `days` that is as good; `keeps` says whether the limits
    are kept, None that there are none.

    `settled` are lots whose sale someone wants regardless of its value, or which the plan is known to need. Of very
    many sales all of a security and day are moved together if that will do; else the smallest losses are tried first:
    where they cannot be moved, larger ones cannot. What is not looked at by the deadline, on the monotonic clock, stays
    as it is."""
    work = _Tidying(setting, evaluation, baseline, keeps)
    many, stuck = len(evaluation.sales) > MANY, set[tuple[Part, date | str, date | None]]()
    for _ in range(ROUNDS):
        changed = False
        for sale in sorted(work.sales_but(settled), key=lambda s: (s.proceeds, s.order.holding.lot.lot_id)):
            lot_id = sale.order.holding.lot.lot_id
            if (left_out := (work.part_of(sale), lot_id, None)) in stuck:
                continue
            if time.monotonic() < deadline and work.replaced(sale, None):
                changed = True
                stuck = {other for other in stuck if other[0] != left_out[0]}
            elif many:
                stuck.add(left_out)
        together, apart = set[tuple[Part, date, date]](), set[tuple[Part, date, date]]()
        later = [(sale, earlier) for sale in work.sales if (earlier := _earlier(sale, days))]
        for sale, its_days in sorted(later, key=lambda pair: -pair[0].gain) if many else later:
            for day in its_days:
                move = work.part_of(sale), sale.order.sold, day
                if move in together:
                    break
                if move in stuck or time.monotonic() >= deadline:
                    continue
                if many and move not in apart:
                    (together if work.moved(sale, day, days) else apart).add(move)
                if move in together or work.replaced(sale, replace(sale.order, sold=day)):
                    changed = True
                    stuck = {other for other in stuck if other[0] != move[0]}
                    break
                if many:
                    stuck.add(move)
        if not changed:
            break
    kept = {sale.order.holding.lot.lot_id: sale.order for sale in work.sales}
    if len(kept) == len(evaluation.sales) and all(
        kept.get(s.order.holding.lot.lot_id) == s.order for s in evaluation.sales
    ):
        return evaluation
    ids = (sale.order.holding.lot.lot_id for sale in evaluation.sales)
    return evaluate(setting, [kept[lot_id] for lot_id in ids if lot_id in kept], baseline)
