"""The values of the JSON documents: what their types say in a schema, and how each is made.

A document is a `TypedDict`, declared beside the function that fills it in. `docs/schemas/` is made from these
declarations (`make schemas`). Money and quantities stay exact `Decimal` until `as_json` writes them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, overload

from rules.terms import AssetClass, Character, to_cents
from rules.worksheet import Unit

if sys.version_info >= (3, 12):
    from typing import TypedDict as TypedDict
else:
    from typing_extensions import TypedDict as TypedDict  # what makes the schemas cannot read the older one

Document = Mapping[str, Any]


@dataclass(frozen=True, eq=False, slots=True)
class InSchema:
    """What a JSON Schema says of a value beyond its type."""

    keywords: Mapping[str, object]

    def __get_pydantic_json_schema__(self, core: Any, handler: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        return {**handler(core), **self.keywords}


def one_of(*words: str) -> InSchema:
    """A string that is one of these words."""
    return InSchema({"enum": [str(word) for word in words]})


Day = Annotated[str, InSchema({"format": "date"})]
Money = Annotated[Decimal, InSchema({"description": "dollars, at most two decimals"})]
LineAmount = Annotated[
    Decimal, InSchema({"description": "dollars in cents; a count, percent or decimal as the form has it"})
]
Rate = Annotated[Decimal, InSchema({"description": "per dollar"})]
Quantity = Annotated[Decimal, InSchema({"description": "units"})]
AssetClassWord = Annotated[str, one_of(*AssetClass)]
CharacterWord = Annotated[str, one_of(*Character)]


@overload
def in_cents(amount: Decimal) -> Decimal: ...
@overload
def in_cents(amount: Decimal | None) -> Decimal | None: ...
def in_cents(amount: Decimal | None) -> Decimal | None:
    """Money as a document has it; None stays null."""
    return None if amount is None else to_cents(amount)


def line_amount(amount: Decimal | None, unit: Unit) -> Decimal | None:
    """A line of a worksheet: dollars in cents; a count, percent or rate as the form has it."""
    return in_cents(amount) if unit is Unit.MONEY else amount


@overload
def iso(day: date) -> str: ...
@overload
def iso(day: date | None) -> str | None: ...
def iso(day: date | None) -> str | None:
    """A day as a document has it; None stays null."""
    return None if day is None else day.isoformat()
