"""The one way to write a JSON document: exact numbers, ASCII only."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from json.encoder import encode_basestring_ascii
from typing import Any, cast

from planner.report.json_documents.values import Document, Rows


def as_json(document: Document) -> str:
    """A document as JSON text, indented; a `Decimal` as it is, without exponent or needless zeros.

    JSON leaves one control character as it is, which a terminal should not have.
    """
    return _text(document, "").replace("\x7f", "\\u007f")


def _text(value: object, indent: str) -> str:
    written = _WRITTEN.get(type(value))
    if written is not None:
        return written(value)
    if not isinstance(value, (dict, list, Rows)):
        return json.dumps(value)
    if not value:
        return "{}" if isinstance(value, dict) else "[]"
    deeper = f"{indent}  "
    if isinstance(value, dict):
        return _form(tuple(value), indent) % tuple(_texts(value.values(), deeper))
    return _list(_rows(value, deeper) if isinstance(value, Rows) else _texts(value, deeper), indent)


def _list(texts: Iterable[str], indent: str) -> str:
    separator = f",\n{indent}  "
    return f"[\n{indent}  {separator.join(texts)}\n{indent}]"


def _rows(rows: Rows, indent: str) -> Iterator[str]:
    form = _form(tuple(rows.keys), indent)
    columns = (_texts(column, f"{indent}  ") for column in rows.columns)
    return (form % row for row in zip(*columns, strict=True))


def _texts(values: Collection[object], indent: str) -> Iterable[str]:
    kinds = set(map(type, values))
    kind = kinds.pop() if len(kinds) == 1 else object
    if (written := _WRITTEN.get(kind)) is not None:  # as nearly every column
        return map(written, values)
    if kind is Rows and len({id(part.whole) for part in values}) == 1:  # type: ignore[attr-defined]
        return _parts(cast(Collection[Rows], values), indent)
    return [_text(value, indent) for value in values]


def _parts(parts: Collection[Rows], indent: str) -> Iterator[str]:
    """Parts of one table, whose rows are written all at once."""
    whole = next(iter(parts)).whole
    low, high = min(part.first for part in parts), max(part.first + len(part) for part in parts)
    rows = list(_rows(whole.part(low, high - low), f"{indent}  "))
    every = ((part.first - low, len(part)) for part in parts)
    return (_list(rows[first : first + length], indent) if length else "[]" for first, length in every)


@lru_cache  # a document has few kinds of rows
def _form(keys: tuple[str, ...], indent: str) -> str:
    """An object with these keys, and a place for each value."""
    places = [f"\n{indent}  {encode_basestring_ascii(key)}: ".replace("%", "%%") + "%s" for key in keys]
    return f"{{{','.join(places)}\n{indent}}}"


def _number(value: Decimal) -> str:
    if not value:
        return "0"
    if not value.is_finite():
        raise ValueError(f"JSON has no number for {value}")
    text = str(value)
    if "E" in text:
        text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


_WRITTEN: Mapping[type, Callable[[Any], str]] = {
    str: encode_basestring_ascii,
    Decimal: _number,
    bool: {True: "true", False: "false"}.__getitem__,
    type(None): {None: "null"}.__getitem__,
}
