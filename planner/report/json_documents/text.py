"""The one way to write a JSON document: exact numbers, ASCII only."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from json.encoder import encode_basestring_ascii
from typing import Any

from planner.report.json_documents.values import Document


def as_json(document: Document) -> str:
    """A document as JSON text, indented; a `Decimal` as it is, without exponent or needless zeros.

    JSON leaves one control character as it is, which a terminal should not have.
    """
    return _text(document, "").replace("\x7f", "\\u007f")


def _text(value: object, indent: str) -> str:
    written = _WRITTEN.get(type(value))
    if written is not None:
        return written(value)
    if not isinstance(value, (dict, list)) or not value:
        return json.dumps(value)
    deeper = f"{indent}  "
    separator = f",\n{deeper}"
    plain = _WRITTEN.get  # asked here too: most of a long document is plain values
    if isinstance(value, dict):
        rows = [
            _key(key) + (_text(item, deeper) if (written := plain(type(item))) is None else written(item))
            for key, item in value.items()
        ]
        return f"{{\n{deeper}{separator.join(rows)}\n{indent}}}"
    rows = [_text(item, deeper) if (written := plain(type(item))) is None else written(item) for item in value]
    return f"[\n{deeper}{separator.join(rows)}\n{indent}]"


@cache  # a document has few keys, many times
def _key(name: str) -> str:
    return f"{encode_basestring_ascii(name)}: "


def _number(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError(f"JSON has no number for {value}")
    text = str(value)
    if "E" in text:
        text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


_WRITTEN: Mapping[type, Callable[[Any], str]] = {
    str: encode_basestring_ascii,
    Decimal: _number,
    bool: {True: "true", False: "false"}.__getitem__,
    type(None): {None: "null"}.__getitem__,
}
