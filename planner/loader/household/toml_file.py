"""A TOML file as text and as a document: exact decimals, and the line of each key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from planner.domain.errors import InputError, Problem
from planner.loader.household.toml_limits import KeyPath, refuse_excess, refuse_long_keys, refuse_long_numbers

_NAME = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_KEYS = rf"{_NAME}(?:[ \t]*\.[ \t]*{_NAME})*"
_array = re.compile(rf"\s*\[\[\s*({_KEYS})\s*\]\]").match
_table = re.compile(rf"\s*\[\s*({_KEYS})\s*\]\s*(?:#.*)?$").match
_key = re.compile(rf"\s*({_KEYS})\s*=").match
_place = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)").search


def _exact(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent beyond anything
        return Decimal("NaN")


def parse_toml(text: str, file: str) -> dict[str, Any]:
    """The document, fractions as exact Decimal. Raises Refused with the line where the text is no TOML."""
    refuse_long_keys(text, file)
    try:
        document = tomllib.loads(text, parse_float=_exact)
    except RecursionError:
        raise InputError(
            [Problem(file, "is nested too deeply to be a household", "write it as in docs/input.md")]
        ) from None
    except ValueError as error:
        lines = text.split("\n")
        found = _place(str(error))
        line = int(found[1]) if found and found[1] else len(lines)
        written = lines[min(line, len(lines)) - 1].strip()
        why = str(error)[: found.start()] if found else str(error)
        if not found:  # Python's own, of a number: TOML's errors all name their place
            refuse_long_numbers(text, file)
        again = why.startswith(("Cannot ", "Duplicate "))
        if again and (twice := _twice(lines[:line], file)):
            raise InputError([twice]) from None
        where = f"{file}:{line}, column {found[2]}" if found and found[2] else f"{file}:{line}"
        remedy = "fix the line: text is in quotes, a date is 2026-12-15, a number has no $ or comma"
        remedy = "state each table and each key once" if again else remedy
        raise InputError([Problem(where, f"this is not TOML: {why}: {written[:80]}", remedy)]) from None
    refuse_excess(document, file, lambda: key_lines(text))
    return document


def _twice(lines: Sequence[str], file: str) -> Problem | None:
    """The first table or key that these lines state a second time, which TOML does not allow."""
    stated: dict[KeyPath, tuple[int, str]] = {}  # the line of each, and as what: `[[`, `[` or a key
    counts: dict[KeyPath, int] = {}
    table, title = (), ""  # type: KeyPath, str
    for number, line in enumerate(lines, 1):
        if found := _array(line) or _table(line):
            path: KeyPath = ()
            for name in _names(found[1]):  # of each list of tables around it, the last
                path = (*path, counts[path], name) if path in counts else (*path, name)
            brackets = "[[" if _array(line) else "["
            title = brackets + found[1].strip() + brackets.replace("[", "]")
            first, before = stated.setdefault(path, (number, brackets))
            if first < number and not before == brackets == "[[":
                remedy = "keep one of the two"
                if before == brackets:
                    remedy = f"join the two: put the keys of both under one {title}"
                elif before:
                    remedy = f"write both as [[{found[1]}]] where there may be several, else write [{found[1]}] once"
                return Problem(f"{file}:{number}", f"{title} stands twice: first on line {first}", remedy)
            if brackets == "[[":
                counts[path] = counts.get(path, -1) + 1
            table = (*path, counts[path]) if path in counts else path
        elif found := _key(line):
            path = (*table, *_names(found[1]))
            if path in stated:
                where = f" in {title}" if title else ""
                what = f"`{found[1]}` stands twice{where}: first on line {stated[path][0]}"
                return Problem(f"{file}:{number}", what, "keep one of the two")
            for length in range(len(table) + 1, len(path) + 1):
                stated.setdefault(path[:length], (number, ""))
    return None


def key_lines(text: str) -> dict[KeyPath, int]:
    """The line on which each table and key first appears, as a plain search of the text finds them."""
    lines: dict[KeyPath, int] = {}
    counts: dict[KeyPath, int] = {}
    table: KeyPath = ()
    for number, line in enumerate(text.split("\n"), 1):
        if found := _array(line):
            path = _names(found[1])
            counts[path] = counts.get(path, -1) + 1
            lines.setdefault(path, number)
            table = (*path, counts[path])
            lines.setdefault(table, number)
        elif found := _table(line):
            table = _names(found[1])
            lines.setdefault(table, number)
        elif found := _key(line):
            path = (*table, *_names(found[1]))
            for length in range(len(table) + 1, len(path) + 1):
                lines.setdefault(path[:length], number)
    return lines


def _names(dotted: str) -> KeyPath:
    return tuple(name.strip("\"'") for name in re.findall(_NAME, dotted))
