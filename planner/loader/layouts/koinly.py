"""Koinly, which gathers wallets: its report of gains, and its transactions with both sides and their wallets."""

from __future__ import annotations

import re
from datetime import date

from planner.domain.errors import Caution
from planner.loader.reading.alike import Row
from planner.loader.reading.broker_table import BrokerTable
from planner.loader.reading.exchange_legs import Legs, Rows, each, legs_table
from planner.loader.reading.exchange_rows import Happened, coins_of, dollars_of, said, told
from planner.loader.reading.layout import Findings, Layout, SourceFile
from planner.loader.tables.cells import normal_name
from planner.loader.tables.text_table import Table
from rules.holding_period import character

_BROKER = "Koinly"
_MOVES = frozenset({"Date", "Sending Wallet", "Sent Amount", "Receiving Wallet", "Received Amount", "TxHash"})
_EARNED = re.compile(
    r"reward|staking|airdrop|mining|interest|income|fork|cashback|salary|lending", re.IGNORECASE
).search
_BECAME = re.compile(r"^swap$|wrap|migrat", re.IGNORECASE).search  # Koinly's tag `swap`: a new token for an old one
_LEFT = re.compile(r"gift|donation|lost|stolen", re.IGNORECASE).search
_SPENT = re.compile(
    r"\bcost\b|payment|purchase|\bfee\b", re.IGNORECASE
).search  # coins given for goods, services or a fee
_day_first = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(.*)").fullmatch


def _month_first(source: SourceFile, findings: Findings) -> Table:
    """The report with its days as `9/11/2026`, whose order follows the user's locale, in the order of ours.

    A number beyond the twelfth tells which comes first; else the holding periods beside the days; where they do not
    either, months do, and it is said.
    """
    table = source.table
    found = [[_day_first(cell.strip()) for cell in cells] for cells in table.rows]
    said = [match for matches in found for match in matches if match]
    if not any(int(match[1]) > 12 for match in said):
        open_to_both = not any(int(match[2]) > 12 for match in said) and any(match[1] != match[2] for match in said)
        if not open_to_both or _fits(table, source.as_of, days_first=False):
            if open_to_both and _fits(table, source.as_of, days_first=True):
                text = (
                    f"{source.shown}: all its dates could have the day first or the month first, and are read month "
                    "first; if that is wrong, write them as year-month-day"
                )
                findings.cautions.append(Caution("day_or_month", text))
            return table
    rows = [
        [
            f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}{match[4]}" if match else cell
            for cell, match in zip(cells, matches, strict=True)
        ]
        for cells, matches in zip(table.rows, found, strict=True)
    ]
    return Table(table.lines, rows)


def _fits(table: Table, as_of: date, *, days_first: bool) -> bool:
    """Whether all rows agree with their holding periods, and lie in the past, if their days are read so."""
    header: list[str] = []
    for cells in table.rows:
        names = list(map(normal_name, cells))
        if "date sold" in names:
            header = names
            continue
        said = dict(zip(header, cells, strict=False))
        sold, bought = (_day(said.get(name, ""), days_first) for name in ("date sold", "date acquired"))
        term = said.get("holding period", "").strip().casefold()[:4]
        if sold is None or bought is None:
            continue
        if bought > sold or sold > as_of or (term and not character(bought, sold).value.startswith(term)):
            return False
    return True


def _day(cell: str, days_first: bool) -> date | None:
    match = _day_first(cell.strip())
    if match is None:
        return None
    day, month = (match[1], match[2]) if days_first else (match[2], match[1])
    try:
        return date(int(match[3]), int(month), int(day))
    except ValueError:
        return None


def _read(legs: Legs, rows: Rows) -> None:
    def one(line: int, row: Row) -> None:
        tag = f"{said(row, 'Type')} {said(row, 'Tag', 'Label')}"
        event = line, told(row, "Date"), told(row, "TxHash"), told(row, "Description")
        out = Happened(*event, told(row, "Sending Wallet", "Receiving Wallet"))
        given, got = (
            coins_of(row, "Sent Amount", "Sent Currency"),
            coins_of(row, "Received Amount", "Received Currency"),
        )
        if given and got and given.asset != got.asset and _BECAME(said(row, "Tag", "Label")):
            legs.exchanged(out, given, got)
            return
        worth = dollars_of(row, "Net Value (USD)")
        if given and not got and worth is not None and _SPENT(said(row, "Tag", "Label")):
            spent = out._replace(account=told(row, "Sending Wallet"))
            legs.add(spent, "sell", given, worth)
            if fee := coins_of(row, "Fee Amount", "Fee Currency"):
                legs.add(spent, "fee", fee, dollars_of(row, "Fee Value (USD)"))
            return
        legs.moved(
            out,
            out._replace(account=told(row, "Receiving Wallet", "Sending Wallet")),
            (given, got),
            coins_of(row, "Fee Amount", "Fee Currency"),
            worth=worth,
            fee_worth=dollars_of(row, "Fee Value (USD)"),
            earned=_EARNED(tag) is not None,
            given_away=_LEFT(tag) is not None,
        )

    each(legs, rows, one)


LAYOUTS = (
    Layout(
        "koinly_capital_gains",
        _BROKER,
        "realized",
        frozenset({"Date Sold", "Date Acquired", "Asset", "Cost (USD)", "Proceeds (USD)", "Wallet Name"}),
        BrokerTable(
            {
                "account": "Wallet Name",
                "symbol": "Asset",
                "quantity": "Amount",
                "acquired": "Date Acquired",
                "sold": "Date Sold",
                "proceeds": "Proceeds (USD)",
                "basis": "Cost (USD)",
                "term": "Holding period",
            },
            rows=_month_first,
        ),
        "look for Tax reports, Capital gains report, CSV; the account set to dollars",
        coins=True,
    ),
    Layout(
        "koinly_transactions",
        _BROKER,
        "transactions",
        _MOVES,
        legs_table(_read, _MOVES),
        "look for Transactions, Export, CSV; the account set to dollars",
        coins=True,
    ),
)
