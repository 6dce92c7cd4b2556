"""`harvest.check/1`: what was read of a household's files."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from planner.analysis.totals import (
    CaseTotals,
    case_totals,
    character_on,
    market_value,
    sales_listed,
    totals_by_file,
    totals_by_kind,
)
from planner.analysis.year_records import income_by_kind, missing_records
from planner.domain.case import Case, FileRead
from planner.domain.portfolio import Holding, RealizedDisposition, UncountedSale
from planner.report.json_documents.parts import CautionJson, cautions_document
from planner.report.json_documents.values import (
    AssetClassWord,
    CharacterWord,
    Day,
    Money,
    Quantity,
    TypedDict,
    in_cents,
    iso,
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
    return {
        "market_value": in_cents(totals.market_value),
        "basis": in_cents(totals.basis),
        "unrealized_gain": in_cents(totals.unrealized_gain),
        "realized_short_term": in_cents(totals.realized_short_term),
        "realized_long_term": in_cents(totals.realized_long_term),
        "unrealized_short_term": in_cents(totals.unrealized_short_term),
        "unrealized_long_term": in_cents(totals.unrealized_long_term),
        "unrealized_unknown_term": in_cents(totals.unrealized_unknown_term),
        "realized_disallowed_loss": in_cents(totals.realized_disallowed),
        "lots": totals.lots,
        "lots_without_basis": totals.without_basis,
        "lots_without_price": totals.without_price,
        "lots_without_date": totals.without_date,
        "lots_counted": totals.counted,
        "market_value_without_basis": in_cents(totals.value_without_basis),
        "basis_without_price": in_cents(totals.basis_without_price),
        "lots_not_explained": totals.unexplained,
        "sales_not_counted": totals.uncounted,
        "proceeds_not_counted": in_cents(totals.uncounted_proceeds),
    }


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
    return {
        "path": read.path,
        "account": read.account,
        "layout": read.layout,
        "kind": read.kind,
        "rows": read.rows,
        "skipped": [{"line": row.line, "why": row.why} for row in read.skipped],
        "as_of": iso(read.as_of),
        "checks": [
            {
                "what": check.what,
                "stated": check.stated,
                "found": check.found,
                "difference": check.difference,
                "agrees": check.agrees,
            }
            for check in read.checks
        ],
        "totals": _totals(totals) if totals else None,
    }


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
    lot = holding.lot
    character = character_on(lot, as_of)
    return {
        "lot_id": lot.lot_id,
        "account": lot.account,
        "symbol": lot.symbol,
        "asset_class": lot.asset_class.value,
        "quantity": lot.quantity,
        "acquired": iso(lot.acquired),
        "basis": in_cents(lot.basis),
        "price": holding.price,
        "market_value": in_cents(market_value(holding)),
        "character": None if character is None else character.value,
        "not_explained": holding.unexplained or None,
    }


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
    return {
        "account": sold.account,
        "symbol": sold.symbol,
        "quantity": sold.quantity,
        "acquired": iso(sold.acquired),
        "sold": iso(sold.sold),
        "proceeds": in_cents(sold.proceeds),
        "basis": in_cents(sold.basis),
        "character": None if sold.character is None else sold.character.value,
        "disallowed_loss": in_cents(sold.disallowed_loss),
        "counted": isinstance(sold, RealizedDisposition),
    }


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
    taxable, sheltered = totals_by_kind(case)
    return {
        "schema": "harvest.check/1",
        "files": [_file(read, totals) for read, totals in zip(case.files, totals_by_file(case), strict=True)],
        "lots": [_lot(holding, case.as_of) for holding in case.holdings],
        "transactions": [
            {
                "account": transaction.account,
                "date": iso(transaction.date),
                "action": transaction.action,
                "symbol": transaction.symbol,
                "quantity": transaction.quantity,
                "amount": in_cents(transaction.amount),
                "fees": in_cents(transaction.fees),
            }
            for transaction in case.transactions
        ],
        "realized": [_realized(sold) for sold in sales_listed(case)],
        "totals": _totals(case_totals(case)),
        "cautions": cautions_document(case.cautions),
        "as_of": iso(case.as_of),
        "accounts": [
            {"name": account.name, "totals": _totals(case_totals(case, account.name))}
            for account in case.household.accounts
        ],
        "totals_taxable": _totals(taxable),
        "totals_sheltered": _totals(sheltered),
        "income": [
            {"kind": it.kind, "rows": it.rows, "amount": in_cents(it.amount), "unvalued": it.unvalued}
            for it in income_by_kind(case)
        ],
        "missing_records": [{"what": it.what, "rows": it.rows, "where": it.where} for it in missing_records(case)],
    }
