"""A list of a JSON document's rows to a DataFrame with stated dtypes: the one home of what each column holds.

Days are `datetime64`, money is `float64` exact to the cent, quantities are `float64`, words are `string` and words of
a short list `category`. A null is `NaT`, `NaN` or `NA`. Columns that hold lists are objects.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

DAY, MONEY, NUMBER, TEXT = "day", "money", "number", "text"
WORD, YES_NO, COUNT, LIST = "word", "yes_no", "count", "list"

SALES = {
    "lot_id": TEXT,
    "account": WORD,
    "symbol": WORD,
    "asset_class": WORD,
    "date": DAY,
    "quantity": NUMBER,
    "proceeds": MONEY,
    "basis": MONEY,
    "gain": MONEY,
    "character": WORD,
    "disallowed_loss": MONEY,
    "permanently_lost": MONEY,
    "reason": TEXT,
    "rebuy_on": DAY,
    "acquired": DAY,
    "price": NUMBER,
    "whole_lot": YES_NO,
    "long_term_on": DAY,
    "wash_state": WORD,
    "edge": YES_NO,
}
HELD_BACK = {"lot_id": TEXT, "symbol": WORD, "gain": MONEY, "reason": TEXT, "until": DAY}
WINDOWS = {
    "symbol": WORD,
    "first": DAY,
    "last": DAY,
    "safe_on": DAY,
    "because": TEXT,
    "identical_to": WORD,
    "sold": LIST,
    "accounts": LIST,
    "scheduled": LIST,
}
CANCELLATIONS = {"date": DAY, "account": WORD, "symbol": WORD, "quantity": NUMBER, "saves": MONEY}
CAUTIONS = {"code": WORD, "text": TEXT, "lot_id": TEXT}
LEDGER_SALES = {
    "id": TEXT,
    "date": DAY,
    "account": WORD,
    "symbol": WORD,
    "quantity": NUMBER,
    "gain_before_wash": MONEY,
    "disallowed_loss": MONEY,
    "permanently_lost": MONEY,
    "recognized": MONEY,
    "by_lot": LIST,
}
LEDGER_LOTS = {
    "lot_id": TEXT,
    "account": WORD,
    "symbol": WORD,
    "quantity": NUMBER,
    "basis": MONEY,
    "acquired": DAY,
    "holding_since": DAY,
    "washed_quantity": NUMBER,
}
FILES = {"path": TEXT, "account": WORD, "layout": WORD, "kind": WORD, "rows": COUNT, "skipped": LIST, "as_of": DAY}
LOTS = {
    "lot_id": TEXT,
    "account": WORD,
    "symbol": WORD,
    "asset_class": WORD,
    "quantity": NUMBER,
    "acquired": DAY,
    "basis": MONEY,
    "price": NUMBER,
    "market_value": MONEY,
    "character": WORD,
}
TRANSACTIONS = {
    "account": WORD,
    "date": DAY,
    "action": WORD,
    "symbol": WORD,
    "quantity": NUMBER,
    "amount": MONEY,
    "fees": MONEY,
}
REALIZED = {
    "account": WORD,
    "symbol": WORD,
    "quantity": NUMBER,
    "acquired": DAY,
    "sold": DAY,
    "proceeds": MONEY,
    "basis": MONEY,
    "character": WORD,
    "disallowed_loss": MONEY,
}

_DTYPES = {MONEY: "float64", NUMBER: "float64", TEXT: "string", WORD: "category", YES_NO: "bool", COUNT: "int64"}


def frame(rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]) -> pd.DataFrame:
    """The rows in these columns. A key that a row lacks is left out as null; keys without a column are not shown."""
    import pandas as pd

    rows = list(rows)
    table = {name: _column([row.get(name) for row in rows], kind) for name, kind in columns.items()}
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
