"""OFX of both ages, as brokers write it: values never closed, tickers only in the list of securities, short sales."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from planner.loader.tables.ofx_tree import parse_ofx
from planner.loader.tables.unreadable import Unreadable

HEAD = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nCHARSET:1252\n\n"
STATEMENT = (
    "<OFX><INVSTMTMSGSRSV1><INVSTMTTRNRS><INVSTMTRS><CURDEF>{currency}<INVACCTFROM><ACCTID>123456789</INVACCTFROM>"
    "<INVTRANLIST>{done}</INVTRANLIST></INVSTMTRS></INVSTMTTRNRS></INVSTMTMSGSRSV1>"
    "<SECLISTMSGSRSV1><SECLIST><STOCKINFO><SECINFO><SECID><UNIQUEID>0001<UNIQUEIDTYPE>CUSIP</SECID>"
    "<SECNAME>Example &amp; Sons<TICKER>EXS</SECINFO></STOCKINFO></SECLIST></SECLISTMSGSRSV1></OFX>"
)


def ofx(*done: str, currency: str = "USD") -> str:
    return HEAD + STATEMENT.format(done="".join(done), currency=currency)


def traded(kind: str, units: str, total: str, extra: str = "", cusip: str = "0001") -> str:
    side = "INVBUY" if kind.startswith("BUY") else "INVSELL"
    return (
        f"<{kind}><{side}><INVTRAN><FITID>7<DTTRADE>20261116120000.000[-5:EST]<MEMO></INVTRAN><SECID><UNIQUEID>{cusip}"
        f"<UNIQUEIDTYPE>CUSIP</SECID><UNITS>{units}<UNITPRICE>10<COMMISSION>1.50<FEES>0.05<TOTAL>{total}</{side}>{extra}"
        f"</{kind}>"
    )


def test_a_purchase_has_its_ticker_from_the_list_of_securities(load):
    (bought,) = load(transactions=ofx(traded("BUYSTOCK", "3", "-31.55", "<BUYTYPE>BUY"))).transactions
    assert (bought.symbol, bought.action, bought.date) == ("EXS", "buy", date(2026, 11, 16))
    assert (bought.quantity, bought.amount, bought.fees) == (Decimal(3), Decimal("31.55"), Decimal("1.55"))


def test_xml_with_every_tag_closed_reads_the_same(load):
    sgml = ofx(traded("SELLSTOCK", "-3", "28.45", "<SELLTYPE>SELL"))
    xml = '<?xml version="1.0"?><?OFX OFXHEADER="200"?>' + re.sub(r"<(\w+)>([^<]+)", r"<\1>\2</\1>", sgml)
    (of_sgml,), (of_xml,) = load(transactions=sgml).transactions, load(transactions=xml).transactions
    assert (of_sgml.action, of_sgml.symbol, of_sgml.amount) == ("sell", "EXS", Decimal("28.45"))
    assert replace(of_xml, where=of_sgml.where) == of_sgml


@pytest.mark.parametrize(("kind", "extra"), [("SELLSTOCK", "<SELLTYPE>SELLSHORT"), ("BUYSTOCK", "<BUYTYPE>BUYTOCOVER")])
def test_short_sales_are_skipped(load, kind, extra):
    case = load(transactions=ofx(traded(kind, "3", "30", extra)))
    assert (case.transactions, len(case.files[0].skipped)) == ((), 1)


def test_a_security_without_a_ticker_goes_by_its_cusip(load):
    (bought,) = load(transactions=ofx(traded("BUYOTHER", "1", "-10", cusip="912828ZZ1"))).transactions
    assert bought.symbol == "912828ZZ1"


def test_what_is_not_known_is_skipped_by_its_name(load):
    case = load(transactions=ofx("<SPLIT><INVTRAN><FITID>8<DTTRADE>20261116</INVTRAN></SPLIT>"))
    assert [row.why for row in case.files[0].skipped] == ["SPLIT: enter it in our own layout if it matters"]


def test_another_currency_is_refused(refused):
    assert "GBP: only dollars are read" in refused(transactions=ofx(traded("BUYMF", "1", "-1"), currency="GBP"))[0]


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("OFXHEADER:100\n", 0, "has no OFX statement"),
        ("<OFX>\n<A>\n<B>1", 3, "is incomplete"),
        ("<OFX>\n<A></B></A></OFX>", 2, "never opened"),
        ("<OFX>" + "<A>" * 60, 1, "are nested"),
    ],
)
def test_what_is_broken_is_refused_with_its_line(text, line, why):
    with pytest.raises(Unreadable) as caught:
        parse_ofx(text)
    assert (caught.value.line, why in caught.value.what) == (line, True)
