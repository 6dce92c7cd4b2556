"""A year's federal figures as one frozen object, read from `rules/figures/YEAR.toml`; a year not held is refused."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from rules.terms import FilingStatus

FIGURES = files("rules") / "figures"

YEARS_HELD: tuple[int, ...] = tuple(
    sorted(
        int(entry.name[:4]) for entry in FIGURES.iterdir() if entry.name.endswith(".toml") and entry.name[:4].isdigit()
    )
)
"""The tax years this copy of harvest holds figures for."""


class LawNotHeld(LookupError):  # noqa: N818 (it names a limit of ours, not an error of the user)
    """The law of a year, state or status that is not held. `what` is missing; `remedy` is what the user can do."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what}; {remedy}")
        self.what = what
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class FigureSection:
    """One table of a figures file: where the law says it, where it is published, when that was checked, what it says.

    `indexed` tells whether the amounts move with inflation. `values` keeps the file's own keys and order.
    """

    name: str
    law: str
    source: str
    checked: date
    indexed: bool
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class TaxYear:
    """The figures in force for one tax year, in dollars and as fractions. There is one object a year: compare by `is`.

    `ordinary_tops` holds the upper ends of the first six brackets on taxable income (§ 1(j)), `zero_rate_top` and
    `fifteen_rate_top` those of the 0 and 15 percent rates (§ 1(h)(1)(B), (C)), `collectibles_ordinary_top` the end of
    the last ordinary bracket below 25 percent (§ 1(h)(1)(A)(ii)(I)). `itemized_reduction_start` is None in a year
    in which § 68 does not apply. The `amt_…` figures serve cautions only: the minimum tax is not computed.
    """

    year: int
    ordinary_rates: tuple[Decimal, ...]
    ordinary_tops: Mapping[FilingStatus, tuple[Decimal, ...]]
    preferential_rates: tuple[Decimal, ...]
    zero_rate_top: Mapping[FilingStatus, Decimal]
    fifteen_rate_top: Mapping[FilingStatus, Decimal]
    collectibles_rate: Decimal
    recapture_rate: Decimal
    collectibles_ordinary_top: Mapping[FilingStatus, Decimal]
    standard_deduction: Mapping[FilingStatus, Decimal]
    capital_loss_limit: Mapping[FilingStatus, Decimal]
    niit_rate: Decimal
    niit_threshold: Mapping[FilingStatus, Decimal]
    amt_exemption: Mapping[FilingStatus, Decimal]
    amt_phase_out_start: Mapping[FilingStatus, Decimal]
    amt_phase_out_rate: Decimal
    itemized_reduction_start: Mapping[FilingStatus, Decimal] | None
    sections: tuple[FigureSection, ...]


@lru_cache
def tax_year(year: int) -> TaxYear:
    """The figures of a tax year. Raises LawNotHeld for a year without a figures file: nothing is projected."""
    if year not in YEARS_HELD:
        held = f"{YEARS_HELD[0]} to {YEARS_HELD[-1]}"
        raise LawNotHeld(
            f"harvest holds no figures for {year}, only for {held}",
            "a plan needs a version of harvest that holds them; `harvest check` and `harvest windows` work without",
        )
    sections = read_sections(f"{year}.toml")
    named = {section.name: section for section in sections}

    def amount(section: str) -> Decimal:
        return _number(named[section].values["rate"])

    def by_status(section: str) -> Mapping[FilingStatus, Decimal]:
        return MappingProxyType({status: _number(named[section].values[status.value]) for status in FilingStatus})

    def numbers(section: str, key: str) -> tuple[Decimal, ...]:
        return tuple(_number(value) for value in named[section].values[key])

    return TaxYear(
        year=year,
        ordinary_rates=numbers("ordinary_rates", "rates"),
        ordinary_tops=MappingProxyType({status: numbers("ordinary_tops", status.value) for status in FilingStatus}),
        preferential_rates=numbers("preferential_rates", "rates"),
        zero_rate_top=by_status("zero_rate_top"),
        fifteen_rate_top=by_status("fifteen_rate_top"),
        collectibles_rate=amount("collectibles_rate"),
        recapture_rate=amount("recapture_rate"),
        collectibles_ordinary_top=by_status("collectibles_ordinary_top"),
        standard_deduction=by_status("standard_deduction"),
        capital_loss_limit=by_status("capital_loss_limit"),
        niit_rate=amount("niit_rate"),
        niit_threshold=by_status("niit_threshold"),
        amt_exemption=by_status("amt_exemption"),
        amt_phase_out_start=by_status("amt_phase_out_start"),
        amt_phase_out_rate=amount("amt_phase_out_rate"),
        itemized_reduction_start=by_status("itemized_reduction_start") if "itemized_reduction_start" in named else None,
        sections=sections,
    )


def read_tables(file_name: str) -> dict[str, dict[str, Any]]:
    """The tables of a figures file, fractions as exact decimals."""
    return tomllib.loads((FIGURES / file_name).read_text("utf-8"), parse_float=Decimal)


def read_sections(file_name: str) -> tuple[FigureSection, ...]:
    """Every table of a year's figures with its citation, in the file's order. A table without one raises KeyError."""
    return tuple(
        FigureSection(
            name=name,
            law=table.pop("law"),
            source=table.pop("source"),
            checked=table.pop("checked"),
            indexed=table.pop("indexed"),
            values=MappingProxyType(table),
        )
        for name, table in read_tables(file_name).items()
    )


def _number(value: int | Decimal) -> Decimal:
    return Decimal(value)
