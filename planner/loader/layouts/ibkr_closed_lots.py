"""Interactive Brokers' closed lots: beside the trades, what each share sold had cost, since when it was held, and for
how much. It is the broker's own statement of gains, and needs no history from the first purchase on.
"""

from __future__ import annotations

from decimal import Decimal

from planner.domain.case import SkippedRow
from planner.loader.layouts.ibkr import ASSETS, BROKER, NO_LOTS, WHY_NO_LOTS, elements_of, is_flex, kind_of
from planner.loader.layouts.ibkr_statements import account_of, is_statement
from planner.loader.reading.broker_table import BrokerTable, Skip
from planner.loader.reading.layout import Findings, Layout, SourceFile
from planner.loader.tables.cells import BadCell, normal_name, parse_amount
from planner.loader.tables.text_table import Table
from planner.loader.tables.xml_tree import Markup

LOT = "ClosedLot"
NO_SALE = "no closed lot of a sale"
_HEADER = ["Account", "Kind", "Currency", "Symbol", "Quantity", "Opened", "Closed", "Proceeds", "Basis", "Term", "Id"]


def _is_statement_with_lots(source: SourceFile) -> bool:
    return is_statement(source) and any(cells[0] == "Trades" and cells[2:3] == [LOT] for cells in source.table.rows)


def _is_flex_with_lots(source: SourceFile) -> bool:
    return is_flex(source) and 'levelOfDetail="CLOSED_LOT"' in source.text


def _of_statement(source: SourceFile, found: Findings) -> Table:
    """A row of trades, then the lots that it closed: their own day is that on which they were opened."""
    account = account_of(source)
    header: list[str] = []
    sold = ""
    lines, rows = [1], [_HEADER]
    for line, cells in zip(source.table.lines, source.table.rows, strict=True):
        if cells[0] != "Trades" or len(cells) < 3:
            continue
        if cells[1] == "Header":
            header = list(map(normal_name, cells))
            continue
        said = dict(zip(header, cells, strict=False))
        if cells[1] == "Data" and cells[2] == LOT and sold:
            codes = {code.strip() for code in said.get("code", "").split(";")}
            term = next((code for code in ("ST", "LT") if code in codes), "")
            basis, gain = said.get("basis", ""), said.get("realized p/l", "")
            rows.append(
                [
                    *(account, said.get("asset category", ""), said.get("currency", ""), said.get("symbol", "")),
                    *(said.get("quantity", ""), said.get("date/time", ""), sold, _brought(basis, gain)),
                    *(basis, term, ""),
                ]
            )
            lines.append(line)
        else:
            if cells[1] == "Data":  # the lots below a sale are of it; those below a purchase closed a short sale
                sold = said.get("date/time", "") if said.get("quantity", "").startswith("-") else ""
            found.skipped.append(SkippedRow(line, NO_SALE))
    return Table(lines, rows)


def _of_flex(source: SourceFile, found: Findings) -> Table:
    lines, rows = [1], [_HEADER]
    for element, _ in elements_of(source, found, "Trades"):
        if element.get("levelOfDetail", "").upper() != "CLOSED_LOT" or not element.get("buySell", "").startswith(
            "SELL"
        ):
            found.skipped.append(SkippedRow(element.line, NO_SALE))
            continue
        rows.append(_flex_row(element))
        lines.append(element.line)
    return Table(lines, rows)


def _flex_row(lot: Markup) -> list[str]:
    basis = lot.get("cost", "").lstrip("-")
    return [
        *(lot.get("accountId", ""), kind_of(lot), lot.get("currency", ""), lot.get("symbol", "")),
        *(lot.get("quantity", "").lstrip("-"), lot.get("holdingPeriodDateTime", "") or lot.get("openDateTime", "")),
        *(lot.get("tradeDate", ""), _brought(basis, lot.get("fifoPnlRealized", "")), basis, ""),
        lot.get("transactionID", ""),
    ]


def _brought(basis: str, gain: str) -> str:
    """Proceeds after commissions: the basis and the gain; nothing where either is not stated."""
    try:
        return f"{max(parse_amount(basis) + parse_amount(gain), Decimal(0)):f}"
    except BadCell:
        return ""


def _table(**more: object) -> BrokerTable:
    return BrokerTable(
        {
            "account": "Account",
            "symbol": "Symbol",
            "asset_class": "Kind",
            "quantity": "Quantity",
            "acquired": "Opened",
            "sold": "Closed",
            "proceeds": "Proceeds",
            "basis": "Basis",
            "term": "Term",
            "currency": "Currency",
        },
        skip=(Skip("Kind", NO_LOTS, WHY_NO_LOTS),),
        asset_classes=ASSETS,
        header=frozenset({"Opened", "Closed", "Basis"}),
        **more,  # type: ignore[arg-type]
    )


LAYOUTS = (
    Layout(
        "ibkr_activity_csv_closed",
        BROKER,
        "realized",
        frozenset(),
        _table(rows=_of_statement),
        "look for Statements under Performance & Reports, Activity, CSV; customised so that closed lots are shown",
        recognizes=_is_statement_with_lots,
    ),
    Layout(
        "ibkr_flex_xml_closed",
        BROKER,
        "realized",
        frozenset(),
        _table(rows=_of_flex),
        "look for Flex Queries under Performance & Reports, an Activity Flex Query with Trades: Closed Lots, Run",
        recognizes=_is_flex_with_lots,
    ),
)
