"""Lots of any broker under names that can be understood, and Form 8949 as tools write it. Asked last of all layouts.

Only names of a total may be a basis: `Price Paid`, `Unit Cost`, `Cost/Share` are per unit, and never taken for one.
"""

from __future__ import annotations

import re

from planner.domain.errors import Caution
from planner.loader.reading.broker_table import BrokerTable, column_of
from planner.loader.reading.layout import ANY_BROKER, ROWS_SEARCHED, Findings, Layout, SourceFile
from planner.loader.tables.text_table import Table
from planner.loader.tables.unreadable import Unreadable

_SYMBOL = ("Symbol", "Ticker", "Instrument", "Symbol/CUSIP", "Symbol(CUSIP)", "Asset", "Asset name", "Security")
_QUANTITY = ("Quantity", "Qty", "Qty (Quantity)", "Qty #", "Quantity #", "Shares", "Units", "Asset Amount")
_ACQUIRED = (
    *("Date Acquired", "Acquired", "Acquired date", "Acquisition Date", "Open Date", "Opened Date", "Lot Date"),
    *("Received Date", "Purchase Date", "Date Bought"),
)
_BASIS = (
    *("Cost Basis", "Cost Basis Total", "Total cost", "Cost Basis ($)", "Cost Basis (CB)", "Adjusted Cost Basis"),
    *("Adj cost", "Cost Basis (USD)", "Cost (USD)", "CostBasisMoney", "Acquisition Cost ($)", "Total Cost Basis"),
)
_VALUE = (
    *("Market Value", "Mkt Val (Market Value)", "Current Value", "Value", "Value $", "Value ($)", "Est. Market Value"),
    *("PositionValue", "Market Value ($)"),
)
_PRICE = ("Price", "Last Price", "Last Price $", "MarkPrice", "Close Price", "Price ($)", "Current Price")
_OF_SALES = (
    *("Date Sold", "Sold", "Sold Date", "Sale Date", "Close Date*", "Closed Date*", "Closing Date", "Liquidation Date"),
    *("Date of Disposition", "Date Disposed", "Disposed", "Proceeds*", "Total Proceeds", "Sales Price"),
)
_LOTS = (_SYMBOL, _QUANTITY, _ACQUIRED, _BASIS)
_CLASSES = {
    **dict.fromkeys(("equity", "equities", "stock", "stocks", "common stock"), "stock"),
    **dict.fromkeys(("etf", "etfs", "exchange traded fund"), "etf"),
    **dict.fromkeys(("fund", "mutual fund", "mutual funds", "mutual_fund"), "fund"),
    **dict.fromkeys(("option", "options"), "option"),
    **dict.fromkeys(("bond", "bonds", "fixed income"), "bond"),
    **dict.fromkeys(("crypto", "cryptocurrency", "digital asset"), "crypto"),
    **dict.fromkeys(("collectible", "collectibles", "precious metals"), "collectible"),
}
_FORM = frozenset({"Date Acquired", "Date Sold", "Proceeds"})
_property = re.compile(
    r"(?P<units>[\d,]{0,20}\.?\d{1,20})\s*(?:sh\b\.?|shs\b\.?|shares?\b|units?\b)?\s*(?:of\s+)?(?P<what>\S.*)"
).fullmatch


def _is_lots(source: SourceFile) -> bool:
    """Whether some row names a symbol, a quantity, a day of acquisition and a basis of the whole lot, and no sale."""
    return any(
        all(column_of(cells, names) for names in _LOTS) and not column_of(cells, _OF_SALES)
        for cells in source.table.rows[:ROWS_SEARCHED]
    )


def _named(source: SourceFile, _: Findings) -> Table:
    """The table under one header of ours. Raises Unreadable where two columns might be the basis, or another field."""
    table = source.table
    top = next(n for n, cells in enumerate(table.rows) if all(column_of(cells, names) for names in _LOTS))
    header = table.rows[top]
    for names in _LOTS:
        named = [title for title in header if column_of([title], names)]
        if len(named) > 1:
            raise Unreadable(
                table.lines[top],
                f"the columns {' and '.join(f'`{title.strip()}`' for title in named)} could both be meant",
                "take out, or rename, the one that is not; `Cost Basis` should be that of the whole lot",
            )
    return Table(table.lines, [*table.rows[:top], [_ours(title) for title in header], *table.rows[top + 1 :]])


def _ours(title: str) -> str:
    return next((names[0] for names in _LOTS if column_of([title], names)), title)


def _is_form(source: SourceFile) -> bool:
    return any(
        all(column_of(cells, name) for name in _FORM) and column_of(cells, _FORM_BASIS) and column_of(cells, _PROPERTY)
        for cells in source.table.rows[:ROWS_SEARCHED]
    )


_PROPERTY = ("Description of Property", "Description", "Property", "Asset")
_FORM_BASIS = ("Cost or Other Basis", "Cost Basis", "Basis", "Cost")


def _form_rows(source: SourceFile, found: Findings) -> Table:
    """The form with units and property apart (`100 sh EXAMPLE INC`), and column (g) kept where column (f) has a W."""
    header: list[str] = []
    rows = []
    for line, cells in zip(source.table.lines, source.table.rows, strict=True):
        if not header and all(column_of(cells, name) for name in _FORM):
            header = cells
            cells = [*cells, "Units", "Property sold", "Disallowed"]
        elif header and len(cells) >= len(header):
            said = dict(zip(header, cells, strict=False))
            split = _property(said.get(column_of(header, _PROPERTY), "").strip())
            codes = said.get(column_of(header, ("Adjustment Code", "Code", "Code(s)")), "").strip().upper()
            adjusted = said.get(column_of(header, ("Adjustment Amount", "Adjustment")), "").strip()
            if adjusted and codes and codes != "W":
                text = (
                    f"{source.shown}:{line}: the adjustment of {adjusted} has the code {codes}, and only a W is counted"
                )
                found.cautions.append(Caution("adjustment_left_out", text))
            units, what = (split["units"], split["what"]) if split else ("", "")
            cells = [*cells[: len(header)], units, what, adjusted if codes == "W" else ""]
        rows.append(cells)
    return Table(source.table.lines, rows)


LAYOUTS = (
    Layout(
        "generic_lots",
        ANY_BROKER,
        "lots",
        frozenset(),
        BrokerTable(
            {
                "account": ("Account", "Account Number", "Account #", "Account Name", "Wallet Name"),
                "symbol": _SYMBOL[0],
                "name": ("Description", "Security Description", "Name", "Display Name", "Investment Name"),
                "asset_class": ("Asset Class", "Asset Type", "Security Type"),
                "quantity": _QUANTITY[0],
                "acquired": _ACQUIRED[0],
                "basis": _BASIS[0],
                "market_value": _VALUE,
                "price": _PRICE,
                "term": ("Term", "Holding Period", "Short/Long"),
                "holding_since": "Holding Since",
                "loss_basis": "Loss Basis",
                "currency": ("Currency", "CCY"),
            },
            header=frozenset(names[0] for names in _LOTS),
            asset_classes=_CLASSES,
            rows=_named,
        ),
        "look for open lots, or write them down: symbol, quantity, day of acquisition, basis of the whole lot",
        recognizes=_is_lots,
        coins=True,
        last=True,
    ),
    Layout(
        "form8949_csv",
        ANY_BROKER,
        "realized",
        frozenset(),
        BrokerTable(
            {
                "symbol": "Property sold",
                "name": _PROPERTY,
                "quantity": "Units",
                "acquired": "Date Acquired",
                "sold": "Date Sold",
                "proceeds": "Proceeds",
                "basis": _FORM_BASIS,
                "disallowed_loss": "Disallowed",
                "term": ("Term", "Holding Period", "Short/Long"),
                "box": ("Box", "Form 8949 Box", "8949 Box", "Applicable Checkbox", "Checkbox"),
            },
            header=_FORM,
            rows=_form_rows,
        ),
        "look for Form 8949 as a table, in a tax program",
        recognizes=_is_form,
        coins=True,
        last=True,
    ),
)
