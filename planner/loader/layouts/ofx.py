"""OFX and QFX of any broker: a history good for wash-sale windows, and positions. It has no lots."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from planner.domain.case import SkippedRow
from planner.loader.reading.broker_history import SHORT, TRANSFER, Actions
from planner.loader.reading.broker_table import BrokerTable
from planner.loader.reading.layout import ANY_BROKER, Findings, Layout, SourceFile
from planner.loader.tables.cells import BadCell, parse_amount
from planner.loader.tables.ofx_tree import Aggregate, parse_ofx
from planner.loader.tables.text_table import Table

_HEADER = [
    *("Account", "Date", "Done", "Security", "Name", "Units", "Price", "Total", "Fees", "Id", "Currency", "Ratio"),
]
_HELD = ["Account", "Security", "Name", "Units", "Price", "Value", "Unit cost", "Day", "Currency"]
_DONE = {
    **dict.fromkeys(("BUYSTOCK", "BUYMF", "BUYDEBT", "BUYOTHER", "BUYOPT"), "buy"),
    **dict.fromkeys(("SELLSTOCK", "SELLMF", "SELLDEBT", "SELLOTHER", "SELLOPT"), "sell"),
    "REINVEST": "reinvest",
    "INCOME": "dividend",
    "INVEXPENSE": "fee",
    "MARGININTEREST": "interest",
    "TRANSFER": TRANSFER,
    "CLOSUREOPT": "expire",
    "INVBANKTRAN": TRANSFER,
    "SPLIT": "split",
    "RETOFCAP": "return_of_capital",
    "JRNLFUND": "other",
}
_ENDED = {"EXERCISE": "exercise", "ASSIGN": "assign", "EXPIRE": "expire"}  # how an option was closed
_INSIDE = "JRNLSEC"  # between an account's own parts, such as cash and margin
_SHORT = frozenset({"BUYTOCOVER", "SELLSHORT", "BUYTOCLOSE", "SELLTOOPEN"})


def _is_ofx(source: SourceFile) -> bool:
    opening = source.opening.lstrip()
    return opening.startswith(("OFXHEADER", "<OFX>")) or "<?OFX" in opening


def _history(source: SourceFile, found: Findings) -> Table:
    """Every transaction of every account, a row each; what moves units under a name that we do not know is one too."""
    ofx = parse_ofx(source.text)
    securities = _securities(ofx)
    lines, rows = [ofx.line], [_HEADER]
    for statement in ofx.every("INVSTMTRS"):
        account, currency = statement.value("ACCTID"), statement.value("CURDEF")
        for listed in statement.every("INVTRANLIST"):
            for done in listed.within:
                if done.name in ("DTSTART", "DTEND"):
                    continue
                if done.name not in _DONE and not (done.value("UNIQUEID") and done.value("UNITS")):
                    why = f"{done.name}: enter it in our own layout if it matters"
                    found.skipped.append(SkippedRow(done.line, why))
                    continue
                if done.name == "SPLIT" and not done.value("UNIQUEID"):
                    found.skipped.append(SkippedRow(done.line, "SPLIT: enter it in our own layout if it matters"))
                    continue
                if done.name == _INSIDE and done.value("SUBACCTFROM") and done.value("SUBACCTTO"):
                    found.skipped.append(SkippedRow(done.line, f"{_INSIDE}: moved between parts of this account"))
                    continue
                lines.append(done.line)
                rows.append(_transaction(done, account, currency, securities))
                if (paid := _for_fraction(done)) and rows[-1][2] == "split":
                    lines.append(done.line)
                    rows.append([*rows[-1][:2], "cash_in_lieu", *rows[-1][3:5], "", "", paid, "", "", rows[-1][10], ""])
        _skip_list(statement, "INVPOSLIST", "positions: list the file under `lots` too", found)
    return Table(lines, rows)


def _transaction(done: Aggregate, account: str, currency: str, securities: dict[str, tuple[str, str]]) -> list[str]:
    symbol, name = securities.get(done.value("UNIQUEID"), (done.value("UNIQUEID"), ""))
    kind = next(filter(None, map(done.value, ("BUYTYPE", "SELLTYPE", "OPTBUYTYPE", "OPTSELLTYPE"))), "")
    action = SHORT if kind in _SHORT else _ENDED.get(done.value("OPTACTION"), _DONE.get(done.name, done.name))
    units, ratio = (_added(done), _ratio(done)) if done.name == "SPLIT" else (done.value("UNITS"), "")
    if done.name == "TRANSFER" and done.value("TFERACTION") == "OUT" and not units.startswith("-"):
        units = f"-{units}"
    total = done.value("TOTAL") or done.value("TRNAMT")
    day = (done.value("DTTRADE") or done.value("DTPOSTED"))[:8]
    fees = _sum(done.value("COMMISSION"), done.value("FEES"))
    told = done.value("CURSYM") or currency
    return [account, day, action, symbol, name or done.value("MEMO"), units, done.value("UNITPRICE"), total, fees,
            done.value("FITID"), told, "" if units else ratio]  # fmt: skip


def _added(split: Aggregate) -> str:
    """How many units a split added, or took away, where it states those before and after."""
    try:
        return f"{parse_amount(split.value('NEWUNITS')) - parse_amount(split.value('OLDUNITS')):f}"
    except BadCell:
        return ""


def _ratio(split: Aggregate) -> str:
    new, old = split.value("NUMERATOR"), split.value("DENOMINATOR")
    return f"{new}:{old}" if new and old else ""


def _for_fraction(done: Aggregate) -> str:
    """The cash that a split paid for a fraction of a share."""
    cash = done.value("FRACCASH")
    try:
        return cash if parse_amount(cash) else ""
    except BadCell:
        return ""


def _positions(source: SourceFile, found: Findings) -> Table:
    """Every position of every account."""
    ofx = parse_ofx(source.text)
    securities = _securities(ofx)
    lines, rows = [ofx.line], [_HELD]
    for statement in ofx.every("INVSTMTRS"):
        account, currency = statement.value("ACCTID"), statement.value("CURDEF")
        for held in statement.every("INVPOS"):
            symbol, name = securities.get(held.value("UNIQUEID"), (held.value("UNIQUEID"), ""))
            units = held.value("UNITS")
            if held.value("POSTYPE") == "SHORT" and not units.startswith("-"):
                units = f"-{units}"
            lines.append(held.line)
            told = [held.value(tag) for tag in ("UNITPRICE", "MKTVAL", "AVGCOSTBASIS")]
            day, currency_told = held.value("DTPRICEASOF")[:8], held.value("CURSYM") or currency
            rows.append([account, symbol, name, units, *told, day, currency_told])
        _skip_list(statement, "INVTRANLIST", "a history: list the file under `transactions` too", found)
    return Table(lines, rows)


def _skip_list(statement: Aggregate, name: str, why: str, found: Findings) -> None:
    found.skipped += [SkippedRow(listed.line, why) for listed in statement.every(name) if listed.within]


def _securities(ofx: Aggregate) -> dict[str, tuple[str, str]]:
    """The ticker and name of each security by its CUSIP; the CUSIP where a security has no ticker."""
    return {
        info.value("UNIQUEID"): (info.value("TICKER") or info.value("UNIQUEID"), info.value("SECNAME"))
        for info in ofx.every("SECINFO")
    }


def _sum(*cells: str) -> str:
    return f"{sum(_amounts(cells)):f}"


def _amounts(cells: tuple[str, ...]) -> Iterator[Decimal]:
    for cell in cells:
        try:
            yield parse_amount(cell)
        except BadCell:
            continue


_HOW = "look for Download, as Quicken, Money or QFX"

LAYOUTS = (
    Layout(
        "ofx_investment",
        ANY_BROKER,
        "transactions",
        frozenset(),
        BrokerTable(
            {
                "account": "Account",
                "date": "Date",
                "action": "Done",
                "symbol": "Security",
                "name": "Name",
                "quantity": "Units",
                "price": "Price",
                "amount": "Total",
                "fees": "Fees",
                "id": "Id",
                "currency": "Currency",
                "ratio": "Ratio",
            },
            header=frozenset(_HEADER),
            actions=Actions({word: word for word in {*_DONE.values(), *_ENDED.values(), SHORT, "cash_in_lieu"}}),
            rows=_history,
        ),
        _HOW,
        recognizes=_is_ofx,
    ),
    Layout(
        "ofx_positions",
        ANY_BROKER,
        "positions",
        frozenset(),
        BrokerTable(
            {
                "account": "Account",
                "symbol": "Security",
                "name": "Name",
                "quantity": "Units",
                "price": "Price",
                "market_value": "Value",
                "unit_basis": "Unit cost",
                "as_of": "Day",
                "currency": "Currency",
            },
            header=frozenset(_HELD),
            rows=_positions,
        ),
        _HOW,
        recognizes=_is_ofx,
    ),
)
