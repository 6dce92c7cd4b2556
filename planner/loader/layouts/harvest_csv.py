"""Our own four layouts: a header of exact names in any order, and nothing guessed."""

from __future__ import annotations

import re
from dataclasses import replace

from planner.domain.case import SkippedRow
from planner.domain.errors import Problem
from planner.loader.reading.layout import Findings, Layout, SourceFile, header_row
from planner.loader.reading.realized import read_realized
from planner.loader.reading.records import read_lots, read_prices, read_transactions
from planner.loader.tables.cells import nearest, normal_name, shown
from planner.loader.tables.sheet import Sheet

_OPTIONAL = {
    "harvest_lots": "account lot_id name asset_class holding_since loss_basis inherited frozen worthless",
    "harvest_transactions": "id account lot_id asset_class fees acquired loss_basis replaces group parent ratio "
    "basis_share value parent_value note time",
    "harvest_realized": "account term disallowed_loss asset_class",
    "harvest_prices": "date",
}


def _read(layout: Layout, source: SourceFile) -> Findings:
    table = source.table
    top = header_row(table, layout) if layout.signature else 0
    header = [normal_name(cell) for cell in table.rows[top]]
    while header and not header[-1]:
        header.pop()  # the empty columns that a spreadsheet leaves
    sheet = Sheet(source.shown, source.as_of, header, table.lines[top + 1 :], table.rows[top + 1 :], ours=True)
    _check_header(sheet, layout, table.lines[top])
    found = Findings(problems=sheet.problems)
    found.skipped = [SkippedRow(line, "above the header") for line in table.lines[:top]]
    if layout.kind == "lots":
        found.lots = read_lots(sheet)
    elif layout.kind == "transactions":
        found.transactions = read_transactions(sheet)
    elif layout.kind == "prices":
        found.prices = read_prices(sheet)
    else:
        found.realized = read_realized(sheet)
    found.skipped += sheet.skipped
    found.refused = sheet.refused_names()
    return found


def _check_header(sheet: Sheet, layout: Layout, line: int) -> None:
    """Refuse a column that the layout does not have, one without a name, and one that comes twice."""
    known = [*sorted(layout.columns), *_OPTIONAL[layout.name].split()]

    def refuse(what: str, remedy: str) -> None:
        sheet.problems.append((line, Problem(f"{sheet.file}:{line}", what, remedy)))

    for position, name in enumerate(sheet.header):
        if not name:
            if any(cells[position].strip() for cells in sheet.rows):
                refuse(
                    f"column {position + 1} has cells and no name",
                    f"name it, or take it out; we have {', '.join(known)}",
                )
        elif name not in known:
            refuse(f"there is no column `{shown(name)}`{nearest(name, known)}", f"we have {', '.join(known)}")
        elif name in sheet.header[:position]:
            refuse(f"the column `{name}` comes twice", "take one of them out")


def _layout(name: str, kind: str, required: str) -> Layout:
    columns = tuple(required.split())
    return Layout(
        name,
        "(any)",
        kind,
        frozenset(columns),
        _read,
        "write it yourself: docs/input.md",
        coins=True,
        columns=columns,
        may_have=(*columns, *_OPTIONAL[name].split()),
    )


def _is_prices(source: SourceFile) -> bool:
    """Whether the first line names these columns and no others: other files have a symbol and a price too."""
    names = {normal_name(cell.strip('"')) for cell in re.split(r"[,\t]", source.opening.split("\n", 1)[0])}
    return {"symbol", "price"} <= names <= {"symbol", "price", "date", ""}


_PRICES = replace(_layout("harvest_prices", "prices", "symbol price"), signature=frozenset(), recognizes=_is_prices)

LAYOUTS = (
    _layout("harvest_lots", "lots", "symbol quantity acquired basis price"),
    _layout("harvest_transactions", "transactions", "date action symbol quantity amount"),
    _layout("harvest_realized", "realized", "symbol quantity acquired sold proceeds basis"),
    _PRICES,
)
