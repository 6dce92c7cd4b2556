"""A DataFrame as CSV of our own layouts, a line a row: numbers with all their digits, days without times.

A cell with a time zone is a moment, and which day that is depends on where one lives: it is converted by the
household's `time_zone`, else refused. Midnight with a time zone is mostly a day, so none is moved to another day.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from planner.domain.errors import InputError, Problem

if TYPE_CHECKING:
    import pandas as pd


def shown_cells(frame: pd.DataFrame, name: str, zone: ZoneInfo | None = None) -> pd.DataFrame:
    """The frame's cells as text; `zone` is where the taxpayer lives, if stated. Raises InputError for days in doubt."""
    import pandas as pd

    shown: dict[str, list[str]] = {}
    problems = []
    for column in frame.columns:
        values = frame[column]
        if pd.api.types.is_datetime64_dtype(values.dtype):
            values = values.dt.strftime("%Y-%m-%d")
        elif doubtful := _day_in_doubt(values, zone):
            problems.append(_refused(name, str(column), *doubtful, zone))
            continue
        shown[str(column)] = _texts(values, zone)
    if problems:
        raise InputError(problems)
    return pd.DataFrame(shown)


def csv_bytes(shown: pd.DataFrame, name: str) -> bytes:
    """The frame of `shown_cells` as a file of CSV."""
    try:
        return shown.to_csv(index=False, lineterminator="\n").encode()
    except UnicodeEncodeError:
        what = "a cell holds half of a character"
        raise InputError(
            [Problem(name, what, "write the text again, or read the file with its own encoding")]
        ) from None


def _texts(values: pd.Series[Any], zone: ZoneInfo | None) -> list[str]:
    """Each cell as text; one that is there many times is written once. True, 1 and 1.0 are alike, and are not one."""
    written: dict[tuple[type, Any], str] = {}
    found = []
    for value in values.tolist():
        try:
            text = written.get((type(value), value))
            if text is None:
                text = written[type(value), value] = cell_text(value, zone)
        except TypeError:  # a list, or the like: it has no hash
            text = cell_text(value, zone)
        found.append(text)
    return found


def cell_text(value: Any, zone: ZoneInfo | None = None) -> str:
    """One cell. pandas makes floats of whole numbers beside a blank: 700.0 is written 700, as a symbol or an id is."""
    import pandas as pd

    if isinstance(value, str):
        return value
    if is_null(value):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if pd.api.types.is_float(value):
        text = str(value)
        if "e" in text:  # never an exponent: 1e-08 of a coin is 0.00000001
            text = f"{Decimal(text):f}"
        return text.removesuffix(".0")
    if isinstance(value, datetime) and value.tzinfo is not None and zone is not None:
        value = value.astimezone(zone)
    return value.isoformat()[:10] if isinstance(value, date) else str(value)


def is_null(value: Any) -> bool:
    """None, NaN, NaT or NA."""
    import pandas as pd

    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))


def _day_in_doubt(values: pd.Series[Any], zone: ZoneInfo | None) -> tuple[int, datetime] | None:
    """The first moment of the column that is a day only by a guess, with its row."""
    import pandas as pd

    if not (pd.api.types.is_object_dtype(values.dtype) or pd.api.types.is_datetime64_any_dtype(values.dtype)):
        return None
    for row, value in enumerate(values):
        if isinstance(value, datetime) and value.tzinfo is not None and not is_null(value):
            midnight = (value.hour, value.minute, value.second, value.microsecond) == (0, 0, 0, 0)
            if zone is None or (midnight and value.astimezone(zone).date() != value.date()):
                return row, value
    return None


def _refused(name: str, column: str, row: int, value: datetime, zone: ZoneInfo | None) -> Problem:
    if zone is None:
        what = f"`{column}` is {value}, a time with a time zone: which day it is depends on where you live"
        days = '.dt.tz_convert("America/New_York").dt.date'
        remedy = f"set `time_zone` in `taxpayer`, or write days: {name}[{column!r}]{days} with your own time zone"
    else:
        what = f"`{column}` is {value}: it may be that day, or midnight there on another day in {zone.key}"
        days, moments = ".dt.tz_localize(None)", f".dt.tz_convert({zone.key!r}).dt.date"
        remedy = f"write days: {name}[{column!r}]{days}, or {name}[{column!r}]{moments} where they are times"
    return Problem(f"{name}, row {row}", what, remedy)
