"""Interactive Brokers' statements: many tables in one file, each row beginning with the name of its section."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from planner.domain.case import SkippedRow
from planner.loader.layouts.ibkr import ASSETS, BROKER, NO_LOTS, SUMMARY, TRADED, WHY_NO_LOTS
from planner.loader.layouts.ibkr_corporate_actions import Event, rows_of
from planner.loader.reading.broker_history import TRANSFER, Actions
from planner.loader.reading.broker_table import BrokerTable, Skip
from planner.loader.reading.layout import Findings, Layout, SourceFile
from planner.loader.tables.cells import BadCell, find_day, normal_name, parse_amount
from planner.loader.tables.text_table import Table

SUMMED_UP = "Realized & Unrealized Performance Summary"
_TERM_OF = {
    f"realized {term}/t {what}": name for term, name in (("s", "short"), ("l", "long")) for what in ("profit", "loss")
}


def is_statement(source: SourceFile) -> bool:
    return source.opening.startswith("Statement,Header,Field Name,Field Value")


def account_of(source: SourceFile) -> str:
    """The account's number, as the statement's head has it."""
    return next((c[3] for c in source.table.rows if c[:3] == ["Account Information", "Data", "Account"]), "")


def _has_section(*names: str) -> Callable[[SourceFile], bool]:
    def recognizes(source: SourceFile) -> bool:
        return is_statement(source) and any(
            cells[0] in names and cells[1:2] == ["Header"] for cells in source.table.rows
        )

    return recognizes


def _section(
    *names: str, finest: Sequence[str] = (), also: Sequence[str] = ()
) -> Callable[[SourceFile, Findings], Table]:
    """Makes a table of a statement's sections of these names, the account in front of each row. Those of `also` are
    read elsewhere.

    Where rows come at several levels of detail, those of the first in `finest` that occurs are read.
    """

    def rows(source: SourceFile, found: Findings) -> Table:
        table = source.table
        account = account_of(source)
        made = next((cells[3] for cells in table.rows if cells[2:3] == ["WhenGenerated"] and len(cells) > 3), "")
        found.as_of = find_day(made)
        found.covers = found.covers or _period(table)
        ours = [n for n, cells in enumerate(table.rows) if cells[0] in names and len(cells) > 2]
        levels = {table.rows[n][2] for n in ours if table.rows[n][1] == "Data"}
        level = next((word for word in finest if word in levels), None)
        if finest and level != finest[0]:
            found.kind = "positions" if "Lot" in finest else None
        lines, kept = [], []
        for n in range(len(table.rows)):
            line, cells = table.lines[n], table.rows[n]
            if cells[0] not in names or len(cells) < 3:
                if cells[1:2] == ["Data"] and cells[0] not in also:
                    found.skipped.append(SkippedRow(line, f"{cells[0]}: not read as {names[0]}"))
            elif cells[1] == "Header":
                lines.append(line)
                kept.append(["Account Information", *cells[2:]])
            elif cells[1] != "Data":
                found.skipped.append(SkippedRow(line, "a sum"))
            elif level is not None and cells[2] != level:
                found.skipped.append(SkippedRow(line, SUMMARY if cells[2] == "Summary" else f"a {cells[2]} row"))
            else:
                lines.append(line)
                kept.append([account, *cells[2:]])
        return Table(lines, kept)

    return rows


def _period(table: Table) -> tuple[date, date] | None:
    """The days that the statement says it covers: `Period,"January 1, 2026 - December 3, 2026"`."""
    stated = next((cells[3] for cells in table.rows if cells[2:3] == ["Period"] and len(cells) > 3), "")
    first, _, last = stated.partition(" - ")
    begins, ends = find_day(first), find_day(last or first)
    return (begins, ends) if begins is not None and ends is not None and begins <= ends else None


def _trades_of_statement(source: SourceFile, found: Findings) -> Table:
    """The trades with what they brought or cost after commission, and whether they opened or closed a position; then
    the corporate actions, in a table of their own."""
    table = _section("Trades", finest=("Order", "Trade"), also=("Corporate Actions", "Dividends", SUMMED_UP))(
        source, found
    )
    terms, of_lots = _terms(source), _terms_of_closed_lots(source)
    header: list[str] = []
    rows = []
    for line, cells in zip(table.lines, table.rows, strict=True):
        if "DataDiscriminator" in cells:
            header = list(map(normal_name, cells))
            rows.append([*cells, "Net", "Done", "Stated", "Term"])
            continue
        said = dict(zip(header, cells, strict=False))
        codes = said.get("code", "").split(";")
        side = "SELL" if said.get("quantity", "").startswith("-") else "BUY"
        opened = "C" if "C" in codes else "O" if "O" in codes else ""
        net = _net(said.get("proceeds", ""), said.get("comm/fee", ""))
        stated = said.get("basis", "") if f"{side} {opened}" == "SELL C" else ""
        rows.append(
            [
                *cells,
                net,
                f"{side} {opened}".strip(),
                stated,
                of_lots.get(line) or terms.get(said.get("symbol", ""), ""),
            ]
        )
    lines = list(table.lines)
    if corporate := rows_of(_corporate_actions(source, found)):
        lines += [corporate[0][0], *(line for line, _ in corporate)]
        rows += [_CORPORATE, *(_as_a_trade(cells) for _, cells in corporate)]
    return Table(lines, rows)


def _terms(source: SourceFile) -> dict[str, str]:
    """The term of all that was realized in a security in the statement's time, by its symbol, where it is one: in the
    summary of performance either only short-term or only long-term gains and losses stand."""
    header: list[str] = []
    found: dict[str, set[str]] = {}
    for cells in source.table.rows:
        if cells[0] != SUMMED_UP or len(cells) < 3:
            continue
        if cells[1] == "Header":
            header = list(map(normal_name, cells))
            continue
        said = dict(zip(header, cells, strict=False))
        for name, cell in said.items():
            if (term := _TERM_OF.get(name)) and cell.strip("0.- "):
                found.setdefault(said.get("symbol", ""), set()).add(term)
    return {symbol: terms.pop() for symbol, terms in found.items() if len(terms) == 1}


def _terms_of_closed_lots(source: SourceFile) -> dict[int, str]:
    """The term of all lots that a trade closed, by the trade's line, where it is one."""
    found: dict[int, set[str]] = {}
    trade = 0
    for line, cells in zip(source.table.lines, source.table.rows, strict=True):
        if cells[:2] == ["Trades", "Data"] and cells[2:3] == ["ClosedLot"]:
            found.setdefault(trade, set()).update({"ST", "LT"} & {code.strip() for code in cells[-1].split(";")})
        else:
            trade = line
    return {line: terms.pop() for line, terms in found.items() if len(terms) == 1}


# The columns of a trade, under which the fields of HEADER are.
_CORPORATE = [
    *("Account Information", "DataDiscriminator", "Date/Time", "Done", "Symbol", "Quantity", "Net", "Proceeds"),
    *("Description", "Group", "Parent", "Currency", "Asset Category", "Worth"),
]


def _as_a_trade(cells: list[str]) -> list[str]:
    account, day, done, symbol, units, cash, said, group, parent, currency, kind, _, worth = cells
    return [account, "Corporate Action", day, done, symbol, units, cash, "", said, group, parent, currency, kind, worth]


def _corporate_actions(source: SourceFile, found: Findings) -> list[Event]:
    """The rows of Corporate Actions, and those of Dividends that return capital; other dividends are cash."""
    account = account_of(source)
    headers: dict[str, list[str]] = {}
    events = []
    for line, cells in zip(source.table.lines, source.table.rows, strict=True):
        if cells[0] not in ("Corporate Actions", "Dividends") or len(cells) < 3:
            continue
        if cells[1] == "Header":
            headers[cells[0]] = list(map(normal_name, cells[2:]))
            continue
        said = dict(zip(headers.get(cells[0], []), cells[2:], strict=False))
        sentence = said.get("description", "")
        capital = cells[0] == "Dividends" and "return of capital" in sentence.casefold()
        if cells[1] != "Data" or not sentence:
            found.skipped.append(SkippedRow(line, "a sum"))
        elif cells[0] == "Dividends" and not capital:
            found.skipped.append(SkippedRow(line, "cash, which moves no units"))
        else:
            day = said.get("report date") or said.get("date/time") or said.get("date", "")
            events.append(
                Event(
                    line,
                    account,
                    day,
                    "ROC" if capital else "",
                    sentence,
                    sentence.partition("(")[0].strip() if capital else "",
                    said.get("quantity", ""),
                    said.get("amount", "") if capital else said.get("proceeds", ""),
                    "",
                    said.get("currency", ""),
                    said.get("asset category", ""),
                    canceled="Ca" in said.get("code", "").split(";"),
                    value=said.get("value", ""),
                )
            )
    return events


def _net(proceeds: str, commission: str) -> str:
    try:
        return f"{parse_amount(proceeds) + parse_amount(commission or '0'):f}"
    except BadCell:
        return ""


_STATEMENT_LOTS = BrokerTable(
    {
        "account": "Account Information",
        "symbol": "Symbol",
        "asset_class": "Asset Category",
        "quantity": "Quantity",
        "acquired": "Open",
        "basis": "Cost Basis",
        "market_value": "Value",
        "price": "Close Price",
        "currency": "Currency",
    },
    skip=(Skip("Asset Category", NO_LOTS, WHY_NO_LOTS),),
    asset_classes=ASSETS,
    header=frozenset({"DataDiscriminator", "Symbol", "Quantity", "Cost Basis"}),
    rows=_section("Open Positions", "Long Open Positions", finest=("Lot", "Summary")),
)
_STATEMENT_TRADES = BrokerTable(
    {
        "account": "Account Information",
        "date": "Date/Time",
        "action": "Done",
        "symbol": "Symbol",
        "asset_class": "Asset Category",
        "quantity": "Quantity",
        "price": "T. Price",
        "amount": "Net",
        "fees": "Comm/Fee",
        "currency": "Currency",
        "group": "Group",
        "parent": "Parent",
        "value": "Worth",
        "stated_basis": "Stated",
        "term": "Term",
    },
    skip=(Skip("Asset Category", NO_LOTS, WHY_NO_LOTS),),
    asset_classes=ASSETS,
    header=frozenset({"DataDiscriminator", "Symbol", "Date/Time", "Proceeds"}),
    actions=TRADED,
    rows=_trades_of_statement,
)
_HISTORY = BrokerTable(
    {
        "account": "Account",
        "date": "Date",
        "action": "Transaction Type",
        "symbol": "Symbol",
        "name": "Description",
        "quantity": "Quantity",
        "price": "Price",
        "amount": "Net Amount",
        "fees": "Commission",
    },
    header=frozenset({"Date", "Transaction Type", "Net Amount"}),
    actions=Actions(
        {
            "Buy": "buy",
            "Sell": "sell",
            "Dividend": "dividend",
            "Payment in Lieu": "dividend",
            "Foreign Tax Withholding": "fee",
            "Credit Interest": "interest",
            "Debit Interest": "interest",
            "Investment Interest Paid": "interest",
            "Investment Interest Received": "interest",
            "Deposit": TRANSFER,
            "Withdrawal": TRANSFER,
            "Electronic Fund Transfer": TRANSFER,
            "Transfer": TRANSFER,
            "Other Fee": "fee",
            "Commission Adjustment": "fee",
            "Sales Tax": "fee",
        }
    ),
    rows=_section("Transaction History"),
)

_STATEMENT = "look for Statements under Performance & Reports, Activity, CSV; customised so that lots are shown"

LAYOUTS = (
    Layout(
        "ibkr_activity_csv",
        BROKER,
        "lots",
        frozenset(),
        _STATEMENT_LOTS,
        _STATEMENT,
        recognizes=_has_section("Open Positions", "Long Open Positions"),
    ),
    Layout(
        "ibkr_activity_csv_trades",
        BROKER,
        "transactions",
        frozenset(),
        _STATEMENT_TRADES,
        _STATEMENT,
        recognizes=_has_section("Trades"),
    ),
    Layout(
        "ibkr_transaction_history",
        BROKER,
        "transactions",
        frozenset(),
        _HISTORY,
        "look for Transaction History under Transactions, Export, CSV",
        recognizes=_has_section("Transaction History"),
    ),
)
