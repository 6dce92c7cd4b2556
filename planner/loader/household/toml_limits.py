"""How large household.toml may be, and how deep: found before anything is made of it. docs/limits.md, L-150."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
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
)

_NAME = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_long_key = re.compile(rf"(?<![A-Za-z0-9_-]){_NAME}(?:[ \t]*\.[ \t]*{_NAME}){{{MOST_KEY_DEPTH}}}").search
_MOST_BITS = 256
_MOST_TABLES = {"accounts": MOST_ACCOUNTS, "planned_purchases": MOST_PLANNED_PURCHASES, "limits": MOST_SHARE_LIMITS}
_COUNTED = (*_MOST_TABLES, "scenarios")  # with limits of their own
_REMEDY = "write it as in docs/input.md"


def refuse_long_keys(text: str, file: str) -> None:
    """Raises InputError where a dotted key has more names than any: a parser makes a table of each beginning of it."""
    if found := _long_key(text):
        line = text.count("\n", 0, found.start()) + 1
        what = f"a key of more than {MOST_KEY_DEPTH} names"
        raise InputError([Problem(f"{file}:{line}", what, _REMEDY)])


def refuse_excess(document: Mapping[str, Any], file: str) -> None:
    """Raises InputError where a document holds more than a household does, or a number that none can."""
    problems = [Problem(file, what, remedy) for what, remedy in (*_counts(document), *_values(document))]
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


def _values(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What no table or number may be, wherever it is."""
    left: list[tuple[str, Any, int]] = [("", document, 0)]
    while left:
        name, value, depth = left.pop()
        if depth > MOST_KEY_DEPTH:
            yield f"tables or lists are nested more than {MOST_KEY_DEPTH} deep", _REMEDY
            return
        if isinstance(value, dict | list) and len(value) > MOST_ENTRIES and name not in _COUNTED:
            yield f"`{name[:60]}` has {len(value):,} entries; at most {MOST_ENTRIES:,} are read", "write fewer"
        if max(len(name), len(value) if isinstance(value, str) else 0) > MOST_TEXT_CHARACTERS:
            yield f"`{name[:60]}` has a text of more than {MOST_TEXT_CHARACTERS:,} characters", "shorten it"
        if isinstance(value, dict):
            left += ((key, inner, depth + 1) for key, inner in value.items())
        elif isinstance(value, list):
            left += ((name, inner, depth + 1) for inner in value)
        elif _is_unbounded(value):
            yield f"`{name[:60]}` has more digits than any amount", "check the number of digits"


def _is_unbounded(value: Any) -> bool:
    if isinstance(value, Decimal):
        _, digits, exponent = value.as_tuple()
        return isinstance(exponent, int) and (exponent < -MOST_DECIMALS or len(digits) > MOST_DIGITS)
    return isinstance(value, int) and value.bit_length() > _MOST_BITS
