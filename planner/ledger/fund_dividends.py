"""Dividends of funds that change what a loss on their shares is: capital gain and exempt-interest ones. § 852(b)(4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from planner.domain.case import Case
from planner.domain.distributions import DistributionKind
from planner.domain.errors import Caution
from planner.domain.portfolio import Holding, Transaction
from planner.ledger.results import Disposition
from rules.assets import in_collectibles_group, is_crypto_etp
from rules.fund_shares import SixMonthLoss, first_day_free, six_month_loss
from rules.substantially_identical import spelling
from rules.terms import ZERO, AssetClass, to_cents

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
        units = lot.account, lot.symbol, lot.asset_class, lot.acquired, lot.quantity
        return self.of_units(*units, day, loss)

    def of_units(
        self,
        account: str,
        symbol: str,
        kind: AssetClass,
        acquired: date | None,
        quantity: Decimal,
        day: date,
        loss: Decimal,
    ) -> SixMonthLoss | None:
        """The same of units sold."""
        if loss <= 0 or not is_fund_class(symbol, kind) or acquired is None or day >= first_day_free(acquired):
            return None
        received = dict.fromkeys(DistributionKind, ZERO)
        for dividend in self.by_symbol.get(spelling(symbol), ()):
            if dividend.account in (None, account) and acquired < dividend.day <= day:
                received[dividend.kind] += dividend.per_share * quantity
        divided = six_month_loss(loss, received[DistributionKind.LONG_TERM], received[DistributionKind.EXEMPT_INTEREST])
        return divided if divided.rest < loss else None


def is_fund(holding: Holding) -> bool:
    """Whether a lot is of a regulated investment company, to the extent its class tells; trusts that hold metal or
    coins are none."""
    return is_fund_class(holding.lot.symbol, holding.lot.asset_class)


def is_fund_class(symbol: str, kind: AssetClass) -> bool:
    """The same of a symbol and its class."""
    if in_collectibles_group(symbol, kind) or is_crypto_etp(symbol, kind):
        return False
    return kind in (AssetClass.FUND, AssetClass.ETF)


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


def sold_young(case: Case, dispositions: Iterable[Disposition], own: Container[str]) -> Iterator[Caution]:
    """Of funds sold this year at a loss within six months, what § 852(b)(4) makes of it, and how to enter that."""
    dividends = fund_dividends(case)
    if not dividends.by_symbol:
        return
    for sale in dispositions:
        if sale.account not in own or sale.sold.year != case.household.taxpayer.tax_year:
            continue
        for line in sale.by_lot:
            units = sale.account, sale.symbol, sale.asset_class, line.acquired, line.quantity
            if (divided := dividends.of_units(*units, sale.sold, -line.recognized)) is not None:
                long_term, disallowed = to_cents(divided.long_term), to_cents(divided.disallowed)
                yield Caution(
                    "fund_six_months",
                    f"{sale.symbol} sold in {sale.account} on {sale.sold} was held six months or less: of its loss, "
                    f"${long_term:,.2f} is long-term and ${disallowed:,.2f} disallowed by the dividends in your files "
                    "(§ 852(b)(4), L-14). It is counted as short-term here. Unless [realized] has it already, add to "
                    f"it short_term = {long_term + disallowed} and long_term = {-long_term}",
                    line.lot_id,
                )
