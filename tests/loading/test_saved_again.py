"""A broker's file reads the same however it was saved again on its way to us: encodings, line ends, Excel."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from planner.domain.case import Case
from planner.loader.tables.text_table import read_table

FIXTURES = Path(__file__).parent / "fixtures"
KINDS = {  # of every table beside which stands what it is read as
    path.name: json.loads(expected.read_text("utf-8"))["kind"]
    for path in sorted(FIXTURES.glob("*.csv"))
    if (expected := path.with_name(f"{path.name}.expected.json")).exists()
}

_day = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})").fullmatch
_amount = re.compile(r"-?\d{1,9}(\.\d{1,4})?").fullmatch


def rows(text: str) -> list[list[str]]:
    """The rows of a file, an empty one for each blank line."""
    table = read_table(text)
    by_line = dict(zip(table.lines, table.rows, strict=True))
    return [by_line.get(line, []) for line in range(1, max(by_line) + 1)]


def unquoted(text: str) -> bytes:
    """As Excel saves it: quotes only where they must be, days unpadded, every row as wide as the widest."""
    table = list(csv.reader(io.StringIO(text, newline="")))
    width = max(map(len, table)) + 2
    saved = io.StringIO(newline="")
    writer = csv.writer(saved, lineterminator="\r\n")
    for cells in table:
        bare = [unpadded(cell) for cell in cells]
        writer.writerow(bare + [""] * (width - len(bare)))
    return codecs.BOM_UTF8 + saved.getvalue().encode()


def unpadded(cell: str) -> str:
    found = _day(cell)
    return f"{int(found[1])}/{int(found[2])}/{found[3]}" if found else cell


def typed(cell: str) -> object:
    """A cell as Excel keeps it: a day as a day, a number as a number."""
    if found := _day(cell):
        return date(int(found[3]), int(found[1]), int(found[2]))
    if _amount(cell) and str(float(cell)).removesuffix(".0") == cell.removesuffix(".0"):
        return float(cell)
    return cell


def workbook(text: str, kept: Callable[[str], object]) -> bytes:
    book = Workbook()
    for cells in rows(text):
        book.active.append([kept(cell) for cell in cells])
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


SAVED: dict[str, Callable[[str], bytes]] = {
    "with a mark": lambda text: codecs.BOM_UTF8 + text.encode(),
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16 without its mark": lambda text: text.encode("utf-16-le"),
    "lines of Windows": lambda text: text.replace("\n", "\r\n").encode(),
    "lines of old Macs": lambda text: text.replace("\n", "\r").encode(),
    "Excel's CSV": unquoted,
    "a workbook of texts": lambda text: workbook(text, str),
    "a workbook": lambda text: workbook(text, typed),
}


def facts(case: Case) -> dict[str, Any]:
    return {
        "lots": case.holdings,
        "transactions": case.transactions,
        "realized": case.realized,
        "rows": [(read.layout, read.kind, read.rows, read.as_of, read.checks) for read in case.files],
        "skipped": [read.skipped for read in case.files],
        "cautions": case.cautions,
    }


@pytest.mark.parametrize("how", SAVED)
@pytest.mark.parametrize("name", KINDS)
def test_it_reads_the_same(load: Callable[..., Case], tmp_path: Path, name: str, how: str) -> None:
    text = (FIXTURES / name).read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    key = {"positions": "lots"}.get(KINDS[name], KINDS[name])

    def read(content: bytes) -> dict[str, Any]:
        (tmp_path / "file").write_bytes(content)
        return facts(load(toml=f'[[accounts]]\nname = "Broker"\n{key} = "file"\n'))

    assert read(SAVED[how](text)) == read(text.encode())
