"""What a caller of the library gives, checked before it is written out: a sentence, not an error of Python."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from math import isnan
from pathlib import Path, PurePath
from typing import Any

from planner.domain.case import Case
from planner.domain.errors import InputError, Problem
from planner.domain.input_limits import MOST_SECONDS
from planner.loader.household.frame_text import is_null

LISTS = ("planned_purchases", "distributions", "basis", "limits")  # lists of tables; the others are one table
_ROWS = {"lots": "lot", "transactions": "transaction", "realized": "sale", "accounts": "account", "sales": "sale"}


def day_given(as_of: object) -> date:
    """The day of `as_of`: a date or ISO text; a Timestamp or a datetime is a day here. Raises InputError otherwise."""
    remedy = 'write a date or year-month-day, such as as_of="2026-12-08"'
    if isinstance(as_of, str):
        try:
            return date.fromisoformat(as_of)
        except ValueError:
            raise InputError([Problem("as_of", f"`{as_of[:40]}` is not a date", remedy)]) from None
    if not isinstance(as_of, date) or as_of != as_of:  # pandas' NaT is a date that equals nothing
        raise InputError([Problem("as_of", f"is {_kind(as_of)}, not a date", remedy)])
    return as_of.date() if isinstance(as_of, datetime) else as_of


def path_given(path: object) -> Path:
    """Where a household lies. Raises InputError for what is no path."""
    if not isinstance(path, str | PurePath):
        what = f"is {_kind(path)}, not the path of a household"
        raise InputError(
            [Problem("path", what, 'write the folder or its household.toml: planner.load("my-household")')]
        )
    return Path(path)


def scenario_given(scenario: object) -> str:
    """The name of a scenario. Raises InputError for what is no text."""
    if not isinstance(scenario, str):
        what = f"is {_kind(scenario)}, not the name of a scenario"
        raise InputError([Problem("scenario", what, "write a name that stands under [scenarios], in quotes")])
    return scenario


def yes_or_no_given(name: str, value: object) -> bool:
    """An argument that is true or false. Raises InputError otherwise: a text would be taken for true."""
    if not isinstance(value, bool) and type(value).__name__ not in ("bool", "bool_"):  # numpy's own
        raise InputError([Problem(name, f"is {_kind(value)}, not True or False", f"write {name}=True or {name}=False")])
    return bool(value)


def seconds_given(seconds: object) -> float:
    """A time limit in seconds, at least zero. Raises InputError otherwise."""
    number = not isinstance(seconds, bool) and (isinstance(seconds, int | float) or _is_number(seconds))
    if not number or isnan(seconds) or seconds < 0:  # type: ignore[arg-type, operator]
        what = f"is {seconds}, not a number of seconds" if number else f"is {_kind(seconds)}, not a number of seconds"
        raise InputError([Problem("time_limit", what, "write a number, 0 or more, such as time_limit=30")])
    return min(float(seconds), MOST_SECONDS)  # type: ignore[arg-type]


def case_given(case: object) -> Case:
    """A household that was read. Raises InputError for anything else, such as the path of one."""
    if not isinstance(case, Case):
        remedy = 'read it first: case = planner.load("my-household", as_of="2026-12-08"), or planner.household(...)'
        raise InputError([Problem("case", f"is {_kind(case)}, not a household that was read", remedy)])
    return case


def require_frame(name: str, given: object, instead: str = "") -> None:
    """Refuse what is not a DataFrame with each column once; `instead` names what else the argument may be."""
    import pandas as pd

    if not isinstance(given, pd.DataFrame):
        what = f"is {_kind(given)}, not a DataFrame{instead}"
        remedy = f"give a DataFrame with one row for each {_ROWS[name]}: {name}=pd.DataFrame(...)"
        if isinstance(given, str | PurePath):
            remedy = f"give what the file holds, {name}=pd.read_csv(...), or use planner.load for a folder"
        raise InputError([Problem(name, what, remedy)])
    twice = [str(column) for column in dict.fromkeys(given.columns[given.columns.duplicated()])]
    if twice:
        what = f"the frame has more than one column {', '.join(f'`{column}`' for column in twice)}"
        raise InputError([Problem(name, what, "rename or drop all but one of the columns with this name")])


def require_accounts(accounts: object) -> None:
    """Refuse accounts that are neither a DataFrame nor a list of mappings."""
    if isinstance(accounts, Sequence) and not isinstance(accounts, str):
        strangers = [account for account in accounts if not isinstance(account, Mapping)]
        if not strangers:
            return
        what = f"has {_kind(strangers[0])} in it, not a dict"
        raise InputError([Problem("accounts", what, 'write accounts=[{"name": "Broker", "kind": "taxable"}]')])
    require_frame("accounts", accounts, " or a list of dicts")


def require_tables(tables: Mapping[str, Any]) -> None:
    """Refuse values that household.toml has no way to write, each by its key."""
    if not isinstance(tables["taxpayer"], Mapping):
        what = f"is {_kind(tables['taxpayer'])}, not a dict"
        remedy = 'write taxpayer={"tax_year": 2026, "filing_status": "single", "ordinary_income": 140_000}'
        raise InputError([Problem("taxpayer", what, remedy)])
    problems = [problem for key, value in tables.items() for problem in _unwritable(value, f"`{key}`", f"[{key}]")]
    if problems:
        raise InputError(problems)


def _unwritable(value: Any, name: str, path: str) -> Iterator[Problem]:
    """The problems of a value: `name` is how it is said, `path` how what is within it is."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _unwritable(inner, f"{path} {key}", f"{path} {key}")
    elif isinstance(value, list | tuple | set | frozenset):
        for at, inner in enumerate(value):
            yield from _unwritable(inner, f"{path}, item {at}", f"{path}, item {at},")
    elif value is None:
        return
    elif is_null(value):
        noun = {"NaT": "date", "<NA>": "value"}.get(str(value), "number")
        yield Problem("household", f"{name} is not a {noun}: {value}", f"write a {noun}, or leave the key out")
    elif isinstance(value, datetime) and value.tzinfo is not None:
        what = f"{name} is {value}, a time with a time zone: which day it is depends on where you live"
        yield Problem("household", what, "write a date")
    elif isinstance(value, str) and not _is_text(value):
        yield Problem("household", f"{name} has half of a character in it", "write the text again")
    elif not isinstance(value, str | PurePath | date | bool | int | float | Decimal) and not _is_number(value):
        remedy = "write text, a number, a date, a list or a dict"
        if hasattr(value, "to_dict"):  # a Series or a DataFrame
            remedy = "write a dict, such as series.to_dict()"
        if hasattr(value, "columns"):
            records = 'write a list of dicts, such as frame.to_dict("records")'
            columns = 'write a dict, such as dict(zip(frame["symbol"], frame["price"]))'
            remedy = records if path[1:-1] in LISTS else columns
        yield Problem("household", f"{name} is {_kind(value)}, which household.toml cannot hold", remedy)


def _is_number(value: Any) -> bool:
    """Whether it is one of numpy's own numbers."""
    import pandas as pd

    scalar = pd.api.types.is_float(value) or pd.api.types.is_integer(value) or pd.api.types.is_bool(value)
    return bool(scalar)


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _kind(value: object) -> str:
    """What something is, in the words of Python: `None`, `a list`, `an int`."""
    name = type(value).__name__
    if value is None or name == "NaTType":
        return str(value)
    return f"{'an' if name[0].casefold() in 'aeiou' else 'a'} {name}"
