"""Robinhood: the activity report, from which lots are rebuilt (it lists none), and the 1099 as CSV."""

from __future__ import annotations

import re

from planner.loader.reading.broker_history import EXCHANGE, SHORT, SPLIT, TRANSFER, Actions
from planner.loader.reading.broker_table import BrokerTable, Skip
from planner.loader.reading.layout import Findings, Layout, SourceFile
from planner.loader.tables.cells import find_day, normal_name
from planner.loader.tables.text_table import Table

_BROKER = "Robinhood"
_OPTION_CODES = frozenset({"bto", "stc", "sto", "btc", "oexp", "oasgn", "oexcs"})
_NEEDED = frozenset({"trans code", "instrument", "description"})
_option = re.compile(
    r".*?([A-Z.]{1,6}) (\d{1,2}/\d{1,2}/\d{4}) (Call|Put) \$([\d,.]+).*", re.DOTALL | re.IGNORECASE
).match


def _options_named(source: SourceFile, _: Findings) -> Table:
    """The report with each option's own contract, which only its description names, where its stock's symbol is."""
    table = source.table
    rows = []
    at: dict[str, int] = {}
    for cells in table.rows:
        if not at and set(map(normal_name, cells)) >= _NEEDED:
            at = {normal_name(title): n for n, title in enumerate(cells)}
        elif at and len(cells) > max(at.values()) and normal_name(cells[at["trans code"]]) in _OPTION_CODES:
            cells = list(cells)
            cells[at["instrument"]] = _contract(cells[at["description"]]) or cells[at["instrument"]]
        rows.append(cells)
    return Table(table.lines, rows)


def _contract(description: str) -> str | None:
    """`SPY 12/20/2026 Call $500.00` as other brokers spell it: `SPY 12/20/2026 500.00 CALL`."""
    option = _option(description)
    expires = find_day(option[2]) if option else None
    return f"{option[1]} {expires:%m/%d/%Y} {option[4]} {option[3].upper()}" if option and expires else None


_ACTIVITY = BrokerTable(
    {
        "date": "Activity Date",
        "action": "Trans Code",
        "symbol": "Instrument",
        "name": "Description",
        "quantity": "Quantity",
        "price": "Price",
        "amount": "Amount",
    },
    rewrite={"quantity": lambda cell: f"-{cell[:-1]}" if cell.endswith("S") else cell},  # S: leaves the account
    actions=Actions(
        {
            "Buy": "buy",
            "Sell": "sell",
            "BTO": "buy",
            "STC": "sell",
            "STO": SHORT,
            "BTC": SHORT,
            "OASGN": "assign",
            "OEXP": "expire",
            "CDIV": "dividend",
            "MDIV": "dividend",
            "SLIP": "interest",  # stock lending
            "INT": "interest",
            "SPL": SPLIT,
            "SDIV": "split",  # a stock dividend: §§ 305(a), 307
            "SPR": SPLIT,  # a reverse split: the new shares in, the old CUSIP out
            "MRGS": EXCHANGE,
            "MRGC": EXCHANGE,
            "SXCH": EXCHANGE,
            "CONV": EXCHANGE,
            "NAME": EXCHANGE,
            "SOFF": "spinoff",
            "CIL": "cash_in_lieu",
            "ROC": "return_of_capital",
            "WRTH": "worthless",
            "OEXCS": "exercise",
            "REC": "income",  # a share for nothing: income of its value, which the report does not state (§ 61)
            "ITRF": TRANSFER,
            "CRRD": "dividend",
            "MISC": "other",
            "FUTSWP": "other",  # cash to and from futures
            "GDBP": "interest",
            "GMPC": "interest",
            "MTCH": "interest",
            "T/A": TRANSFER,
            "ACATI": "transfer_in",
            "ACATO": "transfer_out",
            "ACH": TRANSFER,
            "RTP": TRANSFER,
            "DCF": TRANSFER,
            "XENT_CC": TRANSFER,
            "WIRE": TRANSFER,
            "GOLD": "fee",
            "AFEE": "fee",
            "DFEE": "fee",
            "DTAX": "fee",
            "MINT": "fee",
        },
        described={r"(?i)\bdividend reinvestment\b": "reinvest"},
    ),
    rows=_options_named,
)

_FORM = BrokerTable(
    {
        "account": "ACCOUNT NUMBER",
        "symbol": "DESCRIPTION",  # there is no ticker
        "name": "DESCRIPTION",
        "quantity": "SHARES",
        "acquired": "DATE ACQUIRED",
        "sold": "SALE DATE",
        "proceeds": "SALES PRICE",
        "basis": "COST BASIS",
        "term": "TERM",
        "disallowed_loss": "WASH AMT DISALLOWED",
        "box": "FORM8949CODE",
    },
    tickers=False,
    rewrite={"symbol": lambda cell: _contract(cell) or cell},
    skip=(Skip("1099-B", r"(?!1099-B$).*", "of another form than 1099-B"),),
)

LAYOUTS = (
    Layout(
        "robinhood_activity",
        _BROKER,
        "transactions",
        frozenset({"Activity Date", "Trans Code", "Instrument", "Settle Date"}),
        _ACTIVITY,
        "look for Reports and statements under Account, Account activity reports, from the first day to today, CSV",
    ),
    Layout(
        "robinhood_1099b",
        _BROKER,
        "realized",
        frozenset({"1099-B", "DATE ACQUIRED", "SALES PRICE", "FORM8949CODE"}),
        _FORM,
        "look for Tax Center under Account, Consolidated 1099, CSV; it comes in February, for the year before",
    ),
)
