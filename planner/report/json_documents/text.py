"""The one way to write a JSON document: exact numbers, ASCII only."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from json.encoder import encode_basestring_ascii
from typing import Any

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
    rows: Iterable[str] = _rows(value, deeper) if isinstance(value, Rows) else _texts(value, deeper)
    separator = f",\n{deeper}"
    return f"[\n{deeper}{separator.join(rows)}\n{indent}]"


def _rows(rows: Rows, indent: str) -> Iterator[str]:
    form = _form(tuple(rows.keys), indent)
    columns = (_texts(column, f"{indent}  ") for column in rows.columns)
    return (form % row for row in zip(*columns, strict=True))


def _texts(values: Collection[object], indent: str) -> Iterable[str]:
    kinds = set(map(type, values))
    if len(kinds) == 1 and (written := _WRITTEN.get(kinds.pop())) is not None:  # as nearly every column
        return map(written, values)
    return [_text(value, indent) for value in values]


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
