"""A list of a JSON document's rows to a DataFrame with stated dtypes: the one home of what each column holds.

Days are `datetime64`, money is `float64` exact to the cent, quantities are `float64`, words are `string` and words of
a short list `category`. A null is `NaT`, `NaN` or `NA`. Columns that hold lists are objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from types import NoneType
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin, get_type_hints

from planner.report.json_documents.values import Day, Money, Rows

if TYPE_CHECKING:
    import pandas as pd

DAY, MONEY, NUMBER, TEXT = "day", "money", "number", "text"
WORD, YES_NO, COUNT, LIST = "word", "yes_no", "count", "list"

_WORDS = frozenset({"account", "symbol", "identical_to", "layout", "action", "code"})  # texts of a short list


def columns_of(row: type) -> dict[str, str]:
    """What each column holds, by the declaration of a row of a JSON document. A document within a row is no column."""
    kinds = ((name, _kind(name, hint)) for name, hint in get_type_hints(row, include_extras=True).items())
    return {name: kind for name, kind in kinds if kind}


def _kind(name: str, hint: Any) -> str:
    (hint,) = [one for one in get_args(hint) if one is not NoneType] if NoneType in get_args(hint) else [hint]
    plain = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    if hint == Day:
        return DAY
    if hint == Money:
        return MONEY
    if plain is str:
        return WORD if plain is not hint or name in _WORDS else TEXT
    if get_origin(hint) is list:
        return LIST
    return {Decimal: NUMBER, bool: YES_NO, int: COUNT}.get(plain, "")


def with_texts(value: Any, said: Callable[[str], str]) -> Any:
    """A document, or a value of one, with each of its texts as `said`."""
    if isinstance(value, str):
        return said(value)
    if isinstance(value, dict):
        return {key: with_texts(inner, said) for key, inner in value.items()}
    if isinstance(value, Rows):
        return Rows(value.keys, [with_texts(list(column), said) for column in value.columns])
    return [with_texts(inner, said) for inner in value] if isinstance(value, list) else value


_DTYPES = {MONEY: "float64", NUMBER: "float64", TEXT: "string", WORD: "category", YES_NO: "bool", COUNT: "int64"}


def frame(rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]) -> pd.DataFrame:
    """The rows in these columns. A key that a row lacks is left out as null; keys without a column are not shown."""
    import pandas as pd

    if isinstance(rows, Rows):
        there = dict(zip(rows.keys, rows.columns, strict=True))
    else:
        rows = list(rows)
        there = {name: [row.get(name) for row in rows] for name in columns}
    table = {name: _column(list(there[name]), kind) for name, kind in columns.items()}
    return pd.DataFrame(table, columns=list(columns))


def _column(values: list[Any], kind: str) -> pd.Series[Any]:
    import pandas as pd

    if kind == DAY:
        return pd.Series(pd.to_datetime(pd.Series(values, dtype="object"), format="%Y-%m-%d").astype("datetime64[s]"))
    if kind in (MONEY, NUMBER):
        values = [None if value is None else float(value) for value in values]
    if kind == LIST:
        return pd.Series(values, dtype="object")
    return pd.Series(values, dtype=_DTYPES[kind])
