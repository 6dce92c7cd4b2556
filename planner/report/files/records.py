"""Every transaction as the files state it, with fees, hours, ids and notes: what is kept for an audit (§ 6001)."""

from __future__ import annotations

from collections.abc import Iterable

from planner.domain.case import Case
from planner.domain.portfolio import Transaction
from planner.report.files.csv_file import Cell, csv_file
from rules.terms import to_cents

HEADER = (
    *("account", "day", "time", "what", "symbol", "units", "dollars", "fees", "id", "lot_id", "asset_class"),
    *("note", "source"),
)


def records_file(case: Case) -> bytes:
    """A row for each row of a history, in the order of days; under other names than a history has, lest it be read as
    one. `dollars` is empty where no file says them."""
    return csv_file(HEADER, record_rows(case.transactions))


def record_rows(rows: Iterable[Transaction]) -> list[list[Cell]]:
    """The rows under that header."""
    return [
        [
            row.account,
            row.date,
            row.moment,
            row.action,
            row.symbol,
            row.quantity,
            None if row.unpriced else to_cents(row.amount),
            to_cents(row.fees),
            row.transaction_id,
            row.lot_id,
            row.asset_class.value if row.asset_class else None,
            row.note,
            row.where,
        ]
        for row in rows
    ]
