"""The values of the JSON documents: what their types say in a schema, and how each is written.

A document is a `TypedDict`, declared beside the function that fills it in; `filled` takes what a key holds from the
field of that name. `docs/schemas/` is made from these
declarations (`make schemas`). Money and quantities stay exact `Decimal` until `as_json` writes them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, partial
from itertools import accumulate, islice
from operator import attrgetter
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints, overload

from rules.terms import CENT, AssetClass, Character, to_cents
from rules.worksheet import Unit

if sys.version_info >= (3, 12):
    from typing import TypedDict as TypedDict
else:
    from typing_extensions import TypedDict as TypedDict  # what makes the schemas cannot read the older one

Document = Mapping[str, Any]
DECIMALS = Decimal("0.0000000001")  # ten of a rate: more than any law has
MILLIONTH = Decimal("0.000001")


Column = Iterable[Any]
Writer = Callable[[Column], Column]  # of the values of one key, row after row


def as_it_is(values: Column) -> Column:
    return values


@dataclass(frozen=True, eq=False, slots=True)
class InSchema:
    """What a JSON Schema says of a value beyond its type, and how values are written."""

    keywords: Mapping[str, object]
    write: Writer = as_it_is

    def __get_pydantic_json_schema__(self, core: Any, handler: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        return {**handler(core), **self.keywords}


def one_of(*words: str) -> InSchema:
    """A string that is one of these words."""
    return InSchema({"enum": [str(word) for word in words]}, partial(map, cache(_word)))


def _word(word: Any) -> Any:
    return getattr(word, "value", word)


def _cents(amounts: Column) -> Column:
    return [amount if amount.same_quantum(CENT) else to_cents(amount) for amount in amounts]


def _rate(rate: Decimal) -> Decimal:
    return rate.quantize(DECIMALS).normalize()


def _to_the_millionth(rate: Decimal) -> Decimal:
    return rate.quantize(MILLIONTH)


Day = Annotated[str, InSchema({"format": "date"}, partial(map, cache(date.isoformat)))]  # a document has few days
Money = Annotated[Decimal, InSchema({"description": "dollars, at most two decimals"}, _cents)]
LineAmount = Annotated[
    Decimal, InSchema({"description": "dollars in cents; a count, percent or decimal as the form has it"})
]
Rate = Annotated[Decimal, InSchema({"description": "per dollar"}, partial(map, _rate))]
RateInMillionths = Annotated[Decimal, InSchema({"description": "per dollar"}, partial(map, _to_the_millionth))]
Quantity = Annotated[Decimal, InSchema({"description": "units"})]
AssetClassWord = Annotated[str, one_of(*AssetClass)]
CharacterWord = Annotated[str, one_of(*Character)]


def line_amount(amount: Decimal | None, unit: Unit) -> Decimal | None:
    """A line of a worksheet: dollars in cents; a count, percent or rate as the form has it."""
    return to_cents(amount) if amount is not None and unit is Unit.MONEY else amount


class Rows(Sequence[dict[str, Any]]):
    """Rows of a document as columns: there may be a hundred thousand, and a dict is made where one is looked at.

    `whole`, from `first` on: the table that these rows are a part of; itself where they are all of one.
    """

    __slots__ = ("_columns", "_length", "first", "keys", "whole")

    def __init__(self, keys: Sequence[str], columns: Sequence[Sequence[Any]]) -> None:
        self.keys = keys
        self._columns = columns
        self.whole, self.first, self._length = self, 0, len(columns[0])

    @property
    def columns(self) -> Sequence[Sequence[Any]]:
        every = self.whole._columns
        return every if self.whole is self else [column[self.first : self.first + self._length] for column in every]

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, row: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[dict[str, Any]]: ...
    def __getitem__(self, row: int | slice) -> dict[str, Any] | Sequence[dict[str, Any]]:
        if isinstance(row, slice):
            return Rows(self.keys, [column[row] for column in self.columns])
        at = self.first + range(self._length)[row]
        return {key: column[at] for key, column in zip(self.keys, self.whole._columns, strict=True)}

    def part(self, first: int, length: int) -> Rows:
        """So many of the rows, as a part of this table."""
        part = Rows(self.keys, self._columns)
        part.whole, part.first, part._length = self, first, length
        return part

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(list(self))


Shape = TypeVar("Shape")


def filled(shape: type[Shape], record: object = None, /, **given: object) -> Shape:
    """A part of a document: each key has what is given for it, else the record's field of that name, written as the
    key's type says. What is a document already stays as it is."""
    (row,) = table(shape, (record,), **{key: (value,) for key, value in given.items()})
    return row


def table(shape: type[Shape], records: Sequence[object], /, **given: Column) -> list[Shape]:
    """A part of a document for each record, as `filled`; of a key that is given, a value a record."""
    keys, columns = _columns(cast(Any, shape))
    written = (write(given[key] if key in given else map(field, records)) for key, field, write in columns)
    return cast(list[Shape], Rows(keys, [list(column) for column in written]))


@cache
def _columns(shape: Any) -> tuple[tuple[str, ...], tuple[tuple[str, Callable[[object], Any], Writer], ...]]:
    """The keys, and of each how it is got from a record and how its values are written."""
    hints = get_type_hints(shape, include_extras=True)
    return tuple(hints), tuple((key, attrgetter(key), _writer(hint)) for key, hint in hints.items())


def _writer(hint: Any) -> Writer:
    """How values of this type are written."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return next(each.write for each in inner if isinstance(each, InSchema))
    if origin in (Union, UnionType):
        (some,) = (_writer(one) for one in inner if one is not NoneType)
        return some if some is as_it_is else partial(_if_any, some)
    if origin is list:
        return partial(_lists, _writer(inner[0]))
    if hasattr(hint, "__total__"):
        return partial(_documents, hint)
    return partial(map, int) if hint is int else as_it_is


def _lists(write: Writer, values: Column) -> Column:
    """Lists written all at once, each then its own again; one that is a table of a document already stays."""
    lists = list(values)
    if any(isinstance(each, Rows) for each in lists):
        return [each if isinstance(each, Rows) else next(iter(_lists(write, (each,)))) for each in lists]
    written = write([value for each in lists for value in each])
    if isinstance(written, Rows):
        ends = accumulate(map(len, lists))
        return [written.part(end - len(each), len(each)) for each, end in zip(lists, ends, strict=True)]
    every = iter(written)
    return [list(islice(every, len(each))) for each in lists]


def _if_any(write: Writer, values: Column) -> Column:
    """The values written, and each None left."""
    values = list(values)
    written = iter(write([value for value in values if value is not None]))
    return [None if value is None else next(written) for value in values]


def _documents(shape: Any, values: Column) -> Column:
    """Records as parts of a document; what is one already stays as it is."""
    values = list(values)
    return values if values and isinstance(values[0], dict) else table(shape, values)


def plain(value: Any) -> Any:
    """A document, or a value of one, as dicts and lists."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, (list, Rows)) else value
