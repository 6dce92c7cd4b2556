"""What the files say of the year beside gains: income by its kind; and the records that an audit would ask for (§
6001)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from planner.domain.case import Case
from planner.domain.portfolio import LOST_WITHOUT_SALE, Transaction
from planner.domain.tax_return import own_taxable_accounts
from rules.assets import classify, is_money_market_fund
from rules.terms import ZERO, AccountKind, AssetClass

_KINDS = (  # by the words of a row, first that is there
    ("staking", re.compile(r"stak|validator|inflation", re.IGNORECASE)),
    ("mining", re.compile(r"\bmin(?:ing|ed|er)\b|\bmined\b", re.IGNORECASE)),
    ("airdrops and forks", re.compile(r"airdrop|\bfork", re.IGNORECASE)),
    ("interest and lending", re.compile(r"interest|lend|earn|yield|savings", re.IGNORECASE)),
    ("rewards", re.compile(r"reward|bonus|referral|cash ?back|learn", re.IGNORECASE)),
)
OTHER = "received, kind not stated"
DIVIDENDS = "dividends"


@dataclass(frozen=True, slots=True)
class IncomeKind:
    """Income of one kind in the files, of the taxable accounts of this return. `unvalued` rows state no value."""

    kind: str
    rows: int
    amount: Decimal
    unvalued: int
    where: str


def income_by_kind(case: Case) -> tuple[IncomeKind, ...]:
    """Units received as income at their value on that day, interest and dividends of the tax year. § 61(a)."""
    own = {account.name for account in own_taxable_accounts(case.household)}
    rows: dict[str, list[Transaction]] = defaultdict(list)
    for row in case.transactions:
        if row.account in own and row.date.year == case.household.taxpayer.tax_year and (kind := _kind(row)):
            rows[kind].append(row)
    return tuple(
        IncomeKind(
            kind,
            len(its),
            sum((row.amount for row in its), ZERO),
            sum(1 for row in its if row.unpriced or row.amount == 0),
            its[0].where,
        )
        for kind, its in sorted(rows.items())
    )


def _kind(row: Transaction) -> str | None:
    if row.action == "income":
        return next((kind for kind, word in _KINDS if word.search(row.note)), OTHER)
    if row.action == "interest":
        return "interest and lending"
    return DIVIDENDS if row.action == "dividend" else None


@dataclass(frozen=True, slots=True)
class MissingRecord:
    """What someone who examines the return would ask for and no file says: of so many rows, first at `where`."""

    what: str
    rows: int
    where: str


def missing_records(case: Case) -> tuple[MissingRecord, ...]:
    """§ 6001, Reg. § 1.6001-1(a); of digital assets also Reg. § 1.1012-1(j). Retirement accounts are left out."""
    found: dict[str, list[str]] = defaultdict(list)
    for what, where in _missing(case):
        found[what].append(where)
    return tuple(MissingRecord(what, len(places), places[0]) for what, places in found.items())


def _missing(case: Case) -> Iterator[tuple[str, str]]:
    taxable = {account.name for account in case.household.accounts if account.kind is AccountKind.TAXABLE}
    for holding in case.holdings:
        lot = holding.lot
        if lot.account not in taxable or is_money_market_fund(lot.symbol):
            continue
        if lot.basis is None:
            yield "what a lot had cost, with the confirmation of its purchase", holding.where
        if lot.acquired is None and not lot.inherited:
            yield "the day on which a lot was bought", holding.where
        if lot.inherited:
            yield "the value at death, from the estate (§ 1014(f), Form 8971)", holding.where
        elif lot.loss_basis is not None:
            yield "the giver's basis and day, and the value on the day of the gift (§ 1015(a))", holding.where
        if holding.worthless:
            yield "proof that it became wholly worthless this year, and not before (§ 165(g))", holding.where
    for row in case.transactions:
        if row.account in taxable and row.date.year == case.household.taxpayer.tax_year:
            yield from ((what, row.where) for what in _of_row(row))


def _of_row(row: Transaction) -> Iterator[str]:
    coin = bool(row.symbol) and (row.asset_class or classify(row.symbol)) is AssetClass.CRYPTO
    if row.action in LOST_WITHOUT_SALE:
        yield "the report of a theft or loss, and what shows the units and their basis (Form 4684)"
    if row.action == "income" and (row.unpriced or row.amount == 0):
        yield "the value of what was received, at the hour it was (§ 61(a))"
    if not coin:
        return
    if row.sells and not row.moment:
        yield "the hour of a sale of coins: a lot is identified by then (Reg. § 1.1012-1(j)(3))"
    if row.action in ("transfer_in", "transfer_out") and row.transaction_id is None:
        yield "the transaction id of a transfer of coins"
