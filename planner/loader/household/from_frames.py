"""A household given as tables and DataFrames: written out as files, so that it is read and checked like any other.

What a frame holds goes through the same door as a download: no second reader, no second set of checks.
"""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from planner.domain.case import FileRead, SkippedRow
from planner.domain.errors import InputError, Problem
from planner.domain.toml_text import toml_key, toml_value
from planner.loader.household.arguments import LISTS, require_accounts, require_frame, require_tables
from planner.loader.household.document import HOUSEHOLD_FILE
from planner.loader.household.frame_text import cell_text, csv_bytes, is_null, shown_cells
from planner.loader.reading.sales_list import ListedSale, sales_in

if TYPE_CHECKING:
    import pandas as pd

    from planner.domain.case import Case

ONLY_ACCOUNT = "Account"  # the name of the account where no frame names one
DAYS = {"born", "spouse_born", "children", "date", "sale_date", "last_sale_date", "complete_from"}  # keys of days
_iso_day = re.compile(r"\d{4}-\d\d-\d\d").fullmatch
_place_written = re.compile(r"(?<![\w.-])((?:lots|transactions|realized)-\d+\.csv)(?::(\d+))?")
_must_be = re.compile(r"`([^`]+)` must be a (table|list of tables)").fullmatch


@dataclass(frozen=True)
class _Written:
    """Of each file that was written which row of its frame each line is, and the lines that are blank."""

    rows: dict[str, Sequence[int]] = field(default_factory=dict)
    blank: dict[str, Sequence[int]] = field(default_factory=dict)


_written_in: dict[Path, _Written] = {}  # by folder


@contextmanager
def written_household(
    tables: Mapping[str, Any], frames: Mapping[str, Any], accounts: pd.DataFrame | Sequence[Mapping[str, Any]] | None
) -> Iterator[Path]:
    """The folder of the household: kept until the process ends, since scenarios and sweeps read it again.

    Problems found while it is read come out with frame and row (`lots, row 3`), as a DataFrame counts: from 0.
    """
    document = {key: value for key, value in tables.items() if value is not None or key == "taxpayer"}
    if isinstance(frames["realized"], Mapping):
        document["realized"] = frames["realized"]
    given = {kind: frame for kind, frame in frames.items() if frame is not None and document.get(kind) is not frame}
    for kind, frame in given.items():
        require_frame(kind, frame, " or a dict" if kind == "realized" else "")
    listed = _records(accounts)
    require_tables({**document, "accounts": listed})
    folder = Path(tempfile.mkdtemp(prefix="harvest-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    lines = _Written()
    try:
        document["accounts"] = _accounts(folder, given, listed, lines, _zone(tables["taxpayer"]))
        text = "".join(f"{toml_key(key)} = {toml_value(_dated(key, value))}\n" for key, value in document.items())
        (folder / HOUSEHOLD_FILE).write_text(text, "utf-8")
        _written_in[folder] = lines
        yield folder
    except InputError as refused:
        raise type(refused)([_in_frame(problem, lines.rows) for problem in refused.problems]) from None


def with_blank_rows(case: Case) -> Case:
    """The household that was read, with the rows of its frames that are blank among those that were not read."""
    blank = _written_in[case.household.path.parent].blank

    def listed(read: FileRead) -> FileRead:
        lines = blank.get(read.path, ())
        more = (SkippedRow(line, f"every cell is blank ({read.path}:{line})") for line in lines)
        return replace(read, skipped=(*read.skipped, *more)) if lines else read

    return replace(case, files=tuple(map(listed, case.files)))


def _dated(key: str, value: Any) -> Any:
    """The value with days that are written as ISO text, as `as_of` may be, made dates: TOML has them without quotes."""
    if isinstance(value, Mapping):
        return {inner: _dated(str(inner), its) for inner, its in value.items()}
    if isinstance(value, list | tuple):
        return [_dated(key, its) for its in value]
    if key in DAYS and isinstance(value, str) and _iso_day(value):
        with suppress(ValueError):  # no such day: said where the table is read
            return date.fromisoformat(value)
    return value


def _records(accounts: pd.DataFrame | Sequence[Mapping[str, Any]] | None) -> list[dict[str, Any]] | None:
    if accounts is None:
        return None
    require_accounts(accounts)
    rows = accounts if isinstance(accounts, Sequence) else accounts.to_dict("records")
    listed = [{str(key): value for key, value in row.items() if not is_null(value)} for row in rows]
    return [{**row, "name": cell_text(row["name"])} if "name" in row else row for row in listed]


def _accounts(
    folder: Path,
    frames: Mapping[str, pd.DataFrame],
    accounts: list[dict[str, Any]] | None,
    lines: _Written,
    zone: ZoneInfo | None,
) -> list[dict[str, Any]]:
    """The accounts, each listing a file of its own for every frame with rows of it."""
    if accounts is None:
        named = [name for frame in frames.values() if "account" in frame for name in frame["account"].dropna().unique()]
        accounts = [{"name": name} for name in dict.fromkeys(map(cell_text, named))] or [{"name": ONLY_ACCOUNT}]
    listed = [dict(account) for account in accounts]
    for kind, frame in frames.items():
        _place_rows(folder, kind, frame, listed, lines, zone)
    return listed


def _place_rows(
    folder: Path,
    kind: str,
    frame: pd.DataFrame,
    accounts: list[dict[str, Any]],
    lines: _Written,
    zone: ZoneInfo | None,
) -> None:
    if "account" not in frame and len(accounts) > 1:
        what = f"the frame has no column `account`, and there are {len(accounts)} accounts"
        raise InputError([Problem(kind, what, "add a column `account` with the name of each row's account")])
    names = [str(account.get("name", "")) for account in accounts]
    of_row = [cell_text(name) for name in frame["account"]] if "account" in frame else None
    shown = shown_cells(frame, kind, zone)
    blank: list[bool] = (shown == "").all(axis=1).tolist()
    if of_row is not None:
        named = next((name for name in of_row if name), "")
        of_row = [named if empty else name for name, empty in zip(of_row, blank, strict=True)]
        strangers = [(at, name) for at, name in enumerate(of_row) if name not in names]
        if strangers:
            remedy = f"write one of: {', '.join(names)}"
            raise InputError([Problem(f"{kind}, row {at}", f"no account `{name}`", remedy) for at, name in strangers])
    for number, (account, name) in enumerate(zip(accounts, names, strict=True), 1):
        file = folder / f"{kind}-{number}.csv"
        mine = range(len(frame)) if of_row is None else [at for at, owner in enumerate(of_row) if owner == name]
        if not mine:
            continue
        lines.rows[file.name] = mine
        lines.blank[file.name] = [line for line, at in enumerate(mine, 2) if blank[at]]
        file.write_bytes(csv_bytes(shown.iloc[list(mine)], kind))
        account[kind] = [*_paths(account.get(kind)), file.name]


def _paths(given: object) -> list[str]:
    """What the account lists already, against the working directory: the household's own folder is not the user's."""
    listed = [given] if isinstance(given, str | Path) else given or []
    return [str(Path(path).resolve()) for path in listed]  # type: ignore[attr-defined]


def _zone(taxpayer: Mapping[str, Any]) -> ZoneInfo | None:
    """Where the taxpayer lives, if stated; what is no time zone is refused where the table is read."""
    with suppress(KeyError, ValueError, OSError, ZoneInfoNotFoundError):
        return ZoneInfo(str(taxpayer["time_zone"]))
    return ZoneInfo("UTC") if "time_zone" in taxpayer else None


def sales_of_frame(frame: Any) -> tuple[ListedSale, ...]:
    """The sales of a frame with `lot_id` and `quantity`; a problem names its row as a DataFrame counts: from 0."""
    require_frame("sales", frame, " or the path of a file")
    if not len(frame.columns):
        raise InputError([Problem("sales", "has no columns", "give lot_id, quantity and, if any, date")])
    content = csv_bytes(shown_cells(frame, "sales"), "sales")
    return sales_in(content, lambda line: f"sales, row {line - 2}" if line > 1 else "sales")


@contextmanager
def in_frames(case: Case) -> Iterator[Callable[[str], str]]:
    """How what is said of a household is said to whoever gave it: frame and row in place of a file that no one sees.

    Problems found meanwhile name them likewise."""
    lines = _written_in.get(case.household.path.parent)
    if lines is None:
        yield str
        return
    rows = lines.rows
    try:
        yield partial(_placed, rows=rows)
    except InputError as refused:
        raise type(refused)([_in_frame(problem, rows) for problem in refused.problems]) from None


def _in_frame(problem: Problem, rows: Mapping[str, Sequence[int]]) -> Problem:
    """The problem in the words of Python: frames and dicts in place of files, tables and options of the command."""
    if found := _must_be(problem.what):
        listed = found[2] != "table" or found[1] in LISTS
        kind, example = ("list of dicts", "[{...}]") if listed else ("dict", "{...}")
        problem = replace(problem, what=f"`{found[1]}` must be a {kind}", remedy=f"write {found[1]}={example}")
    where = re.sub(rf"^{re.escape(HOUSEHOLD_FILE)}(:\d+)?", "household", problem.where)
    return Problem(*(_placed(text, rows).replace("--as-of", "as_of") for text in (where, problem.what, problem.remedy)))


def _placed(text: str, rows: Mapping[str, Sequence[int]]) -> str:
    """The text with the row of a frame for the line of its file: the header is line 1, and the first row line 2."""

    def place(found: re.Match[str]) -> str:
        if found[1] not in rows:
            return found[0]
        kind, at = found[1].partition("-")[0], int(found[2] or 0) - 2
        return f"{kind}, row {rows[found[1]][at]}" if 0 <= at < len(rows[found[1]]) else kind

    return _place_written.sub(place, text) if ".csv" in text else text
