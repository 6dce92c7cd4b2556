"""The values of the JSON documents: what their types say in a schema, and how each is written.

A document is a `TypedDict`, declared beside the function that fills it in; `filled` takes what a key holds from the
field of that name. `docs/schemas/` is made from these
declarations (`make schemas`). Money and quantities stay exact `Decimal` until `as_json` writes them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from rules.terms import AssetClass, Character, to_cents
from rules.worksheet import Unit

if sys.version_info >= (3, 12):
    from typing import TypedDict as TypedDict
else:
    from typing_extensions import TypedDict as TypedDict  # what makes the schemas cannot read the older one

Document = Mapping[str, Any]
DECIMALS = Decimal("0.0000000001")  # ten of a rate: more than any law has
MILLIONTH = Decimal("0.000001")


def as_it_is(value: Any) -> Any:
    return value


@dataclass(frozen=True, eq=False, slots=True)
class InSchema:
    """What a JSON Schema says of a value beyond its type, and how the value is written."""

    keywords: Mapping[str, object]
    write: Callable[[Any], Any] = as_it_is

    def __get_pydantic_json_schema__(self, core: Any, handler: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        return {**handler(core), **self.keywords}


def one_of(*words: str) -> InSchema:
    """A string that is one of these words."""
    return InSchema({"enum": [str(word) for word in words]}, lambda word: getattr(word, "value", word))


def _rate(rate: Decimal) -> Decimal:
    return rate.quantize(DECIMALS).normalize()


def _to_the_millionth(rate: Decimal) -> Decimal:
    return rate.quantize(MILLIONTH)


Day = Annotated[str, InSchema({"format": "date"}, date.isoformat)]
Money = Annotated[Decimal, InSchema({"description": "dollars, at most two decimals"}, to_cents)]
LineAmount = Annotated[
    Decimal, InSchema({"description": "dollars in cents; a count, percent or decimal as the form has it"})
]
Rate = Annotated[Decimal, InSchema({"description": "per dollar"}, _rate)]
RateInMillionths = Annotated[Decimal, InSchema({"description": "per dollar"}, _to_the_millionth)]
Quantity = Annotated[Decimal, InSchema({"description": "units"})]
AssetClassWord = Annotated[str, one_of(*AssetClass)]
CharacterWord = Annotated[str, one_of(*Character)]


def line_amount(amount: Decimal | None, unit: Unit) -> Decimal | None:
    """A line of a worksheet: dollars in cents; a count, percent or rate as the form has it."""
    return to_cents(amount) if amount is not None and unit is Unit.MONEY else amount


Shape = TypeVar("Shape")


def filled(shape: type[Shape], record: object = None, /, **given: object) -> Shape:
    """A part of a document: each key has what is given for it, else the record's field of that name, written as the
    key's type says. What is a document already stays as it is."""
    keys, writers = _writers(cast(Any, shape))
    row = {key: given[key] if key in given else getattr(record, key) for key in keys}
    for key, write in writers:
        row[key] = write(row[key])
    return cast(Shape, row)


@cache
def _writers(shape: Any) -> tuple[tuple[str, ...], tuple[tuple[str, Callable[[Any], Any]], ...]]:
    """The keys, and how those are written whose values do not stay as they are."""
    writers = {key: _writer(hint) for key, hint in get_type_hints(shape, include_extras=True).items()}
    return tuple(writers), tuple((key, write) for key, write in writers.items() if write is not as_it_is)


def _writer(hint: Any) -> Callable[[Any], Any]:
    """How a value of this type is written."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return next(each.write for each in inner if isinstance(each, InSchema))
    if origin in (Union, UnionType):
        (some,) = (_writer(one) for one in inner if one is not NoneType)
        if some is as_it_is:
            return as_it_is
        return lambda value: None if value is None else some(value)
    if origin is list:
        each = _writer(inner[0])
        return lambda values: [each(value) for value in values]
    if hasattr(hint, "__total__"):
        return lambda value: value if isinstance(value, dict) else filled(hint, value)
    return int if hint is int else as_it_is
