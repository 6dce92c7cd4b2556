"""`[plan]`: what a plan may and must do. Each key is one declaration, in a file of this folder that is named for it.

A new key needs no more than its file: whatever reads `[plan]`, plans by it, verifies it or shows it goes through the
declarations (`planner.domain.plan_limits.declaration`). Its test breaks it (`tests/planning/test_limits_verified.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Any, TypeVar

from planner.domain.plan_limits.declaration import (
    IN_SILENCE,
    Duties,
    Duty,
    Kind,
    LotFacts,
    PlanKey,
    Selection,
    SumLimit,
    SumOf,
    SumOfSales,
    WhichDays,
    WhichLots,
)
from rules.terms import Lot

__all__ = [
    "IN_SILENCE",
    "KEYS",
    "Duty",
    "Kind",
    "LotFacts",
    "PlanKey",
    "PlanLimits",
    "Selection",
    "SumLimit",
    "SumOf",
    "WhichLots",
]

V = TypeVar("V")
Barrier = Callable[[LotFacts, bool], str | None]


def _declared() -> Mapping[str, PlanKey[Any]]:
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    keys = sorted((module.KEY for module in modules if hasattr(module, "KEY")), key=lambda key: key.place)
    return MappingProxyType({key.name: key for key in keys})


KEYS: Mapping[str, PlanKey[Any]] = _declared()


@dataclass(frozen=True, slots=True, init=False)
class PlanLimits:
    """The keys of `[plan]` that are not at their defaults. `limits.max_sales` is the value of a key, by its name."""

    _stated: tuple[tuple[str, Any], ...]

    def __init__(self, **values: Any) -> None:
        if unknown := [name for name in values if name not in KEYS]:
            raise TypeError(f"no key of [plan]: {', '.join(unknown)}")
        stated = tuple((name, values[name]) for name in KEYS if name in values and values[name] != KEYS[name].default)
        object.__setattr__(self, "_stated", stated)

    def __getattr__(self, name: str) -> Any:
        if name not in KEYS:
            raise AttributeError(name)
        return self.of(KEYS[name])

    def of(self, key: PlanKey[V]) -> V:
        """The value of a key."""
        found: V = next((value for name, value in self._stated if name == key.name), key.default)
        return found

    def changed(self, **values: Any) -> PlanLimits:
        """These limits with other values of some keys."""
        return PlanLimits(**{**dict(self._stated), **values})

    def without(self, key: PlanKey[Any]) -> PlanLimits:
        """These limits with a key that limits nothing."""
        return self.changed(**{key.name: key.freest})

    @property
    def limiting(self) -> tuple[PlanKey[Any], ...]:
        """The keys that limit something."""
        return tuple(key for key in KEYS.values() if self.of(key) != key.freest)

    # --- which lots, which days ---

    def barrier(self) -> Barrier:
        """A function that says why a lot may not be sold, `IN_SILENCE`, or None where it may; given whether the plan
        must sell it."""
        return _first_of([reason for _, reason in self._bars()]) or (lambda facts, duty: None)

    def barriers(self) -> tuple[Barrier | None, Barrier | None]:
        """The same in two, of the keys that look at the lot alone and of those that look at its gain; None for none."""
        by_gain = [bars for name, bars in self._bars() if _looks_at_gain(KEYS[name])]
        others = [bars for name, bars in self._bars() if not _looks_at_gain(KEYS[name])]
        return _first_of(others), _first_of(by_gain)

    def barring(self, facts: LotFacts, duty: bool) -> list[str]:
        """The keys by which a lot may not be sold."""
        return self.barrings()(facts, duty)

    def barrings(self) -> Callable[[LotFacts, bool], list[str]]:
        """A function that says by which keys a lot may not be sold: for very many lots."""
        bars = list(self._bars())
        return lambda facts, duty: [name for name, bars_it in bars if bars_it(facts, duty) is not None]

    def _bars(self) -> Iterator[tuple[str, Callable[[LotFacts, bool], str | None]]]:
        for key in KEYS.values():
            if isinstance(key.meaning, WhichLots) and (value := self.of(key)) != key.freest:
                yield key.name, partial(_barred, key.meaning, value)

    def _days(self, which: Callable[[WhichDays[Any], Any], date | None]) -> Iterator[date]:
        for key in KEYS.values():
            if isinstance(key.meaning, WhichDays) and (day := which(key.meaning, self.of(key))) is not None:
                yield day

    @property
    def first_day(self) -> date | None:
        """The first day on which anything may be sold, where the limits say one."""
        return max(self._days(lambda meaning, value: meaning.first(value)), default=None)

    @property
    def last_day(self) -> date | None:
        """The last day on which anything may be sold, where the limits say one."""
        return min(self._days(lambda meaning, value: meaning.last(value)), default=None)

    # --- sales that must be made ---

    @property
    def duties(self) -> Mapping[str, Duty]:
        """The sales that must be made, by lot id."""
        found: dict[str, Duty] = {}
        for key in self.limiting:
            if isinstance(key.meaning, Duties):
                found |= {duty.lot_id: duty for duty in key.meaning.of(self.of(key)) if duty.lot_id}
        return found

    @property
    def asks_for_sales(self) -> bool:
        """Whether selling nothing may break a limit."""
        return bool(self.duties) or any(limit.at_least for limit in self.sums)

    # --- sums ---

    @property
    def sums(self) -> tuple[SumLimit, ...]:
        """Every limit on a sum over the sales."""
        return tuple(limit for key in KEYS.values() for limit in self.sums_of(key))

    def sums_of(self, key: PlanKey[Any]) -> tuple[SumLimit, ...]:
        """The limits of one key on sums; none where it means something else."""
        return key.meaning.limits(self.of(key)) if isinstance(key.meaning, SumOfSales) else ()

    def limited(self, of: SumOf) -> bool:
        """Whether any limit is on this sum."""
        return any(limit.of is of for limit in self.sums)

    def missed(self, sales: Iterable[tuple[Lot, Decimal]], of: SumOf) -> Decimal:
        """By how much these sales break a limit on this sum, the most of all; not above zero where they keep them."""
        sales = list(sales)
        return max((limit.missed(sales) for limit in self.sums if limit.of is of), default=Decimal(0))

    def after(self, sales: Iterable[tuple[Lot, Decimal]]) -> PlanLimits:
        """The limits that remain when these are already sold, each a lot and its proceeds."""
        sales = list(sales)
        return self._with_amounts(lambda limit: limit.amount - limit.total(sales)) if sales else self

    def tightened(self, dollars: Decimal) -> PlanLimits:
        """The limits on dollars, each by so much harder to keep."""

        def amount(limit: SumLimit) -> Decimal:
            if limit.of is not SumOf.PROCEEDS:
                return limit.amount
            return limit.amount + (dollars if limit.at_least else -dollars)

        return self._with_amounts(amount) if dollars else self

    def _with_amounts(self, amount: Callable[[SumLimit], Decimal]) -> PlanLimits:
        changes: dict[str, Any] = {}
        for key in self.limiting:
            if isinstance(key.meaning, SumOfSales):
                amounts = [amount(limit) for limit in self.sums_of(key)]
                changes[key.name] = key.meaning.with_amounts(self.of(key), amounts)
        return self.changed(**changes)


def _looks_at_gain(key: PlanKey[Any]) -> bool:
    return isinstance(key.meaning, WhichLots) and key.meaning.by_gain


def _first_of(bars: Sequence[Barrier]) -> Barrier | None:
    """The first reason that any of these gives; None for none of them."""
    if len(bars) < 2:
        return bars[0] if bars else None
    return lambda facts, duty: next((why for bar in bars if (why := bar(facts, duty)) is not None), None)


def _barred(meaning: WhichLots[V], value: V, facts: LotFacts, duty: bool) -> str | None:
    return None if duty and meaning.spares_duties else meaning.bars(value, facts)
