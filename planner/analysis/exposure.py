"""What a household is exposed to before a plan, until what was sold is bought again, and after that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from planner.analysis.replacements import known_holding
from planner.analysis.totals import market_value
from planner.domain.case import Case
from planner.domain.swaps import Exposed, Swap, Swaps
from rules.substantially_identical import spelling
from rules.terms import ZERO, AssetClass

_CASH = None
_Named = Callable[[str, AssetClass], str]


def with_exposure(case: Case, swaps: Sequence[Swap], cash_kept: Decimal) -> Swaps:
    """The swaps with the portfolio, all accounts of the household, at today's prices. What is bought of a security
    whose price no file has counts with its dollars."""
    held = [(h.lot.symbol, h.lot.asset_class, value) for h in case.holdings if (value := market_value(h)) is not None]
    names: tuple[_Named, ...] = (
        lambda symbol, _: spelling(symbol),
        lambda _, asset_class: asset_class.value,
        known_holding,
    )
    by_symbol, by_class, by_holding = (tuple(_rows(held, swaps, name)) for name in names)
    return Swaps(tuple(swaps), by_symbol, by_class, by_holding, cash_kept, len(case.holdings) - len(held))


def _rows(held: Iterable[tuple[str, AssetClass, Decimal]], swaps: Iterable[Swap], name: _Named) -> Iterable[Exposed]:
    """The largest first; cash last."""
    sums: dict[str | None, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO, ZERO])

    def add(key: str | None, *dollars: Decimal) -> None:
        sums[key] = [one + more for one, more in zip(sums[key], dollars, strict=True)]

    for symbol, asset_class, value in held:
        add(name(symbol, asset_class), value, value, value)
    for swap in swaps:
        spent = _spent(swap)
        sold = name(swap.symbol, swap.sold_class)
        after = swap.dollars if swap.back is not None or swap.instead is None else spent
        add(sold, ZERO, -swap.proceeds, after - swap.proceeds)
        if swap.instead is not None:
            add(name(swap.instead.symbol, swap.asset_class), ZERO, spent, ZERO)
        add(_CASH, ZERO, swap.proceeds - spent, swap.proceeds - after)
    ordered = sorted(sums.items(), key=lambda row: (row[0] is None, -row[1][0], row[0] or ""))
    return (Exposed(key, *dollars) for key, dollars in ordered if any(dollars))


def _spent(swap: Swap) -> Decimal:
    if swap.instead is None:
        return ZERO
    return swap.dollars if swap.cost is None else swap.cost
