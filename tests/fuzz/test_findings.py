"""What the fuzzer has found, and the files it starts from: each is read or refused, and nothing crashes."""

from __future__ import annotations

from pathlib import Path

import pytest
from reader_checks import check, read

FIXTURES = Path(__file__).resolve().parent.parent / "loading" / "fixtures"
FILES = sorted(path.name for path in FIXTURES.iterdir() if not path.name.endswith(".expected.json"))


@pytest.mark.parametrize("name", FILES)
def test_a_file_the_fuzzer_starts_from(name: str) -> None:
    content = (FIXTURES / name).read_bytes()
    assert any(found.rows for found in read(content))
    check(content)


PORTFOLIO = b"""\
Symbol,Last Price $,Price Paid $,Value $,Quantity
INTC,24.11,20,24.11,1
11/02/2026,24.11,20,24.11,1
TOTAL,,,24.11,
"""


def test_a_total_of_a_column_that_the_user_has_left_out() -> None:
    """E*TRADE's `Total Gain $` belongs to the total row, and not to every saved view."""
    (found,) = read(PORTFOLIO)
    assert [lot.symbol for lot in found.lots] == ["INTC"]
    assert not found.problems


def test_a_header_that_is_the_last_row() -> None:
    """E*TRADE's portfolio, whose lots are known by the row that comes after."""
    check(PORTFOLIO.split(b"\n")[0] + b"\n")


TWICE = b"Activity Date,Trans Code,Instrument,Settle Date,Quantity,Quantity,Description\n1/2/2026,BTO,SPY,,1,1\n"


def test_a_column_that_comes_twice_and_a_row_that_ends_before_its_last() -> None:
    """Robinhood's options take their contract from the description: here there is none."""
    check(TWICE)
    check(b"Trans Code,a note above the table\n" + TWICE)
    check(TWICE.replace(b",Description", b""))


COINBASE = b"""\
ID,Timestamp,Transaction Type,Asset,Quantity Transacted,Subtotal
a1,2026-11-09 15:02:11 UTC,Sell,ETH,two,$1
a2,2026-11-10 15:02:11 UTC,Buy,ETH,1,$3000
"""


def test_a_quantity_that_is_no_number_beside_signs_of_the_others() -> None:
    """Coinbase: whether quantities have signs is asked of all rows before any is read."""
    (found,) = [found for found in read(COINBASE) if found.transactions]
    assert [record.symbol for record in found.transactions] == ["ETH"]
    assert len(found.problems) == 1


DESKTOP = b"""\
Symbol(CUSIP),Security Description,Quantity,Date Acquired
Date,Description,Symbol,Quantity,Price,Amount,Cash Balance,Security Description,Commission,Fees,Account
Dec-8-2025,YOU BOUGHT,SPY,10,650.25,-6502.50,1.00,SPDR S&P 500,--,--,Z1
"""


def test_a_title_of_another_table_above_the_header() -> None:
    """Fidelity's desktop activity: the header is the row that has all of its columns."""
    assert any(record.symbol == "SPY" for found in read(DESKTOP) for record in found.transactions)


AWARDS = b"""\
Date,Action,Symbol,Description,Quantity,FeEsAndCommissions,DisbursementElection,Amount
06/09/2026,Sale,GOOG,Share Sale,12,0.10,,2000.00
"""


def test_a_header_in_letters_of_another_size() -> None:
    """Schwab's equity awards: a column is known by its name, however it is capitalized."""
    check(AWARDS)
    assert any(record.symbol == "GOOG" for found in read(AWARDS) for record in found.transactions)


def test_a_header_cut_by_commas_over_rows_cut_by_tabs() -> None:
    """Most lines say how cells are separated: our own header is none then, though its first line looks like it."""
    assert read(b"symbol,quantity,acquired,basis,price,asset_class\n" + b"A\t1\n" * 9) == []


@pytest.mark.parametrize("content", [b"", b"\x00", b"PK\x03\x04", b"<FlexQueryResponse", b"OFXHEADER:100", b"\xff\xfe"])
def test_a_beginning_alone(content: bytes) -> None:
    check(content)
