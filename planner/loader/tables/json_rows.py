"""A list of objects in a JSON file, as a plain table: a column for each key, and each row with its line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from planner.domain.input_limits import MOST_CELLS, MOST_COLUMNS
from planner.loader.tables.text_table import Table
from planner.loader.tables.unreadable import Unreadable, refuse_long_markup

_REMEDY = "download it again and do not edit it"
_gap = re.compile(r"[\s,]*").match
_EXACT = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)


def json_rows(text: str, key: str) -> tuple[Table, dict[str, str]]:
    """The objects listed under `key` at the top of a JSON text, and the plain values beside it.

    The first row holds the keys, in the order in which they come. Raises Unreadable, with the line, where the text is
    not whole, or not of this form.
    """
    document = _whole(text)
    if not isinstance(document, dict) or not isinstance(document.get(key), list):
        raise Unreadable(0, f"this JSON has no list `{key}`", _REMEDY)
    placed = list(_placed(text, key))
    objects = [found for _, found in placed if isinstance(found, dict)]
    if objects != document[key]:
        raise Unreadable(placed[0][0] if placed else 0, f"`{key}` does not hold rows", _REMEDY)
    lines = [line for line, _ in placed]
    header = list(dict.fromkeys(name for found in objects for name in found))
    if len(header) > MOST_COLUMNS or len(header) * len(objects) > MOST_CELLS:
        raise Unreadable(
            lines[0], f"the rows of `{key}` have more than {MOST_COLUMNS:,} names or {MOST_CELLS:,} cells", _REMEDY
        )
    rows = [[_plain(found.get(name)) for name in header] for found in objects]
    first = lines[0] if lines else 1
    return Table([first, *lines], [header, *rows]), {name: _plain(value) for name, value in document.items()}


def _whole(text: str) -> Any:
    refuse_long_markup(text)
    try:
        return _EXACT.decode(text)
    except json.JSONDecodeError as error:
        raise Unreadable(error.lineno, "the JSON is incomplete or damaged here", _REMEDY) from None
    except RecursionError:
        raise Unreadable(0, "this JSON is nested more deeply than any broker's", _REMEDY) from None


def _placed(text: str, key: str) -> Iterator[tuple[int, Any]]:
    """Each element of the list of that name, with the line on which it starts. The text is known to be whole."""
    opening = re.search(rf'"{re.escape(key)}"\s*:\s*\[', text)
    at, counted, line = opening.end() if opening else len(text), 0, 1
    while (gap := _gap(text, at)) and gap.end() < len(text) and text[gap.end()] != "]":
        line, counted = line + text.count("\n", counted, gap.end()), gap.end()
        found, at = _EXACT.raw_decode(text, gap.end())
        yield line, found


def _plain(value: Any) -> str:
    """A value as a cell; what is no plain value is none."""
    if isinstance(value, str):
        return value
    return "" if value is None or isinstance(value, list | dict) else str(value).lower()
