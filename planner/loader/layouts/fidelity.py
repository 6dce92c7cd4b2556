"""Fidelity, and NetBenefits for stock plans. Disclaimers are below every table, and the history is in sentences.

Fidelity shows lots only a position at a time, to be copied; a stock plan's lots can be downloaded and name no ticker.
"""

from __future__ import annotations

import re

from planner.loader.reading.broker_history import EXCHANGE, SHORT, SPLIT, TRANSFER, Actions
from planner.loader.reading.broker_table import BrokerTable, Skip, column_of
from planner.loader.reading.layout import Findings, Layout, SourceFile
from planner.loader.tables.cells import BadCell, parse_amount
from planner.loader.tables.text_table import Table
from planner.loader.tables.unreadable import Unreadable

_BROKER = "Fidelity"
_STOCK_PLAN = "Fidelity NetBenefits"
_FOOTER = "the data and information in this|brokerage services are provided|date downloaded"

_POSITIONS = BrokerTable(
    {
        "account": "Account Number",
        "account_name": "Account Name",
        "symbol": "Symbol",
        "name": "Description",
        "quantity": "Quantity",
        "price": "Last Price",
        "market_value": "Current Value",
        "basis": "Cost Basis Total",
    },
    skip=(
        Skip("Symbol", r".*\*\*", "money market"),
        Skip("Symbol", "pending activity", "pending"),
    ),
    footer=_FOOTER,
)

_STATEMENT = BrokerTable(
    {
        "symbol": "Symbol/CUSIP",
        "name": "Description",
        "quantity": "Quantity",
        "price": "Price",
        "market_value": "Ending Value",
        "basis": "Cost Basis",
    },
    skip=(Skip("Symbol/CUSIP", "subtotal.*", "subtotal"),),
    titles=(r"^(?P<account>[A-Z]?\d{6,12})$",),
    other_tables={frozenset({"Account Type", "Account", "Beginning mkt Value"}): "summary of the accounts"},
    footer=_FOOTER,
)

_LOTS_TABLE = BrokerTable(
    {
        "account": ("Account Number", "Account Name", "Account"),
        "account_name": ("Account Name", "Account"),
        "symbol": "Symbol",
        "name": "Description",
        "quantity": "Quantity",
        "acquired": "Acquired",
        "basis": "Cost Basis Total",
        "market_value": "Current Value",
        "term": "Term",
    },
    footer=_FOOTER,
)


def _in_dollars(source: SourceFile, _: Findings) -> Table:
    """The table, unless its last line says that its values are displayed in another currency."""
    said = re.search(r"values are displayed in (\w+)", source.text)
    if said and said[1].upper() != "USD":
        line = source.text.count("\n", 0, said.start()) + 1
        what = f"the values are displayed in {said[1]}: only dollars are read, and nothing is converted"
        raise Unreadable(line, what, "have them displayed in USD, and download the file again")
    return source.table


_STOCK_PLAN_LOTS = BrokerTable(
    {
        "quantity": "Quantity",
        "acquired": "Date acquired",
        "basis": "Cost basis",
        "market_value": "Value",
        "term": "Holding period",
    },
    rows=_in_dollars,
)


def _ticker(cell: str) -> str:
    """The symbol of `VTI(922908769)`; the CUSIP of `undefined(064159SH0)`."""
    symbol, _, cusip = cell.partition("(")
    return cusip.rstrip(") ") if symbol.strip().casefold() == "undefined" else symbol.strip()


_CLOSED_LOTS = BrokerTable(
    {
        "symbol": "Symbol(CUSIP)",
        "name": "Security Description",
        "quantity": "Quantity",
        "acquired": "Date Acquired",
        "sold": "Date Sold",
        "proceeds": "Proceeds",
        "basis": "Cost Basis",
        "short_gain": "Short Term Gain/Loss",
        "long_gain": "Long Term Gain/Loss",
    },
    rewrite={"symbol": _ticker},
    footer=_FOOTER,
)

_ACTIONS = Actions(
    {
        "YOU BOUGHT": "buy",
        "YOU BOUGHT CLOSING TRANSACTION": SHORT,
        "YOU BOUGHT SHORT COVER": SHORT,
        "YOU SOLD": "sell",
        "YOU SOLD OPENING TRANSACTION": SHORT,
        "YOU SOLD SHORT SALE": SHORT,
        "EXPIRED": "expire",
        "REINVESTMENT": "reinvest",
        "EXCHANGE IN": "buy",
        "EXCHANGED TO": "buy",
        "EXCHANGE OUT": "sell",
        "CONTRIBUTED TO": "sell",
        "PURCHASE INTO CORE ACCOUNT": "other",  # cash by another name
        "REDEMPTION FROM CORE ACCOUNT": "other",
        "REDEMPTION FROM": "sell",
        "REDEMPTION PAYOUT": "sell",
        "DISTRIBUTION": "split",  # a split, or a stock dividend (§§ 305(a), 307)
        "DISTRIBUTION SPINOFF": "spinoff",
        "SPINOFF": "spinoff",
        "STOCK SPLIT": SPLIT,
        "STOCK DIVIDEND": "split",
        "REVERSE SPLIT": SPLIT,
        "MERGER": EXCHANGE,
        "NAME CHANGE": EXCHANGE,
        "N/C": EXCHANGE,
        "CUSIP CHANGE": EXCHANGE,
        "SYMBOL CHANGE": EXCHANGE,
        "CONVERSION": EXCHANGE,
        "CONVERTED": EXCHANGE,
        "REORGANIZATION": EXCHANGE,
        "EXCHANGE REORGANIZATION": EXCHANGE,
        "RETURN OF CAPITAL": "return_of_capital",
        "WORTHLESS": "worthless",
        "ASSIGNED": "assign",
        "EXERCISED": "exercise",
        "INVESTMENT GAIN/LOSS": "other",
        "DIVIDEND RECEIVED": "dividend",
        "DIVIDENDS": "dividend",
        "DIVIDEND ADJUSTMENT": "fee",
        "LONG-TERM CAP GAIN": "dividend",
        "SHORT-TERM CAP GAIN": "dividend",
        "INTEREST": "interest",
        "MUNI EXEMPT": "interest",
        "IN LIEU": "cash_in_lieu",
        "TRANSFERRED FROM": TRANSFER,
        "TRANSFERRED TO": TRANSFER,
        "TRANSFER OF": TRANSFER,
        "JOURNALED": TRANSFER,
        "ROLLOVER": TRANSFER,
        "CASH CONTRIBUTION": TRANSFER,
        "PARTIC CONTR": TRANSFER,
        "PART CONTRIB": TRANSFER,
        "ELECTRONIC FUNDS": TRANSFER,
        "DIRECT DEPOSIT": TRANSFER,
        "DIRECT DEBIT": TRANSFER,
        "WIRE TRANSFER": TRANSFER,
        "CHECK RECEIVED": TRANSFER,
        "CHECK PAID": TRANSFER,
        "BILL PAYMENT": TRANSFER,
        "DEBIT CARD": TRANSFER,
        "CASH ADVANCE": TRANSFER,
        "FEE CHARGED": "fee",
        "ADVISOR FEE": "fee",
        "MARGIN INTEREST": "fee",
        "FOREIGN TAX": "fee",
        "ADJ FOREIGN": "fee",
        "NON-RESIDENT TAX": "fee",
        "ADJ NON-RESIDENT TAX": "fee",
    },
    begins=True,
)


_reorganization = re.compile(r"#\s*REOR[A-Z]?\s*([A-Z]?\d{8,})").search
_parent = re.compile(r"SPINOFF\s+FROM:?\s*\(?\s*([A-Z][A-Z.]{0,5}|\d[\dA-Z]{8})\s*\)?", re.IGNORECASE).search
REORGANIZATION, PARENT = "Reorganization", "Parent"  # columns of ours, of what the sentence of an action names
_SAME = -4  # digits of a reorganization's number that differ between its rows


def _named_in(sentence: str) -> list[str]:
    """The number of a reorganization, without the digits that tell its rows apart; the parent of a spin-off."""
    number, parent = _reorganization(sentence), _parent(sentence)
    return [number[1][:_SAME] if number else "", parent[1].upper() if parent else ""]


_effective = re.compile(r"\bas of ([A-Z][a-z]{2}-\d{2}-\d{4}|\d{2}/\d{2}/\d{4})").search


def _mended(source: SourceFile, _: Findings) -> Table:
    """The history in which a row that says `… as of Nov-24-2025` is of that day, not of the day it was posted, and
    rows whose currency, price and quantity are in another order than the header's are put right."""
    table = source.table
    top = next(n for n, cells in enumerate(table.rows) if column_of(cells, "Run Date") and column_of(cells, "Action"))
    header = table.rows[top]
    day, action = (header.index(column_of(header, title)) for title in ("Run Date", "Action"))
    titles = [column_of(header, name) for name in ("Currency", "Price", "Quantity", "Amount")]
    for index, cells in enumerate(table.rows[top + 1 :], top + 1):
        if len(cells) < len(header) - 1:
            continue
        if effective := _effective(cells[action]):
            table.rows[index] = cells = [*cells[:day], effective[1], *cells[day + 1 :]]
        if all(titles):
            table.rows[index] = _turned(cells, [header.index(title) for title in titles])
    return _with_what_is_named(table, top, action)


def _with_what_is_named(table: Table, top: int, action: int) -> Table:
    """The table with two columns more: what the sentences of its actions name. Cells below a title stay below it."""
    width = max(map(len, table.rows[top:]))
    rows = list(table.rows)
    rows[top] = [*rows[top], *[""] * (width - len(rows[top])), REORGANIZATION, PARENT]
    for index, cells in enumerate(rows[top + 1 :], top + 1):
        if len(cells) > action and any(named := _named_in(cells[action])):
            rows[index] = [*cells, *[""] * (width - len(cells)), *named]
    return Table(table.lines, rows)


def _turned(cells: list[str], places: list[int]) -> list[str]:
    """A row with its currency, price and quantity under their titles, whose places these are, and that of the amount.

    Where `USD` is under another of the three, its price and quantity follow it, round the three cells. That is
    believed where they come to the amount, within fees; else the row stays, to be refused.
    """
    amount = places[3]
    order = sorted(places[:3])
    said = [cells[place].strip() for place in order]
    if "USD" not in said or cells[places[0]].strip() == "USD":
        return cells
    first = said.index("USD")
    currency, price, quantity = [*said[first:], *said[:first]]
    try:
        value = parse_amount(price or "0") * parse_amount(quantity or "0")
        paid = parse_amount(cells[amount].strip() or "0")
    except BadCell:
        return cells
    if value and abs(abs(value) - abs(paid)) > abs(paid) / 100 + 10:
        return cells
    mended = list(cells)
    for place, cell in zip(places, (currency, price, quantity), strict=False):
        mended[place] = cell
    return mended


_HISTORY = BrokerTable(
    {
        "account": ("Account Number", "Account"),
        "account_name": "Account",
        "date": "Run Date",
        "action": "Action",
        "symbol": "Symbol",
        "name": ("Description", "Security Description"),
        "quantity": "Quantity",
        "price": ("Price ($)", "Price"),
        "amount": ("Amount ($)", "Amount"),
        "commission": ("Commission ($)", "Commission"),
        "fees": ("Fees ($)", "Fees"),
        "accrued": ("Accrued Interest ($)", "Accrued Interest"),
        "currency": "Currency",
        "group": REORGANIZATION,
        "parent": PARENT,
    },
    actions=_ACTIONS,
    rows=_mended,
    footer=_FOOTER,
)


def _desktop(source: SourceFile, _: Findings) -> Table:
    """The activity of the desktop program: what happened is called the description, and `--` stands for nothing."""
    table = source.table
    titles = ("Date", "Description", "Cash Balance", "Security Description")
    top = next(n for n, cells in enumerate(table.rows) if all(column_of(cells, title) for title in titles))
    action = table.rows[top].index(column_of(table.rows[top], "Description"))
    rows = [["" if cell.strip() == "--" else cell for cell in cells] for cells in table.rows]
    return _with_what_is_named(Table(table.lines, rows), top, action)


_DESKTOP = BrokerTable(
    {
        "account": "Account",
        "date": "Date",
        "action": "Description",
        "symbol": "Symbol",
        "name": "Security Description",
        "quantity": "Quantity",
        "price": "Price",
        "amount": "Amount",
        "commission": "Commission",
        "fees": "Fees",
        "group": REORGANIZATION,
        "parent": PARENT,
    },
    actions=_ACTIONS,
    rows=_desktop,
    footer=_FOOTER,
)

LAYOUTS = (
    Layout(
        "fidelity_positions",
        _BROKER,
        "positions",
        frozenset({"Account Number", "Symbol", "Cost Basis Total", "Average Cost Basis"}),
        _POSITIONS,
        "look for Positions under Accounts, Download",
    ),
    Layout(
        "fidelity_statement",
        _BROKER,
        "positions",
        frozenset({"Symbol/CUSIP", "Quantity", "Beginning Value", "Ending Value", "Cost Basis"}),
        _STATEMENT,
        "look for Statements, a month's statement as CSV",
    ),
    Layout(
        "fidelity_lots_table",
        _BROKER,
        "lots",
        frozenset({"Acquired", "Term", "Current Value", "Average Cost Basis", "Cost Basis Total"}),
        _LOTS_TABLE,
        "look for Purchase History/Lots below each position, copy it, and add the columns Account Name and Symbol",
    ),
    Layout(
        "fidelity_netbenefits_open_lots",
        _STOCK_PLAN,
        "lots",
        frozenset({"Date acquired", "Cost basis/share", "Share source"}),
        _STOCK_PLAN_LOTS,
        "look for the stock plan account in NetBenefits, Details, View open lots, Export",
    ),
    Layout(
        "fidelity_closed_lots",
        _BROKER,
        "realized",
        frozenset({"Symbol(CUSIP)", "Date Acquired", "Date Sold", "Short Term Gain/Loss"}),
        _CLOSED_LOTS,
        "look for Closed positions under Realized gain/loss in Tax forms & information, Download",
    ),
    Layout(
        "fidelity_history",
        _BROKER,
        "transactions",
        frozenset({"Run Date", "Action", "Symbol", "Settlement Date"}),
        _HISTORY,
        "look for History under Activity & Orders, the dates, Download",
    ),
    Layout(
        "fidelity_desktop_activity",
        _BROKER,
        "transactions",
        frozenset({"Date", "Description", "Symbol", "Quantity", "Amount", "Cash Balance", "Security Description"}),
        _DESKTOP,
        "look for History under Activity in Active Trader Pro or Trader+, Export",
    ),
)
