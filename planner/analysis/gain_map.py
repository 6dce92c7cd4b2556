"""Each lot's gain or loss on the as-of date, and what the plan does with it: the data of a map of gains and losses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from planner.analysis.totals import market_value
from planner.domain.case import Case
from planner.domain.plan import Plan
from rules.terms import ZERO


class Fate(StrEnum):
    """What the plan does with a lot, or with several of one symbol taken together."""

    SELL = "sell"
    SELL_PART = "sell part"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class LotStanding:
    """A lot, or `lots` of one account taken together: its value today and the gain in it, signed.

    `label` is the lot's id; the symbol, or how many symbols, where several are taken together, and then `symbol` too.
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

    standings: tuple[LotStanding, ...]
    not_shown: int
    together: bool  # by symbol: there were too many lots to tell apart


def lot_map(case: Case, plan: Plan, *, most: int) -> LotMap:
    """Every lot of known value and basis; taken together by account and symbol where they are more than `most`.

    Where symbols are more than that too, those with the least gain or loss of each account are one.
    """
    sold = {sale.lot_id: sale for sale in plan.sales}
    standings = []
    for holding in case.holdings:
        lot, value = holding.lot, market_value(holding)
        if value is None or value <= 0 or lot.basis is None:
            continue
        sale = sold.get(lot.lot_id)
        fate = Fate.KEEP if sale is None else Fate.SELL if sale.whole_lot else Fate.SELL_PART
        standings.append(LotStanding(lot.lot_id, lot.account, lot.symbol, 1, value, lot.basis, fate))
    together = len(standings) > most
    shown = _the_rest_together(_by_symbol(standings), most) if together else standings
    return LotMap(
        tuple(sorted(shown, key=lambda s: (s.account, -s.market_value, s.label))),
        len(case.holdings) - len(standings),
        together,
    )


def _by_symbol(standings: Iterable[LotStanding]) -> list[LotStanding]:
    alike: dict[tuple[str, str], list[LotStanding]] = defaultdict(list)
    for standing in standings:
        alike[standing.account, standing.symbol].append(standing)
    return [_sum(symbol, some) for (_, symbol), some in alike.items()]


def _the_rest_together(standings: list[LotStanding], most: int) -> list[LotStanding]:
    """Those with the largest gains and losses by themselves, and of each account all others as one."""
    by_gain = sorted(standings, key=lambda s: (-abs(s.gain), s.account, s.label))
    rest: dict[str, list[LotStanding]] = defaultdict(list)
    for standing in by_gain[most:]:
        rest[standing.account].append(standing)
    return by_gain[:most] + [_sum(f"{len(some):,} others", some) for some in rest.values()]


def _sum(label: str, some: Sequence[LotStanding]) -> LotStanding:
    """Several of one account as one."""
    fates = {standing.fate for standing in some}
    return LotStanding(
        label,
        some[0].account,
        label,
        sum(standing.lots for standing in some),
        sum((standing.market_value for standing in some), ZERO),
        sum((standing.basis for standing in some), ZERO),
        fates.pop() if len(fates) == 1 else Fate.SELL_PART,
    )
