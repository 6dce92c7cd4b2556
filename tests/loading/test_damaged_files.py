"""What happens to files on their way to us: read right, or refused with what it looks like and what to do."""

from __future__ import annotations

import codecs
from decimal import Decimal

import pytest

from planner.loader.tables.cells import BadCell, parse_amount
from planner.loader.tables.text_table import decode, read_table
from planner.loader.tables.unreadable import Unreadable

HEADER = "symbol,quantity,acquired,basis,price\n"
ROW = 'VTI,1,2025-03-04,"1,000.00",5\n'


@pytest.mark.parametrize(
    "content",
    [
        "sep=,\n" + HEADER + ROW,
        '"sep=,"\r\n' + HEADER + ROW,
        "sep=\t\n" + HEADER.replace(",", "\t") + "VTI\t1\t2025-03-04\t1,000.00\t5\n",
        HEADER.replace(",", "\t") + "VTI\t1\t2025-03-04\t$1,000.00\t$5.00\n",
        HEADER + ROW.replace("VTI", '="VTI"').replace(",5\n", ",'5\n"),
        HEADER + ROW.replace("2025-03-04", "3/4/2025"),
        HEADER.replace("\n", ",,\n") + ROW.replace("\n", ",,\n"),
        HEADER + ROW + "\x1a",
        HEADER + ROW.replace("VTI", "\u200eVTI\u200b"),
        HEADER + "\ufeff" + ROW,
        HEADER + ROW.replace(",5\n", ",\u202f5.0\u00a0\n"),
        HEADER + ROW.replace(",5\n", ",US$5\n"),
    ],
)
@pytest.mark.parametrize(
    "saved", [str.encode, lambda text: codecs.BOM_UTF8 + text.encode(), lambda t: t.encode("utf-16")]
)
def test_it_reads_as_before(load, content, saved):
    (holding,) = load(lots=saved(content)).holdings
    assert (holding.lot.symbol, holding.lot.basis, holding.price) == ("VTI", 1000, 5)


def test_utf_16_without_its_mark_and_not_all_ascii():
    text = "Ümläute – “name”,α\n" + HEADER + ROW
    assert decode(text.encode("utf-16-le")) == decode(text.encode("utf-16-be")) == text


@pytest.mark.parametrize(
    "start",
    [
        '<?xml version="1.0" encoding="ISO-8859-1"?>\n<a b="é"/>',
        "OFXHEADER:100\nDATA:OFXSGML\nENCODING:USASCII\nCHARSET:1252\n\n<OFX><NAME>é",
    ],
)
def test_an_encoding_that_the_file_itself_declares_is_believed(start):
    assert decode(start.encode("cp1252")) == decode(start.encode("cp1252")) == start


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("$1,234.50", "1234.50"),
        ("(99.10)", "-99.10"),
        ("($99.10)", "-99.10"),
        ("$(99.10)", "-99.10"),
        ("-$5", "-5"),
        ("$-5", "-5"),
        ("- $5", "-5"),
        ("5-", "-5"),
        ("1,234.50-", "-1234.50"),
        ("−5", "-5"),
        ("–5", "-5"),
        ("+5", "5"),
        ("1.2E-05", "0.000012"),
        ("1.2e+3", "1200"),
        ("0.123456789012345678", "0.123456789012345678"),
        ("1 234 567.5", "1234567.5"),
        ("1\u202f234.5", "1234.5"),
        ("\u00a0$5\u2009", "5"),
        ("５", "5"),
        ("US$5", "5"),
        ("USD 5", "5"),
        ("5 USD", "5"),
        ("(5 USD)", "-5"),
        (".5", "0.5"),
        ("5.", "5"),
    ],
)
def test_an_amount_however_it_is_written(written, amount):
    assert parse_amount(written) == Decimal(amount)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("€5", "in euros"),
        ("1.234,50 €", "in euros"),
        ("5 EUR", "in euros"),
        ("GBP 5", "in pounds"),
        ("£5.00", "in pounds"),
        ("C$5", "in Canadian dollars"),
        ("-CA$5", "in Canadian dollars"),
        ("(€5.00)", "in euros"),
        ("R$5", r"in R\$"),
        ("5%", "a percentage"),
        ("-1.5%", "a percentage"),
        ("1.234,50", "with a decimal comma"),
        ("1 234,50", "not a number"),
        ("12 5", "not a number"),
        ("1'234.50", "not a number"),
        ("5--", "not a number"),
        ("-5-", "not a number"),
        ("(5)-", "not a number"),
        ("(-5)", "not a number"),
        ("5-5", "not a number"),
        ("=1+1", "not a number"),
        ("#N/A", "not a number"),
    ],
)
def test_what_is_no_amount_in_dollars_is_refused_by_its_name(written, why):
    with pytest.raises(BadCell, match=why):
        parse_amount(written)


SEMICOLONS = HEADER.replace(",", ";") + "VTI;1;04.03.2025;1.000,00;5,0\n"


@pytest.mark.parametrize(
    ("content", "line", "what"),
    [
        (SEMICOLONS, 0, "separated by semicolons, which usually means decimal commas"),
        ("sep=;\n" + SEMICOLONS, 0, "separated by semicolons"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0, "this is an old Excel workbook, or one with a password"),
        (b"%PDF-1.7", 0, "this is a PDF"),
        (b"\x1f\x8b\x08", 0, "this is a compressed file"),
        (b"\x89PNG\r\n", 0, "this is a picture"),
        (b"PK\x03\x04rest", 0, "damaged or incomplete"),
        (HEADER + "VTI,1,20\0\0\0\0", 2, "a zero byte is here"),
        ("<!-- saved --><!DOCTYPE html><body>Log in", 0, "this is a web page"),
        ('<?xml version="1.0"?><!DOCTYPE html PUBLIC "x"><html>', 0, "this is a web page"),
        ("<table><tr><td>symbol</td></tr></table>", 0, "this is a web page"),
    ],
)
def test_what_is_no_table_is_called_by_its_name(content, line, what):
    with pytest.raises(Unreadable, match=what) as caught:
        read_table(decode(content.encode() if isinstance(content, str) else content))
    assert caught.value.line == line
    assert caught.value.remedy


def test_semicolons_in_prose_are_no_separators(load):
    lots = 'a;b;c\nNotes; more; and more\n"x;y;z"\n' + HEADER + "VTI,1,2025-03-04,1000,5\n" * 5
    assert len(load(lots=lots).holdings) == 5


def test_the_line_that_excel_puts_on_top_is_counted():
    table = read_table("sep=,\na,b\nc,d\n")
    assert (table.lines, table.rows) == ([2, 3], [["a", "b"], ["c", "d"]])


def test_protected_cells_are_bared_and_others_left(load):
    rows = read_table('a,b\n\'-5,"=""00123"""\n\'=1+1,Moody\'s 5\n').rows
    assert rows[1:] == [["-5", "00123"], ["=1+1", "Moody's 5"]]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('<?xml version="1.0"?>\n<a b="c"/>\n', "XML"),
        ('{"a": [1, 2]}', "JSON"),
        ("[]\n", "JSON"),
        ("!Type:Bank\nD1/2/2026\n", "QIF"),
    ],
)
def test_text_that_is_no_table_is_called_by_its_format(refused, text, what):
    (said,) = refused(lots=text)
    assert said.startswith(f"lots.csv: this is {what}")
