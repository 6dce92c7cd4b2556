"""One table of household.toml, read key by key: each value checked, each input error with its line, no key passed
over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from planner.domain.errors import InputError, Problem
from planner.domain.input_limits import MOST_TOML_PROBLEMS
from planner.domain.visible_text import unseen
from planner.loader.household.toml_limits import KeyPath
from planner.loader.tables.cells import (
    ABSURD,
    CHECK_DIGITS,
    MOST_DOLLARS,
    BadCell,
    check_symbol,
    nearest,
    parse_choice,
    parse_symbol,
    shown,
)

OF_UNITS = frozenset({"quantity"})

Choice = TypeVar("Choice", bound=StrEnum)

_TAKE_OUT = "remove that character; it may have been copied by accident"
_KINDS = {
    bool: ("true or false", "write true or false, without quotes"),
    str: ("text", "put it in quotes"),
    date: ("a date", "write it without quotes, such as 2026-12-15"),
}


@dataclass(slots=True)
class TomlDocument:
    """The document being read: its lines, the scenario applied to it, and what is refused so far."""

    file: str
    lines: Mapping[KeyPath, int]
    scenario: str | None = None
    problems: list[Problem] = field(default_factory=list)

    def where(self, path: KeyPath) -> str:
        """`household.toml:12`: the line of a key, in the scenario where that says it, else of the table around it."""
        in_scenario = ("scenarios", self.scenario, *path) if self.scenario is not None else path
        for place in (in_scenario, *(path[:length] for length in range(len(path), 0, -1))):
            if place in self.lines:
                return f"{self.file}:{self.lines[place]}"
        return self.file

    def refuse(self, path: KeyPath, what: str, remedy: str) -> None:
        self.problems.append(Problem(self.where(path), what, remedy))
        if len(self.problems) > MOST_TOML_PROBLEMS:
            raise InputError(self.problems)


class TomlTable:
    """A table and the keys asked of it so far. A value that is refused reads as absent."""

    def __init__(self, page: TomlDocument, table: Any, path: KeyPath = ()) -> None:
        self.page = page
        self.path = path
        self.table: Mapping[str, Any] = table if isinstance(table, dict) else {}
        self.asked: dict[str, None] = {}
        self.required: Mapping[str, str] = {}
        self.missing: dict[str, Problem] = {}
        if not isinstance(table, dict):
            page.refuse(path, f"`{self.title}` must be a table", f"write [{self.title}] on a line, and its keys below")
        for key in self.table:
            if hidden := unseen(key):
                self.refuse(key, f"the key `{shown(key)}` has {hidden} in it, which is invisible", _TAKE_OUT)

    @property
    def title(self) -> str:
        return ".".join(str(name) for name in self.path if isinstance(name, str))

    def refuse(self, key: str, what: str, remedy: str) -> None:
        self.page.refuse((*self.path, key), what, remedy)

    def require(self, **remedies: str) -> None:
        """Refuse each key that is missing, with its remedy; one that is empty or too small gets the same."""
        self.required = remedies
        for key, remedy in remedies.items():
            if key not in self.table:
                self.page.refuse(
                    self.path, f"`{key}` is missing" + (f" in [{self.title}]" if self.path else ""), remedy
                )
                self.missing[key] = self.page.problems[-1]

    def close(self) -> None:
        """Refuse every key that was not asked for. One that is a missing key misspelled is all that is said of it."""
        for key in self.table:
            if key not in self.asked:
                place = f"[{self.title}]" if self.path else "household.toml"
                meant = nearest(key, self.asked)
                for missing in [name for name in self.missing if meant == nearest(name, [name])]:
                    self.page.problems.remove(self.missing.pop(missing))
                what = f"there is no key `{shown(key)}` in {place}{meant}"
                self.refuse(key, what, f"{place} has: {', '.join(self.asked)}")

    def table_at(self, key: str) -> TomlTable:
        """A table within; an empty one where it is absent."""
        self.asked[key] = None
        return TomlTable(self.page, self.table.get(key, {}), (*self.path, key))

    def tables_at(self, key: str) -> list[TomlTable]:
        """The tables of a `[[key]]`."""
        self.asked[key] = None
        tables = self.table.get(key, [])
        if not isinstance(tables, list):
            self.refuse(key, f"`{key}` must be a list of tables", f"write [[{key}]] above each of them")
            return []
        return [TomlTable(self.page, table, (*self.path, key, number)) for number, table in enumerate(tables)]

    def amount(self, key: str, *, least: Decimal | None = None, endless: bool = False) -> Decimal | None:
        """A number; not below `least`; infinite only where `endless`."""
        value = self.value(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            self.refuse(key, f"`{key}` must be a number, not {_written(value)}", "write it without quotes, $ or commas")
            return None
        amount = Decimal(value)
        if amount.is_nan() or not (amount.is_finite() or endless):
            self.refuse(key, f"`{key}` is {amount}, which is not an amount", "write a figure")
            return None
        if amount.is_finite() and amount.copy_abs() >= (ABSURD if key in OF_UNITS else MOST_DOLLARS):
            self.refuse(key, f"`{key}` is {amount:.6g}, not a plausible amount", CHECK_DIGITS)
            return None
        if least is not None and amount < least:
            remedy = self.required.get(key, "write a positive amount, or leave the key out")
            self.refuse(key, f"`{key}` is {amount}, less than {least}", remedy)
            return None
        return amount

    def fraction(self, key: str) -> Decimal | None:
        """A rate: from 0 up to, but not, 1."""
        value = self.amount(key, least=Decimal(0))
        if value is not None and value >= 1:
            self.refuse(key, f"`{key}` is {value}: a rate is a fraction below 1", "write 5 percent as 0.05")
            return None
        return value

    def whole(self, key: str) -> int | None:
        """A whole number of zero or more."""
        value = self.amount(key, least=Decimal(0))
        if value is not None and value != value.to_integral_value():
            self.refuse(key, f"`{key}` is {value}, not a whole number", "write a whole number")
            return None
        return None if value is None else int(value)

    def flag(self, key: str) -> bool | None:
        value = self.value(key, bool)
        return value if isinstance(value, bool) else None

    def text(self, key: str) -> str | None:
        """Text that is not blank."""
        value = self.value(key, str)
        if value is None:
            return None
        if not value.strip():
            self.refuse(key, f"`{key}` is empty", self.required.get(key, "write it, or leave the key out"))
            return None
        return str(value).strip()

    def choice(self, key: str, kind: type[Choice]) -> Choice | None:
        """A member of an enumeration."""
        value = self.value(key, str)
        if value is None:
            return None
        try:
            return parse_choice(value, kind)
        except BadCell as bad:
            self.refuse(key, f"`{key}` {bad.what}", bad.remedy)
            return None

    def day(self, key: str) -> date | None:
        value = self.value(key, date)
        return value if isinstance(value, date) else None

    def symbol(self, key: str) -> str | None:
        text = self.text(key)
        if text is None:
            return None
        try:
            return check_symbol(parse_symbol(text))
        except BadCell as bad:
            self.refuse(key, f"`{key}` {bad.what}", bad.remedy)
            return None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; one text stands for a list of one."""
        value = self.value(key)
        listed = [value] if isinstance(value, str) else value
        if listed is None:
            return ()
        if not isinstance(listed, list) or not all(isinstance(text, str) and text.strip() for text in listed):
            self.refuse(key, f"`{key}` must be text or a list of texts", f'write {key} = ["…", "…"]')
            return ()
        return tuple(text.strip() for text in listed)

    def groups(self, key: str, *, size: int | None = None) -> tuple[frozenset[str], ...]:
        """A list of groups of symbols, each of two or more, or of exactly `size`."""
        value = self.value(key)
        if value is None:
            return ()
        groups = value if isinstance(value, list) else [value]
        found = []
        for group in groups:
            fair = isinstance(group, list) and all(isinstance(symbol, str) and symbol.strip() for symbol in group)
            symbols = frozenset(map(parse_symbol, group)) if fair else frozenset()
            if len(symbols) < 2 or (size is not None and len(symbols) != size):
                of = "pairs" if size == 2 else "groups of two or more"
                self.refuse(key, f"`{key}` must be a list of {of} of symbols", f'write {key} = [["GOOG", "GOOGL"]]')
            else:
                found.append(symbols)
        return tuple(found)

    def value(self, key: str, kind: type | None = None) -> Any:
        """The value of a key as it is; None where it is absent or, with an input error, not of `kind`."""
        self.asked[key] = None
        value = self._seen(key)
        if value is None or kind is None or type(value) is kind:
            return value
        self.refuse(key, f"`{key}` must be {_KINDS[kind][0]}, not {_written(value)}", _KINDS[kind][1])
        return None

    def _seen(self, key: str) -> Any:
        """The value of a key; None, with an input error, where a text in it has a sign that shows nothing."""
        value = self.table.get(key)
        for text in _texts_in(value):
            if hidden := unseen(text):
                self.refuse(key, f"`{key}` is `{shown(text)}`, with {hidden} in it, which is invisible", _TAKE_OUT)
                return None
        return value


def _texts_in(value: Any) -> Iterator[str]:
    """Each text of a value: itself, or those of a list and of the lists in it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for inner in value:
            yield from _texts_in(inner)


def _written(value: Any) -> str:
    """A value as the user wrote it, more or less."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "a list"
    return f'"{shown(value)}"' if isinstance(value, str) else str(value)
