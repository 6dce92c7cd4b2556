"""`harvest.check/1`: what was read of a household's files."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from planner.analysis.case_totals import (
    CaseTotals,
    added,
    sales_listed,
    totals_by_account,
    totals_by_file,
    totals_by_kind,
)
from planner.analysis.totals import character_on, market_value
from planner.analysis.year_records import income_by_kind, missing_records
from planner.domain.case import Case, FileRead
from planner.domain.portfolio import Holding, RealizedDisposition, UncountedSale
from planner.report.json_documents.parts import CautionJson
from planner.report.json_documents.values import (
    AssetClassWord,
    CharacterWord,
    Day,
    Money,
    Quantity,
    TypedDict,
    filled,
    one_of,
)


class TotalsJson(TypedDict):
    """Sums to compare with a statement; null where no one can tell."""

    market_value: Money | None
    basis: Money | None
    unrealized_gain: Money | None
    realized_short_term: Money
    realized_long_term: Money
    unrealized_short_term: Money
    unrealized_long_term: Money
    unrealized_unknown_term: Money
    realized_disallowed_loss: Money
    lots: int
    lots_without_basis: int
    lots_without_price: int
    lots_without_date: int
    lots_counted: int
    market_value_without_basis: Money
    basis_without_price: Money
    lots_not_explained: int
    sales_not_counted: int
    proceeds_not_counted: Money


def _totals(totals: CaseTotals) -> TotalsJson:
    return filled(
        TotalsJson,
        totals,
        realized_disallowed_loss=totals.realized_disallowed,
        lots_without_basis=totals.without_basis,
        lots_without_price=totals.without_price,
        lots_without_date=totals.without_date,
        lots_counted=totals.counted,
        market_value_without_basis=totals.value_without_basis,
        lots_not_explained=totals.unexplained,
        sales_not_counted=totals.uncounted,
        proceeds_not_counted=totals.uncounted_proceeds,
    )


class SkippedJson(TypedDict):
    """A row that was not read."""

    line: int
    why: str


class StatedJson(TypedDict):
    """A figure that the file states, beside what was read."""

    what: str
    stated: Decimal
    found: Decimal
    difference: Decimal
    agrees: bool


class FileJson(TypedDict):
    """A file as recognized."""

    path: str
    account: str
    layout: str
    kind: Annotated[str, one_of("lots", "positions", "transactions", "realized", "prices")]
    rows: int
    skipped: list[SkippedJson]
    as_of: Day | None
    checks: list[StatedJson]
    totals: TotalsJson | None


def _file(read: FileRead, totals: CaseTotals | None) -> FileJson:
    return filled(FileJson, read, totals=_totals(totals) if totals else None)


class LotJson(TypedDict):
    """An open lot. `character` is that of a sale on the as-of date."""

    lot_id: str
    account: str
    symbol: str
    asset_class: AssetClassWord
    quantity: Quantity
    acquired: Day | None
    basis: Money | None
    price: Decimal | None
    market_value: Money | None
    character: CharacterWord | None
    not_explained: str | None


def _lot(holding: Holding, as_of: date) -> LotJson:
    return filled(
        LotJson,
        holding.lot,
        price=holding.price,
        market_value=market_value(holding),
        character=character_on(holding.lot, as_of),
        not_explained=holding.unexplained or None,
    )


class TransactionJson(TypedDict):
    """A row of a history, in our words."""

    account: str
    date: Day
    action: str
    symbol: str
    quantity: Quantity
    amount: Money | None
    fees: Money | None


class RealizedJson(TypedDict):
    """A sale of a realized file. `counted` is false where its basis or term is not known: it is in no sum."""

    account: str
    symbol: str
    quantity: Quantity
    acquired: Day | None
    sold: Day
    proceeds: Money
    basis: Money | None
    character: CharacterWord | None
    disallowed_loss: Money
    counted: bool


def _realized(sold: RealizedDisposition | UncountedSale) -> RealizedJson:
    return filled(RealizedJson, sold, counted=isinstance(sold, RealizedDisposition))


class AccountJson(TypedDict):
    """An account's sums."""

    name: str
    totals: TotalsJson


class IncomeJson(TypedDict):
    """Income of one kind in the files, of this return's taxable accounts; `unvalued` rows state no value."""

    kind: str
    rows: int
    amount: Money
    unvalued: int


class MissingJson(TypedDict):
    """What an audit would ask for and no file says."""

    what: str
    rows: int
    where: str


class CheckJson(TypedDict):
    """What was read, per account and file."""

    schema: Literal["harvest.check/1"]
    files: list[FileJson]
    lots: list[LotJson]
    transactions: list[TransactionJson]
    realized: list[RealizedJson]
    totals: TotalsJson
    cautions: list[CautionJson]
    as_of: Day
    accounts: list[AccountJson]
    totals_taxable: TotalsJson
    totals_sheltered: TotalsJson
    income: list[IncomeJson]
    missing_records: list[MissingJson]


def check_document(case: Case) -> CheckJson:
    by_account = totals_by_account(case)
    taxable, sheltered = totals_by_kind(case, by_account)
    return filled(
        CheckJson,
        case,
        schema="harvest.check/1",
        files=[_file(read, totals) for read, totals in zip(case.files, totals_by_file(case), strict=True)],
        lots=[_lot(holding, case.as_of) for holding in case.holdings],
        realized=[_realized(sold) for sold in sales_listed(case)],
        totals=_totals(added(by_account.values())),
        accounts=[
            filled(AccountJson, account, totals=_totals(by_account[account.name]))
            for account in case.household.accounts
        ],
        totals_taxable=_totals(taxable),
        totals_sheltered=_totals(sheltered),
        income=income_by_kind(case),
        missing_records=missing_records(case),
    )
