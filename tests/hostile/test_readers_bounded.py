"""No file costs more than it is large: what once hung a reader, or took all memory, is refused or read at once."""

from __future__ import annotations

import json
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from planner.domain.errors import InputError
from planner.loader.assembly.folder import _is_our_workbook
from planner.loader.reading.sales_list import read_sales_list
from planner.loader.saved_plan import plan_document_of, read_saved_plan
from planner.loader.tables import ofx_tree, unreadable, workbook_guard, xml_tree
from planner.loader.tables.archive import files_within
from planner.loader.tables.json_rows import json_rows
from planner.loader.tables.ofx_tree import parse_ofx
from planner.loader.tables.text_table import decode
from planner.loader.tables.unreadable import Unreadable
from planner.loader.tables.xml_tree import parse_markup
from tests.loading.test_workbooks import with_sheet, workbook

SOON = 20.0  # seconds of this process; what is guarded against took minutes or never ended
COMMENT = "<!-- a -->"


@pytest.fixture(autouse=True)
def soon() -> Iterator[None]:
    began = time.process_time()
    yield
    assert time.process_time() - began < SOON


def sheet_with(rows: bytes) -> bytes:
    def changed(sheet: bytes) -> bytes:
        begins, ends = sheet.index(b"<sheetData>") + 11, sheet.index(b"</sheetData>")
        return sheet[:begins] + rows + sheet[ends:]

    return with_sheet(workbook([["a"]]), changed)


@pytest.mark.parametrize("gap", ["", " ", "\n", " \n\t "])
@pytest.mark.parametrize("many", [28, 5_000])
def test_comments_above_what_is_no_page(gap: str, many: int) -> None:
    text = (COMMENT + gap) * many + "x"
    assert decode(text.encode()) == text


def test_comments_above_a_page_are_seen_through() -> None:
    for start in ("", '<?xml version="1.0"?>\n', "\n "):
        for tag in ("<!DOCTYPE html>", "<html>", "<script>"):
            with pytest.raises(Unreadable, match="web page"):
                decode((start + (COMMENT + "\n") * 500 + tag).encode())


@pytest.mark.parametrize("text", ["<!--" * 100_000, "<!--" + "-" * 500_000, "<!-->" * 100_000 + "<x", "<?xml" * 50_000])
def test_comments_that_never_end(text: str) -> None:
    assert decode(text.encode()) == text


def test_excels_last_row_is_read_and_none_beyond_it() -> None:
    cell = b'<c r="A%d" t="inlineStr"><is><t>x</t></is></c>'
    assert decode(sheet_with(b'<row r="1048576">' + cell % 1048576 + b"</row>")).endswith("\nx\n")
    for row in (b'<row r="1048577">', b'<row r="40000000">', b'<row r="%s">' % (b"9" * 40), b'<row r="-1">', b"<row>"):
        with pytest.raises(Unreadable, match="Excel") as caught:
            decode(sheet_with(row + cell % 40_000_000 + b"</row>"))
        assert caught.value.remedy


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        (b"<row/>" * 2_000_000, "a row beyond 1,048,576"),
        (b"<row>" + b"<c/>" * 3_000_000 + b"</row>", "more than 2,000,000 cells"),
        (b'<row><c r="ALL1"/></row>' * 50_000, "cells, the blank ones counted"),
        (b'<row r="1"><c r="A1"/></row><row r="900000"><c r="ALL900000"/></row>', "cells, the blank ones counted"),
        (b'<row><c r="ZZZZ1"/></row>', "beyond Excel's last"),
        (b'<row><c r="A0x"/></row>', "beyond Excel's last"),
        (b"<row " + b" ".join(b'a%d=""' % n for n in range(400_000)) + b"/>", "a tag of more than 1 MB"),
        (b"<a>" * 500_000, "more than any sheet"),
        (b"<a/>" * 900_000, "more than any sheet"),
    ],
    ids=["rows", "cells", "far cells", "far corner", "column", "reference", "tag", "depth", "elements"],
)
def test_a_small_workbook_that_unfolds_to_a_large_one(
    rows: bytes, what: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if request.node.callspec.id == "elements":  # a tenth, for speed
        monkeypatch.setattr(workbook_guard, "_MOST_ELEMENTS", workbook_guard._MOST_ELEMENTS // 10)
    with pytest.raises(Unreadable, match=what):
        decode(sheet_with(rows))


def test_more_cells_than_are_read_are_counted_without_reading_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """4,200,000 ordinary cells took 37 seconds to refuse."""

    def look_at(part: workbook_guard._Part, _: object) -> None:
        assert not part.is_sheet

    monkeypatch.setattr(workbook_guard, "MOST_SHEET_CELLS", 10_000)
    monkeypatch.setattr(workbook_guard._Part, "look_at", look_at)
    with pytest.raises(Unreadable, match="more than 10,000 cells"):
        decode(sheet_with(b"<row>" + b'<c t="n"><v>1</v></c>' * 10_001 + b"</row>"))


def test_one_shared_text_in_every_cell() -> None:
    """A megabyte that stands once in the file, and in the table as often as there are cells."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    stated = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'.encode()
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    saved = BytesIO()
    with (
        ZipFile(BytesIO(sheet_with(b'<row><c t="s"><v>0</v></c></row>' * 200_000))) as plain,
        ZipFile(saved, "w", ZIP_DEFLATED) as made,
    ):
        for member in plain.infolist():
            made.writestr(member, plain.read(member).replace(b"</Types>", stated))
        made.writestr("xl/sharedStrings.xml", f'<sst xmlns="{namespace}"><si><t>{"x" * 30_000}</t></si></sst>')
    with pytest.raises(Unreadable, match="128 MB of text"):
        decode(saved.getvalue())


# --- markup ---


def test_xml_and_ofx_of_more_elements_than_any_broker_sends(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (xml_tree, ofx_tree, unreadable):
        monkeypatch.setattr(module, "MOST_ELEMENTS", 200_000)  # a tenth, for speed
    with pytest.raises(Unreadable, match="more than 200,000 elements"):
        parse_markup("<a>" + "<b/>" * 210_000 + "</a>")
    with pytest.raises(Unreadable, match="more than 200,000 elements"):
        parse_ofx("<OFX>" + "<B>1" * 210_000 + "</OFX>")
    for read in (parse_markup, parse_ofx):
        with pytest.raises(Unreadable, match="larger than 32 MB"):
            read("<OFX>" + " " * (32 * 2**20) + "</OFX>")


def test_json_whose_every_row_has_names_of_its_own() -> None:
    rows = ",".join(f'{{"k{n}":1}}' for n in range(50_000))
    with pytest.raises(Unreadable, match="more than 1,000 names"):
        json_rows(f'{{"rows": [{rows}]}}', "rows")
    with pytest.raises(Unreadable, match="nested more deeply than any broker's"):
        json_rows('{"rows": ' + "[" * 100_000, "rows")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="a file without end")
@pytest.mark.parametrize("read", [plan_document_of, read_sales_list])
def test_a_file_without_end(tmp_path: Path, read: Callable[[Path], object]) -> None:
    with pytest.raises(InputError, match="not a regular file"):
        read(Path("/dev/zero"))
    with (tmp_path / "long").open("wb") as file:
        file.truncate(2**33)  # all holes
    with pytest.raises(InputError, match="larger than"):
        read(tmp_path / "long")


@pytest.mark.parametrize("number", ["1e999999999", "1e-30000000", "9" * 100_000, "NaN", "-Infinity"])
def test_a_saved_plan_with_a_number_that_none_has(tmp_path: Path, number: str) -> None:
    (tmp_path / "plan.json").write_text(f'{{"schema": "harvest.plan/1", "x": {number}}}', "utf-8")
    with pytest.raises(InputError, match="an invalid number"):
        plan_document_of(tmp_path / "plan.json")


def _said_to_be_short(name: str) -> bytes:
    """An archive of 30 MB of zeros in 30 KB, which says that they are a thousand."""
    saved = BytesIO()
    with ZipFile(saved, "w", ZIP_DEFLATED) as made:
        made.writestr(name, bytes(30_000_000))
        (member,) = made.infolist()
        true, member.file_size = member.file_size, 1_000
    return saved.getvalue().replace(true.to_bytes(4, "little"), (1_000).to_bytes(4, "little"))


@pytest.mark.parametrize(
    ("name", "read"),
    [("a.csv", files_within), ("docProps/core.xml", lambda content: _is_our_workbook(content) or None)],
)
def test_an_archive_that_lies_of_its_sizes(name: str, read: Callable[[bytes], object]) -> None:
    content = _said_to_be_short(name)
    tracemalloc.start()
    with suppress(Unreadable):
        assert read(content) is None
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3_000_000


def test_a_workbook_whose_properties_are_damaged() -> None:
    content = bytearray(_said_to_be_short("docProps/core.xml"))
    content[60:100] = bytes(range(200, 240))
    assert not _is_our_workbook(bytes(content))


def test_a_saved_plan_whose_scenario_is_no_name(tmp_path: Path) -> None:
    plan = {"schema": "harvest.plan/1", "tax_year": 2026, "as_of": "2026-12-08", "scenario": ["x"], "sales": []}
    (tmp_path / "plan.json").write_text(json.dumps(plan | {"benefit": {"total": 0}}), "utf-8")
    with pytest.raises(InputError, match="scenario is not a name"):
        read_saved_plan(tmp_path / "plan.json")
