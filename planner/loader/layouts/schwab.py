"""Charles Schwab's lot details: one section a security, with symbol, masked account and date in the section's title.

People concatenate the downloads of several securities, and a security with a lot adjusted for a wash sale has more
columns than others: so the columns are chosen section by section.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from planner.case import SkippedRow
from planner.loader.cells import UNKNOWN_AMOUNTS, BadCell, normal_name, parse_amount, parse_date, parse_symbol
from planner.loader.layout import Findings, Layout, Source, normal
from planner.loader.records import LotRecord, read_lots
from planner.loader.sheet import Sheet
from planner.loader.statement import total_cautions, unit_price
from planner.refusals import Caution, Refusal

_title = re.compile(r"(?P<symbol>.+?) Lot Details for\s+(?P<account>.+?) as of (?P<moment>.+)").fullmatch
_american_day = re.compile(r"\d{1,2}/\d{1,2}/\d{4}").search
_sorted_day = re.compile(r"(\d{4})/(\d{2})/(\d{2})").search

_NAMES = {
    "symbol": "symbol",  # put in front from the title
    "quantity": "Quantity",
    "acquired": "Open Date",  # of an adjusted lot: the start of its holding period
    "purchased": "Transaction Open",
    "basis": "Cost Basis",
    "price": "Price",
    "market value": "Market Value",
}
_STANDARD = frozenset({"Open Date", "Quantity", "Cost/Share", "Cost Basis", "Holding Period"})
_EXTENDED = frozenset({"Transaction Open", "Transaction CB", "Disallowed Loss"})


@dataclass(slots=True)
class _Section:
    """One security of one account: a title, a header and the lots under it, by line."""

    symbol: str
    account: str
    line: int
    as_of: date | None
    header: Sequence[str] = ()
    lines: list[int] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    total: tuple[int, list[str]] | None = None


def _read(source: Source) -> Findings:
    found = Findings()
    sections = [section for section in _sections(source, found) if section.symbol]
    totals: dict[str, list[Decimal | None]] = {"basis": [], "market value": []}
    for section in sections:
        stated = _read_section(source, section, found)
        for column, sums in totals.items():
            sums.append(stated.get(column))
    found.as_of = min((section.as_of for section in sections if section.as_of), default=None)
    found.parts = [(f"{section.symbol} in account {section.account}", section.line) for section in sections]
    found.stated_basis = _sum_of_all(totals["basis"])
    found.stated_market_value = _sum_of_all(totals["market value"])
    accounts = sorted({section.account for section in sections})
    if len(accounts) > 1:
        text = f"{source.shown} holds lots of the accounts {', '.join(accounts)}, and all are read as one account"
        found.cautions.append(Caution("accounts_mixed", f"{text}; list each account's downloads under its own name"))
    return found


def _sections(source: Source, found: Findings) -> Iterator[_Section]:
    """The file cut at its titles. What stands in no section is skipped; a header without a title is refused."""
    section: _Section | None = None
    for line, cells in zip(source.table.lines, source.table.rows, strict=True):
        filled = [cell.strip() for cell in cells if cell.strip()]
        if match := _title(", ".join(filled)):
            if section is not None:
                yield section
            day = _day_in(match["moment"])
            section = _Section(parse_symbol(match["symbol"]), match["account"].strip(), line, day)
        elif normal(_STANDARD) <= set(map(normal_name, cells)):
            if section is None or section.header:
                where = f"{source.shown}:{line}"
                what = "these lots have no title line, so neither their symbol nor their account is known"
                remedy = "keep the first line of each download, such as `VTI Lot Details for ...123 as of ...`"
                found.refusals.append((line, Refusal(where, what, remedy)))
            section = section or _Section("", "", line, None)
            section.header = cells
        elif section is None or not section.header or section.total is not None:
            found.skipped.append(SkippedRow(line, "stands outside the lots of a section"))
        elif _is_total(filled[0]):
            section.total = line, cells
        else:
            section.lines.append(line)
            section.rows.append(cells)
    if section is not None:
        yield section


def _read_section(source: Source, section: _Section, found: Findings) -> dict[str, Decimal | None]:
    """Add a section's lots to what was found; its stated totals."""
    sheet = Sheet(
        source.shown,
        source.as_of,
        ["symbol", *section.header],
        section.lines,
        [[section.symbol, *cells] for cells in section.rows],
        _NAMES,
        refusals=found.refusals,
        skipped=found.skipped,
    )
    values = dict(zip(sheet.lines, sheet.amounts("market value"), strict=True))
    records = read_lots(sheet)
    found.lots += [_as_held(record, values[record.line]) for record in records]
    if section.total is None:
        return {}
    line, cells = section.total
    stated = {column: _total_in(section.header, cells, column) for column in ("quantity", "basis", "market value")}
    cautions: list[Caution] = []
    if not sheet.left_out:
        rows: dict[str, Sequence[Decimal | None]] = {
            "quantity": [record.quantity for record in records],
            "basis": [record.basis for record in records],
            "market value": list(values.values()),
        }
        cautions = total_cautions(f"{source.shown}:{line}", stated, rows)
    found.cautions += cautions
    compared = any(total is not None for total in stated.values()) and not sheet.left_out
    agrees = "differs from the rows above" if cautions else "agrees with the rows above"
    found.skipped.append(SkippedRow(line, f"total row, {agrees}" if compared else "total row"))
    return stated


def _as_held(record: LotRecord, market_value: Decimal | None) -> LotRecord:
    """A lot by its real purchase date, its holding period tacked where a wash sale moved the start back, § 1223(3)."""
    price = unit_price(record.symbol, record.quantity, record.price, market_value)
    start, bought = record.acquired, record.purchased
    if start is None or bought is None or start == bought:
        return record._replace(price=price, acquired=bought or start, purchased=None)
    if start < bought:
        return record._replace(price=price, acquired=bought, holding_since=start)
    return record._replace(price=price)


def _total_in(header: Sequence[str], cells: Sequence[str], column: str) -> Decimal | None:
    """The total of a column; None where it is `--` or no amount."""
    for title, cell in zip(header, cells, strict=False):
        if normal_name(title) == normal_name(_NAMES[column]) and cell.strip().casefold() not in UNKNOWN_AMOUNTS:
            try:
                return parse_amount(cell.strip())
            except BadCell:
                return None
    return None


def _is_total(cell: str) -> bool:
    return re.fullmatch(r"(grand |overall |account |positions )?totals?:?", cell.casefold()) is not None


def _day_in(moment: str) -> date | None:
    try:
        if match := _american_day(moment):
            return parse_date(match[0])
        if match := _sorted_day(moment):
            return parse_date("-".join(match.groups()))
    except BadCell:
        return None
    return None


def _sum_of_all(totals: Sequence[Decimal | None]) -> Decimal | None:
    known = [total for total in totals if total is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(totals) else None


_HOW = "look for Positions, the dollar figure in the Cost Basis column of a holding, Lot Details, Export"

LAYOUTS = (
    Layout("schwab_lot_details", "Charles Schwab", "lots", _STANDARD, _read, _HOW),
    Layout("schwab_lot_details_extended", "Charles Schwab", "lots", _STANDARD | _EXTENDED, _read, _HOW),
)
