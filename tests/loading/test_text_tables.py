"""How files come: marks, encodings, line ends, empty columns, and real line numbers through all of it."""

from __future__ import annotations

import codecs
import subprocess
import sys

import pytest

from planner.loader.tables.text_table import decode, read_table
from planner.loader.tables.unreadable import Unreadable

LOTS = 'symbol,quantity,acquired,basis,price\r\nVTI,1,2025-03-04,"1,000.00",5\r\n'


@pytest.mark.parametrize(
    "content",
    [
        LOTS.encode(),
        codecs.BOM_UTF8 + LOTS.encode(),
        codecs.BOM_UTF16_LE + LOTS.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + LOTS.encode("utf-16-be"),
        LOTS.encode("utf-16-le"),
        LOTS.encode("utf-16-be"),
        LOTS.replace("\r\n", "\n").encode(),
        LOTS.replace("\r\n", "\r").encode(),
        LOTS.replace('"1,000.00"', "1000.00").replace(",", "\t").encode("utf-16"),  # Excel's "Unicode text"
        LOTS.replace("\r\n", ",,\r\n").encode(),
        ("\r\n , ,\r\n" + LOTS + "\r\n,,,,\r\n\r\n").encode(),
        LOTS.replace(",", ", ").replace("1, 000", "1,000").encode(),
        LOTS.rstrip().encode(),
    ],
)
def test_one_file_however_it_was_saved(load, content):
    (holding,) = load(lots=content).holdings
    assert (holding.lot.symbol, holding.lot.basis, holding.price) == ("VTI", 1000, 5)


def test_rows_keep_their_real_lines():
    table = read_table('a,b\n\n"x\ny",2\n\nz,3\n')
    assert list(zip(table.lines, table.rows, strict=True)) == [(1, ["a", "b"]), (3, ["x\ny", "2"]), (6, ["z", "3"])]


def test_the_line_of_a_bad_byte():
    with pytest.raises(Unreadable) as caught:
        decode(b"one\ntwo\nthr\xe9e\n")
    assert caught.value.line == 3


def test_tables_are_read_without_pandas():
    """`harvest --help` must not wait for an import of half a second."""
    program = "import planner.loader, sys; raise SystemExit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
