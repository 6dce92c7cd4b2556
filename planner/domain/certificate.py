"""The proof of a plan as data: numbers with which anyone can repeat the arithmetic of its bound (docs/model.md)."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any


class ProvenBy(StrEnum):
    """What a proof rests on: arithmetic alone, or a solver whose bound it could not reach."""

    ARITHMETIC = "arithmetic"
    SOLVER = "solver"


@dataclass(frozen=True, slots=True)
class PieceMultipliers:
    """For one piece of the year: the price of a dollar of each sum, the rent of a unit of each limit, a weight for each
    line of the piece's terms, and a multiplier for each of its sides."""

    name: str
    prices: tuple[float, ...]
    rents: tuple[float, ...]
    weights: tuple[float, ...]
    sides: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Sources:
    """What a plan was made from: digests of each file, by its name in household.toml, and of the household as merged;
    a digest of the law's figures; the program's version."""

    digests: Mapping[str, str] = field(default_factory=dict)
    law: str = ""
    version: str = ""


NO_SOURCES = Sources()


def plain(value: Any, folder: Path) -> Any:
    """A household, or a part of it, as plain values that are the same on every machine: paths from its folder on."""
    if isinstance(value, Path):
        return os.path.relpath(value, folder).replace(os.sep, "/")  # however the household was named on the way here
    if is_dataclass(value):
        return {f.name: plain(getattr(value, f.name), folder) for f in fields(value) if f.name != "path"}
    if isinstance(value, Mapping):
        return {str(key): plain(item, folder) for key, item in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted((plain(item, folder) for item in value), key=str)
    if isinstance(value, (list, tuple)):
        return [plain(item, folder) for item in value]
    return str(value)


def household_digest(household: Any, folder: Path) -> str:
    """SHA-256 of a household as merged with its scenario, whatever the order of its keys."""
    text = json.dumps(plain(household, folder), sort_keys=True)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Certificate:
    """Multipliers for each piece of the year. `sums` and `limits` are the names that prices and rents belong to."""

    sums: tuple[str, ...]
    limits: tuple[str, ...]
    pieces: tuple[PieceMultipliers, ...]
    rounding: Decimal
    sources: Sources = NO_SOURCES
