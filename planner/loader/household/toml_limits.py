"""How large household.toml may be, and how deep: found before anything is made of it. docs/limits.md, L-150."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from itertools import islice
from typing import Any

from planner.domain.errors import InputError, Problem
from planner.domain.input_limits import (
    MOST_ACCOUNTS,
    MOST_DECIMALS,
    MOST_DIGITS,
    MOST_ENTRIES,
    MOST_KEY_DEPTH,
    MOST_PLANNED_PURCHASES,
    MOST_SCENARIO_TABLES,
    MOST_SCENARIOS,
    MOST_SHARE_LIMITS,
    MOST_TEXT_CHARACTERS,
    MOST_TOML_PROBLEMS,
)

KeyPath = tuple[str | int, ...]

_NAME = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_long_key = re.compile(rf"(?<![A-Za-z0-9_-]){_NAME}(?:[ \t]*\.[ \t]*{_NAME}){{{MOST_KEY_DEPTH}}}").search
_MOST_BITS = 256
_MOST_TABLES = {"accounts": MOST_ACCOUNTS, "planned_purchases": MOST_PLANNED_PURCHASES, "limits": MOST_SHARE_LIMITS}
_COUNTED = (*_MOST_TABLES, "scenarios")  # with limits of their own
_REMEDY = "write it as in docs/input.md"
_DIGITS, _FEWER_DIGITS = "has more digits than any amount", "check the number of digits"
_long_number = re.compile(rf"(?<!\w)[0-9][0-9_]{{{MOST_DIGITS}}}").search


def refuse_long_keys(text: str, file: str) -> None:
    """Raises InputError where a dotted key has more names than any: a parser makes a table of each beginning of it."""
    if found := _long_key(text):
        line = text.count("\n", 0, found.start()) + 1
        what = f"a key of more than {MOST_KEY_DEPTH} names"
        raise InputError([Problem(f"{file}:{line}", what, _REMEDY)])


def refuse_long_numbers(text: str, file: str) -> None:
    """Raises InputError where a whole number is longer than Python itself reads: its own words name no line."""
    for line, written in enumerate(text.split("\n"), 1):
        if _long_number(written.partition("#")[0]):
            name, equals, _ = written.partition("=")
            named = f"`{name.strip()[:60]}`" if equals else "a number"
            raise InputError([Problem(f"{file}:{line}", f"{named} {_DIGITS}", _FEWER_DIGITS)])


def refuse_excess(document: Mapping[str, Any], file: str, lines: Callable[[], Mapping[KeyPath, int]]) -> None:
    """Raises InputError where a document holds more than a household does, or a number that none can.

    `lines`: where each key is, looked up only to say so."""
    problems = [Problem(file, what, remedy) for what, remedy in _counts(document)]
    values = list(islice(_values(document), MOST_TOML_PROBLEMS))
    stated = lines() if values else {}
    for path, what, remedy in values:
        line = next((stated[path[:length]] for length in range(len(path), 0, -1) if path[:length] in stated), None)
        problems.append(Problem(f"{file}:{line}" if line else file, what, remedy))
    if problems:
        raise InputError(list(dict.fromkeys(problems)))


def _counts(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    scenarios = _tables(document, "scenarios")
    changes = list(scenarios.values()) if isinstance(scenarios, dict) else []
    if len(changes) > MOST_SCENARIOS:
        yield f"there are {len(changes):,} scenarios; at most {MOST_SCENARIOS} are read", "split the household's file"
    tables = 1
    for key, most in _MOST_TABLES.items():
        number = max(len(_tables(found, key)) for found in (document, *changes))
        tables += number
        if number > most:
            yield f"there are {number:,} `{key}`; at most {most:,} are read", "remove those without effect"
    if len(changes) * tables > MOST_SCENARIO_TABLES:
        what = f"{len(changes):,} scenarios of {tables:,} tables each are more than {MOST_SCENARIO_TABLES:,} to read"
        yield what, "write fewer scenarios"


def _tables(document: Any, key: str) -> Any:
    found = document.get(key) if isinstance(document, dict) else None
    return found if isinstance(found, dict | list) else ()


def _values(document: Mapping[str, Any]) -> Iterator[tuple[KeyPath, str, str]]:
    """What no table or number may be, wherever it is, with the path of its key."""
    left: list[tuple[KeyPath, str, Any]] = [((), "", document)]
    while left:
        path, name, value = left.pop()
        if len(path) > MOST_KEY_DEPTH:
            yield path, f"tables or lists are nested more than {MOST_KEY_DEPTH} deep", _REMEDY
            return
        if isinstance(value, dict | list) and len(value) > MOST_ENTRIES and name not in _COUNTED:
            yield path, f"`{name[:60]}` has {len(value):,} entries; at most {MOST_ENTRIES:,} are read", "write fewer"
        if max(len(name), len(value) if isinstance(value, str) else 0) > MOST_TEXT_CHARACTERS:
            yield path, f"`{name[:60]}` has a text of more than {MOST_TEXT_CHARACTERS:,} characters", "shorten it"
        if isinstance(value, dict):
            left += (((*path, key), key, inner) for key, inner in value.items())
        elif isinstance(value, list):
            left += (((*path, place), name, inner) for place, inner in enumerate(value))
        elif _is_unbounded(value):
            yield path, f"`{name[:60]}` {_DIGITS}", _FEWER_DIGITS


def _is_unbounded(value: Any) -> bool:
    if isinstance(value, Decimal):
        _, digits, exponent = value.as_tuple()
        return isinstance(exponent, int) and (exponent < -MOST_DECIMALS or len(digits) > MOST_DIGITS)
    return isinstance(value, int) and value.bit_length() > _MOST_BITS
