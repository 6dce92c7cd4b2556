"""An Excel workbook under any name reads as the CSV of its sheet would; what only looks like one is refused."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import Workbook

from planner.loader.tables.text_table import decode, read_table
from planner.loader.tables.unreadable import Unreadable

HEADER = ["symbol", "quantity", "acquired", "basis", "price"]


def workbook(*sheets: list[list[object]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"Sheet{number}")
        for row in rows:
            sheet.append(row)
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


def archive(**members: bytes) -> bytes:
    saved = BytesIO()
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name.replace("__", "."), content)
    return saved.getvalue()


def with_sheet(content: bytes, changed: Callable[[bytes], bytes]) -> bytes:
    """A workbook whose first sheet is changed as it lies in the archive."""
    saved = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as plain, zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as made:
        for member in plain.infolist():
            part = plain.read(member)
            made.writestr(member, changed(part) if member.filename.endswith("sheet1.xml") else part)
    return saved.getvalue()


def test_the_size_that_a_sheet_states_is_not_believed():
    """Some programs state the largest there is."""
    content = with_sheet(workbook([["a"], ["b"]]), lambda sheet: sheet.replace(b'"A1:A2"', b'"A1:XFD1048576"'))
    assert decode(content) == "a\nb\n"


def test_typed_cells_are_read_without_loss(load):
    lots = workbook(
        [
            HEADER,
            ["VTI", 0.1, date(2025, 3, 4), 31.7, 331],
            ["BTC", "0.123456789012345678", datetime.combine(date(2025, 3, 4), time()), "$1,000.00", 1e-05],
            [1234, 123456.78901234, "3/4/2025", 0.30000000000000004, 5.0],
        ]
    )
    by_symbol = {holding.lot.symbol: holding for holding in load(lots=lots).holdings}
    assert by_symbol["VTI"].lot.quantity == Decimal("0.1")
    assert by_symbol["VTI"].lot.basis == Decimal("31.7")
    assert by_symbol["BTC"].lot.quantity == Decimal("0.123456789012345678")
    assert by_symbol["BTC"].price == Decimal("0.00001")
    assert by_symbol["1234"].lot.quantity == Decimal("123456.78901234")
    assert {holding.lot.acquired for holding in by_symbol.values()} == {date(2025, 3, 4)}


def test_an_error_in_a_cell_is_no_blank_cell(refused):
    """A formula that failed: the reader has nothing to say of it, and a blank price is another error."""
    failed = workbook([], [[None], [], HEADER, ["VTI", 1, date(2025, 3, 4), 5, "#N/A"]])
    assert b't="e"' in zipfile.ZipFile(BytesIO(failed)).read("xl/worksheets/sheet2.xml")
    assert refused(lots=failed) == ["lots.csv:4: `price` is `#N/A`, which is not a number"]


def test_rows_and_columns_before_the_first_cell_count():
    content = workbook([[], [None, None, "a"], [], [None, "b"]])
    assert read_table(decode(content)).rows == [["", "", "a"], ["", "b"]]
    assert read_table(decode(content)).lines == [2, 4]


def test_lines_are_the_rows_of_the_sheet(refused):
    lots = workbook([["My lots"], [], HEADER, [], ["VTI", 1, "line\nbreak", 5, 5]])
    assert refused(lots=lots) == ["lots.csv:5: `acquired` is `line break`, which is not a date"]


def test_the_first_sheet_with_rows_is_read():
    content = workbook([], [["a", True, None, datetime.combine(date(2026, 1, 2), time(9, 30))]], [["b"]])
    assert read_table(decode(content)).rows == [["a", "TRUE", "", "2026-01-02 09:30:00"]]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (workbook([]), "every sheet of this Excel workbook is empty"),
        (workbook([HEADER])[:-30], "damaged or incomplete"),
        (archive(a__csv=b"a,b"), "this is a zip archive"),
        (archive(content__xml=b"<a/>", mimetype=b"x"), "this is an OpenDocument file"),
        (archive(**{"xl/workbook__xml": b"<nonsense"}), "damaged or incomplete"),
        (archive(**{"xl/workbook__bin": b""}), "this is a binary Excel workbook"),
        (archive(**{"xl/workbook__xml": b"0" * 300 * 2**20}), "unpacks to more than 256 MB"),
        (workbook([["x"] * 1001]), "more than 1,000 columns"),
    ],
)
def test_what_is_no_workbook_that_can_be_read_is_refused(content, what):
    with pytest.raises(Unreadable, match=what) as caught:
        decode(content)
    assert caught.value.remedy


def test_entities_in_a_workbook_do_not_grow():
    """A sheet whose text would unfold to a gigabyte: expat stops it, and it is called damaged."""
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    trap = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>'.encode()
    content = with_sheet(workbook([["a"], ["b"]]), lambda sheet: trap + sheet.replace(b">a<", b">&l9;<"))
    with pytest.raises(Unreadable, match="damaged or unsafe"):
        decode(content)


def test_without_the_library_it_is_said_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with pytest.raises(Unreadable, match="the library that reads workbooks is not installed") as caught:
        decode(workbook([["a"]]))
    assert "harvest-planner[xlsx]" in caught.value.remedy
