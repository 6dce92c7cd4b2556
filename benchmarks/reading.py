"""How long each table layout takes to read: whole processes that recognize and read a file of 100,000 rows.

    python benchmarks/reading.py [--rows 100000] [--rounds 3] [LAYOUT ...]

The files are those of tests/loading/fixtures with their rows repeated, each time with other amounts and moments; what
is no table (JSON, XML, OFX) is left out. Two of them are read as workbooks too. Of the rounds the one that took the
processor least is shown: on a busy machine the others tell of its other work.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from run import Run, run

if TYPE_CHECKING:
    from planner.loader.tables.text_table import Table

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "tests" / "loading" / "fixtures"
AS_OF = date(2026, 12, 8)
EVENT_IDS = {"coinledger_transactions": "Internal Id", "kraken_ledgers": "refid"}  # rows of one id are one event
_amount = re.compile(r"(?<![\d.:])(?:[1-9][\d,]*\.\d+|0\.\d*[1-9]\d*)(?![\d.:/-])").sub
WORKBOOKS = ("schwab_transactions", "merrill_activity")  # of 8 and of 13 columns
_number = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,12})?").fullmatch
_minutes = re.compile(r"(?<=[T ]\d\d:)\d\d:\d\d").sub
READ = f"""\
import gc, sys
from datetime import date
from itertools import chain
from pathlib import Path
from planner.loader.reading.layout import SourceFile, fitting
gc.disable()  # as the program does
source = SourceFile("file", Path(sys.argv[1]).read_bytes(), {AS_OF!r})
layout = next(layout for layout in fitting(source) if layout.name == sys.argv[2])
print(layout.read(layout, source).rows)
""".replace("datetime.date(", "date(")


def repeated(path: Path, name: str, rows: int) -> str | None:
    """The file with the block of its rows repeated until it has so many; None where it has none of this layout."""
    from planner.loader.reading.layout import SourceFile, fitting
    from planner.loader.tables.unreadable import Unreadable

    source = SourceFile(path.name, path.read_bytes(), AS_OF)
    try:
        layout = next(layout for layout in fitting(source) if layout.name == name)
        found = layout.read(layout, source)
    except (Unreadable, StopIteration):
        return None
    lines = [row.line for row in (*found.lots, *found.transactions, *found.realized)]
    if not lines:
        return None
    first, last = min(lines), max(lines)
    table = SourceFile(path.name, path.read_bytes(), AS_OF).table  # as it was before its layout corrected it
    last = next((line for line in table.lines if line > last), len(source.text.splitlines()) + 1) - 1  # of many lines
    ids = _event_ids(table, EVENT_IDS.get(name, ""), first, last)
    text = source.text.splitlines(keepends=True)
    block = "".join(text[first - 1 : last]).rstrip("\r\n") + "\n"
    copies = rows // sum(first <= line <= last for line in table.lines)
    numbered = (_numbered(block, ids, copy) for copy in range(copies))
    return "".join([*text[: first - 1], *numbered, *text[last:]])


def _numbered(block: str, ids: re.Pattern[str] | None, copy: int) -> str:
    """A copy of the rows whose moments are others, and whose amounts with decimals have further ones: what is read
    once for many rows alike must not be flattered."""
    block = _minutes(f"{copy // 60 % 60:02}:{copy % 60:02}", _amount(rf"\g<0>{copy:06}", block))
    return ids.sub(rf"\g<0>-{copy}", block) if ids else block


def _event_ids(table: Table, column: str, first: int, last: int) -> re.Pattern[str] | None:
    """What finds the ids of a layout whose rows belong together by them, so that each copy can have its own."""
    if not column:
        return None
    place = next(cells.index(column) for cells in table.rows if column in cells)
    rows = zip(table.lines, table.rows, strict=True)
    ids = sorted({cells[place] for line, cells in rows if first <= line <= last})
    return re.compile(rf'(?<=[,"])(?:{"|".join(map(re.escape, ids))})(?=[,"])')


def timed(rows: int, rounds: int, names: Sequence[str] = ()) -> Iterator[tuple[str, Run]]:
    """The best round of each layout, or of those named."""
    from planner.loader.reading.layout import all_layouts

    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "file"
        for layout in all_layouts():
            if layout.ours or (names and layout.name not in names):
                continue
            if (text := written(layout.name, rows)) is not None:
                target.write_text(text, "utf-8", newline="")
                yield layout.name, _best(target, layout.name, rounds)


def timed_workbooks(rows: int, rounds: int, names: Sequence[str] = ()) -> Iterator[tuple[str, Run]]:
    """The same of workbooks with the rows of some layouts."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "file.xlsx"
        for name in WORKBOOKS:
            if names and name not in names:
                continue
            text = written(name, rows)
            assert text is not None
            _write_workbook(text, target)
            yield f"{name} (XLSX)", _best(target, name, rounds)


def written(name: str, rows: int) -> str | None:
    """A file of so many rows of a layout; None of one that no fixture in CSV has."""
    tables = sorted(FIXTURES.glob("*.csv"))
    return next(filter(None, (repeated(path, name, rows) for path in tables)), None)


def _best(target: Path, name: str, rounds: int) -> Run:
    finished = [run(sys.executable, "-c", READ, str(target), name) for _ in range(rounds)]
    return min(finished, key=lambda each: each.processor)


def _write_workbook(text: str, target: Path) -> None:
    """The table as a sheet whose plain numbers are numbers."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Sheet")
    for cells in csv.reader(io.StringIO(text, newline="")):
        sheet.append([float(cell) if _number(cell) else cell or None for cell in cells])
    book.save(target)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("layouts", nargs="*")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    print(f"{f'{asked.rows:,} rows':34}{'wall s':>9}{'cpu s':>9}{'MiB':>7}{'records':>11}")
    files, books = (each(asked.rows, asked.rounds, asked.layouts) for each in (timed, timed_workbooks))
    for name, best in chain(files, books):
        said = f"{best.seconds:9.2f}{best.processor:9.2f}{best.mebibytes:7.0f}{int(best.printed):11,}"
        print(f"  {name:32}{said}", flush=True)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
