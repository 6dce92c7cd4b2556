"""Interactive Brokers' Flex queries, as XML and as CSV; statements are in `ibkr_statements.py`.

Summaries are among what they sum up: a position beside its lots, an order beside its executions. Only one level of
each is read. Dates come in whatever form the user chose for the query.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from planner.domain.case import SkippedRow
from planner.loader.layouts.ibkr_corporate_actions import DONE, Event, rows_of
from planner.loader.reading.broker_history import SHORT, Actions
from planner.loader.reading.broker_table import BrokerTable, Skip
from planner.loader.reading.layout import Findings, Layout, SourceFile
from planner.loader.tables.cells import find_day, normal_name
from planner.loader.tables.text_table import Table
from planner.loader.tables.xml_tree import Markup, parse_markup

BROKER = "Interactive Brokers"
_TICK_LOT = "tick Lot among the options of Open Positions, then run the query again"
SUMMARY = "the sum of the lots of this position"
ASSETS = {  # but for STK and Stocks, which may be ETFs
    "COMMON": "stock",
    "ADR": "stock",
    "REIT": "stock",
    "ETF": "etf",
    "FUND": "fund",
    "Mutual Funds": "fund",
    "OPT": "option",
    "Equity and Index Options": "option",
    "WAR": "option",
    "BOND": "bond",
    "Bonds": "bond",
    "CRYPTO": "crypto",
    "Crypto": "crypto",
}
NO_LOTS = "FUT|FOP|FSFOP|CASH|CMDTY|Forex|Futures.*|Options on Futures.*"
WHY_NO_LOTS = "currency, or a contract marked to market at year end (§ 1256): nothing to harvest"


# --- Flex queries as XML ---


def is_flex(source: SourceFile) -> bool:
    return "<FlexQueryResponse" in source.opening


def _flex_lots(source: SourceFile, found: Findings) -> Table:
    """The open positions of every account, a row a lot; the positions themselves where the query has no lots."""
    elements = [element for element, _ in elements_of(source, found, "OpenPositions")]
    lots = [element for element in elements if element.get("levelOfDetail", "").upper() == "LOT"]
    if not lots:
        found.kind = "positions"
        lots = elements
    else:
        found.skipped += [SkippedRow(e.line, SUMMARY) for e in elements if e.get("levelOfDetail", "").upper() != "LOT"]
    return _as_table(lots, _kind=kind_of)


def _flex_trades(source: SourceFile, found: Findings) -> Table:
    """The executions of every account, or its orders where the query has none; its corporate actions, its transfers,
    and of its cash the returns of capital."""
    sections = list(elements_of(source, found, "Trades", *_ALSO))
    of_trades = [element for element, section in sections if section == "Trades"]
    trades = [e for e in of_trades if e.tag == "Trade" and e.get("levelOfDetail", "").upper() in ("", "EXECUTION")]
    if not trades:
        trades = [e for e in of_trades if e.tag == "Order" or e.get("levelOfDetail", "").upper() == "ORDER"]
    read = set(map(id, trades))
    found.skipped += [
        SkippedRow(element.line, f"a {element.get('levelOfDetail') or element.tag} row, which repeats the executions")
        for element in of_trades
        if id(element) not in read
    ]
    terms = _terms(source)
    rows: list[tuple[int, dict[str, str]]] = [
        (
            e.line,
            {
                **e.attrib,
                "_kind": kind_of(e),
                "_done": _traded(e),
                "buySell": e.get("buySell", ""),
                "_stated": e.get("cost", "") if _traded(e) == "SELL C" else "",
                "_term": terms.get(e.get("symbol", ""), ""),
            },
        )
        for e in trades
    ]
    corporate = [_event(element) for element, section in sections if section == "CorporateActions"]
    corporate += [
        _event(element) for element, section in sections if section == "CashTransactions" and _returns_capital(element)
    ]
    rows += [(line, dict(zip(_CORPORATE, cells, strict=True))) for line, cells in rows_of(corporate)]
    rows += [(e.line, _transfer(e)) for e, section in sections if section == "Transfers"]
    found.skipped += [
        SkippedRow(element.line, "cash, which moves no units")
        for element, section in sections
        if section == "CashTransactions" and not _returns_capital(element)
    ]
    names = list(dict.fromkeys(["symbol", "buySell", *chain.from_iterable(row for _, row in rows)]))
    first = min((line for line, _ in rows), default=1)
    return Table([first, *(line for line, _ in rows)], [names, *([row.get(n, "") for n in names] for _, row in rows)])


def _terms(source: SourceFile) -> dict[str, str]:
    """The term of all that was realized in a security in the query's time, by its symbol, where it is one."""
    found: dict[str, set[str]] = {}
    for summary in parse_markup(source.text).iter("FIFOPerformanceSummaryUnderlying"):
        for short, term in (("ST", "short"), ("LT", "long")):
            if any(_units(summary.get(f"realized{short}{what}", "")) for what in ("Profit", "Loss")):
                found.setdefault(summary.get("symbol", ""), set()).add(term)
    return {symbol: terms.pop() for symbol, terms in found.items() if len(terms) == 1}


_ALSO = ("CorporateActions", "CashTransactions", "Transfers")
_CORPORATE = (  # attributes of a trade, under which the fields of HEADER are
    *("accountId", "tradeDate", "_done", "symbol", "quantity", "netCash", "description", "_group", "_parent"),
    *("currency", "_kind", "transactionID", "_worth"),
)


def _traded(trade: Markup) -> str:
    return f"{trade.get('buySell', '')} {trade.get('openCloseIndicator', '')}".strip()


def _returns_capital(cash: Markup) -> bool:
    return "return of capital" in cash.get("description", "").casefold()


def _event(element: Markup) -> Event:
    """A corporate action, on the first day on which it is traded so."""
    of_cash = element.tag == "CashTransaction"
    moment = element.get("dateTime", "").replace(";", ",").split(",")[0]
    day = element.get("reportDate", "") or moment
    proceeds = element.get("proceeds", "") or element.get("amount", "")
    return Event(
        element.line,
        element.get("accountId", ""),
        (moment or day) if of_cash else day,
        "ROC" if of_cash else element.get("type", ""),
        element.get("actionDescription", "") or element.get("description", ""),
        element.get("symbol", ""),
        element.get("quantity", "") if not of_cash else "",
        element.get("amount", "") if of_cash else proceeds,
        element.get("actionID", "") if not of_cash else "",
        element.get("currency", ""),
        kind_of(element),
        canceled="Ca" in element.get("code", "").replace(",", ";").split(";"),
        value=element.get("value", ""),
    )


def _transfer(element: Markup) -> dict[str, str]:
    """Units that came from another broker or account, or went there."""
    units = element.get("quantity", "")
    leaves = element.get("direction", "").upper() == "OUT" or units.startswith("-")
    return {
        "accountId": element.get("accountId", ""),
        "tradeDate": element.get("date", "") or element.get("reportDate", ""),
        "_done": "transfer_out" if leaves else "transfer_in",
        "symbol": element.get("symbol", ""),
        "quantity": units if _units(units) else "",
        "description": element.get("description", ""),
        "currency": element.get("currency", ""),
        "assetCategory": element.get("assetCategory", ""),
        "_kind": kind_of(element),
    }


def _units(cell: str) -> bool:
    return bool(cell.strip("-0. "))


def elements_of(source: SourceFile, found: Findings, wanted: str, *also: str) -> Iterator[tuple[Markup, str]]:
    """The rows of these sections of every account's statement, with the section's name; the others are skipped, each
    with its name."""
    root = parse_markup(source.text)
    for statement in root.iter("FlexStatement"):
        first, last = find_day(statement.get("fromDate", "")), find_day(statement.get("toDate", ""))
        if first is not None and last is not None and first <= last:
            found.covers = (max(first, found.covers[0]), min(last, found.covers[1])) if found.covers else (first, last)
        for section in statement:
            if section.tag in (wanted, *also):
                for element in section:
                    assert isinstance(element, Markup)
                    yield element, section.tag
            elif len(section) and isinstance(section, Markup):
                found.skipped.append(SkippedRow(section.line, f"the section {section.tag}, which holds no {wanted}"))


def _as_table(elements: Sequence[Markup], **derived: Callable[[Markup], str]) -> Table:
    """Elements as rows under the names of their attributes, and of what is derived from them."""
    names = list(dict.fromkeys(chain.from_iterable(element.attrib for element in elements)))
    rows = [
        [*(element.get(name, "") for name in names), *(derive(element) for derive in derived.values())]
        for element in elements
    ]
    first = elements[0].line if elements else 1
    return Table([first, *(element.line for element in elements)], [[*names, *derived], *rows])


def kind_of(element: Markup) -> str:
    """A stock's own kind tells an ETF, and where it is not given nothing does; of the rest the category does."""
    category, kind = element.get("assetCategory", ""), element.get("subCategory", "")
    if category == "STK":
        return kind if kind in ASSETS else ""
    return category


# --- Flex queries as CSV ---


def _flex_csv(source: SourceFile, found: Findings) -> Table:
    """The file without the sums of its lots, its trailer records and its repeated headers."""
    table = source.table
    top = next(n for n, cells in enumerate(table.rows) if _has(cells, "LevelOfDetail", "CostBasisMoney"))
    header = table.rows[top]
    level = list(map(normal_name, header)).index("levelofdetail")
    levels = [cells[level].strip().upper() if level < len(cells) else "" for cells in table.rows]
    has_lots = "LOT" in levels
    if not has_lots:
        found.kind = "positions"
    lines, rows = [], []
    for n, (line, cells) in enumerate(zip(table.lines, table.rows, strict=True)):
        if n != top and cells[0].strip() in ("BOF", "BOA", "BOS", "EOS", "EOA", "EOF"):
            found.skipped.append(SkippedRow(line, "a record about the file, not a lot"))
        elif n > top and cells == header:
            found.skipped.append(SkippedRow(line, "the header again"))
        elif n > top and has_lots and levels[n] != "LOT":
            found.skipped.append(SkippedRow(line, SUMMARY))
        else:
            lines.append(line)
            rows.append(cells)
    return Table(lines, rows)


def _has(cells: Sequence[str], *names: str) -> bool:
    return {normal_name(name) for name in names} <= set(map(normal_name, cells))


TRADED = Actions(
    {
        "BUY": "buy",
        "BUY O": "buy",
        "BUY C": SHORT,
        "SELL": "sell",
        "SELL C": "sell",
        "SELL O": SHORT,
        "BUY (Ca.)": "undone buy",
        "SELL (Ca.)": "undone sell",
        **{done: done for done in DONE},
        **{f"undone {done}": f"undone {done}" for done in DONE},
    }
)

_XML_LOTS = BrokerTable(
    {
        "account": "accountId",
        "symbol": "symbol",
        "name": "description",
        "asset_class": "_kind",
        "quantity": "position",
        "acquired": "holdingPeriodDateTime",
        "purchased": "openDateTime",
        "basis": "costBasisMoney",
        "market_value": "positionValue",
        "price": "markPrice",
        "currency": "currency",
        "as_of": "reportDate",
    },
    skip=(Skip("assetCategory", NO_LOTS, WHY_NO_LOTS),),
    asset_classes=ASSETS,
    header=frozenset({"symbol", "position"}),
    rows=_flex_lots,
)
_XML_TRADES = BrokerTable(
    {
        "account": "accountId",
        "date": "tradeDate",
        "action": "_done",
        "symbol": "symbol",
        "name": "description",
        "asset_class": "_kind",
        "quantity": "quantity",
        "price": "tradePrice",
        "amount": "netCash",
        "fees": "ibCommission",
        "id": ("transactionID", "tradeID"),
        "currency": "currency",
        "group": "_group",
        "parent": "_parent",
        "value": "_worth",
        "stated_basis": "_stated",
        "term": "_term",
    },
    skip=(Skip("assetCategory", NO_LOTS, WHY_NO_LOTS),),
    asset_classes=ASSETS,
    header=frozenset({"symbol", "buySell"}),
    actions=TRADED,
    rows=_flex_trades,
)
_CSV_LOTS = BrokerTable(
    {
        "account": "ClientAccountID",
        "symbol": "Symbol",
        "name": "Description",
        "asset_class": "AssetClass",
        "quantity": "Quantity",
        "acquired": "HoldingPeriodDateTime",
        "purchased": "OpenDateTime",
        "basis": "CostBasisMoney",
        "market_value": "PositionValue",
        "price": "MarkPrice",
        "currency": "CurrencyPrimary",
        "as_of": "ReportDate",
    },
    skip=(Skip("AssetClass", NO_LOTS, WHY_NO_LOTS),),
    asset_classes=ASSETS,
    rows=_flex_csv,
)
_FLEX = f"look for Flex Queries under Performance & Reports, an Activity Flex Query with Open Positions: {_TICK_LOT}"
_FLEX_TRADES = "look for Flex Queries under Performance & Reports, an Activity Flex Query with Trades: Executions, Run"

LAYOUTS = (
    Layout("ibkr_flex_xml", BROKER, "lots", frozenset(), _XML_LOTS, _FLEX, recognizes=is_flex),
    Layout(
        "ibkr_flex_xml_trades",
        BROKER,
        "transactions",
        frozenset(),
        _XML_TRADES,
        _FLEX_TRADES,
        recognizes=is_flex,
    ),
    Layout(
        "ibkr_flex_csv",
        BROKER,
        "lots",
        frozenset({"ClientAccountID", "LevelOfDetail", "CostBasisMoney"}),
        _CSV_LOTS,
        _FLEX,
    ),
)
