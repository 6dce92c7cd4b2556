"""How each lot stands on the as-of date, and what the plan does with it: the material of a map of gains and losses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from planner.case import Case
from planner.plan import Plan
from planner.summary import market_value
from rules.terms import ZERO


class Fate(StrEnum):
    """What the plan does with a lot, or with several of one symbol taken together."""

    SELL = "sell"
    SELL_PART = "sell part"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Standing:
    """A lot, or `lots` of one symbol in one account taken together: its value today and the gain in it, signed.

    `label` is the lot's id, or the symbol where several are taken together.
    """

    label: str
    account: str
    symbol: str
    lots: int
    market_value: Decimal
    basis: Decimal
    fate: Fate

    @property
    def gain(self) -> Decimal:
        return self.market_value - self.basis

    @property
    def gain_rate(self) -> Decimal | None:
        """The gain as a fraction of the basis; None where there is no basis to compare with."""
        return self.gain / self.basis if self.basis > 0 else None


@dataclass(frozen=True, slots=True)
class LotMap:
    """Lots by account, the largest first. `not_shown` are those whose price or basis is not known, or worth nothing."""

    standings: tuple[Standing, ...]
    not_shown: int
    together: bool  # by symbol: there were too many lots to tell apart


def lot_map(case: Case, plan: Plan, *, most: int) -> LotMap:
    """Every lot of known value and basis; taken together by account and symbol where they are more than `most`."""
    sold = {sale.lot_id: sale for sale in plan.sales}
    standings = []
    for holding in case.holdings:
        lot, value = holding.lot, market_value(holding)
        if value is None or value <= 0 or lot.basis is None:
            continue
        sale = sold.get(lot.lot_id)
        fate = Fate.KEEP if sale is None else Fate.SELL if sale.whole_lot else Fate.SELL_PART
        standings.append(Standing(lot.lot_id, lot.account, lot.symbol, 1, value, lot.basis, fate))
    together = len(standings) > most
    shown = _by_symbol(standings) if together else standings
    return LotMap(
        tuple(sorted(shown, key=lambda s: (s.account, -s.market_value, s.label))),
        len(case.holdings) - len(standings),
        together,
    )


def _by_symbol(standings: Iterable[Standing]) -> list[Standing]:
    alike: dict[tuple[str, str], list[Standing]] = defaultdict(list)
    for standing in standings:
        alike[standing.account, standing.symbol].append(standing)
    return [
        Standing(
            symbol,
            account,
            symbol,
            len(some),
            sum((s.market_value for s in some), ZERO),
            sum((s.basis for s in some), ZERO),
            _together({s.fate for s in some}),
        )
        for (account, symbol), some in alike.items()
    ]


def _together(fates: set[Fate]) -> Fate:
    return fates.pop() if len(fates) == 1 else Fate.SELL_PART
