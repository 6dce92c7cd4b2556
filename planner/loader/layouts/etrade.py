"""E*TRADE, and its stock plans. The portfolio lists lots below their position, if they were expanded on the screen."""

from __future__ import annotations

import re

from planner.domain.case import SkippedRow
from planner.domain.errors import Caution
from planner.loader.reading.broker_history import EXCHANGE, SHORT, SPLIT, TRANSFER, Actions
from planner.loader.reading.broker_table import BrokerTable, Skip, column_of
from planner.loader.reading.layout import Findings, Layout, SourceFile
from planner.loader.tables.cells import BadCell, find_day, parse_amount
from planner.loader.tables.text_table import Table

_BROKER = "E*TRADE"
_STOCK_PLAN = "E*TRADE (stock plan)"
_EXPAND = "expand the lots on screen, then download again"
_PORTFOLIO = frozenset({"Symbol", "Last Price $", "Price Paid $", "Value $"})

_day = re.compile(r"\d{1,2}/\d{1,2}/\d{2,4}|\d{4}-\d{2}-\d{2}").fullmatch  # the second from a workbook
_option = re.compile(r"([A-Z.]+) ([A-Z][a-z]{2} \d{1,2}) '(\d{2}) \$([\d,]*\.?\d+) (Call|Put)").fullmatch


def _lots_of_positions(source: SourceFile, found: Findings) -> Table:
    """The portfolio with the symbol of its position in front of every lot, whose own Symbol cell holds its day.

    A position whose lots were not expanded stays as a row without a day.
    """
    table = source.table
    top = next(n for n, cells in enumerate(table.rows) if all(column_of(cells, title) for title in _PORTFOLIO))
    header = table.rows[top]
    at, paid = (header.index(column_of(header, title)) for title in ("Symbol", "Price Paid $"))
    gain = column_of(header, "Total Gain $") and header.index(column_of(header, "Total Gain $"))
    lines, rows = table.lines[: top + 1], [*table.rows[:top], ["Position", *header]]
    position, lots, collapsed = "", 0, 0
    below = zip(table.lines[top + 1 :], table.rows[top + 1 :], [*table.rows[top + 2 :], []], strict=False)  # or no row
    for line, cells, after in below:
        named = _cell(cells, at)
        if len(list(filter(str.strip, cells))) < 2:
            cells = ["", *cells]
        elif _day(named):
            lots += 1
            if gain and _is_zero(_cell(cells, paid)):  # a lot without its cost is printed as if it were all gain
                cells = [*cells[:gain], "", *cells[gain + 1 :]]
            cells = [position, *cells]
        elif named not in ("CASH", "TOTAL") and _day(_cell(after, at)):
            position = named
            found.skipped.append(SkippedRow(line, "a position; its lots follow"))
            continue
        else:
            collapsed += named not in ("CASH", "TOTAL")
            cells = [named, *cells[:at], "", *cells[at + 1 :]]
        lines.append(line)
        rows.append(cells)
    if not lots:
        found.kind = "positions"
    elif collapsed:
        count = "1 position has" if collapsed == 1 else f"{collapsed} positions have"
        text = f"{source.shown}: {count} no lots in it, so none of that can be planned; {_EXPAND}"
        found.cautions.append(Caution("positions_only", text))
    return Table(lines, rows)


def _cell(cells: list[str], at: int) -> str:
    return cells[at].strip() if at < len(cells) else ""


def _is_zero(cell: str) -> bool:
    try:
        return parse_amount(cell) == 0
    except BadCell:
        return False


def _spelled(cell: str) -> str:
    """`QQQ Dec 31 '26 $600 Put` as other brokers spell it: `QQQ 12/31/2026 600 PUT`."""
    option = _option(cell)
    if option is None:
        return cell
    root, day, year, strike, right = option.groups()
    expires = find_day(f"{day} 20{year}")
    return f"{root} {expires:%m/%d/%Y} {strike} {right.upper()}" if expires else cell


_LOTS = BrokerTable(
    {
        "symbol": "Position",
        "acquired": "Symbol",
        "quantity": ("Quantity", "Qty #"),
        "price": "Last Price $",
        "market_value": "Value $",
        "gain": "Total Gain $",  # value less gain is the cost; `Price Paid $` leaves out the commission
    },
    skip=(Skip("Position", "CASH", "cash"),),
    rewrite={"symbol": _spelled},
    titles=(r"^(?P<account>[^,]*-\d{4}),",),
    totals={"basis": "Price Paid $", "gain": "Total Gain $"},
    rows=_lots_of_positions,
)

_ACTIONS = Actions(
    {
        "Bought": "buy",
        "Bought To Open": "buy",
        "Bought To Close": SHORT,
        "Bought To Cover": SHORT,
        "Sold": "sell",
        "Sold To Close": "sell",
        "Sold To Open": SHORT,
        "Sold Short": SHORT,
        "Option Expired": "expire",
        "Dividend Reinvestment": "reinvest",
        "Dividend": "dividend",  # old downloads: with shares, and money going out, a reinvestment
        "Qualified Dividend": "dividend",
        "Capital Gains": "dividend",
        "Interest": "interest",
        "Interest Income": "interest",
        "Stock Split": SPLIT,
        "Stock Dividend": "split",
        "Reverse Split": SPLIT,
        "Reverse Stock Split": SPLIT,
        "Exchange Received In": EXCHANGE,
        "Exchange Delivered Out": EXCHANGE,
        "Exchange": EXCHANGE,
        "Merger": EXCHANGE,
        "Merger In": EXCHANGE,
        "Merger Out": EXCHANGE,
        "Name Change": EXCHANGE,
        "Symbol Change": EXCHANGE,
        "Conversion": EXCHANGE,
        "Reorganization": EXCHANGE,
        "Stock Spin-Off": "spinoff",
        "Spin-Off": "spinoff",
        "Spinoff": "spinoff",
        "Cash in Lieu": "cash_in_lieu",
        "Return of Capital": "return_of_capital",
        "Worthless": "worthless",
        "Redemption": "sell",
        "Option Assigned": "assign",
        "Option Assignment": "assign",
        "Option Exercised": "exercise",
        "Option Exercise": "exercise",
        "Cancel Bought": "undone buy",
        "Cancel Sold": "undone sell",
        "Transfer into Account": TRANSFER,
        "Transfer out of Account": TRANSFER,
        "LT Cap Gain Distribution": "dividend",
        "ST Cap Gain Distribution": "dividend",
        "Margin Interest": "fee",
        "Service Fee": "fee",
        "Funds Received": TRANSFER,
        "Bill Payment": TRANSFER,
        "Contribution": TRANSFER,
        "Online Transfer": TRANSFER,
        "Transfer": TRANSFER,
        "Wire": TRANSFER,
        "Deposit": TRANSFER,
        "Withdrawal": TRANSFER,
        "Fee": "fee",
    }
)

_HISTORY = BrokerTable(
    {
        "date": ("Activity/Trade Date", "TransactionDate"),
        "action": ("Activity Type", "TransactionType"),
        "symbol": "Symbol",
        "cusip": "Cusip",
        "name": "Description",
        "quantity": ("Quantity #", "Quantity"),
        "price": ("Price $", "Price"),
        "amount": ("Amount $", "Amount"),
        "fees": "Commission",
    },
    rewrite={"symbol": _spelled},
    actions=_ACTIONS,
    titles=(
        r"^Account Activity for (?P<account>.+?) from ",
        r"^For Account:,(?P<account>.+)",
    ),
)

_GAINS_LOSSES = BrokerTable(
    {
        "symbol": "Symbol",
        "quantity": "Quantity",
        "acquired": "Date Acquired",
        "sold": "Date Sold",
        "proceeds": "Total Proceeds",
        "basis": "Adjusted Cost Basis",  # with the income taxed already; the acquisition cost of a grant is zero
        "term": "Capital Gains Status",
        "disallowed_loss": "Deferred Loss",
    },
)

_SELLABLE = BrokerTable(
    {
        "symbol": "Symbol",
        "quantity": "Sellable Qty.",
        "acquired": ("Date Acquired", "Purchase Date"),
        "market_value": "Est. Market Value",
        "unit_basis": "Est. Cost Basis (per share):",
    },
)

LAYOUTS = (
    Layout(
        "etrade_portfolio_lots",
        _BROKER,
        "lots",
        _PORTFOLIO,
        _LOTS,
        f"look for Positions under Portfolios: {_EXPAND}",
    ),
    Layout(
        "etrade_txn_history",
        _BROKER,
        "transactions",
        frozenset({"Activity/Trade Date", "Activity Type", "Amount $"}),
        _HISTORY,
        "look for Transactions under Accounts: all transactions, the dates, Download",
    ),
    Layout(
        "etrade_txn_legacy",
        _BROKER,
        "transactions",
        frozenset({"TransactionDate", "TransactionType", "SecurityType", "Symbol", "Amount"}),
        _HISTORY,
        "an old download of transactions; new ones have other columns",
    ),
    Layout(
        "etrade_gains_losses",
        _STOCK_PLAN,
        "realized",
        frozenset({"Record Type", "Plan Type", "Adjusted Cost Basis", "Date Sold", "Total Proceeds"}),
        _GAINS_LOSSES,
        "look for Gains & Losses under My Account in At Work, the year, Download Expanded",
    ),
    Layout(
        "etrade_stockplan_sellable",
        _STOCK_PLAN,
        "lots",
        frozenset({"Record Type", "Sellable Qty.", "Est. Market Value"}),
        _SELLABLE,
        "look for Holdings in At Work, By Status, Sellable, Download Expanded",
    ),
)
