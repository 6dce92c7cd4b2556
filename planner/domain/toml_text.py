"""A document as TOML text, for households that the program writes: exact numbers, a table a heading."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import PurePath
from typing import Any

_bare = re.compile(r"[A-Za-z0-9_-]+").fullmatch


def toml_text(document: Mapping[str, Any]) -> str:
    """The document with its tables under headings; an array of tables is a heading for each."""
    return "\n".join(_lines(document, ())).lstrip("\n") + "\n"


def toml_value(value: Any) -> str:
    """A value on one line: tables inline, dates as TOML has them, numbers with all their digits and no exponent."""
    if isinstance(value, Mapping):
        pairs = (f"{toml_key(key)} = {toml_value(item)}" for key, item in value.items() if item is not None)
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):  # a datetime and a Timestamp too
        return value.isoformat()[:10]
    if isinstance(value, str | PurePath):
        return json.dumps(str(value), ensure_ascii=False)
    if isinstance(value, list | tuple | set | frozenset):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    if hasattr(value, "item"):
        return toml_value(value.item())  # numpy's own numbers
    if value in (float("inf"), -float("inf")):
        return "inf" if value > 0 else "-inf"
    return f"{Decimal(repr(value) if isinstance(value, float) else value):f}"


def toml_key(name: object) -> str:
    """A key, in quotes where it needs them."""
    return str(name) if _bare(str(name)) else json.dumps(str(name), ensure_ascii=False)


def _lines(table: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    below = {key: value for key, value in table.items() if isinstance(value, Mapping) or _is_tables(value)}
    for key, value in table.items():
        if key not in below and value is not None:
            yield f"{toml_key(key)} = {toml_value(value)}"
    for key, value in below.items():
        inside = (*path, toml_key(key))
        name = ".".join(inside)
        if isinstance(value, Mapping):
            lines = list(_lines(value, inside))
            if not lines or lines[0]:  # a table of tables alone needs no heading
                yield from ("", f"[{name}]")
            yield from lines
        else:
            for row in value:
                yield from ("", f"[[{name}]]", *(f"{toml_key(k)} = {toml_value(v)}" for k, v in row.items()))


def _is_tables(value: object) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(row, Mapping) for row in value)
