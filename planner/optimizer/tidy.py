"""A plan as people want it: no sale in it that is worth a cent or less, and none on a later day than it must be.

The search is indifferent to such sales. Each change is judged in exact cents by the verifier: the sales of one security
are matched again, all others stay as they are.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from heapq import merge
from operator import itemgetter

from planner.optimizer.verify.evaluate import Evaluation, judge, totals
from planner.optimizer.verify.sale_figures import Order, SaleFigures, figures
from planner.optimizer.verify.setting import Setting, of_each_security
from planner.optimizer.verify.wash_matching import (
    BoughtAround,
    ChainedSale,
    Turn,
    losses_disallowed,
    of_security,
    turn,
    with_disallowed,
)
from rules.liability import Liability
from rules.terms import CENT, ReplacementPurchase

Keeps = Callable[[Sequence[SaleFigures]], bool]
PartName = tuple[str | None, str]  # a security's key under § 1091, or a lot's id
Changes = Mapping[str, SaleFigures | None]  # by lot, what is sold of it instead
ROUNDS = 3
MANY = 500  # sales beyond which not every one of a security is tried on a day that another could not be moved to


class _Part:
    """The sales of one security, by lot; or of one lot where § 1091 touches nothing. `plain` are those before § 1091.

    Its losses are kept in the order in which they are matched: a change asks for no more of them than find shares left.
    """

    def __init__(self, setting: Setting, bought: Sequence[ReplacementPurchase], sales: Iterable[SaleFigures]) -> None:
        self.setting, self.bought = setting, bought
        self.sales = {sale.order.holding.lot.lot_id: sale for sale in sales}

    @cached_property
    def _around(self) -> BoughtAround:
        return BoughtAround(self.setting)

    @cached_property
    def _washed(self) -> set[str]:
        """The lots of whose loss something is disallowed."""
        return {lot for lot, sale in self.sales.items() if sale.disallowed_loss}

    @cached_property
    def plain(self) -> dict[str, SaleFigures]:
        return {lot: figures(sale.order) if sale.disallowed_loss else sale for lot, sale in self.sales.items()}

    @cached_property
    def _losses(self) -> list[tuple[Turn, SaleFigures]]:
        return sorted(self._in_turn(self.plain.values()), key=itemgetter(0))

    def _in_turn(self, sales: Iterable[SaleFigures | None]) -> Iterator[tuple[Turn, SaleFigures]]:
        return ((turn(sale), sale) for sale in sales if sale is not None and self._around.reaches(sale))

    def changed(self, by_lot: Changes) -> Changes:
        """What becomes of its sales with these in place of those of the same lots, before § 1091: of no others anything
        does. Raises ChainedSale."""
        if not self.bought:
            return by_lot
        others = (pair for pair in self._losses if pair[0][-1] not in by_lot)
        into = sorted(self._in_turn(by_lot.values()), key=itemgetter(0))
        in_turn = (sale for _, sale in merge(others, into, key=itemgetter(0)))
        recent = {purchase.lot_id for purchase in self.bought if purchase.lot_id is not None}
        now = ((lot, by_lot[lot] if lot in by_lot else self.plain.get(lot)) for lot in recent)
        sold = {lot: sale for lot, sale in now if sale is not None}
        lost = losses_disallowed(of_security(self.setting, in_turn, self.bought, sold))
        before = ((lot, by_lot[lot] if lot in by_lot else self.plain[lot]) for lot in {*by_lot, *lost, *self._washed})
        return {lot: sale and with_disallowed(sale, lost) for lot, sale in before}

    def take(self, by_lot: Changes, becomes: Changes) -> None:
        """Sell so instead: what that is before § 1091, and what becomes of it."""
        for sales, changes in ((self.sales, becomes), *(((self.plain, by_lot),) if self.bought else ())):
            for lot, sale in changes.items():
                if sale is None:
                    del sales[lot]
                else:
                    sales[lot] = sale
        if self.bought:
            self._washed.difference_update(becomes)
            self._washed.update(lot for lot, sale in becomes.items() if sale is not None and sale.disallowed_loss)
            kept = [pair for pair in self._losses if pair[0][-1] not in by_lot]
            self._losses = sorted([*kept, *self._in_turn(by_lot.values())], key=itemgetter(0))


class _Tidying:
    """A plan's sales by security, or by lot where § 1091 touches nothing, and what they come to."""

    def __init__(self, setting: Setting, evaluation: Evaluation, baseline: Liability, keeps: Keeps | None) -> None:
        self.setting, self.baseline, self.keeps = setting, baseline, keeps
        self.settings = of_each_security(setting)
        by_part: dict[PartName, list[SaleFigures]] = defaultdict(list)
        for sale in evaluation.sales:
            by_part[self.part_of(sale)].append(sale)
        self.parts = {name: self._part(name, its) for name, its in by_part.items()}
        self.sums, self.total = totals(setting, evaluation.sales), evaluation.benefit.total
        self.changed = False
        self._figures: dict[tuple[str, date], SaleFigures] = {}

    def _part(self, name: PartName, sales: Sequence[SaleFigures]) -> _Part:
        key, _ = name
        setting = self.settings[key] if key is not None else self.setting
        return _Part(setting, setting.purchases if key is not None else (), sales)

    @property
    def sales(self) -> list[SaleFigures]:
        return [sale for part in self.parts.values() for sale in part.sales.values()]

    def sales_but(self, settled: Container[str]) -> list[SaleFigures]:
        """Those of other lots than these."""
        return [sale for part in self.parts.values() for lot, sale in part.sales.items() if lot not in settled]

    def part_of(self, sale: SaleFigures) -> PartName:
        key = self.setting.identity(sale.order.holding)
        return (key, "") if key is not None and key in self.settings else (None, sale.order.holding.lot.lot_id)

    def replaced(self, sale: SaleFigures, other: Order | None) -> bool:
        """Put another order, or none, in a sale's place, where the limits allow it and it costs a cent or less."""
        lot_id = sale.order.holding.lot.lot_id
        name = self.part_of(sale)
        if not self._exchanged(name, {lot_id: None if other is None else self._before_1091(other)}):
            return False
        sales = self.parts[name].sales
        if lot_id in sales:  # it is looked at after the others, then
            sales[lot_id] = sales.pop(lot_id)
        return True

    def moved(self, like: SaleFigures, day: date, days: Mapping[str, Sequence[date]]) -> bool:
        """Move every sale of a security and day to another day that is offered for it, all together, on the same
        terms."""
        name, sold = self.part_of(like), like.order.sold
        orders = {
            lot: Order(sale.order.holding, sale.order.quantity, day)
            for lot, sale in self.parts[name].sales.items()
            if sale.order.sold == sold and day in days.get(lot, ())
        }
        return self._exchanged(name, {lot: self._before_1091(order) for lot, order in orders.items()})

    def _exchanged(self, name: PartName, by_lot: Changes) -> bool:
        part = self.parts[name]
        try:
            becomes = part.changed(by_lot)
        except ChainedSale:
            return False
        out = (part.sales[lot] for lot in becomes)
        into = [sale for sale in becomes.values() if sale is not None]
        sums = self.sums.changed(totals(self.setting, out), totals(self.setting, into))
        total = judge(self.setting, self.baseline, sums)[1].total
        if total < self.total - CENT:
            return False
        if self.keeps is not None and not self.keeps([*self.sales_but(becomes), *into]):
            return False
        part.take(by_lot, becomes)
        self.sums, self.total, self.changed = sums, total, True
        return True

    def _before_1091(self, order: Order) -> SaleFigures:
        """What an order comes to by itself: the same ones are asked about again and again, all of a lot or as much as
        ever."""
        key = order.holding.lot.lot_id, order.sold
        if key not in self._figures:
            self._figures[key] = figures(order)
        return self._figures[key]


def _earlier(sale: SaleFigures, days: Mapping[str, Sequence[date]]) -> list[date]:
    """The earlier days on which it could be sold, the earliest first."""
    sold = sale.order.sold
    return sorted([day for day in days.get(sale.order.holding.lot.lot_id, ()) if day < sold])


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
    many, stuck = len(evaluation.sales) > MANY, defaultdict[PartName, set[tuple[date | str, date | None]]](set)
    for _ in range(ROUNDS):
        changed = False
        for sale in sorted(work.sales_but(settled), key=lambda s: (s.proceeds, s.order.holding.lot.lot_id)):
            lot_id = sale.order.holding.lot.lot_id
            part, left_out = work.part_of(sale), (lot_id, None)
            if left_out in stuck[part]:
                continue
            if time.monotonic() < deadline and work.replaced(sale, None):
                changed = True
                stuck[part].clear()
            elif many:
                stuck[part].add(left_out)
        together, apart = set[tuple[PartName, date, date]](), set[tuple[PartName, date, date]]()
        later = [(sale, earlier) for sale in work.sales if (earlier := _earlier(sale, days))]
        for sale, its_days in sorted(later, key=lambda pair: -pair[0].gain) if many else later:
            for day in its_days:
                move = work.part_of(sale), sale.order.sold, day
                if move in together:
                    break
                if move[1:] in stuck[move[0]] or time.monotonic() >= deadline:
                    continue
                if many and move not in apart:
                    (together if work.moved(sale, day, days) else apart).add(move)
                if move in together or work.replaced(sale, replace(sale.order, sold=day)):
                    changed = True
                    stuck[move[0]].clear()
                    break
                if many:
                    stuck[move[0]].add(move[1:])
        if not changed:
            break
    if not work.changed:
        return evaluation
    by_lot = {sale.order.holding.lot.lot_id: sale for sale in work.sales}
    ids = (sale.order.holding.lot.lot_id for sale in evaluation.sales)
    year, benefit = judge(setting, baseline, work.sums)
    return Evaluation(tuple(by_lot[lot_id] for lot_id in ids if lot_id in by_lot), year, benefit)
