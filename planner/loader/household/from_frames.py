"""A household given as tables and DataFrames: written out as files, so that it is read and checked like any other.

What a frame holds goes through the same door as a download: no second reader, no second set of checks.
"""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.domain.errors import InputError, Problem
from planner.domain.toml_text import toml_key, toml_value
from planner.loader.household.document import HOUSEHOLD_FILE

if TYPE_CHECKING:
    import pandas as pd

ONLY_ACCOUNT = "Account"  # the name of the account where no frame names one
DAYS = {"born", "spouse_born", "children", "date", "sale_date", "last_sale_date", "complete_from"}  # keys of days
_iso_day = re.compile(r"\d{4}-\d\d-\d\d").fullmatch
_place = re.compile(r"((?:lots|transactions|realized)-\d+\.csv):(\d+)(.*)", re.DOTALL).fullmatch


@contextmanager
def written_household(
    tables: Mapping[str, Any], frames: Mapping[str, Any], accounts: pd.DataFrame | Sequence[Mapping[str, Any]] | None
) -> Iterator[Path]:
    """The folder of the household: kept until the process ends, since scenarios and sweeps read it again.

    Problems found while it is read come out with frame and row (`lots, row 3`), as a DataFrame counts: from 0.
    """
    folder = Path(tempfile.mkdtemp(prefix="harvest-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    document = dict(tables)
    if isinstance(frames["realized"], Mapping):
        document["realized"] = frames["realized"]
    given = {kind: frame for kind, frame in frames.items() if frame is not None and not isinstance(frame, Mapping)}
    rows: dict[str, Sequence[int]] = {}  # for each file the rows of its frame, in the order of its lines
    try:
        document["accounts"] = _accounts(folder, given, _records(accounts), rows)
        text = "".join(f"{toml_key(key)} = {toml_value(_dated(key, value))}\n" for key, value in document.items())
        (folder / HOUSEHOLD_FILE).write_text(text, "utf-8")
        yield folder
    except InputError as refused:
        raise type(refused)([_in_frame(problem, rows) for problem in refused.problems]) from None


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
    rows = accounts if isinstance(accounts, Sequence) else accounts.to_dict("records")
    return [{str(key): value for key, value in row.items() if not _is_null(value)} for row in rows]


def _accounts(
    folder: Path,
    frames: Mapping[str, pd.DataFrame],
    accounts: list[dict[str, Any]] | None,
    rows: dict[str, Sequence[int]],
) -> list[dict[str, Any]]:
    """The accounts, each listing a file of its own for every frame with rows of it."""
    if accounts is None:
        named = [name for frame in frames.values() if "account" in frame for name in frame["account"].dropna().unique()]
        accounts = [{"name": str(name)} for name in dict.fromkeys(named)] or [{"name": ONLY_ACCOUNT}]
    listed = [dict(account) for account in accounts]
    for kind, frame in frames.items():
        _place_rows(folder, kind, frame, listed, rows)
    return listed


def _place_rows(
    folder: Path, kind: str, frame: pd.DataFrame, accounts: list[dict[str, Any]], rows: dict[str, Sequence[int]]
) -> None:
    if "account" not in frame and len(accounts) > 1:
        what = f"the frame has no column `account`, and there are {len(accounts)} accounts"
        raise InputError([Problem(kind, what, "add a column `account` with the name of each row's account")])
    names = [str(account.get("name", "")) for account in accounts]
    of_row = frame["account"].astype("string").fillna("") if "account" in frame else None
    if of_row is not None:
        strangers = [(at, name) for at, name in enumerate(of_row) if name not in names]
        if strangers:
            remedy = f"write one of: {', '.join(names)}"
            raise InputError([Problem(f"{kind}, row {at}", f"no account `{name}`", remedy) for at, name in strangers])
    for number, (account, name) in enumerate(zip(accounts, names, strict=True), 1):
        file = folder / f"{kind}-{number}.csv"
        mine = range(len(frame)) if of_row is None else [at for at, owner in enumerate(of_row) if owner == name]
        if not mine:
            continue
        rows[file.name] = mine
        _write(file, frame.iloc[list(mine)])
        account[kind] = [*_paths(account.get(kind)), file.name]


def _paths(given: object) -> list[str]:
    """What the account lists already, against the working directory: the household's own folder is not the user's."""
    listed = [given] if isinstance(given, str | Path) else given or []
    return [str(Path(path).resolve()) for path in listed]  # type: ignore[attr-defined]


def _write(file: Path, frame: pd.DataFrame) -> None:
    """The frame as our own CSV layout, a line a row."""
    import pandas as pd

    shown = {}
    for column in frame.columns:
        values = frame[column]
        if pd.api.types.is_datetime64_any_dtype(values.dtype):
            values = values.dt.strftime("%Y-%m-%d")
        shown[str(column)] = [_cell(value) for value in values]
    pd.DataFrame(shown).to_csv(file, index=False)


def _cell(value: Any) -> str:
    if _is_null(value):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{Decimal(repr(float(value))):f}"  # never an exponent: 1e-08 of a coin is 0.00000001
    return value.isoformat()[:10] if isinstance(value, date) else str(value)


def _is_null(value: Any) -> bool:
    import pandas as pd

    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))


def _in_frame(problem: Problem, rows: Mapping[str, Sequence[int]]) -> Problem:
    """With frame and row instead of a file that no one sees: the header is line 1, and the first row line 2."""
    found = _place(problem.where)
    if found is None or found[1] not in rows:
        where = re.sub(rf"^{re.escape(HOUSEHOLD_FILE)}(:\d+)?", "household", problem.where)
        return Problem(where, problem.what, problem.remedy)
    kind, at = found[1].partition("-")[0], int(found[2]) - 2
    where = f"{kind}, row {rows[found[1]][at]}{found[3]}" if 0 <= at < len(rows[found[1]]) else kind
    return Problem(where, problem.what, problem.remedy)
