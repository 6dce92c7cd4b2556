"""What must hold of whatever any reader makes of any bytes: for the fuzzer, and for what it has found."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from decimal import Decimal

from planner.loader.reading.layout import Findings, SourceFile, fitting
from planner.loader.tables.unreadable import Unreadable

AS_OF = date(2026, 12, 8)


def read(content: bytes) -> list[Findings]:
    """Everything that any layout finds in these bytes; nothing where they are refused as a whole."""
    source = SourceFile("file", content, AS_OF)
    found = []
    try:
        for layout in fitting(source):
            with suppress(Unreadable):
                found.append(layout.read(layout, source))
    except Unreadable as refused:
        why = refused
    else:
        return found
    assert why.what
    assert why.remedy
    return []


def check(content: bytes) -> None:
    """Every record is one that a household can hold; every input error says where and how to fix it."""
    for found in read(content):
        for lot in found.lots:
            assert lot.quantity > 0, lot
            assert all(amount is None or amount.is_finite() for amount in (lot.basis, lot.price, lot.market_value)), lot
        for row in found.transactions:
            assert isinstance(row.quantity, Decimal), row
            assert row.quantity.is_finite(), row
            assert row.amount >= 0, row
        for sold in found.realized:
            assert sold.quantity > 0, sold
        for _, problem in found.problems:
            assert problem.where.startswith("file"), problem
            assert problem.remedy, problem
