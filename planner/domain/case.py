"""A household and everything it holds, read and checked: what the optimizer works on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from planner.domain.certificate import NO_SOURCES, Sources
from planner.domain.errors import Caution
from planner.domain.household import Account, Household
from planner.domain.lot_table import LotTable
from planner.domain.portfolio import Holding, RealizedDisposition, Transaction, UncountedSale, UnitsOwed
from rules.substantially_identical import spelling


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row that was not read, with its line and why: no row is dropped in silence."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class Check:
    """A figure that a file states of what its rows, or an account's lots, sum to: `found`. `what` names it."""

    what: str
    stated: Decimal
    found: Decimal
    agrees: bool

    @property
    def difference(self) -> Decimal:
        """How much more the file states than was read."""
        return self.stated - self.found

    @classmethod
    def within(cls, what: str, stated: Decimal, found: Decimal, rounding: Decimal) -> Check:
        """Agreeing where the two are not further apart than rounding explains."""
        return cls(what, stated, found, abs(stated - found) <= rounding)


@dataclass(frozen=True, slots=True)
class FileRead:
    """One file as recognized: for `harvest check`. `checks`: its own totals, or positions, beside what was read.

    `covers`: of a history, the first and last day of which it tells all, by account, where the file states them.
    """

    path: str
    account: str
    layout: str
    kind: str  # lots | positions | transactions | realized | prices
    rows: int
    skipped: tuple[SkippedRow, ...] = ()
    as_of: date | None = None
    checks: tuple[Check, ...] = ()
    covers: Mapping[str, tuple[date, date]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """What is known on the as-of date. `rebuilt` names the accounts whose holdings were built from their histories.

    `uncounted` are sales of realized files that count in no sum.
    `left_out`: securities of these accounts (account, symbol as usually spelled) whose lots are not among the holdings,
    because positions refute them. What was bought of them was bought anyway.
    `unexplained`: securities of these accounts, likewise, that a history does not explain, and why.
    `owed` are open short sales and written options that files list. `kept` is the ledger that was kept for that
    (`planner.ledger.run`), so that it need not be kept again. `sources` are digests of what it was read from.
    `given`: units of lots chosen for charity; None: not chosen yet.
    `prices`: what household.toml and files state of securities, held or not, by their usual spelling.
    """

    household: Household
    as_of: date
    holdings: Sequence[Holding] = ()  # given as any; kept as the table that `lots` is
    transactions: tuple[Transaction, ...] = ()
    realized: tuple[RealizedDisposition, ...] = ()
    uncounted: tuple[UncountedSale, ...] = ()
    files: tuple[FileRead, ...] = ()
    cautions: tuple[Caution, ...] = ()
    rebuilt: frozenset[str] = frozenset()
    left_out: frozenset[tuple[str, str]] = frozenset()
    unexplained: Mapping[tuple[str, str], str] = field(default_factory=dict)
    kept: object = field(default=None, compare=False, repr=False)
    owed: tuple[UnitsOwed, ...] = ()
    sources: Sources = field(default=NO_SOURCES, compare=False, repr=False)
    given: Mapping[str, Decimal] | None = None
    prices: Mapping[str, Decimal] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "holdings", LotTable.of(self.holdings))

    @property
    def lots(self) -> LotTable:
        """The holdings as a table: what is asked of all of them is asked of its columns."""
        return LotTable.of(self.holdings)

    def __repr__(self) -> str:
        year, accounts, lots = self.household.taxpayer.tax_year, len(self.household.accounts), len(self.holdings)
        return f"<household for {year} as of {self.as_of}; accounts: {accounts}, lots: {lots}>"

    def lists_lots(self, account: Account) -> bool:
        """Whether files, not a history, say what an account holds."""
        return bool(account.lots) and account.name not in self.rebuilt

    @property
    def sale_date(self) -> date:
        """The earliest day on which the plan may sell: the one wished for, else the as-of date."""
        return self.household.plan_limits.first_day or self.as_of

    @property
    def known_prices(self) -> dict[str, Decimal]:
        """What a unit of a security, held or not, is worth today, by its usual spelling; a lot's own price first."""
        held = ((spelling(h.lot.symbol), h.price) for h in reversed(self.holdings) if h.price is not None)
        return {**self.prices, **dict(held)}
