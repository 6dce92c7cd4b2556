"""household.toml as a document: its text, a scenario's keys laid over it, one number of it looked up or changed."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from planner.domain.errors import InputError, Problem
from planner.domain.input_limits import MOST_TOML_BYTES
from planner.loader.tables.bounded_file import read_bounded
from planner.loader.tables.text_table import decode
from planner.loader.tables.unreadable import Unreadable

HOUSEHOLD_FILE = "household.toml"


def household_text(path: Path) -> tuple[Path, str]:
    """The household's file, given itself or by its folder, and its text. Raises Refused where it cannot be read."""
    file = path / HOUSEHOLD_FILE if path.is_dir() else path
    return file, _text_of(file)


def _text_of(file: Path) -> str:
    if not os.path.exists(file) or file.is_dir():
        raise InputError(
            [
                Problem(
                    str(file),
                    "there is no such file" if file.suffix else f"there is no folder with a {HOUSEHOLD_FILE} here",
                    _remedy(file),
                )
            ]
        )
    try:
        return decode(read_bounded(file, MOST_TOML_BYTES))
    except Unreadable as why:
        place = f"{file.name}:{why.line}" if why.line else file.name
        remedy = "write it in a text editor, as docs/input.md shows, and save it as plain text in UTF-8"
        raise InputError([Problem(place, why.what, remedy)]) from None
    except OSError as error:
        raise InputError(
            [Problem(str(file), f"cannot be read: {error.strerror}", "check the file's permissions")]
        ) from None


def _remedy(file: Path) -> str:
    """How to come by a household: where there is a folder, one command makes it."""
    if file.name == HOUSEHOLD_FILE and file.parent.is_dir():
        return f"`harvest init {shlex.quote(str(file.parent))}` creates one from the broker files there"
    return "give a folder with a household.toml; `harvest init FOLDER` creates one from the files there"


def laid_over(document: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A document with a scenario's keys laid over it, table by table."""
    changed = dict(document)
    for key, value in changes.items():
        below = changed.get(key)
        changed[key] = laid_over(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    if "state_rate" in changes and "state" not in changes:  # one replaces the other
        changed.pop("state", None)
    if "state" in changes and "state_rate" not in changes:
        changed.pop("state_rate", None)
    return changed


def number_in(document: Mapping[str, Any], key: str) -> Decimal | None:
    """The number at a dotted key (`planned_purchases.0.quantity` counts from 0); None where there is none."""
    below: Any = document
    for name in key.split("."):
        if isinstance(below, list):
            at = _place(name)
            below = below[at] if at is not None and at < len(below) else None
        else:
            below = below.get(name) if isinstance(below, dict) else None
    return Decimal(below) if isinstance(below, int | Decimal) and not isinstance(below, bool) else None


def _place(name: str) -> int | None:
    """The place in a list that a name of a dotted key states; None where it states none, or one that no list has."""
    return int(name) if name.isascii() and name.isdecimal() and len(name) < 10 else None


def with_number_in(document: Mapping[str, Any], key: str, number: Decimal) -> dict[str, Any]:
    """The document with the number at a dotted key changed, whether that key is there or not."""
    written = int(number) if number == number.to_integral_value() else number
    return laid_over(document, _change(document, key.split("."), written))


def _change(below: Any, names: list[str], number: Decimal | int) -> Any:
    """What must be laid over a part of the document so that the key of these names holds the number."""
    if not names:
        return number
    name, rest = names[0], names[1:]
    at = _place(name)
    if isinstance(below, list) and at is not None and at < len(below):
        return [*below[:at], laid_over(below[at], _change(below[at], rest, number)), *below[at + 1 :]]
    return {name: _change(below.get(name, {}) if isinstance(below, dict) else {}, rest, number)}
