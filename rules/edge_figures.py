"""A year's figures for one edge (§§ 24, 32, 36B, 86, 199A …), by the name of their table in the year's file."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from rules.income_facts import JOINT
from rules.tax_year import LawNotHeld, TaxYear
from rules.terms import FilingStatus


@lru_cache
def figures(law: TaxYear, name: str) -> Mapping[str, Any]:
    """The values of a table, numbers as Decimal. Raises LawNotHeld where the year has no such table."""
    for section in law.sections:
        if section.name == name:
            return {key: _exact(value) for key, value in section.values.items()}
    raise LawNotHeld(
        f"harvest holds no figures for {name.replace('_', ' ')} of {law.year}",
        "take out the key of [taxpayer] that asks for it; figures of another year would be a guess",
    )


def holds(law: TaxYear, name: str) -> bool:
    """Whether the year's law has such a table at all: § 68 and the senior deduction are not in every year."""
    return any(section.name == name for section in law.sections)


def joint_or_others(law: TaxYear, name: str, status: FilingStatus) -> Any:
    """The value for a joint return, or for all others. A surviving spouse does not file jointly."""
    return figures(law, name)["joint" if status is JOINT else "others"]


def _exact(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_exact(item) for item in value)
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value
