"""What the taxpayer is, assumes and asks for: `household.toml`, resolved and typed. Money in exact dollars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from planner.domain.distributions import Distribution
from planner.domain.income_keys import IncomeKeys
from planner.domain.plan_limits import PlanLimits
from planner.domain.special import SpecialLots
from rules.conventions import DEFAULTS, Conventions
from rules.estimated_tax import Payments
from rules.terms import (
    NO_RATE_GROUPS,
    ZERO,
    AccountKind,
    AssetClass,
    Carryover,
    Custody,
    FilingStatus,
    Gains,
    Owner,
    RateGroups,
)

INFINITY = Decimal("Infinity")

DEFAULT_ROUND_TRIP_COST: Mapping[AssetClass, Decimal] = {
    AssetClass.STOCK: Decimal("0.0002"),
    AssetClass.ETF: Decimal("0.0002"),
    AssetClass.FUND: Decimal("0.0"),
    AssetClass.OPTION: Decimal("0.01"),
    AssetClass.BOND: Decimal("0.002"),
    AssetClass.CRYPTO: Decimal("0.005"),
    AssetClass.COLLECTIBLE: Decimal("0.05"),
    AssetClass.OTHER: Decimal("0.001"),
}


@dataclass(frozen=True, slots=True)
class Taxpayer:
    """`[taxpayer]`. `deduction` None means the standard deduction of the year.

    `state_subtractions` is income of the federal return that the state does not tax, `state_deduction` the state's own
    itemized deduction; None: its standard deduction. `time_zone` is where the taxpayer lives, by its name in the IANA
    database; None where no one has said. `assumed` are the keys whose values no one has answered yet. `edges` is None
    where no key of an income edge is given. `mark_to_market`: a dealer, or a trader with an election under § 475(f).
    """

    tax_year: int
    filing_status: FilingStatus
    ordinary_income: Decimal
    qualified_dividends: Decimal = ZERO
    net_investment_income: Decimal = ZERO
    deduction: Decimal | None = None
    state: str | None = None
    state_rate: Decimal | None = None
    time_zone: str | None = None
    assumed: tuple[str, ...] = ()
    edges: IncomeKeys | None = None
    state_subtractions: Decimal = ZERO
    state_deduction: Decimal | None = None
    mark_to_market: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """`[[accounts]]`. Paths are absolute. `custody` None: not said, see `planner.analysis.lot_orders.custody_of`.

    `numbers` are texts by which brokers' files name the account. `sell` False: nothing in it is sold. `complete_from`:
    from that day on its transactions are complete, although no row of them is so old. `kind_stated`: someone wrote it.
    """

    name: str
    kind: AccountKind = AccountKind.TAXABLE
    owner: Owner = Owner.TAXPAYER
    fractional: bool = False
    sell: bool = True
    lots: tuple[Path, ...] = ()
    transactions: tuple[Path, ...] = ()
    realized: tuple[Path, ...] = ()
    custody: Custody | None = None
    numbers: tuple[str, ...] = ()
    complete_from: date | None = None
    kind_stated: bool = True


@dataclass(frozen=True, slots=True)
class PlannedPurchase:
    """`[[planned_purchases]]`: a reinvestment, automatic investment, vest or contribution still to come."""

    date: date
    account: str
    symbol: str
    quantity: Decimal
    cancelable: bool = False


@lru_cache(maxsize=256)
def _present_value(rate: Decimal, discount_rate: Decimal, years: Decimal) -> Decimal:
    return ZERO if rate == 0 or years == INFINITY else rate / (1 + discount_rate) ** years


@dataclass(frozen=True, slots=True)
class Assumptions:
    """`[assumptions]`: what the future is worth. Rates are fractions; `inf` years: it never comes.

    `years_to_use_carryover` None: by the schedule of `planner.domain.carryover_value`, for which `later_gains` are
    dollars of net gain expected in each later year, and `years_carried_at_most` how long a carryover can last.
    `cost_per_sale` is dollars for each sale, `waiting_cost` a fraction of its proceeds for each day that it waits.
    """

    future_rate: Decimal = Decimal("0.15")
    discount_rate: Decimal = Decimal("0.05")
    years_to_sale: Decimal = Decimal(10)
    years_to_use_carryover: Decimal | None = None
    later_gains: Decimal = ZERO
    years_carried_at_most: int = 40
    round_trip_cost: Mapping[AssetClass, Decimal] = field(default_factory=lambda: dict(DEFAULT_ROUND_TRIP_COST))
    cost_per_sale: Decimal = ZERO
    waiting_cost: Decimal = ZERO

    @property
    def deferral_rate(self) -> Decimal:
        """φ: what a dollar of basis given up costs today."""
        return self.present_value(self.years_to_sale)

    def present_value(self, years: Decimal) -> Decimal:
        """What a dollar taxed so many years from now costs today; never, whatever the discount rate, is nothing."""
        return _present_value(self.future_rate, self.discount_rate, years)


@dataclass(frozen=True, slots=True)
class WashSaleChoices:
    """`[wash_sale]`: the taxpayer's own answers on § 1091: groups and pairs of symbols, and readings (C1 to C7).

    `crypto`: digital assets are supposed to be reached in the tax year; `crypto_from`: sold from that day on alone.
    """

    identical: tuple[frozenset[str], ...] = ()
    different: tuple[frozenset[str], ...] = ()
    crypto: bool = False
    crypto_from: date | None = None
    conventions: Conventions = DEFAULTS


@dataclass(frozen=True, slots=True)
class Contracts1256:
    """Net gain on section 1256 contracts that no file tells of, signed, and that of the three years before, by year."""

    gain: Decimal = ZERO
    before: Mapping[int, Decimal] = field(default_factory=dict)


NO_CONTRACTS = Contracts1256()


@dataclass(frozen=True, slots=True)
class StatedPrice:
    """`[prices]`: what one unit is worth today, and the place where the household says so."""

    symbol: str
    price: Decimal
    where: str


@dataclass(frozen=True, slots=True)
class StatedBasis:
    """`[[basis]]`: what units had cost of which no file says it: units `sold` on a day, or that came in on `received`.

    `acquired` None: as the file says. `account` None: of the one account that has such a row.
    """

    symbol: str
    basis: Decimal
    where: str = field(compare=False)
    account: str | None = None
    sold: date | None = None
    received: date | None = None
    acquired: date | None = None
    quantity: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PriceChange:
    """A price under a scenario, which a lot's own does not withstand: dollars, or a factor of what it is otherwise.

    `symbol` None: of every security.
    """

    symbol: str | None
    price: Decimal | None
    factor: Decimal | None
    where: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class Household:
    """`household.toml` as understood; `scenario` is the name of the scenario already applied, None for as given.

    `replacements`: for a symbol sold, what the household would buy instead, best first; empty: nothing. `symbols`: what
    brokers' files call a security, and its ticker. `prices` are stated one by one, `price_files` are files of them.
    `ignore`: names or patterns of files in the folder that belong to no account, and of which nothing more is said.
    `state_carryover` are the losses that the state's own return carries in; None: the same as the federal one.
    `payments`: last year's return and this year's payments, for estimated tax; None: not given.
    `asset_classes`: what a symbol is where no row of ours says it. `confirmed`: likely mistakes that are none, by code.
    `giving`: dollars of property for charity, `[giving] charity`.
    `rate_groups` are parts of `realized.long_term`; `contracts` is already in `realized`, 60 and 40 percent.
    """

    path: Path
    taxpayer: Taxpayer
    carryover: Carryover = field(default_factory=Carryover)
    realized: Gains = field(default_factory=Gains)
    accounts: tuple[Account, ...] = ()
    planned_purchases: tuple[PlannedPurchase, ...] = ()
    plan_limits: PlanLimits = field(default_factory=PlanLimits)
    assumptions: Assumptions = field(default_factory=Assumptions)
    wash_sale: WashSaleChoices = WashSaleChoices()
    scenarios: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    scenario: str | None = None
    replacements: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    symbols: Mapping[str, str] = field(default_factory=dict)
    prices: tuple[StatedPrice, ...] = ()
    price_files: tuple[Path, ...] = ()
    ignore: tuple[str, ...] = ()
    asset_classes: Mapping[str, AssetClass] = field(default_factory=dict)
    stated_bases: tuple[StatedBasis, ...] = ()
    price_changes: tuple[PriceChange, ...] = ()
    distributions: tuple[Distribution, ...] = ()
    state_carryover: Carryover | None = None
    confirmed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    payments: Payments | None = None
    rate_groups: RateGroups = NO_RATE_GROUPS
    giving: Decimal | None = None
    special: SpecialLots = field(default_factory=SpecialLots)
    contracts: Contracts1256 = field(default_factory=lambda: NO_CONTRACTS)
