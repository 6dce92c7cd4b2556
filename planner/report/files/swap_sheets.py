"""The sheets of `--with-replacements`: what is bought with the proceeds, and what is held meanwhile."""

from __future__ import annotations

from planner.domain.swaps import HIGHER, Exposed, Swap, Swaps
from planner.report.files.sheets import Formula, SheetBook, SheetColumn, Value
from planner.report.files.swap_rows import purchase_order
from planner.report.words import ASSET_CLASS
from rules.terms import AssetClass, to_cents


def swap_sheets(book: SheetBook, swaps: Swaps) -> None:
    """Both sheets."""
    higher = f"{100 * HIGHER:.0f}%"
    book.sheet(
        "Purchases",
        [
            SheetColumn("Day"),
            SheetColumn("Account"),
            SheetColumn("Instead of"),
            SheetColumn("Buy"),
            SheetColumn("Quantity"),
            SheetColumn("Price"),
            SheetColumn("Proceeds", money=True, summed=True),
            SheetColumn("Cost", money=True, summed=True),
            SheetColumn("Left in cash", money=True, summed=True),
            SheetColumn("May be bought in"),
            SheetColumn("Swap back from"),
            SheetColumn(f"Short-term gain if {higher} higher", money=True, summed=True),
            SheetColumn("Tax on it", money=True, summed=True),
            SheetColumn("Dividends qualified if sold from"),
            SheetColumn("Order", widest=80),
        ],
        [_row(swap) for swap in swaps.swaps],
    )
    book.sheet(
        "Exposure",
        [
            SheetColumn("By"),
            SheetColumn("Name"),
            SheetColumn("Before", money=True),
            SheetColumn("Until the swap back", money=True),
            SheetColumn("After", money=True),
            SheetColumn("Change meanwhile", money=True),
        ],
        [
            [
                kind,
                _name(kind, row),
                to_cents(row.before),
                to_cents(row.during),
                to_cents(row.after),
                Formula("=D{row}-C{row}"),
            ]
            for kind, rows in (
                ("what it holds", swaps.by_holding),
                ("asset class", swaps.by_asset_class),
                ("symbol", swaps.by_symbol),
            )
            for row in rows
        ],
    )


def _row(swap: Swap) -> list[Value]:
    bought = swap.instead is not None
    cost = (swap.dollars if swap.cost is None else swap.cost) if bought else None
    return [
        swap.day,
        swap.account,
        swap.symbol,
        swap.instead.symbol if swap.instead is not None else "",
        swap.quantity,
        swap.price,
        to_cents(swap.proceeds),
        None if cost is None else to_cents(cost),
        Formula("=G{row}-H{row}"),
        ", ".join(swap.accounts),
        swap.back.on if swap.back is not None else None,
        swap.back.gain if swap.back is not None else None,
        swap.back.tax if swap.back is not None else None,
        swap.dividends_from,
        purchase_order(swap) if bought else swap.why_none,
    ]


def _name(kind: str, row: Exposed) -> str:
    if row.name is None:
        return "cash"
    return ASSET_CLASS[AssetClass(row.name)] if kind == "asset class" else row.name
