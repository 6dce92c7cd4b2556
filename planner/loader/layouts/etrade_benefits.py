"""E*TRADE's BenefitHistory.xlsx, and the holdings by benefit type that look like it: a sheet for each plan, in which
several tables lie over one another, distinguished by the column `Record Type`. What is sellable are the lots held.

A share of restricted stock has the value of the day on which it vested for a basis (§ 83(a)); one of a purchase plan
what was paid for it, to which a disqualifying sale adds the discount that is wages (§§ 421(b), 423(c)): see L-140.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.domain.case import SkippedRow
from planner.loader.reading.broker_table import BrokerTable
from planner.loader.reading.layout import Findings, Layout, SourceFile
from planner.loader.reading.purchase_plans import purchase_plan_caution
from planner.loader.tables.cells import amount_or_zero, normal_name
from planner.loader.tables.text_table import Table
from planner.loader.tables.unreadable import ARCHIVE, Unreadable
from planner.loader.tables.workbook import every_sheet

_BROKER = "E*TRADE (stock plan)"
_HEADER = ["Symbol", "Units", "Acquired", "Unit cost", "Plan"]
_RECORD = "record type"
_PURCHASE_PLAN, _STOCK = "espp", "restricted stock"


def _is_benefits(source: SourceFile) -> bool:
    if not source.content.startswith(ARCHIVE):
        return False
    try:
        sheets = every_sheet(source.content)
    except Unreadable:
        return False
    return any(_plan_of(name) and rows and _RECORD in map(normal_name, rows[0]) for name, rows in sheets)


def _plan_of(sheet: str) -> str:
    name = normal_name(sheet)
    return next((plan for plan in (_PURCHASE_PLAN, _STOCK) if name == plan), "")


def _rows(source: SourceFile, found: Findings) -> Table:
    """A row for each lot that may be sold, of every sheet; their lines go on from sheet to sheet."""
    lines, made, before = [1], [_HEADER], 0
    for sheet, rows in every_sheet(source.content):
        plan = _plan_of(sheet)
        if plan:
            found.sheets.add(sheet)
            header = list(map(normal_name, rows[0]))
            read = _purchases if plan == _PURCHASE_PLAN else _vests
            for line, cells in read(header, rows[1:], before + 2, found):
                lines.append(line)
                made.append(cells)
        before += len(rows)
    if any(cells[4] == _PURCHASE_PLAN for cells in made[1:]):
        found.cautions.append(purchase_plan_caution(source.shown))
    return Table(lines, made)


def _purchases(
    header: Sequence[str], rows: Sequence[Sequence[str]], first: int, found: Findings
) -> Iterator[tuple[int, list[str]]]:
    for line, row in enumerate(rows, first):
        said = dict(reversed(list(zip(header, row, strict=False))))  # of names that come twice, the first
        if said.get(_RECORD) != "Purchase":
            _skip(found, line, said.get(_RECORD, ""))
        elif amount_or_zero(said.get("sellable qty.", "")):
            cost = said.get("purchase price", "") or said.get("est. cost basis (per share):", "")
            yield line, [said["symbol"], said["sellable qty."], said.get("purchase date", ""), cost, _PURCHASE_PLAN]
        else:
            found.skipped.append(SkippedRow(line, "nothing of it is left to sell"))


def _vests(
    header: Sequence[str], rows: Sequence[Sequence[str]], first: int, found: Findings
) -> Iterator[tuple[int, list[str]]]:
    """Each vest with what is sellable of it. Its value is in the row on its taxes, or beside the shares."""
    after = header.index("vest period") if "vest period" in header else 0
    symbol = ""
    vest: tuple[int, dict[str, str]] | None = None
    value = ""
    for line, row in enumerate(rows, first):
        grant = dict(reversed(list(zip(header, row, strict=False))))
        below = dict(zip(header[after:], row[after:], strict=False))  # of names that come twice, the last
        record = grant.get(_RECORD, "")
        symbol = grant.get("symbol", "") or symbol
        if record == "Vest Schedule":
            yield from _vested(vest, symbol, value, found)
            vest, value = (line, dict(reversed(list(zip(header[after:], row[after:], strict=False))))), ""
            continue
        if record == "Grant":
            yield from _vested(vest, symbol, value, found)
            vest, value = None, ""
        elif record == "Tax Withholding" and vest is not None and not value:
            units, gain = amount_or_zero(vest[1].get("vested qty.", "")), amount_or_zero(below.get("taxable gain", ""))
            value = f"{gain / units:.6f}" if units and gain else ""
        elif record == "Sellable Shares" and vest is not None:
            value = below.get("est. cost basis (per share):", "") or value
        _skip(found, line, record)
    yield from _vested(vest, symbol, value, found)


def _vested(
    vest: tuple[int, dict[str, str]] | None, symbol: str, value: str, found: Findings
) -> Iterator[tuple[int, list[str]]]:
    if vest is None:
        return
    line, said = vest
    if amount_or_zero(said.get("sellable qty.", "")):
        yield line, [symbol, said["sellable qty."], said.get("vest date", ""), value, _STOCK]
    else:
        found.skipped.append(SkippedRow(line, "nothing of it is left to sell"))


def _skip(found: Findings, line: int, record: str) -> None:
    found.skipped.append(SkippedRow(line, f"a row `{record}`, which is no lot" if record else "blank"))


LAYOUTS = (
    Layout(
        "etrade_benefit_history",
        _BROKER,
        "lots",
        frozenset(),
        BrokerTable(
            {
                "symbol": "Symbol",
                "quantity": "Units",
                "acquired": "Acquired",
                "unit_basis": "Unit cost",
                "name": "Plan",
            },
            header=frozenset(_HEADER),
            rows=_rows,
        ),
        "look for Benefit History under My Account in At Work, Download Expanded",
        recognizes=_is_benefits,
    ),
)
