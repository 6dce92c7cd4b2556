"""Vanguard: the cost basis export has lots; `OfxDownload.csv`, which is no OFX, has holdings and then transactions."""

from __future__ import annotations

from planner.loader.reading.broker_history import EXCHANGE, SPLIT, TRANSFER, Actions
from planner.loader.reading.broker_table import BrokerTable
from planner.loader.reading.layout import Findings, Layout, SourceFile
from planner.loader.tables.cells import normal_name, parse_symbol
from planner.loader.tables.text_table import Table

_BROKER = "Vanguard"
_DOWNLOAD = "look for the Download center under Activity: spreadsheet-compatible CSV, the accounts, the dates"

_UNREALIZED = BrokerTable(
    {
        "account": "Account",
        "symbol": "Symbol/CUSIP",
        "name": "Description",
        "quantity": "Quantity",
        "acquired": "Acquired date",  # `Various` for a fund at average cost: its lots cannot be distinguished
        "basis": "Total cost",
        "market_value": "Market value*",
        "short_gain": "Short term gain loss*",
        "long_gain": "Long term gain loss*",
    },
)

_HELD = frozenset({"Account Number", "Investment Name", "Symbol", "Shares", "Share Price", "Total Value"})
_TRADED = frozenset({"Account Number", "Trade Date", "Transaction Type", "Net Amount"})
# A plan at work comes after the accounts, in tables of its own.
_PLAN_HELD = frozenset({"Plan Number", "Fund Name", "Shares", "Total Value"})
_PLAN_TRADED = frozenset({"Account Number", "Transaction Activity", "Transaction Shares", "Dollar Amount"})
_OF_A_PLAN = {
    _PLAN_HELD: "a holding of a plan at work, without its lots",
    _PLAN_TRADED: "a transaction of a plan at work: list the file under `transactions` too",
}


def _plans_too(source: SourceFile, found: Findings) -> Table:
    """The transactions, and those of plans at work under the same header: funds without a ticker."""
    table = source.table
    top = next((n for n, cells in enumerate(table.rows) if _has(cells, _TRADED)), None)
    plan: list[str] = []
    header = list(table.rows[top]) if top is not None else _PLAN_HEADER
    lines, rows = [], []
    for line, cells in zip(table.lines, table.rows, strict=True):
        text = "".join(cells)
        titles = "number" in text.casefold() or not text.isascii()  # every header names one of an account or a plan
        if titles and _has(cells, _PLAN_TRADED):
            plan = list(map(normal_name, cells))
            cells = list(header)  # the rows below go on under the columns of the accounts
        elif titles and any(_has(cells, names) for names in (_TRADED, _HELD, _PLAN_HELD)):
            plan = []
        elif plan and len(cells) >= len(plan) - 1:
            cells = _of_plan(dict(zip(plan, cells, strict=False)), header, found)
        lines.append(line)
        rows.append(cells)
    return Table(lines, rows)


_PLAN_HEADER = ["account number", "trade date", "transaction type", "net amount", "investment name", "symbol", "shares"]


def _of_plan(said: dict[str, str], header: list[str], found: Findings) -> list[str]:
    """A row of a plan in the columns of the accounts."""
    number, fund = said.get("account number", "").strip(), said.get("investment name", "").strip()
    found.workplace.add(number)
    found.account_names.setdefault(number, "401(k) plan at work")
    found.unnamed.add(parse_symbol(fund))
    as_there = {
        "account number": number,
        "trade date": said.get("trade date", ""),
        "transaction type": said.get("transaction description", ""),
        "symbol": fund,
        "investment name": fund,
        "shares": said.get("transaction shares", ""),
        "share price": said.get("share price", ""),
        "net amount": said.get("dollar amount", ""),
    }
    return [as_there.get(normal_name(name), "") for name in header]


def _has(cells: list[str], names: frozenset[str]) -> bool:
    return set(map(normal_name, names)) <= set(map(normal_name, cells))


_HOLDINGS = BrokerTable(
    {
        "account": "Account Number",
        "symbol": "Symbol",
        "name": "Investment Name",
        "quantity": "Shares",
        "price": "Share Price",
        "market_value": "Total Value",
    },
    other_tables={_TRADED: "a transaction: list the file under `transactions` too", **_OF_A_PLAN},
)

_TRANSACTIONS = BrokerTable(
    {
        "account": "Account Number",
        "date": "Trade Date",
        "action": "Transaction Type",
        "symbol": "Symbol",
        "name": "Investment Name",
        "quantity": "Shares",
        "price": "Share Price",
        "amount": "Net Amount",
        "fees": ("Commissions and Fees", "Commission Fees"),
        "accrued": "Accrued Interest",
    },
    other_tables={
        _HELD: "a holding without its lots, not a transaction",
        _PLAN_HELD: "a holding of a plan at work, without its lots",
    },
    rows=_plans_too,
    actions=Actions(
        {
            "Buy": "buy",
            "Buy (exchange)": "buy",
            "Sell": "sell",
            "Sell (exchange)": "sell",
            "Reinvestment": "reinvest",
            "Reinvestment (LT gain)": "reinvest",
            "Reinvestment (ST gain)": "reinvest",
            "Dividend": "dividend",
            "Capital gain (LT)": "dividend",
            "Capital gain (ST)": "dividend",
            "Interest": "interest",
            "Stock split": SPLIT,  # of two rows, the old shares out and the new ones in; alone, the shares added
            "Corp Action (Stock Split)": SPLIT,
            "Corp Action (Reverse Split)": SPLIT,
            "Corp Action (Stock Dividend)": "split",
            "Stock dividend": "split",
            "Corp Action (Merger)": EXCHANGE,
            "Corp Action (Exchange)": EXCHANGE,
            "Corp Action (Sec Exchange)": EXCHANGE,
            "Corp Action (Name Change)": EXCHANGE,
            "Corp Action (Conversion)": EXCHANGE,
            "Merger (incoming)": EXCHANGE,
            "Merger (outgoing)": EXCHANGE,
            "Corp Action (Redemption)": "sell",
            "Corp Action (Spinoff)": "spinoff",
            "Spinoff": "spinoff",
            "Corp Action (Cash in Lieu)": "cash_in_lieu",
            "Cash in lieu": "cash_in_lieu",
            "Return of capital": "return_of_capital",
            "Corp Action (Return of Capital)": "return_of_capital",
            "Corp Action (Worthless)": "worthless",
            "Worthless": "worthless",
            "Buy Cancel": "undone buy",
            "Sell Cancel": "undone sell",
            "Interest charge": "fee",
            "Withholding": "fee",
            "Contribution": TRANSFER,
            "Distribution": TRANSFER,
            "Rollover (incoming)": TRANSFER,
            "Rollover (outgoing)": TRANSFER,
            "Transfer": TRANSFER,
            "Sweep in": "other",  # cash by another name
            "Sweep out": "other",
            "Funds Received": TRANSFER,
            "Withdrawal": TRANSFER,
            "Transfer (incoming)": TRANSFER,
            "Transfer (outgoing)": TRANSFER,
            "Conversion (incoming)": EXCHANGE,  # to another class of shares of the fund: §§ 1036, 368(a)(1)(E)
            "Conversion (outgoing)": EXCHANGE,
            "Fee": "fee",
            "Plan Contribution": "buy",
            "Plan Contributions": "buy",
            "Contributions": "buy",
            "Employer Contribution": "buy",
            "Employee Contribution": "buy",
            "Loan Payment": "buy",
            "Loan Repayment": "buy",
            "Rollover Contribution": "buy",
            "Fund to Fund In": "buy",
            "Exchange In": "buy",
            "Source to Source/Fund to Fund In": "buy",
            "Fund to Fund Out": "sell",
            "Exchange Out": "sell",
            "Source to Source/Fund to Fund Out": "sell",
            "Dividends on Equity Investments": "reinvest",
            "Plan Withdrawal": "sell",
            "Recordkeeping Fee": "sell",  # paid in units
            "Plan Fee": "sell",
        }
    ),
)

LAYOUTS = (
    Layout(
        "vanguard_unrealized",
        _BROKER,
        "lots",
        frozenset({"Symbol/CUSIP", "Acquired date", "Cost basis method", "Total cost"}),
        _UNREALIZED,
        "look for Cost basis export on the cost basis page: the accounts, Unrealized, Export",
    ),
    Layout("vanguard_holdings", _BROKER, "positions", _HELD, _HOLDINGS, _DOWNLOAD),
    Layout("vanguard_ofxdownload", _BROKER, "transactions", _TRADED, _TRANSACTIONS, _DOWNLOAD),
)
