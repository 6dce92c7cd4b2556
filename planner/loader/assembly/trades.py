"""The rows of histories as transactions, put together column by column, in an order of their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import repeat
from typing import Any

from planner.domain.portfolio import Transaction
from planner.loader.assembly.asset_classes import AssetClasses
from planner.loader.assembly.deduplicate import Placed
from planner.loader.reading.records import CASH_ACTIONS, TransactionRecord
from rules.terms import ZERO


def transactions_of(rows: Sequence[Placed], classes: AssetClasses) -> tuple[Transaction, ...]:
    """Every transaction by day; within a day splits, then what comes in, then what goes out, then cash."""
    if not rows:
        return ()
    accounts, records, files = zip(*rows, strict=True)
    said: dict[str, Sequence[Any]] = dict(zip(TransactionRecord._fields, zip(*records, strict=True), strict=True))
    symbols = [symbol or "" for symbol in said["symbol"]]
    kinds = list(zip(symbols, said["asset_class"], map(id, files), strict=True))
    file_of = dict(zip(kinds, files, strict=True))
    its_class = {kind: classes.of_traded(*kind[:2], file) for kind, file in file_of.items()}
    made = map(
        Transaction,
        accounts,
        said["date"],
        said["action"],
        symbols,
        said["quantity"],
        said["amount"],
        [f"{file.shown}:{line}" for file, line in zip(files, said["line"], strict=True)],
        [fees or ZERO for fees in said["fees"]],
        said["transaction_id"],
        said["lot_id"],
        map(its_class.__getitem__, kinds),
        said["acquired"],
        said["loss_basis"],
        said["change"],
        said["said"],
        said["unpriced"],
        map(_noted, said["note"], said["name"]) if any(said["note"]) or any(said["name"]) else repeat(""),
        [moment or "" for moment in said["moment"]],
        said["stated"],
    )
    return tuple(sorted(made, key=_order))


def _noted(note: str | None, name: str | None) -> str:
    return f"{note}, {name}" if note and name else note or name or ""


def _order(trade: Transaction) -> tuple[Any, ...]:
    if trade.sells or trade.departs:
        rank = 2
    elif trade.action in CASH_ACTIONS:
        rank = 3
    else:
        rank = 0 if trade.action == "split" else 1
    return (
        trade.date,
        rank,
        trade.account,
        trade.symbol,
        trade.action,
        trade.lot_id or "",
        trade.quantity,
        trade.amount,
        trade.fees,
        trade.transaction_id or "",
        trade.acquired or date.min,
        trade.loss_basis or ZERO,
    )
