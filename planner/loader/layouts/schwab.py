"""Charles Schwab. Lot details come a security at a time, its symbol, masked account and date in a title line.

People concatenate those downloads, and a security with a lot adjusted for a wash sale has more columns than others. A
download of all accounts repeats the header below a line that holds the account alone.
"""

from __future__ import annotations

from planner.domain.errors import Caution
from planner.loader.reading.broker_history import EXCHANGE, SHORT, SPLIT, TRANSFER, Actions
from planner.loader.reading.broker_table import BrokerTable, Skip
from planner.loader.reading.layout import Findings, Layout, SourceFile
from planner.loader.tables.json_rows import json_rows
from planner.loader.tables.text_table import Table

_BROKER = "Charles Schwab"
_ACCOUNT_LINE = r"^(?P<account>[^,]*\.\.\.\d{3,4})$"

_STANDARD = frozenset({"Open Date", "Quantity", "Cost/Share", "Cost Basis", "Holding Period"})
_EXTENDED = frozenset({"Transaction Open", "Transaction CB", "Disallowed Loss"})
_LOT_DETAILS = BrokerTable(
    {
        "quantity": "Quantity",
        "acquired": "Open Date",  # of an adjusted lot: the start of its holding period
        "purchased": "Transaction Open",
        "basis": "Cost Basis",
        "price": "Price",
        "market_value": "Market Value",
        "term": "Holding Period",
    },
    header=_STANDARD,
    titles=(r"^(?P<symbol>.{1,48}?) Lot Details for\s+(?P<account>.{1,48}?) as of ",),
)

_POSITIONS = BrokerTable(
    {
        "symbol": "Symbol",
        "name": "Description",
        "quantity": ("Qty (Quantity)", "Quantity"),
        "price": "Price",
        "market_value": ("Mkt Val (Market Value)", "Market Value"),
        "basis": "Cost Basis",
        "asset_class": ("Asset Type", "Security Type"),
    },
    skip=(Skip("Symbol", "Cash & Cash Investments|Futures Cash|Futures Positions Market Value", "cash"),),
    asset_classes={
        "Equity": "stock",
        "ETFs & Closed End Funds": "etf",
        "Mutual Fund": "fund",
        "Fixed Income": "bond",
        "Option": "option",
    },
    titles=(
        r"^Positions for (?:account )?(?:CUSTACCS|All-Accounts|(?P<account>.+?)) as of ",
        _ACCOUNT_LINE,
    ),
)

_REALIZED = BrokerTable(
    {
        "symbol": "Symbol",
        "name": "Name",
        "quantity": "Quantity",
        "acquired": "Opened Date",
        "sold": "Closed Date",
        "proceeds": ("Proceeds", "Total Proceeds"),
        "basis": ("Cost Basis (CB)", "Cost Basis"),
        "term": "Term",
        "disallowed_loss": "Disallowed Loss",
    },
    titles=(r"^Realized Gain/Loss - Lot Details for (?P<account>.+?) as of ", _ACCOUNT_LINE),
)

_ACTIONS = Actions(
    {
        "Buy": "buy",
        "Buy to Open": "buy",
        "Buy to Close": SHORT,
        "Buy to Cover": SHORT,
        "Cover Short": SHORT,
        "Sell": "sell",
        "Sell to Close": "sell",
        "Sell to Open": SHORT,
        "Sell Short": SHORT,
        "Full Redemption": "sell",
        "Reinvest Shares": "reinvest",  # the purchase; `Reinvest Dividend` and its like are the cash for it
        "Reinvest Dividend": "dividend",
        "Qual Div Reinvest": "dividend",
        "Pr Yr Div Reinvest": "dividend",
        "Long Term Cap Gain Reinvest": "dividend",
        "Short Term Cap Gain Reinvest": "dividend",
        "Qualified Dividend": "dividend",
        "Non-Qualified Div": "dividend",
        "Cash Dividend": "dividend",
        "Special Dividend": "dividend",
        "Special Qual Div": "dividend",
        "Pr Yr Cash Div": "dividend",
        "Pr Yr Non-Qual Div": "dividend",
        "Pr Yr Special Div": "dividend",
        "Div Adjustment": "dividend",
        "Long Term Cap Gain": "dividend",
        "Short Term Cap Gain": "dividend",
        "Special Non Qual Div": "dividend",
        "Cash In Lieu": "cash_in_lieu",
        "Bank Interest": "interest",
        "Bond Interest": "interest",
        "Credit Interest": "interest",
        "Margin Interest": "fee",
        "Bond Interest Adj": "interest",
        "Interest Adj": "interest",
        "Promotional Award": "interest",
        "Stock Split": SPLIT,
        "Stock Div Dist": "split",  # a stock dividend: §§ 305(a), 307
        "Reverse Split": SPLIT,  # two rows: the new shares in, the old CUSIP out
        "Stock Merger": EXCHANGE,
        "Cash Merger": EXCHANGE,  # the cash of it: no quantity
        "Cash Merger Adj": EXCHANGE,  # the shares given up for it
        "Stock/Cash Merger": EXCHANGE,
        "Name Change": EXCHANGE,
        "Symbol Change": EXCHANGE,
        "CUSIP Change": EXCHANGE,
        "Conversion": EXCHANGE,
        "Mandatory Exchange": EXCHANGE,
        "Exchange": EXCHANGE,
        "Spin-off": "spinoff",
        "Spin Off": "spinoff",
        "Return Of Capital": "return_of_capital",
        "Worthless Security": "worthless",
        "Worthless": "worthless",
        "Expired": "expire",
        "Assigned": "assign",
        "Exercised": "exercise",
        "Cancel Buy": "undone buy",
        "Cancel Sell": "undone sell",
        "Stock Plan Activity": "vest",  # at its value of that day, which the Equity Awards file states
        "Internal Transfer": TRANSFER,
        "Wire Funds Adj": TRANSFER,
        "Visa Purchase": TRANSFER,
        "Journaled Shares": TRANSFER,
        "Security Transfer": TRANSFER,
        "Journal": TRANSFER,
        "Bank Transfer": TRANSFER,
        "Funds Paid": TRANSFER,
        "Funds Received": TRANSFER,
        "Futures MM Sweep": TRANSFER,
        "MoneyLink Adj": TRANSFER,
        "MoneyLink Deposit": TRANSFER,
        "MoneyLink Transfer": TRANSFER,
        "Wire Funds": TRANSFER,
        "Wire Funds Received": TRANSFER,
        "Wire Received": TRANSFER,
        "Wire Sent": TRANSFER,
        "Misc Cash Entry": "other",
        "Misc Credits": "other",
        "ADR Mgmt Fee": "fee",
        "Advisor Fee": "fee",
        "Foreign Tax Paid": "fee",
        "NRA Tax Adj": "fee",
        "Service Fee": "fee",
    }
)
_HISTORY_COLUMNS = {
    "date": "Date",
    "action": "Action",
    "symbol": "Symbol",
    "name": "Description",
    "quantity": "Quantity",
    "price": "Price",
    "amount": "Amount",
    "fees": "Fees & Comm",
}
_LIST = "BrokerageTransactions"


def _effective(cell: str) -> str:
    """`04/17/2023 as of 04/15/2023` was posted on the first day and happened on the second."""
    return cell.rpartition(" as of ")[2]


def _json_table(source: SourceFile, found: Findings) -> Table:
    """The JSON as a table, with its totals as the last row."""
    table, beside = json_rows(source.text, _LIST)
    if not table.rows[0]:
        table.rows[0] = [*_HISTORY_COLUMNS.values()]
        text = f"{source.shown} lists no transactions, as a download of too many does too; try a shorter time"
        found.cautions.append(Caution("empty_download", text))
    totals = {
        "Amount": beside.get("TotalTransactionsAmount", ""),
        "Fees & Comm": beside.get("TotalFeesAndCommAmount", ""),
    }
    table.rows.append(["Total", *(totals.get(name, "") for name in table.rows[0][1:])])
    table.lines.append(_line_of(source.text, "TotalTransactionsAmount"))
    return table


def _line_of(text: str, word: str) -> int:
    return text.count("\n", 0, max(text.find(word), 0)) + 1


_HISTORY = BrokerTable(
    _HISTORY_COLUMNS,
    rewrite={"date": _effective},
    actions=_ACTIONS,
    titles=(r"^Transactions\s+for account (?P<account>.+?) as of ",),
)
_HISTORY_JSON = BrokerTable(
    _HISTORY_COLUMNS,
    rewrite={"date": _effective},
    actions=_ACTIONS,
    rows=_json_table,
    header=frozenset({"Date", "Action", "Amount"}),
    totals={"amount": "Amount", "fees": "Fees & Comm"},
)

_LOTS_ARE = "look for Positions, the dollar figure in the Cost Basis column of a holding, Lot Details, Export"
_HISTORY_IS = "look for Transaction History under Accounts: all transactions, the dates, Export"

LAYOUTS = (
    Layout("schwab_lot_details", _BROKER, "lots", _STANDARD, _LOT_DETAILS, _LOTS_ARE),
    Layout("schwab_lot_details_extended", _BROKER, "lots", _STANDARD | _EXTENDED, _LOT_DETAILS, _LOTS_ARE),
    Layout(
        "schwab_positions",
        _BROKER,
        "positions",
        frozenset({"Symbol", "Description", "Price", "Cost Basis"}),
        _POSITIONS,
        "look for Positions under Accounts, Export",
        recognizes=lambda source: "Positions for " in source.opening,
    ),
    Layout(
        "schwab_realized_lots",
        _BROKER,
        "realized",
        frozenset({"Symbol", "Closed Date", "Opened Date", "Quantity"}),
        _REALIZED,
        "look for Realized Gain/Loss under Accounts, the view Lot Details, this year, Export",
    ),
    Layout(
        "schwab_transactions",
        _BROKER,
        "transactions",
        frozenset({"Date", "Action", "Symbol", "Description", "Quantity", "Price", "Fees & Comm", "Amount"}),
        _HISTORY,
        f"{_HISTORY_IS} as CSV",
    ),
    Layout(
        "schwab_transactions_json",
        _BROKER,
        "transactions",
        frozenset(),
        _HISTORY_JSON,
        f"{_HISTORY_IS} as JSON",
        recognizes=lambda source: source.opening.startswith("{") and f'"{_LIST}"' in source.opening,
    ),
)
