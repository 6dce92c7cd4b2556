"""The days on which a lot is worth offering for sale: the first, and each later one on which something changes.

Two things change within a year: a purchase leaves the wash-sale window behind it, and a lot turns long-term. Besides,
the earlier of two sales meets the replacement shares first (Reg. § 1.1091-1(b)), so that where purchases lie around it
can pay to sell a small loss a day before a large one: the next open day is offered too, while there is room.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, lru_cache

from planner.case import Case
from planner.portfolio import Holding
from planner.trading_days import can_trade
from rules.holding_period import first_long_term_day
from rules.terms import ZERO, AssetClass, ReplacementPurchase
from rules.wash_sale import first_clean_day, wash_window


@dataclass(frozen=True, slots=True)
class SaleDays:
    """Days offered, by holding. `first` and `last` are the calendar days between which the plan may sell."""

    first: date
    last: date
    identity: Callable[[Holding], str | None]
    cleared: dict[str, tuple[date, ...]]  # by § 1091 key: the days on which purchases have left the window
    twice: bool = False  # offer the next open day too, where purchases lie around: the earlier sale meets them first

    def of(self, holding: Holding) -> tuple[date, ...]:
        """The days on which this holding may be sold, earliest first; none where no market opens in time."""
        return self._open(holding, (*self._of_security(holding), *self._turns_long_term(holding)))

    def _turns_long_term(self, holding: Holding) -> tuple[date, ...]:
        start = holding.lot.holding_since or holding.lot.acquired
        if start is None or holding.lot.inherited:
            return ()
        turns = first_long_term_day(start)
        return (turns,) if self.first < turns <= self.last else ()

    def _of_security(self, holding: Holding) -> tuple[date, ...]:
        key = self.identity(holding)
        days = (self.first, *(self.cleared.get(key, ()) if key is not None else ()))
        if not self.twice or key not in self.cleared:
            return days
        return (*days, *(day + timedelta(days=1) for day in self._open(holding, days)))

    def _open(self, holding: Holding, wanted: Iterable[date]) -> tuple[date, ...]:
        return _open_days(holding.lot.asset_class, self.first, self.last, tuple(wanted))

    def fewest_washed(
        self, purchases: Iterable[ReplacementPurchase], identity_of_symbol: Callable[[str], str]
    ) -> Callable[[Holding], tuple[date, ...]]:
        """One day a holding, where there are too many to weigh: that with the fewest replacement shares around it.

        A winner that turns long-term in time waits for that; a loss is never worth less short-term than long-term.
        """
        bought: dict[str, list[ReplacementPurchase]] = defaultdict(list)
        for purchase in purchases:
            bought[identity_of_symbol(purchase.symbol)].append(purchase)

        @cache
        def around(key: str, day: date) -> Decimal:
            first, last = wash_window(day)
            return sum((p.quantity for p in bought.get(key, ()) if first <= p.acquired <= last), ZERO)

        found: dict[tuple[str, AssetClass], tuple[date, ...]] = {}

        def best(holding: Holding) -> tuple[date, ...]:
            if _is_winner(holding) and not bought.get(self.identity(holding) or ""):
                turns = self._turns_long_term(holding)
                return self._open(holding, turns) or self._open(holding, (self.first,))
            security = holding.lot.symbol, holding.lot.asset_class
            if security not in found:
                key, days = self.identity(holding), self._open(holding, self._of_security(holding))
                found[security] = tuple(sorted(days, key=lambda day: (around(key or "", day), day))[:1])
            return found[security]

        return best


def sale_days(
    case: Case,
    purchases: Iterable[ReplacementPurchase],
    identity: Callable[[Holding], str | None],
    identity_of_symbol: Callable[[str], str],
) -> SaleDays:
    """The days of a case, from its sale date to the end of the tax year."""
    last = date(case.household.taxpayer.tax_year, 12, 31)
    cleared: dict[str, set[date]] = defaultdict(set)
    for purchase in purchases:
        day = first_clean_day(purchase.acquired)
        cleared[identity_of_symbol(purchase.symbol)].update({day} if case.sale_date < day <= last else ())
    return SaleDays(case.sale_date, last, identity, {key: tuple(sorted(days)) for key, days in cleared.items()})


@lru_cache(maxsize=10_000)
def _open_days(asset_class: AssetClass, first: date, last: date, wanted: tuple[date, ...]) -> tuple[date, ...]:
    found = {_first_open_day(asset_class, day, last) for day in wanted if day >= first}
    return tuple(sorted(day for day in found if day is not None))


def _first_open_day(asset_class: AssetClass, day: date, last: date) -> date | None:
    while day <= last:
        if can_trade(asset_class, day):
            return day
        day += timedelta(days=1)
    return None


def _is_winner(holding: Holding) -> bool:
    lot, price = holding.lot, holding.price
    return price is not None and lot.basis is not None and price * lot.quantity > lot.basis


def reach(case: Case) -> tuple[date, date]:
    """The days on which a purchase can be inside the window of some sale the plan may make."""
    return wash_window(case.sale_date)[0], wash_window(date(case.household.taxpayer.tax_year, 12, 31))[1]
