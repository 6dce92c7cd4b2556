"""A state's figures (§ 164(a)(3)) from `rules/figures/states/XX.toml`: each with its law, source, day and certainty.

A figure's value holds from the year it is listed under until the next one listed. Which years a file has been checked
for is its own list, `years`: a year that is not in it is refused, however little may have changed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from rules.states.form import Schedule
from rules.tax_year import FIGURES, LawNotHeld
from rules.terms import FilingStatus

OWN_RATE = "give `state_rate` = your marginal rate in [taxpayer] instead of `state`"


@dataclass(frozen=True, slots=True)
class StateFigure:
    """One figure of a state in one year. `certainty` is a word of `CERTAINTY`; `value` as the file has it.

    `unit` is "count" or "rate" where the number itself would be taken for dollars; else empty.
    """

    name: str
    law: str
    source: str
    checked: date
    certainty: str
    value: Any
    unit: str = ""

    @property
    def projected(self) -> bool:
        """Whether the year's own figure was in no source seen; `source` is then what it is projected from."""
        return self.certainty == "projected"


CERTAINTY = {
    "authority": "the authority's own text was seen",
    "engines": "two public engines agree",
    "one engine": "one public engine, with its citation",
    "secondary": "secondary text",
    "projected": "projected: not published in any source seen",
}


@dataclass(frozen=True, slots=True)
class StateFile:
    """One state's file as read. `gains` says in words how it taxes them. `untaxed_from`: the year from which it taxes
    no income of individuals, `untaxed_until` the last such year known; `years` are the years checked where it does.
    `wash_sales`: whether a loss that § 1091 disallows is none of the state's either."""

    code: str
    name: str
    law: str
    rule: str
    base: str
    losses: str
    gains: str
    years: tuple[int, ...]
    untaxed_from: int | None
    untaxed_until: int | None
    wash_sales: bool
    left_out: tuple[str, ...]
    notes: tuple[str, ...]
    projected: Mapping[str, str]
    tables: Mapping[str, Mapping[str, Any]]

    def untaxed(self, year: int) -> bool:
        if self.untaxed_from is None or year < self.untaxed_from:
            return False
        return self.untaxed_until is None or year <= self.untaxed_until


class StateFigures:
    """The figures of one state for one year and filing status."""

    def __init__(self, file: StateFile, year: int, status: FilingStatus) -> None:
        self.file = file
        self.year = year
        self.status = status

    def has(self, name: str) -> bool:
        return name in self.file.tables and _entry(self.file.tables[name], self.year) is not None

    def amount(self, name: str) -> Decimal:
        """A number: dollars, or a fraction."""
        return Decimal(self._value(name))

    def count(self, name: str) -> int:
        return int(self._value(name))

    def schedule(self, name: str = "rates") -> Schedule:
        """Rows of two numbers: a bound and what holds from it."""
        return tuple((Decimal(bound), Decimal(value)) for bound, value in self._value(name))

    def figures(self) -> Iterator[StateFigure]:
        """Every figure in force, for reports, in the file's order and for all statuses."""
        for name, table in self.file.tables.items():
            value = _entry(table, self.year)
            if value is not None:
                projected = self.year in table.get("projected", ())
                certainty = "projected" if projected else table.get("certainty", "engines")
                yield StateFigure(
                    name, table["law"], table["source"], table["checked"], certainty, value, table.get("unit", "")
                )

    def _value(self, name: str) -> Any:
        value = _entry(self.file.tables[name], self.year)
        if value is None:
            raise LawNotHeld(f"{name.replace('_', ' ')} of {self.file.name} for {self.year} is not held", OWN_RATE)
        if isinstance(value, Mapping):
            if self.status.value not in value:
                raise LawNotHeld(
                    f"{name.replace('_', ' ')} of {self.file.name} for {self.year}, {self.status.value}, is not held",
                    OWN_RATE,
                )
            return value[self.status.value]
        return value


def _entry(table: Mapping[str, Any], year: int) -> Any:
    """The value of the latest year listed that is not after the year asked for."""
    years = [int(key) for key in table if key.isdigit() and int(key) <= year]
    return table[str(max(years))] if years else None


def state_codes() -> tuple[str, ...]:
    """The two letters of every place held, in order."""
    names = (entry.name for entry in (FIGURES / "states").iterdir())
    return tuple(sorted(name[:2].upper() for name in names if name.endswith(".toml")))


@lru_cache
def state_file(code: str) -> StateFile:
    """A state's file by its two letters. Raises LawNotHeld where there is none."""
    if code not in state_codes():
        raise LawNotHeld(f"no state has the code {code!r}", 'write two capital letters, such as "CA", or "DC"')
    return read_state(code, (FIGURES / "states" / f"{code.lower()}.toml").read_text("utf-8"))


def read_state(code: str, text: str) -> StateFile:
    """A state's file from its text."""
    read = tomllib.loads(text, parse_float=Decimal)
    untaxed = read.get("untaxed", {})
    tables = {
        name: {"law": read["law"], "source": read["source"], "checked": read["checked"], **table}
        for name, table in read.items()
        if isinstance(table, dict) and name not in ("untaxed", "projected")
    }
    return StateFile(
        code=code,
        name=read["name"],
        law=read["law"],
        rule=read.get("rule", "ordinary"),
        base=read.get("base", "federal_agi"),
        losses=read.get("losses", "federal"),
        gains=read.get("gains", "as income"),
        years=tuple(read.get("years", ())),
        untaxed_from=untaxed.get("from"),
        untaxed_until=untaxed.get("until"),
        wash_sales=read.get("wash_sales", True),
        left_out=tuple(read.get("left_out", ())),
        notes=tuple(read.get("notes", ())),
        projected=read.get("projected", {}),
        tables=tables,
    )
