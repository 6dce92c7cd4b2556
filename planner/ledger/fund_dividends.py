"""Dividends of funds that change what a loss on their shares is: capital gain and exempt-interest ones. § 852(b)(4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from planner.domain.case import Case
from planner.domain.distributions import DistributionKind
from planner.domain.portfolio import Holding, Transaction
from rules.assets import in_collectibles_group, is_crypto_etp
from rules.fund_shares import SixMonthLoss, first_day_free, six_month_loss
from rules.substantially_identical import spelling
from rules.terms import ZERO, AssetClass

ACTIONS = {
    "capital_gain_dividend": DistributionKind.LONG_TERM,
    "exempt_interest_dividend": DistributionKind.EXEMPT_INTEREST,
}


@dataclass(frozen=True, slots=True)
class FundDividend:
    """So many dollars a share to who held the fund before that day. `account` None: in whatever account."""

    day: date
    per_share: Decimal
    kind: DistributionKind
    account: str | None = None


@dataclass(frozen=True, slots=True)
class FundDividends:
    """By the spelling of the fund's symbol."""

    by_symbol: dict[str, list[FundDividend]] = field(default_factory=dict)

    def loss(self, holding: Holding, day: date, loss: Decimal) -> SixMonthLoss | None:
        """How a loss on a lot sold that day divides; None where the rule changes nothing of it."""
        lot = holding.lot
        if loss <= 0 or not is_fund(holding) or lot.acquired is None or day >= first_day_free(lot.acquired):
            return None
        received = dict.fromkeys(DistributionKind, ZERO)
        for dividend in self.by_symbol.get(spelling(lot.symbol), ()):
            if dividend.account in (None, lot.account) and lot.acquired < dividend.day <= day:
                received[dividend.kind] += dividend.per_share * lot.quantity
        divided = six_month_loss(loss, received[DistributionKind.LONG_TERM], received[DistributionKind.EXEMPT_INTEREST])
        return divided if divided.rest < loss else None


def is_fund(holding: Holding) -> bool:
    """Whether a lot is of a regulated investment company, to the extent its class tells; trusts that hold metal or
    coins are none."""
    lot = holding.lot
    if in_collectibles_group(lot.symbol, lot.asset_class) or is_crypto_etp(lot.symbol, lot.asset_class):
        return False
    return lot.asset_class in (AssetClass.FUND, AssetClass.ETF)


def fund_dividends(case: Case) -> FundDividends:
    """Those of `[[distributions]]`, and the rows of histories in our own layout that say what they are."""
    found: dict[str, list[FundDividend]] = defaultdict(list)
    for expected in case.household.distributions:
        if expected.kind in ACTIONS.values():
            found[spelling(expected.symbol)].append(FundDividend(expected.date, expected.per_share, expected.kind))
    for row in case.transactions:
        kind = ACTIONS.get(row.action)
        units = shares_held(case, row) if kind is not None else ZERO
        if kind is not None and units > 0:
            found[spelling(row.symbol)].append(FundDividend(row.date, row.amount / units, kind, row.account))
    return FundDividends(dict(found))


def shares_held(case: Case, row: Transaction) -> Decimal:
    """The shares that a dividend was paid on: lots bought before, and what has been sold since."""
    symbol = spelling(row.symbol)
    held = sum((h.lot.quantity for h in _of(case.holdings, row.account, symbol) if _before(h, row.date)), ZERO)
    sold = (t for t in case.transactions if t.account == row.account and spelling(t.symbol) == symbol and t.sells)
    return held + sum((t.quantity for t in sold if t.date >= row.date), ZERO)


def _of(holdings: Iterable[Holding], account: str, symbol: str) -> Iterable[Holding]:
    return (h for h in holdings if h.lot.account == account and spelling(h.lot.symbol) == symbol)


def _before(holding: Holding, day: date) -> bool:
    return holding.bought is None or holding.bought < day
