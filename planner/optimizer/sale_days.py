"""The days on which a lot is worth offering for sale: enough of them that no other day of the year could do better.

From one day to the next a sale changes only where a purchase enters or leaves its wash-sale window, where a lot of the
security turns long-term, and in the order of the sales, since the earlier one meets the replacement shares first (Reg.
§ 1.1091-1(b)). Between two such turns only the order counts, and so many days as make every order that differs are
enough: docs/model.md, section 2, has the proof.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby, islice, pairwise

import numpy as np

from planner.domain.case import Case
from planner.domain.portfolio import Holding
from planner.domain.tax_return import own_taxable_accounts
from planner.domain.trading_days import can_trade, first_session
from planner.optimizer.lots_alike import rows_of
from rules.conventions import Conventions
from rules.holding_period import first_long_term_day
from rules.ledger.outcomes import GoneShares
from rules.terms import ZERO, AccountKind, AssetClass, Lot, ReplacementPurchase
from rules.wash_sale import first_clean_day, wash_window

ONE_DAY = timedelta(days=1)
LESS_THAN_A_YEAR, MORE_THAN_A_YEAR = 360, 370


@dataclass(frozen=True, slots=True)
class DayRange:
    """Days between two turns. `room` is how many of them make every order of sales that differs.

    `clears`: on its first day a purchase has left the window, or it is the first stretch of all.
    """

    first: date
    last: date
    room: int
    clears: bool


@dataclass(frozen=True, slots=True)
class SaleDays:
    """Days offered, by holding. `first` and `last` are the calendar days between which the plan may sell.

    `stretches` are those of each § 1091 key with purchases around, `classes` the asset classes held of it. Where `gone`
    shares of a key replace (C1), no loss is sold in their window: it would go into the basis of a sale already made.
    `fixed` are the days of lots that must be sold on one day.
    """

    first: date
    last: date
    identity: Callable[[Holding], str | None]
    stretches: Mapping[str, tuple[DayRange, ...]] = field(default_factory=dict)
    classes: Mapping[str, frozenset[AssetClass]] = field(default_factory=dict)
    gone: tuple[GoneShares, ...] = ()
    fixed: Mapping[str, date] = field(default_factory=dict)
    _known: dict[Hashable, tuple[date, ...]] = field(default_factory=dict, compare=False, repr=False)
    _turns: dict[date | None, tuple[date, ...]] = field(default_factory=dict, compare=False, repr=False)

    def enough(self, holding: Holding) -> tuple[date, ...]:
        """So many days that no other day of the year could do better, earliest first; none where no market opens."""
        return self._once_a_kind(SaleDays._enough, holding)

    def two(self, holding: Holding) -> tuple[date, ...]:
        """The first open day, the one after each purchase has left the window, and the one that follows each of these;
        and that on which the lot turns long-term."""
        return self._once_a_kind(SaleDays._two, holding)

    def one(self, holding: Holding) -> tuple[date, ...]:
        """The first open day, the one after each purchase has left the window, and that on which the lot turns."""
        return self._once_a_kind(SaleDays._one, holding)

    def few(self, holding: Holding) -> tuple[date, ...]:
        """The first open day, the one after the last purchase that leaves the window has left it, and that on which the
        lot turns: of each character the cheapest day, and the one on which least is washed of what was bought."""
        return self._once_a_kind(SaleDays._few, holding)

    def _once_a_kind(self, days: Callable[[SaleDays, Holding], tuple[date, ...]], holding: Holding) -> tuple[date, ...]:
        """Lots of one security that turn long-term on the same day have the same days, but for those named."""
        lot = holding.lot
        if self.gone or (self.fixed and lot.lot_id in self.fixed):
            return days(self, holding)
        plain = _is_plain(lot)
        turns = self._turns.get(lot.acquired) if plain else None
        if turns is None:
            turns = self._turns_long_term(holding)
            if plain:
                self._turns[lot.acquired] = turns
        kind = days, self.identity(holding), lot.asset_class, turns
        found = self._known.get(kind)
        if found is None:
            found = self._known[kind] = days(self, holding)
        return found

    def _enough(self, holding: Holding) -> tuple[date, ...]:
        key = self.identity(holding)
        if key is None or key not in self.stretches or holding.lot.lot_id in self.fixed:
            return self._open(holding, (self.first, *self._turns_long_term(holding)))
        asset_class = holding.lot.asset_class
        # its own too: a lot with a gain below half a cent is offered, and is in no security's classes
        classes = self.classes.get(key, frozenset()) | {asset_class}
        days = (day for stretch in self.stretches[key] for day in _days_of(stretch, asset_class, classes))
        return tuple(self._unbarred(holding, days))

    def _two(self, holding: Holding) -> tuple[date, ...]:
        days = self._open(holding, self._of_security(holding))
        after = (day + ONE_DAY for day in days if self.identity(holding) in self.stretches)
        return self._open(holding, (*days, *after, *self._turns_long_term(holding)))

    def _one(self, holding: Holding) -> tuple[date, ...]:
        return self._open(holding, (*self._of_security(holding), *self._turns_long_term(holding)))

    def _few(self, holding: Holding) -> tuple[date, ...]:
        first, *clears = self._of_security(holding)
        return self._open(holding, (first, *clears[-1:], *self._turns_long_term(holding)))

    def _turns_long_term(self, holding: Holding) -> tuple[date, ...]:
        lot = holding.lot
        if lot.loss_basis is None and not lot.inherited and lot.acquired is not None:
            turn = first_long_term_day(lot.holding_since or lot.acquired)
            return (turn,) if self.first < turn <= self.last else ()
        return tuple(sorted(turn for turn in _turns(holding) if self.first < turn <= self.last))

    def _of_security(self, holding: Holding) -> tuple[date, ...]:
        key = self.identity(holding)
        stretches = self.stretches.get(key, ()) if key is not None else ()
        return (self.first, *(stretch.first for stretch in stretches if stretch.clears))

    def _open(self, holding: Holding, wanted: Iterable[date]) -> tuple[date, ...]:
        if (day := self.fixed.get(holding.lot.lot_id)) is not None:
            wanted = (day,) if self.first <= day <= self.last else ()
        days = _open_days(holding.lot.asset_class, self.first, self.last, tuple(wanted))
        return tuple(self._unbarred(holding, days)) if self.gone else days

    def _unbarred(self, holding: Holding, days: Iterable[date]) -> Iterator[date]:
        key = self.identity(holding)
        gone = [g.acquired for g in self.gone if g.identity == key and g.purchase_id != holding.purchase]
        if _is_winner(holding):
            gone = []
        for day in days:
            first, last = wash_window(day)
            if not any(first <= acquired <= last for acquired in gone):
                yield day


def sale_days(
    case: Case,
    purchases: Iterable[ReplacementPurchase],
    identity: Callable[[Holding], str | None],
    identity_of_symbol: Callable[[str], str],
    gone: tuple[GoneShares, ...] = (),
) -> SaleDays:
    """The days of a case, from its sale date to the end of the tax year, given every purchase that may be made."""
    limits = case.household.plan_limits
    year_end = date(case.household.taxpayer.tax_year, 12, 31)
    first, last = case.sale_date, min(year_end, limits.last_day or year_end)
    fixed = {lot_id: duty.day for lot_id, duty in limits.duties.items() if duty.day is not None}
    bought: dict[str, list[ReplacementPurchase]] = defaultdict(list)
    for purchase in sorted(purchases, key=lambda p: (p.acquired, p.purchase_id)):
        bought[identity_of_symbol(purchase.symbol)].append(purchase)
    left: dict[str, list[date]] = defaultdict(list)
    for shares in gone:
        left[shares.identity].append(shares.acquired)
    named = {purchase.lot_id for its in bought.values() for purchase in its if purchase.lot_id is not None}
    held = _held(case, identity, bought.keys() | left.keys(), named.union(fixed), (first, last))
    conventions = case.household.wash_sale.conventions
    return SaleDays(
        first,
        last,
        identity,
        {
            key: tuple(_stretches(first, last, held.get(key, _Held()), bought[key], left[key], conventions, fixed))
            for key in {**bought, **left}
        },
        {key: frozenset(its.classes) for key, its in held.items()},
        gone,
        fixed,
    )


@dataclass(slots=True)
class _Held:
    """The lots of one security that a plan may sell: how many, of which classes, on which days they turn long-term, and
    which of them a purchase or a duty names."""

    number: int = 0
    classes: set[AssetClass] = field(default_factory=set)
    turns: set[date] = field(default_factory=set)
    named: set[str] = field(default_factory=set)


def _held(
    case: Case,
    identity: Callable[[Holding], str | None],
    around: Container[str],
    named: Iterable[str],
    days: tuple[date, date],
) -> dict[str, _Held]:
    """By key of § 1091, of the keys `around`. Of days on which lots turn long-term those between two `days` are all
    there; others may be."""
    lots, limits = case.lots, case.household.plan_limits
    own = {account.name for account in own_taxable_accounts(case.household)}
    of_kind: list[str] = []
    for row in lots.first_of_kind.tolist():
        key = identity(lots[row]) if lots.accounts[row] in own else None
        of_kind.append(key if key is not None and key in around else "")
    some = np.array([key != "" for key in of_kind], dtype=bool)[lots.kind]
    if not limits.sell_gains:
        must = [row for row in rows_of(case, limits.duties) if some[row]]
        some &= ~(lots.gain_beyond(ZERO) > 0)
        some[must] = True
    kinds: list[int] = lots.kind.tolist()
    found: dict[str, _Held] = {}
    for kind, number in enumerate(np.bincount(lots.kind[some], minlength=len(of_kind)).tolist()):
        if number:
            its = found.setdefault(of_kind[kind], _Held())
            its.number += number
            its.classes.add(lots.asset_classes[lots.first_of_kind[kind]])
    first, last = (day.toordinal() for day in days)
    turning = (lots.days > first - MORE_THAN_A_YEAR) & (lots.days <= last - LESS_THAN_A_YEAR)
    for row in np.flatnonzero(some & (turning | lots.unusual)).tolist():
        turns = _turns(lots[row]) if lots.unusual[row] else {first_long_term_day(date.fromordinal(int(lots.days[row])))}
        found[of_kind[kinds[row]]].turns.update(turns)
    for row in rows_of(case, named):
        if some[row]:
            found[of_kind[kinds[row]]].named.add(lots.lot_ids[row])
    return found


def _stretches(
    first: date,
    last: date,
    lots: _Held,
    purchases: Sequence[ReplacementPurchase],
    gone: Sequence[date],
    conventions: Conventions,
    fixed: Mapping[str, date],
) -> Iterable[DayRange]:
    """The stretches of one security, each with its room: the number of its lots, or less by the proof in model.md.

    The day on which a lot of it must be sold is a stretch by itself: other sales come before it, with it or after it.
    """
    clears = {first, *map(first_clean_day, [*gone, *(purchase.acquired for purchase in purchases)])}
    enters = {wash_window(purchase.acquired)[0] for purchase in purchases}
    days = [fixed[lot_id] for lot_id in lots.named & fixed.keys()]
    turns = lots.turns.union(turn for day in days for turn in (day, day + ONE_DAY))
    starts = sorted(day for day in clears | enters | turns if first <= day <= last)
    for start, after in pairwise([*starts, last + ONE_DAY]):
        earliest, latest = wash_window(start)
        around = [purchase for purchase in purchases if earliest <= purchase.acquired <= latest]
        recent = len({purchase.lot_id for purchase in around} & lots.named)
        effects = [(p.account_kind is AccountKind.TAXABLE, p.owner) for p in around]
        orders = 2 * (len(list(groupby(effects))) + recent) + 1 if around else 1
        room = orders if conventions.older_replaces_newer or not around else lots.number
        yield DayRange(start, after - ONE_DAY, max(1, min(room, lots.number)), start in clears)


@lru_cache(maxsize=10_000)
def _days_of(stretch: DayRange, asset_class: AssetClass, classes: frozenset[AssetClass]) -> tuple[date, ...]:
    """Days open to all of a security's lots to the extent there is room; where they are too few, every open day."""
    days = [stretch.first + ONE_DAY * n for n in range((stretch.last - stretch.first).days + 1)]
    common = tuple(islice((day for day in days if all(can_trade(c, day) for c in classes)), stretch.room))
    return common if len(common) == stretch.room else tuple(day for day in days if can_trade(asset_class, day))


@lru_cache(maxsize=10_000)
def _open_days(asset_class: AssetClass, first: date, last: date, wanted: tuple[date, ...]) -> tuple[date, ...]:
    found = {_first_open_day(asset_class, day, last) for day in wanted if day >= first}
    return tuple(sorted(day for day in found if day is not None))


def _first_open_day(asset_class: AssetClass, day: date, last: date) -> date | None:
    while day <= last:
        if can_trade(asset_class, day):
            return day
        day += ONE_DAY
    return None


def _is_plain(lot: Lot) -> bool:
    """Whether its holding period is measured from the day of acquisition alone."""
    return lot.loss_basis is None and lot.holding_since is None and not lot.inherited


def _turns(holding: Holding) -> set[date]:
    """The first long-term day, and of a gift that of a loss measured from its own value; none of what is inherited."""
    lot = holding.lot
    starts = {lot.holding_since or lot.acquired, lot.acquired if lot.loss_basis is not None else None}
    return set() if lot.inherited else {first_long_term_day(start) for start in starts if start is not None}


def _is_winner(holding: Holding) -> bool:
    lot, price = holding.lot, holding.price
    return price is not None and lot.basis is not None and price * lot.quantity > lot.basis


def reach(case: Case) -> tuple[date, date]:
    """The days on which a purchase can be inside the window of some sale the plan may make."""
    year = case.household.taxpayer.tax_year
    last = first_session(year) if case.household.plan_limits.january else date(year, 12, 31)
    return wash_window(case.sale_date)[0], wash_window(last)[1]
